package ui

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/keys"
)

// keyCatcher takes the next combination of keys, whatever it is otherwise for.
type keyCatcher struct {
	widget.BaseWidget
	text      *canvas.Text
	frame     *canvas.Rectangle
	modifiers func() fyne.KeyModifier
	pressed   keys.Combination // and not let go yet
	caught    func(keys.Combination)
	gaveUp    func(back bool) // back tells that the keyboard is still the catcher's to give
}

var (
	_ desktop.Keyable   = (*keyCatcher)(nil)
	_ fyne.Tabbable     = (*keyCatcher)(nil)
	_ fyne.Shortcutable = (*keyCatcher)(nil)
)

func newKeyCatcher(text string, modifiers func() fyne.KeyModifier, caught func(keys.Combination), gaveUp func(back bool)) *keyCatcher {
	k := &keyCatcher{
		text: colouredText(text, theme.ColorNameForeground, 13, true), frame: canvas.NewRectangle(color.Transparent),
		modifiers: modifiers, caught: caught, gaveUp: gaveUp,
	}
	k.text.Alignment = fyne.TextAlignCenter
	k.frame.StrokeColor, k.frame.StrokeWidth, k.frame.CornerRadius = theme.Color(theme.ColorNamePrimary), 2, 3
	k.ExtendBaseWidget(k)
	return k
}

// KeyDown notes the combination; a modifier alone is none yet. It sees what a menu
// would take before it comes as a shortcut.
func (k *keyCatcher) KeyDown(e *fyne.KeyEvent) {
	if slices.Contains(keys.Known(), e.Name) {
		k.pressed = keys.Combination{Key: e.Name, Modifier: k.modifiers() & (ctrl | shift | alt)}
	}
}

// KeyUp takes it: only now has everything come that Fyne sends for the key, and
// nothing of it goes to what has the keyboard next.
func (k *keyCatcher) KeyUp(e *fyne.KeyEvent) {
	switch {
	case e.Name != k.pressed.Key || e.Name == "":
	case k.pressed == keys.Combination{Key: fyne.KeyEscape}:
		k.gaveUp(true)
	default:
		k.caught(k.pressed)
	}
}

// AcceptsTab tells that Tab is a key to be caught like others.
func (k *keyCatcher) AcceptsTab() bool { return true }

// TypedKey is part of fyne.Focusable: KeyUp takes the key.
func (k *keyCatcher) TypedKey(*fyne.KeyEvent) {}

// TypedRune is part of fyne.Focusable.
func (k *keyCatcher) TypedRune(rune) {}

// TypedShortcut keeps shortcuts from the window behind.
func (k *keyCatcher) TypedShortcut(fyne.Shortcut) {}

// FocusGained is part of fyne.Focusable.
func (k *keyCatcher) FocusGained() {}

// FocusLost gives up: a key would go elsewhere.
func (k *keyCatcher) FocusLost() { k.gaveUp(false) }

// CreateRenderer is part of fyne.Widget.
func (k *keyCatcher) CreateRenderer() fyne.WidgetRenderer { return &catcherRenderer{k} }

type catcherRenderer struct{ catcher *keyCatcher }

func (r *catcherRenderer) MinSize() fyne.Size { return r.catcher.text.MinSize().AddWidthHeight(24, 12) }

func (r *catcherRenderer) Layout(size fyne.Size) {
	r.catcher.frame.Resize(size)
	r.catcher.text.Resize(size)
}

func (r *catcherRenderer) Refresh() {}

func (r *catcherRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.catcher.frame, r.catcher.text}
}

func (r *catcherRenderer) Destroy() {}
