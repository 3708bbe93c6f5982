package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// tipDelay is how long the pointer rests before a tooltip appears.
const tipDelay = 500 * time.Millisecond

// Sizes of a tooltip: how wide its lines may be and how large its letters, at
// 100 %, and what it leaves of the window's width.
const (
	tipWidth    = 460
	tipTextSize = 12
	tipMargin   = 24
)

// tipLayer shows tooltips over everything else in the window; Fyne has none.
type tipLayer struct {
	box   *fyne.Container
	text  string
	lines *fyne.Container
	back  *canvas.Rectangle
	layer *fyne.Container
	timer *time.Timer
	way   way // of the controls that have tooltips
}

func newTipLayer() *tipLayer {
	t := &tipLayer{lines: container.New(layout.NewCustomPaddedVBoxLayout(0))}
	t.back = canvas.NewRectangle(theme.Color(theme.ColorNameMenuBackground))
	t.back.StrokeColor = theme.Color(theme.ColorNameSeparator)
	t.back.StrokeWidth = 1
	t.back.CornerRadius = 3
	t.box = container.NewStack(t.back, container.NewPadded(t.lines))
	t.box.Hide()
	t.layer = container.NewWithoutLayout(t.box)
	return t
}

// rest shows text near o once the pointer has rested there.
func (t *tipLayer) rest(o fyne.CanvasObject, text string) {
	t.leave()
	t.timer = time.AfterFunc(tipDelay, func() { fyne.Do(func() { t.show(o, text) }) })
}

// leave hides the tooltip.
func (t *tipLayer) leave() {
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if t.box.Visible() {
		t.box.Hide()
		t.layer.Refresh()
	}
}

// forget hides the tooltip and what it said.
func (t *tipLayer) forget() {
	t.leave()
	t.text = ""
	t.lines.RemoveAll()
}

func (t *tipLayer) show(o fyne.CanvasObject, text string) {
	if t.timer == nil {
		return // the pointer has left in the meantime
	}
	d := fyne.CurrentApp().Driver()
	pos := d.AbsolutePositionForObject(o).Subtract(d.AbsolutePositionForObject(t.layer))
	t.text = text
	t.lines.RemoveAll()
	width := min(scaled(tipWidth), max(t.layer.Size().Width-tipMargin, tipMargin))
	for _, line := range viewport.Wrap(text, width, scaled(tipTextSize), fyne.TextStyle{}) {
		t.lines.Add(colouredText(line, theme.ColorNameForeground, tipTextSize, false))
	}
	size := t.box.MinSize()
	t.box.Resize(size)
	x := min(pos.X, t.layer.Size().Width-size.Width)
	y := pos.Y + o.Size().Height + 4
	if pos.Y > t.layer.Size().Height/2 { // below lie the controls that belong to it
		y = pos.Y - size.Height - 4
	}
	t.box.Move(fyne.NewPos(max(x, 0), max(y, 0)))
	t.box.Show()
	t.layer.Refresh() // Show alone repaints nothing
}

// tipButton is a button with a tooltip.
type tipButton struct {
	widget.Button
	wayfarer
	tips *tipLayer
	tip  string
	why  string // it is disabled, in the window's language; else empty
	seen func() // brings it into sight when it gets the keyboard
}

var _ desktop.Hoverable = (*tipButton)(nil)

func newTipButton(tips *tipLayer, icon fyne.Resource, label, tip string, tapped func()) *tipButton {
	b := &tipButton{tips: tips, tip: tip, wayfarer: wayfarer{&tips.way}, seen: func() {}}
	b.Icon, b.Text, b.OnTapped = icon, label, tapped
	b.Importance = widget.LowImportance
	b.ExtendBaseWidget(b)
	return b
}

// allow enables the button, or disables it and keeps the reason for the tooltip.
func (b *tipButton) allow(ok bool, why app.Message) {
	b.why = ""
	if ok {
		b.Enable()
		return
	}
	b.why = say(why)
	b.Disable()
}

// tooltip is the tip and, where the button is disabled, why.
func (b *tipButton) tooltip() string { return join("\n", b.tip, b.why) }

// TypedKey presses the button: with Space it keeps the keyboard, with Enter a pane has
// it again. Other keys are not for it.
func (b *tipButton) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace:
		b.tips.leave()
		b.OnTapped() // Fyne's own would give the keyboard away
	case fyne.KeyReturn, fyne.KeyEnter:
		b.way.typed(e)
		b.OnTapped()
	default:
		b.way.typed(e)
	}
}

// FocusGained brings the button into sight and starts to wait for the tooltip.
func (b *tipButton) FocusGained() {
	b.Button.FocusGained()
	b.seen()
	b.tips.rest(b, b.tooltip())
}

// FocusLost hides it.
func (b *tipButton) FocusLost() {
	b.Button.FocusLost()
	b.tips.leave()
}

// MouseIn starts to wait for the tooltip.
func (b *tipButton) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	b.tips.rest(b, b.tooltip())
}

// MouseOut hides it.
func (b *tipButton) MouseOut() {
	b.Button.MouseOut()
	b.tips.leave()
}

// Tapped hides it and acts.
func (b *tipButton) Tapped(e *fyne.PointEvent) {
	b.tips.leave()
	b.Button.Tapped(e)
}

// tipArea gives anything a tooltip that lies under the pointer.
type tipArea struct {
	widget.BaseWidget
	content fyne.CanvasObject
	tips    *tipLayer
	tip     string
}

func withTip(tips *tipLayer, tip string, content fyne.CanvasObject) *tipArea {
	a := &tipArea{content: content, tips: tips, tip: tip}
	a.ExtendBaseWidget(a)
	return a
}

// CreateRenderer is part of fyne.Widget.
func (a *tipArea) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(a.content) }

// MouseIn starts to wait for the tooltip.
func (a *tipArea) MouseIn(*desktop.MouseEvent) { a.tips.rest(a, a.tip) }

// MouseMoved is part of desktop.Hoverable.
func (a *tipArea) MouseMoved(*desktop.MouseEvent) {}

// MouseOut hides the tooltip.
func (a *tipArea) MouseOut() { a.tips.leave() }
