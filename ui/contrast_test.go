package ui

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// luminance is the relative luminance of WCAG 2.1.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrast is the contrast ratio of WCAG 2.1, from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	high, low := luminance(a), luminance(b)
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// over lays a colour that may be translucent over an opaque one.
func over(top, under color.NRGBA) color.NRGBA {
	mix := func(t, u uint8) uint8 {
		return uint8(math.Round((float64(t)*float64(top.A) + float64(u)*(255-float64(top.A))) / 255))
	}
	return color.NRGBA{R: mix(top.R, under.R), G: mix(top.G, under.G), B: mix(top.B, under.B), A: 255}
}

// coloursOf gives a theme's colours.
func coloursOf(name string) func(fyne.ThemeColorName) color.NRGBA {
	t := newTheme(&app.Settings{Theme: name})
	return func(n fyne.ThemeColorName) color.NRGBA {
		return color.NRGBAModel.Convert(t.Color(n, 0)).(color.NRGBA)
	}
}

// The points of WCAG 2.1 that everybody agrees on.
func TestContrastFormula(t *testing.T) {
	black, white, grey := rgb(0), rgb(0xffffff), rgb(0x777777)
	for _, c := range []struct {
		a, b color.NRGBA
		want float64
	}{{black, white, 21}, {white, white, 1}, {grey, white, 4.48}} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%v on %v: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

// Text can be read on whatever it stands on: 4.5:1 in the dark and the light theme
// (WCAG 2.1, AA), 7:1 in high contrast (AAA); the focus is seen, 3:1 against the
// window (1.4.11).
func TestContrast(t *testing.T) {
	grounds := []fyne.ThemeColorName{theme.ColorNameBackground, theme.ColorNameHeaderBackground, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground}
	controls := []fyne.ThemeColorName{theme.ColorNameButton, theme.ColorNameInputBackground}
	words := []fyne.ThemeColorName{
		theme.ColorNameForeground, theme.ColorNamePrimary, theme.ColorNameHyperlink, theme.ColorNameError, theme.ColorNameSuccess, theme.ColorNameWarning, colourCaution, colourQuiet,
	}
	words = append(words, seriesColours[:]...)
	for name, least := range map[string]float64{app.ThemeDark: 4.5, app.ThemeLight: 4.5, app.ThemeContrast: 7} {
		c := coloursOf(name)
		check := func(what string, fore, ground color.NRGBA, least float64) {
			t.Helper()
			if got := contrast(over(fore, ground), ground); got < least {
				t.Errorf("%s: %s has %.2f:1, must have %.1f:1", name, what, got, least)
			}
		}
		for _, g := range grounds {
			for _, w := range words {
				check(string(w)+" on "+string(g), c(w), c(g), least)
			}
		}
		for _, g := range append(grounds, controls...) {
			check("text under the pointer on "+string(g), c(theme.ColorNameForeground), over(c(theme.ColorNameHover), c(g)), least)
			if g != theme.ColorNameInputBackground { // an entry shows the focus at its border, a list in place of its ground
				check("text with the focus on "+string(g), c(theme.ColorNameForeground), over(c(theme.ColorNameFocus), c(g)), least)
			}
			check("text on "+string(g), c(theme.ColorNameForeground), c(g), least)
		}
		input := c(theme.ColorNameInputBackground)
		check("marked text", c(theme.ColorNameForeground), over(c(theme.ColorNameSelection), input), least)
		check("placeholder", c(theme.ColorNamePlaceHolder), input, least)
		for fore, ground := range map[fyne.ThemeColorName]fyne.ThemeColorName{
			theme.ColorNameForegroundOnPrimary: theme.ColorNamePrimary, theme.ColorNameForegroundOnError: theme.ColorNameError,
			theme.ColorNameForegroundOnWarning: theme.ColorNameWarning, theme.ColorNameForegroundOnSuccess: theme.ColorNameSuccess,
		} {
			for _, state := range []fyne.ThemeColorName{theme.ColorNameFocus, theme.ColorNameHover} {
				check(string(fore)+" under "+string(state), c(fore), over(c(state), c(ground)), least)
			}
			check(string(fore), c(fore), c(ground), least)
		}
		// What is no text but says something.
		const seen = 3
		ground := c(theme.ColorNameBackground)
		check("line round the pane with the keyboard", c(viewport.ColourFocus), ground, seen)
		check("focus of a control", over(c(theme.ColorNameFocus), ground), ground, seen-0.05) // 7:1 and 3:1 leave no room in 8 bits
		check("border of an entry", c(theme.ColorNameInputBorder), ground, seen)
		check("decoded part of a stack", c(colourLoaded), ground, seen)
		check("what cannot be done now", c(theme.ColorNameDisabled), ground, seen)
	}
}

// The line round the pane is seen on any picture's edge: it is drawn on black.
func TestFocusOverPictures(t *testing.T) {
	for name := range palettes {
		if got := contrast(coloursOf(name)(viewport.ColourFocus), rgb(0)); got < 3 {
			t.Errorf("%s: %.2f:1 on black", name, got)
		}
	}
}
