// Package assets is what Lightbox carries inside itself, so that one file runs
// without a network or an installation: the icon, the font for Chinese, the
// translations and the networks' weights.
//
// It only hands out bytes. What they mean is known to those who ask: ui makes
// the icon and the font into Fyne resources, model reads the weights.
package assets

import _ "embed" // for the files below

//go:embed icon.png
var icon []byte

//go:embed fonts/DroidSansFallback.ttf
var cjkFont []byte

// Icon returns the program's icon: a PNG, 512 x 512 pixels with transparent
// corners, rendered from icon.svg. The caller must not change the bytes.
func Icon() []byte { return icon }

// CJKFont returns a TrueType font for Chinese, Japanese and Korean text
// (Droid Sans Fallback, Apache-2.0). It has no Latin letters: it is to stand
// behind a font that does. The caller must not change the bytes.
func CJKFont() []byte { return cjkFont }
