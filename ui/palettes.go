package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// Colours that Fyne's palette has no name for.
const (
	colourCaution  fyne.ThemeColorName = "lightboxCaution"  // limits and uncalibrated values
	colourScoreBar fyne.ThemeColorName = "lightboxScoreBar" // the empty part of a bar
	colourQuiet    fyne.ThemeColorName = "lightboxQuiet"    // secondary text
	colourLoaded   fyne.ThemeColorName = "lightboxLoaded"   // the part of a stack that is decoded
)

// seriesColours tell the curves of a diagram apart, for colour-blind readers too
// (after Okabe and Ito's palette, made lighter or darker for the ground and until
// TestSeriesColoursForAll found them apart).
var seriesColours = [...]fyne.ThemeColorName{"lightboxSeries1", "lightboxSeries2", "lightboxSeries3", "lightboxSeries4", "lightboxSeries5"}

// palette is the colours of a theme; what it does not name has Fyne's own of the
// variant.
type palette struct {
	variant fyne.ThemeVariant
	colours map[fyne.ThemeColorName]color.NRGBA
}

// palettes are the themes by their names in the settings. What text they set on
// what ground, and how much these differ, is held by TestContrast.
//
// Fyne marks the focus by a colour that it lays over the ground of a control; it
// must be seen, about 3:1, and the text on it still be read. In high contrast, 7:1, both
// together are possible on pure black only (3 × 7 = 21): buttons have no ground of
// their own there.
var palettes = map[string]*palette{
	app.ThemeDark: {theme.VariantDark, map[fyne.ThemeColorName]color.NRGBA{
		theme.ColorNameBackground:          rgb(0x1e2125),
		theme.ColorNameHeaderBackground:    rgb(0x1e2125),
		theme.ColorNameMenuBackground:      rgb(0x24282d),
		theme.ColorNameOverlayBackground:   rgb(0x24282d),
		theme.ColorNameButton:              rgb(0x282d32),
		theme.ColorNameDisabledButton:      rgb(0x24282d),
		theme.ColorNameInputBackground:     rgb(0x31373e),
		theme.ColorNameInputBorder:         rgb(0x7b858f),
		theme.ColorNamePlaceHolder:         rgb(0xa4abb3),
		theme.ColorNameDisabled:            rgb(0x767e87),
		theme.ColorNamePrimary:             rgb(0x4da3ff),
		theme.ColorNameForegroundOnPrimary: rgb(0x0a0c0e),
		theme.ColorNameHyperlink:           rgb(0x6cb4ff),
		theme.ColorNameError:               rgb(0xff7a70),
		theme.ColorNameSuccess:             rgb(0x43d65c),
		theme.ColorNameWarning:             rgb(0xf0b44a),
		theme.ColorNameForeground:          rgb(0xf6f8fa),
		theme.ColorNameFocus:               translucent(0x9fd0ff, 0x70),
		theme.ColorNameSelection:           translucent(0x4da3ff, 0x50),
		viewport.ColourFocus:               rgb(0x4da3ff),
		colourCaution:                      rgb(0xf0b44a),
		colourScoreBar:                     rgb(0x3a4047),
		colourQuiet:                        rgb(0xa4abb3),
		colourLoaded:                       rgb(0x6f7a86),
		seriesColours[0]:                   rgb(0x4bd8fe),
		seriesColours[1]:                   rgb(0xffcc00),
		seriesColours[2]:                   rgb(0x0fb288),
		seriesColours[3]:                   rgb(0xaf7bcc),
		seriesColours[4]:                   rgb(0xf17c47),
	}},
	app.ThemeLight: {theme.VariantLight, map[fyne.ThemeColorName]color.NRGBA{
		theme.ColorNameBackground:          rgb(0xeceef0),
		theme.ColorNameHeaderBackground:    rgb(0xeceef0),
		theme.ColorNameInputBackground:     rgb(0xffffff),
		theme.ColorNameInputBorder:         rgb(0x757d85),
		theme.ColorNameButton:              rgb(0xdde1e5),
		theme.ColorNameDisabledButton:      rgb(0xe4e7ea),
		theme.ColorNamePlaceHolder:         rgb(0x555c64),
		theme.ColorNameDisabled:            rgb(0x7c848c),
		theme.ColorNamePrimary:             rgb(0x0b5cb8),
		theme.ColorNameForegroundOnPrimary: rgb(0xffffff),
		theme.ColorNameHyperlink:           rgb(0x0b5cb8),
		theme.ColorNameError:               rgb(0xb3261e),
		theme.ColorNameForegroundOnError:   rgb(0xffffff),
		theme.ColorNameSuccess:             rgb(0x0f6b2c),
		theme.ColorNameForegroundOnSuccess: rgb(0xffffff),
		theme.ColorNameWarning:             rgb(0x7d4b00),
		theme.ColorNameForegroundOnWarning: rgb(0xffffff),
		theme.ColorNameForeground:          rgb(0x101214),
		theme.ColorNameFocus:               translucent(0x06306b, 0x8c),
		theme.ColorNameSelection:           translucent(0x0b5cb8, 0x40),
		theme.ColorNameSeparator:           rgb(0xc4c9ce),
		viewport.ColourFocus:               rgb(0x0b5cb8),
		colourCaution:                      rgb(0x7d4b00),
		colourScoreBar:                     rgb(0xc8cdd2),
		colourQuiet:                        rgb(0x505760),
		colourLoaded:                       rgb(0x76818d),
		seriesColours[0]:                   rgb(0x0066bb),
		seriesColours[1]:                   rgb(0x462900),
		seriesColours[2]:                   rgb(0x0a4e42),
		seriesColours[3]:                   rgb(0x8c4671),
		seriesColours[4]:                   rgb(0xb83807),
	}},
	app.ThemeContrast: {theme.VariantDark, map[fyne.ThemeColorName]color.NRGBA{
		theme.ColorNameBackground:          rgb(0x000000),
		theme.ColorNameHeaderBackground:    rgb(0x000000),
		theme.ColorNameMenuBackground:      rgb(0x000000),
		theme.ColorNameOverlayBackground:   rgb(0x000000),
		theme.ColorNameButton:              rgb(0x000000),
		theme.ColorNameDisabledButton:      rgb(0x000000),
		theme.ColorNameInputBackground:     rgb(0x1c1c1c),
		theme.ColorNameInputBorder:         rgb(0xffffff),
		theme.ColorNameSeparator:           rgb(0xffffff),
		theme.ColorNamePlaceHolder:         rgb(0xd0d0d0),
		theme.ColorNameDisabled:            rgb(0x9a9a9a),
		theme.ColorNamePrimary:             rgb(0x4fd8ff),
		theme.ColorNameForegroundOnPrimary: rgb(0x000000),
		theme.ColorNameHyperlink:           rgb(0x4fd8ff),
		theme.ColorNameError:               rgb(0xff9a90),
		theme.ColorNameForegroundOnError:   rgb(0x000000),
		theme.ColorNameSuccess:             rgb(0x4de36a),
		theme.ColorNameForegroundOnSuccess: rgb(0x000000),
		theme.ColorNameWarning:             rgb(0xffc04d),
		theme.ColorNameForegroundOnWarning: rgb(0x000000),
		theme.ColorNameForeground:          rgb(0xffffff),
		theme.ColorNameFocus:               translucent(0xffe100, 0x65),
		theme.ColorNameSelection:           translucent(0xffe100, 0x48),
		theme.ColorNameScrollBar:           rgb(0xffffff),
		viewport.ColourFocus:               rgb(0xffe100),
		colourCaution:                      rgb(0xffc04d),
		colourScoreBar:                     rgb(0x4a4a4a),
		colourQuiet:                        rgb(0xd0d0d0),
		colourLoaded:                       rgb(0x9a9a9a),
		seriesColours[0]:                   rgb(0x4d9cfb),
		seriesColours[1]:                   rgb(0xfbdc2f),
		seriesColours[2]:                   rgb(0x0effcc),
		seriesColours[3]:                   rgb(0xffade2),
		seriesColours[4]:                   rgb(0xf57c57),
	}},
}

func rgb(c uint32) color.NRGBA { return translucent(c, 0xff) }

func translucent(c uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: alpha}
}
