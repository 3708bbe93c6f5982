package viewport

import "fyne.io/fyne/v2"

// Names for the theme's colour and width of the line round the pane that has the
// keyboard. A theme that does not know them gives no width: the line has one unit.
const (
	ColourFocus fyne.ThemeColorName = "lightboxFocus"
	SizeFocus   fyne.ThemeSizeName  = "lightboxFocus"
)

// textScale is how large text is; 1 is 100 %. It is set before anything is drawn.
var textScale float32 = 1

// SetTextScale changes the size of all text that is measured after it; what is
// there must be made anew.
func SetTextScale(s float32) { textScale = s }

// Scaled is a size of letters, or of what holds them, at the size of text that is
// set; units are those at 100 %.
func Scaled(units float32) float32 { return units * textScale }
