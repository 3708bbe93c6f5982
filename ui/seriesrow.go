package ui

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// hoverRow gives a row of the panel its tooltip.
type hoverRow struct {
	widget.BaseWidget
	panel *seriesPanel
	self  fyne.CanvasObject // the row that this is part of
	tip   func() string
}

// MouseIn starts to wait for the tooltip.
func (r *hoverRow) MouseIn(*desktop.MouseEvent) {
	r.panel.window.tips.rest(r.self, r.tip())
}

// MouseMoved is part of desktop.Hoverable.
func (r *hoverRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut hides the tooltip.
func (r *hoverRow) MouseOut() { r.panel.window.tips.leave() }

// textRow is a study's heading or an object without an image: one line, and a
// quieter one.
type textRow struct {
	hoverRow
	texts       [2]*canvas.Text
	full        [2]string // before they were cut
	description string
}

func newTextRow(p *seriesPanel) *textRow {
	r := &textRow{}
	r.panel, r.self = p, r
	for i := range r.texts {
		r.texts[i] = colouredText("", theme.ColorNameForeground, 12, false)
	}
	r.tip = func() string { return r.description }
	r.ExtendBaseWidget(r)
	return r
}

// bind has the row drawn.
func (r *textRow) bind(row *panelRow) {
	quiet := theme.Color(colourQuiet)
	if row.kind == rowOther {
		r.full = [2]string{otherText(r.panel.window.session.State(), row.other), ""}
		r.description = r.full[0] + "\n" + say(r.panel.window.session.State().Explain(row.other.Fault))
		r.style(quiet, 11, false)
	} else {
		r.full = [2]string{studyTitle(row.study), r.panel.window.studyPatient(row.study)}
		r.description = join("\n", r.full[0], r.full[1])
		r.style(theme.Color(theme.ColorNameForeground), 12, true)
	}
	r.texts[1].Color, r.texts[1].TextSize = quiet, scaled(11)
	r.arrange()
}

func (r *textRow) style(colour color.Color, size float32, bold bool) {
	r.texts[0].Color, r.texts[0].TextSize, r.texts[0].TextStyle.Bold = colour, scaled(size), bold
}

// arrange cuts the texts to the width of the row.
func (r *textRow) arrange() {
	y := float32(2)
	for i, t := range r.texts {
		width := r.Size().Width - 2*rowMargin
		t.Text = viewport.Shorten(r.full[i], width, t.TextSize, t.TextStyle)
		t.Move(fyne.NewPos(rowMargin, y))
		t.Resize(fyne.NewSize(width, t.MinSize().Height))
		t.Refresh()
		y += t.MinSize().Height
	}
}

// CreateRenderer is part of fyne.Widget.
func (r *textRow) CreateRenderer() fyne.WidgetRenderer {
	return &rowRenderer{arrange: r.arrange, objects: []fyne.CanvasObject{r.texts[0], r.texts[1]}}
}

// stackRow is a stack's thumbnail with its caption. Choosing it shows the
// stack.
type stackRow struct {
	hoverRow
	stack int
	shown *app.Stack
	thumb *app.Thumbnail

	back, frame *canvas.Rectangle
	image       *canvas.Image
	wait        *canvas.Text
	fault       *widget.Icon
	warning     *widget.Icon
	behind      *canvas.Circle // of the sign of warning: it must be seen on any image
	texts       [captionLines]*canvas.Text
	full        [captionLines]string
}

var _ fyne.Tappable = (*stackRow)(nil)

const (
	rowMargin   = 8
	warningSize = 20
	frameWidth  = 2
)

func newStackRow(p *seriesPanel) *stackRow {
	r := &stackRow{
		back: canvas.NewRectangle(color.Black), frame: canvas.NewRectangle(color.Transparent),
		image:   canvas.NewImageFromImage(nil),
		wait:    colouredText("…", colourQuiet, 18, false),
		fault:   widget.NewIcon(theme.NewErrorThemedResource(theme.BrokenImageIcon())),
		warning: widget.NewIcon(theme.NewWarningThemedResource(theme.WarningIcon())),
		behind:  canvas.NewCircle(color.NRGBA{A: 0xb0}),
	}
	r.panel, r.self = p, r
	r.frame.StrokeWidth = frameWidth
	r.image.FillMode = canvas.ImageFillContain
	r.wait.Alignment = fyne.TextAlignCenter
	for i, c := range []fyne.ThemeColorName{theme.ColorNameForeground, colourQuiet} {
		r.texts[i] = colouredText("", c, 11, false)
		r.texts[i].Alignment = fyne.TextAlignCenter
	}
	r.tip = func() string { return stackTip(r.panel.window.session.State(), r.shown, r.thumb) }
	r.ExtendBaseWidget(r)
	return r
}

// Tapped shows the stack; with Ctrl or Shift in the active pane alone.
func (r *stackRow) Tapped(*fyne.PointEvent) {
	r.panel.window.tips.leave()
	r.panel.chooseStack(r.stack)
	r.panel.window.focusPane()
}

// chooseStack shows a stack of the panel in the active pane and those that go with it,
// or, with Ctrl or Shift held, in the active pane alone.
func (p *seriesPanel) chooseStack(stack int) {
	s := p.window.session
	if p.window.bound.modifiers()&(ctrl|shift) != 0 {
		s.ShowStack(s.State().Active, stack)
	} else {
		s.SelectStack(stack)
	}
}

// Cursor is a hand: a stack can be chosen.
func (r *stackRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

// bind has a stack drawn.
func (r *stackRow) bind(row *panelRow) {
	w := r.panel.window
	st := w.session.State()
	if row.stack >= len(st.Stacks) {
		return // the panel is updated at once
	}
	k := st.Stacks[row.stack]
	caption, label := stackCaption(st, k)
	r.stack, r.shown = row.stack, k
	if full := [captionLines]string{caption, label}; full != r.full {
		r.full = full
		r.captions()
	}
	if t := w.session.Thumbnail(k); t != r.thumb || r.image.Image == nil {
		r.thumb = t
		r.picture()
	}
	odd := len(stackNotes(st, k)) > 0
	setVisible(r.warning, odd)
	setVisible(r.behind, odd)
	colour, width := color.Color(color.Transparent), float32(frameWidth)
	switch {
	case r.panel.isMarked(row.stack):
		colour = theme.Color(theme.ColorNameForeground)
	case row.stack == st.StackIndex:
		colour = theme.Color(theme.ColorNamePrimary)
	case slices.ContainsFunc(st.Panes, func(p *app.Pane) bool { return p.StackIndex == row.stack }):
		colour, width = theme.Color(colourQuiet), frameWidth/2
	}
	if r.frame.StrokeColor != colour || r.frame.StrokeWidth != width {
		r.frame.StrokeColor, r.frame.StrokeWidth = colour, width
		r.frame.Refresh()
	}
}

// letGo forgets the stack of a row that is out of sight: its study may be closed.
func (r *stackRow) letGo() { r.shown, r.thumb, r.image.Image = nil, nil, nil }

// picture draws the thumbnail, or what stands in its place.
func (r *stackRow) picture() {
	t := r.thumb
	r.image.Image = nil
	if t != nil && t.Image != nil {
		r.image.Image = t.Image
	}
	setVisible(r.image, r.image.Image != nil)
	setVisible(r.wait, t == nil)
	setVisible(r.fault, t != nil && t.Image == nil)
	r.image.Refresh()
}

func setVisible(o fyne.CanvasObject, visible bool) {
	if visible != o.Visible() {
		if visible {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// captions cuts the texts to the width of the row.
func (r *stackRow) captions() {
	for i, t := range r.texts {
		setText(t, viewport.Shorten(r.full[i], r.Size().Width-rowMargin, t.TextSize, t.TextStyle))
	}
}

// arrange lays the row out.
func (r *stackRow) arrange() {
	width := r.Size().Width
	at := fyne.NewPos((width-app.ThumbnailSize)/2, frameWidth)
	square := fyne.NewSquareSize(app.ThumbnailSize)
	for _, o := range []fyne.CanvasObject{r.back, r.image} {
		o.Move(at)
		o.Resize(square)
	}
	r.frame.Move(at.SubtractXY(frameWidth, frameWidth))
	r.frame.Resize(square.AddWidthHeight(2*frameWidth, 2*frameWidth))
	r.wait.Move(at.AddXY(0, (app.ThumbnailSize-r.wait.MinSize().Height)/2))
	r.wait.Resize(fyne.NewSize(app.ThumbnailSize, r.wait.MinSize().Height))
	const faultSize = 40
	r.fault.Move(at.AddXY((app.ThumbnailSize-faultSize)/2, (app.ThumbnailSize-faultSize)/2))
	r.fault.Resize(fyne.NewSquareSize(faultSize))
	corner := at.AddXY(app.ThumbnailSize-warningSize-4, 4)
	r.warning.Move(corner)
	r.warning.Resize(fyne.NewSquareSize(warningSize))
	r.behind.Move(corner.SubtractXY(2, 2))
	r.behind.Resize(fyne.NewSquareSize(warningSize + 4))
	r.captions()
	for i, t := range r.texts {
		t.Move(fyne.NewPos(0, app.ThumbnailSize+2*frameWidth+2+float32(i)*scaled(captionLine)))
		t.Resize(fyne.NewSize(width, scaled(captionLine)))
	}
}

// CreateRenderer is part of fyne.Widget.
func (r *stackRow) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{r.back, r.image, r.wait, r.fault, r.behind, r.warning, r.frame}
	for _, t := range r.texts {
		objects = append(objects, t)
	}
	return &rowRenderer{arrange: r.arrange, objects: objects}
}

// rowRenderer is that of all rows: they lay themselves out.
type rowRenderer struct {
	arrange func()
	objects []fyne.CanvasObject
}

func (r *rowRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *rowRenderer) Layout(fyne.Size)             { r.arrange() }
func (r *rowRenderer) Refresh()                     {}
func (r *rowRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *rowRenderer) Destroy()                     {}
