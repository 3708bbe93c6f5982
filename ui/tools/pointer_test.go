package tools

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"

	"lightbox/ui/viewport"
	"lightbox/vision"
)

// TestPlacesUnderThePointer: a place of the image is found again under the screen
// pixel that it is drawn at, with parts of pixels.
func TestPlacesUnderThePointer(t *testing.T) {
	for _, v := range []vision.Viewport{{CentreX: 61.3, CentreY: 40.2, Zoom: 3.7}, {CentreX: 100, CentreY: 75, Zoom: 2}, {CentreX: 3, CentreY: 146, Zoom: 0.83}} {
		x, y := v.ToScreen(70.31, 33.77, 173, 131)
		p := viewport.Pointer{X: x, Y: y, DX: 3, DY: -4, Button: left, Modifier: fyne.KeyModifierShift, Unit: 2}
		e := Seen(p, v, 173, 131, "frame")
		if math.Abs(e.At.X-70.31) > 1e-9 || math.Abs(e.At.Y-33.77) > 1e-9 {
			t.Errorf("%+v: the pointer is at %v", v, e.At)
		}
		if e.Screen.X != int(math.Floor(x)) || e.DX != 3 || e.DY != -4 || e.Button != left || e.Modifier != fyne.KeyModifierShift || e.On != "frame" {
			t.Errorf("%+v: %+v", v, e)
		}
		// Eight units of a screen with two pixels a unit are 16 screen pixels.
		if got := 8 * e.Unit * v.Zoom; math.Abs(got-16) > 1e-9 {
			t.Errorf("%+v: 8 units are %g screen pixels", v, got)
		}
	}
	// Before a pane has a size there is no zoom: nothing divides by it.
	if e := Seen(viewport.Pointer{X: 1, Y: 1, Unit: 1}, vision.Viewport{}, 0, 0, ""); e.unit() != 1 {
		t.Errorf("without a zoom the unit is %g", e.unit())
	}
}
