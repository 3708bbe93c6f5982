package vision

import (
	"math"
	"testing"

	"lightbox/vision/dicom"
)

// Golden points computed from the formulas of PS3.3 C.11.2, on a scale of 0…255.
func TestWindowFunctionsAtGoldenPoints(t *testing.T) {
	for _, c := range []struct {
		name string
		voi  VOI
		x    float64
		want float64
	}{
		{"linear, full 12 bit, below", VOI{Centre: 2048, Width: 4096, Function: Linear}, 0, 0},
		{"linear, full 12 bit, first step", VOI{Centre: 2048, Width: 4096, Function: Linear}, 1, 255.0 / 4095},
		{"linear, full 12 bit, top", VOI{Centre: 2048, Width: 4096, Function: Linear}, 4095.01, 255},
		{"linear, c 0 w 100, left edge", VOI{Width: 100, Function: Linear}, -50, 0},
		{"linear, c 0 w 100, middle", VOI{Width: 100, Function: Linear}, 0, 128.7878787878788},
		{"linear, c 0 w 100, right edge", VOI{Width: 100, Function: Linear}, 49.01, 255},
		{"linear, w 1 is a step: below", VOI{Centre: 10, Width: 1, Function: Linear}, 9.5, 0},
		{"linear, w 1 is a step: above", VOI{Centre: 10, Width: 1, Function: Linear}, 9.51, 255},
		{"exact, middle", VOI{Width: 100, Function: LinearExact}, 0, 127.5},
		{"exact, left edge", VOI{Width: 100, Function: LinearExact}, -50, 0},
		{"exact, right edge", VOI{Width: 100, Function: LinearExact}, 50.01, 255},
		{"exact, quarter", VOI{Width: 100, Function: LinearExact}, 25, 191.25},
		{"sigmoid, centre", VOI{Centre: 40, Width: 80, Function: Sigmoid}, 40, 127.5},
		{"sigmoid, c + w/2", VOI{Centre: 40, Width: 80, Function: Sigmoid}, 80, 224.60332},
		{"sigmoid, c − w/2", VOI{Centre: 40, Width: 80, Function: Sigmoid}, 0, 30.39668},
	} {
		if got := c.voi.Apply(c.x) * 255; math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s: x = %g gives %.5f, want %.5f", c.name, c.x, got, c.want)
		}
	}
}

func TestVOILUTClampsAtItsEnds(t *testing.T) {
	v := VOI{LUT: &dicom.LUT{First: -2, Bits: 10, Data: []uint16{0, 100, 512, 1023}}}
	for x, want := range map[float64]float64{-100: 0, -2: 0, -1: 100, 0: 512, 1: 1023, 50: 1023} {
		if got := v.Apply(x) * 1023; math.Abs(got-want) > 1e-9 {
			t.Errorf("x = %g gives %g, want %g", x, got, want)
		}
	}
	centre, width := v.Window()
	low, high := VOI{Centre: centre, Width: width, Function: Linear}.Range()
	if low != -2 || high != 1 {
		t.Errorf("the window over the LUT rises from %g to %g, want -2 to 1", low, high)
	}
}

func TestImpossibleWidthsAreBroughtToTheSmallestPossible(t *testing.T) {
	if w := (VOI{Width: 0.2, Function: Linear}).Valid().Width; w != 1 {
		t.Errorf("LINEAR width is %g, want 1", w)
	}
	if w := (VOI{Width: 0.2, Function: LinearExact}).Valid().Width; w != 0.2 {
		t.Errorf("LINEAR_EXACT width is %g, want 0.2", w)
	}
	if f := (VOI{Width: 5}).Valid().Function; f != Linear {
		t.Errorf("no function gives %q, want LINEAR", f)
	}
}
