package vision

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// bordered is a signed phantom of 12 bits with a rescale, whose corners and some
// pixels within are padding far brighter than the rest.
func bordered(padding int) dicomtest.Image {
	m := phantom(12)
	m.Signed = true
	for i, p := range m.Values {
		v := int(p)/2 - 1200
		if x, y := i%64, i/64; x+y < 30 || x > 55 && y > 40 || x == 40 && y == 20 {
			v = padding
		}
		m.Values[i] = uint16(v) & 0xfff
	}
	m.Extra = []dicomtest.Element{
		{Tag: 0x00280120, VR: "SS", Value: padding},
		dicomtest.DS(dicomtest.RescaleSlope, "2"), dicomtest.DS(dicomtest.RescaleIntercept, "-24"),
	}
	return m
}

// grays are gray views of every kind of scan.
func grays(t *testing.T) map[string]*Gray {
	t.Helper()
	signed := phantom(12)
	signed.Signed = true
	for i, p := range signed.Values {
		signed.Values[i] = uint16(int(p)-2048) & 0xfff
	}
	signed8 := phantom(8)
	signed8.Signed = true
	for i, p := range signed8.Values {
		signed8.Values[i] = uint16(int(p)-128) & 0xff
	}
	out := map[string]*Gray{}
	for name, s := range map[string]*Scan{
		"8 bit":            openDICOMImage(t, phantom(8)),
		"16 bit":           openDICOMImage(t, phantom(16)),
		"signed 12 bit":    openDICOMImage(t, signed),
		"signed 8 bit":     openDICOMImage(t, signed8),
		"padded":           openDICOMImage(t, bordered(1900)),
		"colour":           open(t, "colour.png", pngBytes(t, colourPicture(61, 47))),
		"cut short":        {Stored: textured(33, 29, 1, false), Values: textured(33, 29, 1, false), Decoded: 17, Modality: Modality{Slope: 1}, VOIs: []VOI{rangeOf(16)}},
		"one row":          {Stored: textured(7, 1, 1, false), Values: textured(7, 1, 1, false), Decoded: 1, Modality: Modality{Slope: 1}, VOIs: []VOI{rangeOf(16)}},
		"a single pixel":   {Stored: textured(1, 1, 1, false), Values: textured(1, 1, 1, false), Decoded: 1, Modality: Modality{Slope: 1}, VOIs: []VOI{rangeOf(16)}},
		"steep and signed": {Stored: textured(29, 31, 1, true), Values: textured(29, 31, 1, true), Decoded: 31, Modality: Modality{Slope: -0.5, Intercept: 7}, VOIs: []VOI{rangeOf(16)}},
	} {
		g, err := s.Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = g
	}
	if !out["cut short"].scan.Padding(5, 17) || out["cut short"].scan.Padding(5, 16) {
		t.Fatal("missing rows are not told")
	}
	if !out["padded"].scan.Padding(0, 0) || out["padded"].scan.Padding(40, 40) {
		t.Fatal("padding is not told from tissue")
	}
	return out
}

func filtered(t *testing.T, g *Gray, k ViewKind, f Filters) *Gray {
	t.Helper()
	out, err := g.Filter(background, k, f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// eachPixel compares a view with what a pixel should be; padding must be as before.
func eachPixel(t *testing.T, name string, g, view *Gray, tolerance float64, want func(x, y int) float64) {
	t.Helper()
	for y := range g.Rows {
		for x := range g.Columns {
			expected, got := want(x, y), float64(view.Value(x, y, 0))
			if g.scan.Padding(x, y) {
				expected = float64(g.Value(x, y, 0))
			}
			if !(math.Abs(expected-got) <= tolerance) {
				t.Fatalf("%s: pixel (%d, %d) is %g, want %.3f", name, x, y, got, expected)
			}
		}
	}
}

func TestOriginalGrayAndGaussianViews(t *testing.T) {
	f := DefaultFilters
	f.Gaussian = Blur{Kernel: 7, Sigma: 1.3}
	for name, g := range grays(t) {
		if filtered(t, g, ViewOriginal, f) != g || filtered(t, g, ViewGray, f) != g {
			t.Errorf("%s: the gray view was filtered", name)
		}
		blurred, err := g.Blur(background, f.Gaussian)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(filtered(t, g, ViewGaussian, f).Pix, blurred.Pix) {
			t.Errorf("%s: the Gaussian view is not the blur", name)
		}
	}
}

// TestMedianIsTheMiddleOne sorts the pixels within the aperture.
func TestMedianIsTheMiddleOne(t *testing.T) {
	for name, g := range grays(t) {
		for _, aperture := range []int{3, 5} {
			r := aperture / 2
			eachPixel(t, name, g, filtered(t, g, ViewMedian, Filters{Median: aperture}), 0, func(x, y int) float64 {
				var values []int
				for iy := y - r; iy <= y+r; iy++ {
					for ix := x - r; ix <= x+r; ix++ {
						cx, cy := min(max(ix, 0), g.Columns-1), min(max(iy, 0), g.Rows-1)
						if !g.scan.Padding(cx, cy) {
							values = append(values, g.Value(cx, cy, 0))
						}
					}
				}
				if len(values) == 0 {
					return math.NaN() // padding, which is not looked at
				}
				slices.Sort(values)
				return float64(values[(len(values)-1)/2])
			})
		}
	}
}

// gaussianOf is the Gaussian of the textbook over what is no padding.
func gaussianOf(g *Gray, sigma float64, x, y int) float64 {
	r := int(math.Ceil(4 * sigma))
	var sum, norm float64
	for dy := -r; dy <= r; dy++ {
		for dx := -r; dx <= r; dx++ {
			ix, iy := 0, 0
			if g.Columns > 1 {
				ix = reflect101(x+dx, g.Columns)
			}
			if g.Rows > 1 {
				iy = reflect101(y+dy, g.Rows)
			}
			if g.scan.Padding(ix, iy) {
				continue
			}
			w := math.Exp(-float64(dx*dx+dy*dy) / (2 * sigma * sigma))
			sum += w * float64(g.Value(ix, iy, 0))
			norm += w
		}
	}
	return sum / norm
}

// TestUnsharpByItsFormula: g + amount · (g − G), within the range of the depth.
func TestUnsharpByItsFormula(t *testing.T) {
	for name, g := range grays(t) {
		low, high := 0.0, math.Ldexp(1, g.Depth)-1
		if g.Signed {
			low, high = -math.Ldexp(1, g.Depth-1), math.Ldexp(1, g.Depth-1)-1
		}
		clipped := 0
		for _, u := range []Unsharp{{1.5, 1}, {0.8, 4}, {2, 0}} {
			// Half a step, and what the cut at 4σ and float32 leave of the last bits.
			tolerance := 0.5 + (1+u.Amount)*(high-low)*2e-5
			eachPixel(t, name, g, filtered(t, g, ViewUnsharp, Filters{Unsharp: u}), tolerance, func(x, y int) float64 {
				v := float64(g.Value(x, y, 0))
				v += u.Amount * (v - gaussianOf(g, u.Sigma, x, y))
				if v < low || v > high {
					clipped++
				}
				return min(max(v, low), high)
			})
		}
		if clipped == 0 && name == "steep and signed" {
			t.Errorf("%s: nothing had to be clipped", name)
		}
	}
}

// sobelOf is Sobel's derivative along dx, dy by its kernel: −1 0 1 along and 1
// across, both smoothed by 1 2 1 for apertures of 3 and more.
func sobelOf(g *Gray, aperture, x, y int, along bool) float64 {
	smooth := func(k []float64, with ...float64) []float64 {
		out := make([]float64, len(k)+len(with)-1)
		for i, a := range k {
			for j, b := range with {
				out[i+j] += a * b
			}
		}
		return out
	}
	derivative, across := []float64{-1, 0, 1}, []float64{1}
	for size := 3; size <= aperture; size += 2 {
		if size > 3 {
			derivative = smooth(derivative, 1, 2, 1)
		}
		across = smooth(across, 1, 2, 1)
	}
	var sum, ramp float64
	for i, d := range derivative {
		for j, a := range across {
			dx, dy := i-len(derivative)/2, j-len(across)/2
			ramp += d * a * float64(dx)
			if !along {
				dx, dy = dy, dx
			}
			ix, iy := 0, 0
			if g.Columns > 1 {
				ix = reflect101(x+dx, g.Columns)
			}
			if g.Rows > 1 {
				iy = reflect101(y+dy, g.Rows)
			}
			sum += d * a * float64(g.Value(ix, iy, 0))
		}
	}
	return sum / ramp
}

func TestGradientByItsKernels(t *testing.T) {
	for name, g := range grays(t) {
		for _, aperture := range []int{1, 3, 5, 7} {
			view := filtered(t, g, ViewSobel, Filters{Sobel: aperture})
			scale := view.Scan().Modality
			if scale.Intercept != 0 || scale.Slope <= 0 || scale.Slope > math.Abs(g.scan.Modality.Slope) {
				t.Fatalf("%s: a gradient reads as %+v", name, scale)
			}
			r, slope := max(aperture/2, 1), math.Abs(g.scan.Modality.Slope)
			for y := range g.Rows {
				for x := range g.Columns {
					want := slope * math.Hypot(sobelOf(g, aperture, x, y, true), sobelOf(g, aperture, x, y, false))
					for iy := max(y-r, 0); iy <= min(y+r, g.Rows-1); iy++ {
						for ix := max(x-r, 0); ix <= min(x+r, g.Columns-1); ix++ {
							if g.scan.Padding(ix, iy) {
								want = 0
							}
						}
					}
					if got := scale.Value(view.Value(x, y, 0)); math.Abs(want-got) > 0.5*scale.Slope+1e-5*want {
						t.Fatalf("%s, aperture %d: pixel (%d, %d) is %g, want %g", name, aperture, x, y, got, want)
					}
				}
			}
		}
	}
}

// A ramp that rises by 1 a pixel has gradient 1, one of 3 and 4 a pixel 5.
func TestGradientOfARamp(t *testing.T) {
	for _, c := range []struct {
		x, y int
		want float64
	}{{1, 0, 1}, {0, 1, 1}, {3, 4, 5}} {
		m := NewImage(30, 40, 1, 16, false)
		for i := range m.Pix {
			m.Pix[i] = uint16(i%40*c.x + i/40*c.y)
		}
		g := &Gray{m, &Scan{Stored: m, Values: m, Decoded: 30, Modality: Modality{Slope: 1, Intercept: -1000, Unit: "HU"}, VOIs: []VOI{fullRange(m)}}}
		for _, aperture := range []int{1, 3, 5, 7} {
			view := filtered(t, g, ViewSobel, Filters{Sobel: aperture})
			if got := view.Scan().Modality.Value(view.Value(20, 15, 0)); got != c.want {
				t.Errorf("aperture %d: %d and %d a pixel give %g", aperture, c.x, c.y, got)
			}
			if view.Scan().Modality.Unit != "HU/px" {
				t.Errorf("the unit is %q", view.Scan().Modality.Unit)
			}
		}
	}
}

// The window of a gradient ends where sorting the magnitudes puts the 99.5th
// percentile; other views have none of their own.
func TestWindowOfTheGradient(t *testing.T) {
	for name, g := range grays(t) {
		for _, k := range ViewKinds {
			view := filtered(t, g, k, DefaultFilters)
			v, own := view.Window()
			if own != (k == ViewSobel || k == ViewCanny) {
				t.Errorf("%s: %s has a window of its own: %v", name, k, own)
			}
			if !own {
				if view.Scan() != g.scan {
					t.Errorf("%s: %s is read in another way than its scan", name, k)
				}
				continue
			}
			if k == ViewCanny {
				continue // see TestCannyEqualsGoCV
			}
			var magnitudes []float64
			for i := range view.Pix {
				if !g.scan.Padding(i%g.Columns, i/g.Columns) {
					magnitudes = append(magnitudes, view.Scan().Modality.Value(view.Value(i%g.Columns, i/g.Columns, 0)))
				}
			}
			slices.Sort(magnitudes)
			want := max(magnitudes[int(math.Ceil(0.995*float64(len(magnitudes))))-1], view.Scan().Modality.Slope)
			if low, high := v.Range(); math.Abs(low) > 1e-9 || math.Abs(high-want) > 1e-9 || v.Source != SourceGradient {
				t.Errorf("%s: the window rises from %g to %g, want 0 to %g", name, low, high, want)
			}
		}
	}
}

// Edges are bright in a scan and in its MONOCHROME1 twin.
func TestGradientOfMonochromeTwins(t *testing.T) {
	var pictures [2][]uint8
	for i, m := range []dicomtest.Image{phantom(10), dicomtest.Twin(phantom(10))} {
		g, err := openDICOMImage(t, m).Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		view := filtered(t, g, ViewSobel, DefaultFilters)
		s := *view.Scan()
		s.Values = view.Image
		pictures[i] = drawn(&s)
	}
	if !slices.Equal(pictures[0], pictures[1]) {
		t.Error("the twins' gradients differ")
	}
	if slices.Max(pictures[0]) < 250 || slices.Min(pictures[0]) > 5 {
		t.Error("the gradient does not fill its window")
	}
}

func TestImpossibleFiltersAreRefused(t *testing.T) {
	g, err := openDICOMImage(t, phantom(8)).Gray(background)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k    ViewKind
		name ParameterName
		f    Filters
	}{
		{ViewGaussian, Kernel, Filters{Gaussian: Blur{Kernel: 4}}},
		{ViewUnsharp, Sigma, Filters{Unsharp: Unsharp{0, 1}}},
		{ViewUnsharp, Sigma, Filters{Unsharp: Unsharp{math.NaN(), 1}}},
		{ViewUnsharp, Sigma, Filters{Unsharp: Unsharp{26, 1}}},
		{ViewUnsharp, Amount, Filters{Unsharp: Unsharp{2, -1}}},
		{ViewUnsharp, Amount, Filters{Unsharp: Unsharp{2, math.Inf(1)}}},
		{ViewMedian, Aperture, Filters{}},
		{ViewMedian, Aperture, Filters{Median: 4}},
		{ViewMedian, Aperture, Filters{Median: 7}},
		{ViewCLAHE, Clip, Filters{CLAHE: CLAHE{0.5, 8}}},
		{ViewCLAHE, Clip, Filters{CLAHE: CLAHE{math.Inf(1), 8}}},
		{ViewCLAHE, Tiles, Filters{CLAHE: CLAHE{2, 0}}},
		{ViewCLAHE, Tiles, Filters{CLAHE: CLAHE{2, 17}}},
		{ViewSobel, Aperture, Filters{Sobel: 2}},
		{ViewSobel, Aperture, Filters{Sobel: -1}},
		{ViewSobel, Aperture, Filters{Sobel: 9}},
		{ViewCanny, Low, Filters{Canny: Canny{-1, 2, 3, 1}}},
		{ViewCanny, Low, Filters{Canny: Canny{math.NaN(), 2, 3, 1}}},
		{ViewCanny, High, Filters{Canny: Canny{1, 40000, 3, 1}}},
		{ViewCanny, Aperture, Filters{Canny: Canny{1, 2, 1, 1}}},
		{ViewCanny, Aperture, Filters{Canny: Canny{1, 2, 4, 1}}},
		{ViewCanny, Norm, Filters{Canny: Canny{1, 2, 3, 3}}},
	} {
		var refused *FilterError
		if _, err := g.Filter(background, c.k, c.f); !errors.As(err, &refused) || refused.Kind != c.k || refused.Name != c.name {
			t.Errorf("%s, %v: %v, want that the %s is refused", c.k, c.f.Values(c.k), err, c.name)
		}
		if c.f.Validate() == nil {
			t.Errorf("%v is valid", c.f)
		}
	}
	if err := DefaultFilters.Validate(); err != nil {
		t.Error(err)
	}
	if _, err := g.Filter(background, "posterised", DefaultFilters); fault.KindOf(err) != fault.InternalError {
		t.Errorf("an unknown view gives %v", err)
	}
	cancelled, cancel := context.WithCancel(background)
	cancel()
	for _, k := range ViewKinds {
		if _, err := g.Filter(cancelled, k, DefaultFilters); fault.KindOf(err) != fault.Interrupted {
			t.Errorf("%s, cancelled: %v", k, err)
		}
	}
}

// The parameters of one view are told from those of the others.
func TestOnlyTheParametersOfOneView(t *testing.T) {
	changed := map[ViewKind]Filters{}
	for _, k := range ViewKinds {
		changed[k] = DefaultFilters
		if k.Filtered() != (len(k.Parameters()) > 0) || len(k.Parameters()) != len(DefaultFilters.Values(k)) {
			t.Errorf("%s: %d parameters, %v", k, len(k.Parameters()), DefaultFilters.Values(k))
		}
	}
	change := func(k ViewKind, f func(*Filters)) {
		c := changed[k]
		f(&c)
		changed[k] = c
	}
	change(ViewGaussian, func(f *Filters) { f.Gaussian.Sigma = 3 })
	change(ViewUnsharp, func(f *Filters) { f.Unsharp.Amount = 3 })
	change(ViewMedian, func(f *Filters) { f.Median = 5 })
	change(ViewCLAHE, func(f *Filters) { f.CLAHE.Tiles = 3 })
	change(ViewSobel, func(f *Filters) { f.Sobel = 5 })
	change(ViewCanny, func(f *Filters) { f.Canny.Norm = 2 })
	for _, k := range ViewKinds {
		for of, f := range changed {
			if differs := f.Only(k) != DefaultFilters.Only(k); differs != (k == of && k.Filtered()) {
				t.Errorf("a change of %s changes %s: %v", of, k, differs)
			}
		}
	}
}
