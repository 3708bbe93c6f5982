package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/assets"
)

// readingTheme is Fyne's theme for a dark room: neutral, dense, with a face
// that has Chinese. Fyne takes the Latin letters, which that face has not,
// from its own.
type readingTheme struct {
	light bool
	cjk   fyne.Resource
}

func newTheme(s *app.Settings) fyne.Theme {
	return &readingTheme{
		light: s.Theme == "light",
		cjk:   fyne.NewStaticResource("DroidSansFallback.ttf", assets.CJKFont()),
	}
}

// Colours that Fyne's palette has no name for.
const (
	colourCaution  fyne.ThemeColorName = "lightboxCaution"  // limits and uncalibrated values
	colourScoreBar fyne.ThemeColorName = "lightboxScoreBar" // the empty part of a bar
	colourQuiet    fyne.ThemeColorName = "lightboxQuiet"    // secondary text
	colourLoaded   fyne.ThemeColorName = "lightboxLoaded"   // the part of a stack that is decoded
)

// seriesColours tell the curves of a diagram apart, for colour-blind readers too
// (after Okabe and Ito's palette, made lighter or darker for the ground).
var seriesColours = [...]fyne.ThemeColorName{"lightboxSeries1", "lightboxSeries2", "lightboxSeries3", "lightboxSeries4", "lightboxSeries5"}

var darkColours = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:        color.NRGBA{R: 0x1e, G: 0x21, B: 0x25, A: 0xff},
	theme.ColorNameHeaderBackground:  color.NRGBA{R: 0x1e, G: 0x21, B: 0x25, A: 0xff},
	theme.ColorNameMenuBackground:    color.NRGBA{R: 0x24, G: 0x28, B: 0x2d, A: 0xff},
	theme.ColorNameOverlayBackground: color.NRGBA{R: 0x24, G: 0x28, B: 0x2d, A: 0xff},
	theme.ColorNameButton:            color.NRGBA{R: 0x2c, G: 0x31, B: 0x37, A: 0xff},
	theme.ColorNameInputBackground:   color.NRGBA{R: 0x24, G: 0x28, B: 0x2d, A: 0xff},
	theme.ColorNamePrimary:           color.NRGBA{R: 0x4d, G: 0xa3, B: 0xff, A: 0xff},
	theme.ColorNameWarning:           color.NRGBA{R: 0xf0, G: 0xb4, B: 0x4a, A: 0xff},
	theme.ColorNameForeground:        color.NRGBA{R: 0xe6, G: 0xe8, B: 0xea, A: 0xff},
	colourCaution:                    color.NRGBA{R: 0xf0, G: 0xb4, B: 0x4a, A: 0xff},
	colourScoreBar:                   color.NRGBA{R: 0x3a, G: 0x40, B: 0x47, A: 0xff},
	colourQuiet:                      color.NRGBA{R: 0xa4, G: 0xab, B: 0xb3, A: 0xff},
	colourLoaded:                     color.NRGBA{R: 0x6f, G: 0x7a, B: 0x86, A: 0xff},
	seriesColours[0]:                 color.NRGBA{R: 0x56, G: 0xb4, B: 0xe9, A: 0xff},
	seriesColours[1]:                 color.NRGBA{R: 0xe6, G: 0x9f, B: 0x00, A: 0xff},
	seriesColours[2]:                 color.NRGBA{R: 0x1f, G: 0xb8, B: 0x8c, A: 0xff},
	seriesColours[3]:                 color.NRGBA{R: 0xd9, G: 0x8c, B: 0xb8, A: 0xff},
	seriesColours[4]:                 color.NRGBA{R: 0xe8, G: 0x6f, B: 0x2c, A: 0xff},
}

var lightColours = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground: color.NRGBA{R: 0xec, G: 0xee, B: 0xf0, A: 0xff},
	theme.ColorNamePrimary:    color.NRGBA{R: 0x0b, G: 0x62, B: 0xc4, A: 0xff},
	theme.ColorNameWarning:    color.NRGBA{R: 0x8a, G: 0x53, B: 0x00, A: 0xff},
	colourCaution:             color.NRGBA{R: 0x8a, G: 0x53, B: 0x00, A: 0xff},
	colourScoreBar:            color.NRGBA{R: 0xc8, G: 0xcd, B: 0xd2, A: 0xff},
	colourQuiet:               color.NRGBA{R: 0x55, G: 0x5c, B: 0x64, A: 0xff},
	colourLoaded:              color.NRGBA{R: 0x7d, G: 0x88, B: 0x94, A: 0xff},
	seriesColours[0]:          color.NRGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff},
	seriesColours[1]:          color.NRGBA{R: 0xa8, G: 0x6a, B: 0x00, A: 0xff},
	seriesColours[2]:          color.NRGBA{R: 0x00, G: 0x7a, B: 0x58, A: 0xff},
	seriesColours[3]:          color.NRGBA{R: 0x9c, G: 0x48, B: 0x7c, A: 0xff},
	seriesColours[4]:          color.NRGBA{R: 0xb8, G: 0x4a, B: 0x00, A: 0xff},
}

func (t *readingTheme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	own, variant := darkColours, theme.VariantDark
	if t.light {
		own, variant = lightColours, theme.VariantLight
	}
	if c, ok := own[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, variant)
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

func (t *readingTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 13
	case theme.SizeNamePadding:
		return 3
	case theme.SizeNameInnerPadding:
		return 6
	}
	return theme.DefaultTheme().Size(name)
}
