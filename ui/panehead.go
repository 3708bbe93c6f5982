package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// paneHead is a pane's caption with its fidelity badge, and a button: it opens the menu
// of what the pane shows.
type paneHead struct {
	widget.BaseWidget
	wayfarer
	tips *tipLayer
	open func()
	keys string // of the action that does the same for the active pane

	back    *canvas.Rectangle // lit under the pointer, framed with the keyboard
	caption *canvas.Text
	arrow   *widget.Icon
	badge   *canvas.Text
	mark    *canvas.Circle // beside the badge: filled green is faithful, hollow amber is not
	full    string         // the badge, before it was cut
}

var (
	_ fyne.Tappable      = (*paneHead)(nil)
	_ fyne.Focusable     = (*paneHead)(nil)
	_ desktop.Hoverable  = (*paneHead)(nil)
	_ desktop.Cursorable = (*paneHead)(nil)
	_ desktop.Keyable    = (*paneHead)(nil)
)

// newPaneHead makes the head of pane number i.
func newPaneHead(w *mainWindow, i int) *paneHead {
	h := &paneHead{
		tips: w.tips, wayfarer: wayfarer{&w.tips.way}, keys: w.keyTexts("choose-view"),
		open:    func() { w.openViewMenu(i) },
		back:    canvas.NewRectangle(color.Transparent),
		caption: colouredText("", theme.ColorNameForeground, captionSize, true),
		arrow:   widget.NewIcon(theme.MenuDropDownIcon()),
		badge:   colouredText("", colourQuiet, badgeSize, false),
		mark:    canvas.NewCircle(color.Transparent),
	}
	h.mark.StrokeWidth = 2
	h.back.StrokeWidth, h.back.CornerRadius = 1, 2
	h.ExtendBaseWidget(h)
	return h
}

// show draws caption and badge.
func (h *paneHead) show(p *app.Pane) {
	text, faithful := fidelity(p)
	name := caption(p)
	if name != h.caption.Text || text != h.full {
		h.caption.Text, h.full = name, text
		h.Refresh() // the size of the letters depends on their number
	}
	h.mark.FillColor, h.mark.StrokeColor = color.Transparent, theme.Color(colourCaution)
	if faithful {
		h.mark.FillColor, h.mark.StrokeColor = theme.Color(theme.ColorNameSuccess), theme.Color(theme.ColorNameSuccess)
	}
	h.mark.Hidden = text == ""
	h.mark.Refresh()
}

// tooltip is all that the head says, and what it does.
func (h *paneHead) tooltip() string {
	return join("\n", h.caption.Text, h.full, lang.L("Another view or stack in this pane")+h.keys)
}

// Tapped opens the menu.
func (h *paneHead) Tapped(*fyne.PointEvent) { h.open() }

// TypedKey opens the menu, or is not for the head.
func (h *paneHead) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyDown:
		h.open()
	default:
		h.way.typed(e)
	}
}

// TypedRune is part of fyne.Focusable.
func (h *paneHead) TypedRune(rune) {}

// FocusGained frames the head.
func (h *paneHead) FocusGained() {
	h.back.StrokeColor = theme.Color(theme.ColorNamePrimary)
	h.back.Refresh()
}

// FocusLost takes the frame away.
func (h *paneHead) FocusLost() {
	h.back.StrokeColor = color.Transparent
	h.back.Refresh()
}

// MouseIn lights the head up and starts to wait for the tooltip.
func (h *paneHead) MouseIn(*desktop.MouseEvent) {
	h.light(theme.Color(theme.ColorNameHover))
	h.tips.rest(h, h.tooltip())
}

// MouseMoved is part of desktop.Hoverable.
func (h *paneHead) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts the light out.
func (h *paneHead) MouseOut() {
	h.light(color.Transparent)
	h.tips.leave()
}

func (h *paneHead) light(c color.Color) {
	h.back.FillColor = c
	h.back.Refresh()
}

// Cursor shows that the head is a button.
func (h *paneHead) Cursor() desktop.Cursor { return desktop.PointerCursor }

// Sizes within the head, in units.
const (
	captionSize    = 12
	minCaptionSize = 8
	badgeSize      = 11
	arrowSize      = 14
	markSize       = 9
	markGap        = 4
)

// CreateRenderer is part of fyne.Widget.
func (h *paneHead) CreateRenderer() fyne.WidgetRenderer { return &headRenderer{h} }

type headRenderer struct{ head *paneHead }

// captionHeight is that of the caption's line, however small its letters.
func captionHeight() float32 {
	return fyne.MeasureText("Mg", scaled(captionSize), fyne.TextStyle{}).Height
}

func (r *headRenderer) MinSize() fyne.Size {
	return fyne.NewSize(10, captionHeight()+fyne.MeasureText("Mg", scaled(badgeSize), fyne.TextStyle{}).Height)
}

// Layout stacks the caption over its badge. What is too long has smaller letters
// instead of being cut; only a badge that even the smallest do not bring into the pane
// is, and the tooltip has it whole.
func (r *headRenderer) Layout(size fyne.Size) {
	h, height := r.head, captionHeight()
	h.back.Resize(size)
	fitText(h.caption, size.Width-arrowSize, captionSize, minCaptionSize)
	width := min(fyne.MeasureText(h.caption.Text, h.caption.TextSize, h.caption.TextStyle).Width, size.Width-arrowSize)
	h.caption.Resize(fyne.NewSize(width, height))
	h.arrow.Move(fyne.NewPos(width, (height-arrowSize)/2))
	h.arrow.Resize(fyne.NewSquareSize(arrowSize))

	room := size.Width - markSize - markGap
	h.badge.Text = h.full
	fitText(h.badge, room, badgeSize, minCaptionSize)
	h.badge.Text = viewport.Shorten(h.full, room, h.badge.TextSize, h.badge.TextStyle)
	h.badge.Move(fyne.NewPos(markSize+markGap, height))
	h.badge.Resize(fyne.NewSize(room, size.Height-height))
	h.mark.Move(fyne.NewPos(0, height+(size.Height-height-markSize)/2))
	h.mark.Resize(fyne.NewSquareSize(markSize))
}

// Refresh lays out anew: the sizes of the letters depend on their number.
func (r *headRenderer) Refresh() {
	r.Layout(r.head.Size())
	r.head.caption.Refresh()
	r.head.badge.Refresh()
}

func (r *headRenderer) Objects() []fyne.CanvasObject {
	h := r.head
	return []fyne.CanvasObject{h.back, h.caption, h.arrow, h.badge, h.mark}
}

func (r *headRenderer) Destroy() {}
