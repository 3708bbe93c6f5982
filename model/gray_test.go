package model

import (
	"errors"
	"math"
	"testing"
)

var plainPreprocessing = Preprocessing{Size: InputSize, Standardise: StandardiseNone}

func TestPrepareKeepsAPictureOfTheRightSize(t *testing.T) {
	g := randomGray(1, InputSize, InputSize)
	got, err := Prepare(g, plainPreprocessing)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v != g.Pix[i] {
			t.Fatalf("pixel %d: %v became %v", i, g.Pix[i], v)
		}
	}
}

// A wide picture is cropped to its middle: what lies outside the square of
// the short side must not show.
func TestPrepareCropsNonSquarePictures(t *testing.T) {
	for _, size := range [][2]int{{56, 101}, {101, 56}} {
		rows, columns := size[0], size[1]
		g := Gray{Rows: rows, Columns: columns, Pix: make([]float32, rows*columns)}
		side := min(rows, columns)
		top, left := (rows-side)/2, (columns-side)/2
		inner := Gray{Rows: side, Columns: side}
		for y := range rows {
			for x := range columns {
				v := float32(1)
				if y >= top && y < top+side && x >= left && x < left+side {
					v = float32(y-top) / float32(2*side)
					inner.Pix = append(inner.Pix, v)
				}
				g.Pix[y*columns+x] = v
			}
		}
		got, err := Prepare(g, plainPreprocessing)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Prepare(inner, plainPreprocessing)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%d×%d: pixel %d is %v, of the cropped picture %v", rows, columns, i, got[i], want[i])
			}
		}
	}
}

// Bicubic interpolation reproduces constants everywhere and ramps away from
// the edges, at any factor; a checkerboard of single pixels averages out.
func TestPrepareResamples(t *testing.T) {
	const side = 280
	constant := Gray{Rows: side, Columns: side, Pix: make([]float32, side*side)}
	ramp := Gray{Rows: side, Columns: side, Pix: make([]float32, side*side)}
	checks := Gray{Rows: side, Columns: side, Pix: make([]float32, side*side)}
	for i := range constant.Pix {
		constant.Pix[i] = 0.25
		ramp.Pix[i] = (float32(i%side) + 0.5) / side
		checks.Pix[i] = float32((i%side + i/side) % 2)
	}
	for name, c := range map[string]struct {
		in     Gray
		margin int
		want   func(x int) float64
	}{
		"constant":     {constant, 0, func(int) float64 { return 0.25 }},
		"ramp":         {ramp, 3, func(x int) float64 { return (float64(x) + 0.5) / InputSize }},
		"checkerboard": {checks, 3, func(int) float64 { return 0.5 }},
	} {
		got, err := Prepare(c.in, plainPreprocessing)
		if err != nil {
			t.Fatal(err)
		}
		for y := c.margin; y < InputSize-c.margin; y++ {
			for x := c.margin; x < InputSize-c.margin; x++ {
				if v := float64(got[y*InputSize+x]); math.Abs(v-c.want(x)) > 1e-3 {
					t.Fatalf("%s: pixel (%d, %d) is %v, want %v", name, x, y, v, c.want(x))
				}
			}
		}
	}
}

// Weights of the kernel by hand: halving a line, Keys' cubic with a = -0.5 at
// distances 0.25, 0.75, 1.25 and 1.75 is 0.8671875, 0.2265625, -0.0703125 and
// -0.0234375, each halved by the stretch.
func TestBicubicWeights(t *testing.T) {
	want := []float64{-0.01171875, -0.03515625, 0.11328125, 0.43359375, 0.43359375, 0.11328125, -0.03515625, -0.01171875}
	w := bicubicWindows(64, 32)[16]
	if w.first != 29 || len(w.weights) != len(want) {
		t.Fatalf("window begins at %d with %d weights", w.first, len(w.weights))
	}
	for i, v := range w.weights {
		if math.Abs(v-want[i]) > 1e-12 {
			t.Errorf("weight %d is %v, want %v", i, v, want[i])
		}
	}
}

func TestPrepareStandardises(t *testing.T) {
	got, err := Prepare(randomGray(2, 100, 90), Preprocessing{Size: InputSize, Standardise: StandardisePerImage})
	if err != nil {
		t.Fatal(err)
	}
	var sum, square float64
	for _, v := range got {
		sum += float64(v)
		square += float64(v) * float64(v)
	}
	n := float64(len(got))
	if mean := sum / n; math.Abs(mean) > 1e-6 {
		t.Errorf("mean %v", mean)
	}
	if sd := math.Sqrt(square / n); math.Abs(sd-1) > 5e-3 { // the floor of 1e-4 makes it a little less
		t.Errorf("standard deviation %v", sd)
	}
}

func TestPrepareOfOneColour(t *testing.T) {
	g := Gray{Rows: 40, Columns: 40, Pix: make([]float32, 1600)}
	got, err := Prepare(g, Preprocessing{Size: InputSize, Standardise: StandardisePerImage})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v != 0 {
			t.Fatalf("pixel %d is %v", i, v)
		}
	}
}

func TestPrepareClampsOvershoot(t *testing.T) {
	g := Gray{Rows: 70, Columns: 70, Pix: make([]float32, 4900)}
	for i := range g.Pix {
		if i%70 >= 35 {
			g.Pix[i] = 1
		}
	}
	got, err := Prepare(g, plainPreprocessing)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v < 0 || v > 1 {
			t.Fatalf("pixel %d is %v", i, v)
		}
	}
}

func TestPrepareRefuses(t *testing.T) {
	ok := func() Gray { return randomGray(1, 30, 30) }
	nan, inf := ok(), ok()
	nan.Pix[7] = float32(math.NaN())
	inf.Pix[899] = float32(math.Inf(-1))
	for name, c := range map[string]struct {
		g    Gray
		p    Preprocessing
		want error
	}{
		"no pixels":         {Gray{}, plainPreprocessing, ErrBadImage},
		"negative size":     {Gray{Rows: -1, Columns: -1, Pix: []float32{1}}, plainPreprocessing, ErrBadImage},
		"huge size":         {Gray{Rows: 1 << 40, Columns: 1 << 40}, plainPreprocessing, ErrBadImage},
		"too few values":    {Gray{Rows: 30, Columns: 30, Pix: make([]float32, 899)}, plainPreprocessing, ErrBadImage},
		"too many values":   {Gray{Rows: 30, Columns: 30, Pix: make([]float32, 901)}, plainPreprocessing, ErrBadImage},
		"NaN":               {nan, plainPreprocessing, ErrBadImage},
		"infinity":          {inf, plainPreprocessing, ErrBadImage},
		"another size":      {ok(), Preprocessing{Size: 64, Standardise: StandardiseNone}, ErrBadWeights},
		"no preprocessing":  {ok(), Preprocessing{}, ErrBadWeights},
		"unknown last step": {ok(), Preprocessing{Size: 28, Standardise: "equalise"}, ErrBadWeights},
	} {
		if _, err := Prepare(c.g, c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The smallest picture there is must not trip anything.
	if _, err := Prepare(Gray{Rows: 1, Columns: 5, Pix: make([]float32, 5)}, plainPreprocessing); err != nil {
		t.Error(err)
	}
}
