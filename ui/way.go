package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/keys"
)

// way leads the keyboard from a control back to the image: Enter and Escape return to
// a pane, and keys that mean nothing to the control do in the window what they do over
// an image. Controls that are in no main window have none.
type way struct {
	release func()
	pass    func(*fyne.KeyEvent)
	held    func(key fyne.KeyName, down bool)
}

// typed takes a key that means nothing to a control.
func (w *way) typed(e *fyne.KeyEvent) {
	switch {
	case w == nil || w.release == nil:
	case e.Name == fyne.KeyEscape || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter:
		w.release()
	default:
		w.pass(e)
	}
}

// wayfarer is part of every control that has the keyboard: keys that act while they
// are held, do so from there too.
type wayfarer struct{ way *way }

// KeyDown is part of desktop.Keyable.
func (f *wayfarer) KeyDown(e *fyne.KeyEvent) {
	if f.way != nil && f.way.held != nil {
		f.way.held(e.Name, true)
	}
}

// KeyUp is part of desktop.Keyable.
func (f *wayfarer) KeyUp(e *fyne.KeyEvent) {
	if f.way != nil && f.way.held != nil {
		f.way.held(e.Name, false)
	}
}

// keySlider is a slider with a way back.
type keySlider struct {
	widget.Slider
	wayfarer
}

func newKeySlider(way *way, least, most float64) *keySlider {
	s := &keySlider{wayfarer: wayfarer{way}}
	s.Min, s.Max, s.Step = least, most, 1
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey moves the slider, or is not for it.
func (s *keySlider) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyRight:
		s.Slider.TypedKey(e)
	case fyne.KeyHome:
		s.SetValue(s.Min)
	case fyne.KeyEnd:
		s.SetValue(s.Max)
	default:
		s.way.typed(e)
	}
}

// keySelect is a list to choose from, with a way back.
type keySelect struct {
	widget.Select
	wayfarer
}

func newKeySelect(way *way, changed func(string)) *keySelect {
	s := &keySelect{wayfarer: wayfarer{way}}
	s.OnChanged = changed
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey opens the list or goes through it, or is not for it.
func (s *keySelect) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		s.Select.TypedKey(e)
	default:
		s.way.typed(e)
	}
}

// inOrder is a border layout of which the objects are in the order in which one
// reads them; Tab goes through them so. Any but the centre may be nil.
func inOrder(top, left, centre, right, bottom fyne.CanvasObject) *fyne.Container {
	box := container.New(layout.NewBorderLayout(top, bottom, left, right))
	for _, o := range []fyne.CanvasObject{top, left, centre, right, bottom} {
		if o != nil {
			box.Add(o)
		}
	}
	return box
}

// entryPasses tells whether a key means nothing in an entry of one line, and so goes
// to the window.
func entryPasses(k fyne.KeyName) bool {
	return k == fyne.KeyPageUp || k == fyne.KeyPageDown || keys.IsFunction(k)
}
