package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/ui/viewport"
)

// readingTheme is Fyne's theme for a dark room: neutral, dense, with a face
// that has Chinese. Fyne takes the Latin letters, which that face has not,
// from its own.
type readingTheme struct {
	palette *palette
	strong  bool    // wide borders and a wide mark of the focus
	scale   float32 // of text; 1 is 100 %
	cjk     fyne.Resource
}

// newTheme is the theme of the settings; it has the texts outside of Fyne's own
// widgets follow the size of text too, see [scaled].
func newTheme(s *app.Settings) fyne.Theme {
	viewport.SetTextScale(s.Scale())
	t := &readingTheme{
		palette: palettes[s.Theme],
		strong:  s.Theme == app.ThemeContrast,
		scale:   s.Scale(),
		cjk:     fyne.NewStaticResource("DroidSansFallback.ttf", assets.CJKFont()),
	}
	if t.palette == nil { // an empty setting, or one of a later version
		t.palette = palettes[app.ThemeDark]
	}
	return t
}

func (t *readingTheme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.palette.colours[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, t.palette.variant)
}

func (t *readingTheme) Font(style fyne.TextStyle) fyne.Resource {
	if style.Monospace || style.Symbol {
		return theme.DefaultTheme().Font(style)
	}
	return t.cjk
}

func (t *readingTheme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

// Sizes of the theme in units, those of text at 100 %.
const (
	bodyText     = 13
	padding      = 3
	innerPadding = 6

	strongBorder = 2 // of entries and separators, for high contrast
	strongFocus  = 3 // line round the pane that has the keyboard, for high contrast
)

func (t *readingTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return bodyText * t.scale
	case theme.SizeNameCaptionText, theme.SizeNameHeadingText, theme.SizeNameSubHeadingText:
		return theme.DefaultTheme().Size(name) * t.scale
	case theme.SizeNameInlineIcon: // signs are seen from further than letters
		return theme.DefaultTheme().Size(name) * (1 + (t.scale-1)/2)
	case theme.SizeNamePadding:
		return padding
	case theme.SizeNameInnerPadding:
		return innerPadding
	case theme.SizeNameInputBorder, theme.SizeNameSeparatorThickness:
		if t.strong {
			return strongBorder
		}
	case viewport.SizeFocus:
		if t.strong {
			return strongFocus
		}
	}
	return theme.DefaultTheme().Size(name)
}

// scaled is a size of letters, or of what holds them, at the size of text of the
// settings; units are those at 100 %.
func scaled(units float32) float32 { return viewport.Scaled(units) }
