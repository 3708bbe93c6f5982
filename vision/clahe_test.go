package vision

import (
	"math"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// claheOf is contrast-limited adaptive histogram equalisation after Zuiderveld
// (Graphics Gems IV, 1994) in the form of OpenCV's clahe.cpp, in plain Go: levels of
// so many bits, clip as a multiple of an even share of all of them, tiles across and
// down. A picture that the tiles do not divide is mirrored beyond its right and
// bottom edge. Pixels that take no part are left out of the histograms, which are
// then brought to the size of their tile.
func claheOf(pix []int, columns, rows, bits int, clip float64, tiles int, skip func(i int) bool) []int {
	levels := 1 << bits
	width, height := columns/tiles, rows/tiles
	if columns%tiles != 0 || rows%tiles != 0 {
		width, height = width+1, height+1
	}
	limit := max(int(clip*float64(width*height)/float64(levels)), 1)
	tables := make([][]int, tiles*tiles)
	for k := range tables {
		histogram, counted := make([]int, levels), 0
		for y := k / tiles * height; y < (k/tiles+1)*height; y++ {
			for x := k % tiles * width; x < (k%tiles+1)*width; x++ {
				if i := reflect101(y, rows)*columns + reflect101(x, columns); !skip(i) {
					histogram[pix[i]]++
					counted++
				}
			}
		}
		for v := range histogram {
			histogram[v] = histogram[v] * width * height / counted
		}
		tables[k] = clippedTable(histogram, limit, width*height)
	}
	out := make([]int, len(pix))
	for i, v := range pix {
		tx, ty := float32(i%columns)/float32(width)-0.5, float32(i/columns)/float32(height)-0.5
		ax, ay := tx-float32(math.Floor(float64(tx))), ty-float32(math.Floor(float64(ty)))
		at := func(dx, dy int) float32 {
			x := min(max(int(math.Floor(float64(tx)))+dx, 0), tiles-1)
			y := min(max(int(math.Floor(float64(ty)))+dy, 0), tiles-1)
			return float32(tables[y*tiles+x][v])
		}
		mixed := (at(0, 0)*(1-ax)+at(1, 0)*ax)*(1-ay) + (at(0, 1)*(1-ax)+at(1, 1)*ax)*ay
		out[i] = int(math.RoundToEven(float64(mixed)))
	}
	return out
}

// clippedTable clips a histogram, spreads what was clipped over all levels and adds
// up.
func clippedTable(histogram []int, limit, pixels int) []int {
	excess := 0
	for v, n := range histogram {
		if n > limit {
			excess += n - limit
			histogram[v] = limit
		}
	}
	each, left := excess/len(histogram), excess%len(histogram)
	for v := range histogram {
		histogram[v] += each
	}
	for v := 0; left > 0 && v < len(histogram); v += max(len(histogram)/(excess%len(histogram)), 1) {
		histogram[v]++
		left--
	}
	table, sum := make([]int, len(histogram)), 0
	for v, n := range histogram {
		sum += n
		table[v] = int(math.RoundToEven(float64(float32(sum) * (float32(len(histogram)-1) / float32(pixels)))))
	}
	return table
}

// expectCLAHE compares a view with claheOf: stretched to the range of the depth,
// equalised, and brought back.
func expectCLAHE(t *testing.T, name string, g *Gray, c CLAHE) {
	t.Helper()
	low, high := math.MaxInt, math.MinInt
	for i := range g.Pix {
		if x, y := i%g.Columns, i/g.Columns; !g.scan.Padding(x, y) {
			low, high = min(low, g.Value(x, y, 0)), max(high, g.Value(x, y, 0))
		}
	}
	top := float64(int(1)<<g.Depth - 1)
	span := float64(high - low)
	stretched := make([]int, len(g.Pix))
	for i := range g.Pix {
		v := float64(min(max(g.Value(i%g.Columns, i/g.Columns, 0), low), high) - low)
		stretched[i] = int(math.Round(v / span * top))
	}
	equal := claheOf(stretched, g.Columns, g.Rows, g.Depth, c.Clip*(top+1)/(span+1), c.Tiles, func(i int) bool {
		return g.scan.Padding(i%g.Columns, i/g.Columns)
	})
	view := filtered(t, g, ViewCLAHE, Filters{CLAHE: c})
	// One level of the result, where a sum of float32 lies on the edge of two.
	tolerance := 0.5 + span/top + 1e-9
	eachPixel(t, name, g, view, tolerance, func(x, y int) float64 {
		return float64(low) + float64(equal[y*g.Columns+x])/top*span
	})
}

func TestCLAHEByItsAlgorithm(t *testing.T) {
	for name, g := range grays(t) {
		if name == "padded" || name == "cut short" || len(g.Pix) == 1 || g.Rows == 1 {
			continue // the next tests'
		}
		for _, c := range []CLAHE{{2, 8}, {1, 1}, {4, 3}, {40, 5}, {2.7, 16}} {
			expectCLAHE(t, name, g, c)
		}
	}
}

// Where the padding of a tile is a whole multiple of what is not, its histogram is
// that of the other pixels, enlarged.
func TestCLAHELeavesPaddingOut(t *testing.T) {
	const rows, columns, tiles = 48, 64, 4 // tiles of 16 × 12
	for name, padding := range map[string]int{"dark": -2000, "within": 100, "bright": 2000} {
		m := dicomtest.Image{Rows: rows, Columns: columns, Stored: 12, Signed: true,
			Extra: []dicomtest.Element{{Tag: 0x00280120, VR: "SS", Value: padding}}}
		for i := range rows * columns {
			x, y := i%columns, i/columns
			v := (x*x*3+y*y*7)%900 - 450
			if v == padding {
				v++
			}
			if x%16 < 8 {
				v = padding
			}
			m.Values = append(m.Values, uint16(v)&0xfff)
		}
		g, err := openDICOMImage(t, m).Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		expectCLAHE(t, name, g, CLAHE{Clip: 3, Tiles: tiles})
	}
}

// What the padding's value is changes nothing, not in tiles of padding alone either.
func TestCLAHEDoesNotSeePadding(t *testing.T) {
	var first *Gray
	for _, padding := range []int{1900, -2000} {
		g, err := openDICOMImage(t, bordered(padding)).Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		view := filtered(t, g, ViewCLAHE, DefaultFilters)
		if first == nil {
			first = view
			continue
		}
		for i := range view.Pix {
			if x, y := i%g.Columns, i/g.Columns; !g.scan.Padding(x, y) && view.Pix[i] != first.Pix[i] {
				t.Fatalf("pixel (%d, %d) is %d and %d", x, y, first.Value(x, y, 0), view.Value(x, y, 0))
			}
		}
	}
}

// The clip limit means the same at every depth: a picture in 8 bits and the same in
// 12 of 16 are equalised alike, and faint structure gains contrast in both.
func TestCLAHEActsAlikeAtEveryDepth(t *testing.T) {
	shallow, deep := NewImage(96, 128, 1, 8, false), NewImage(96, 128, 1, 16, false)
	for i := range shallow.Pix {
		x, y := i%128, i/128
		v := 100 + (x+y)%4 + 2*(y/16%2) // faint
		if x >= 112 {
			v = x % 2 * 255 // what takes up the range
		}
		shallow.Pix[i], deep.Pix[i] = uint16(v), uint16(v)
	}
	contrast := func(m *Image) (steps [4]int) {
		s := &Scan{Stored: m, Values: m, Decoded: m.Rows, Modality: Modality{Slope: 1}, VOIs: []VOI{fullRange(m)}}
		view := filtered(t, &Gray{m, s}, ViewCLAHE, Filters{CLAHE: CLAHE{Clip: 4, Tiles: 4}})
		for k := range steps {
			steps[k] = view.Value(60+k, 40, 0)
		}
		return steps
	}
	// OpenCV does not spread the last of what it clips evenly where there are few
	// levels, so the brightness can differ; the contrast does not.
	a, b := contrast(shallow), contrast(deep)
	for k := 1; k < 4; k++ {
		if d := (a[k] - a[k-1]) - (b[k] - b[k-1]); d < -1 || d > 1 {
			t.Errorf("8 bits give %v, 16 bits %v", a, b)
		}
	}
	low, high := min(a[0], a[1], a[2], a[3]), max(a[0], a[1], a[2], a[3])
	if high-low < 2*3 {
		t.Errorf("four neighbouring levels become %v", a)
	}
}

// A picture of one value, of one row or of one pixel stays what it is or within its
// range, and breaks nothing.
func TestCLAHEOfNextToNothing(t *testing.T) {
	for name, g := range grays(t) {
		view := filtered(t, g, ViewCLAHE, Filters{CLAHE: CLAHE{2, 16}})
		if len(g.Pix) == 1 && view.Pix[0] != g.Pix[0] {
			t.Errorf("%s became %d", name, view.Pix[0])
		}
	}
	m := NewImage(20, 30, 1, 16, true)
	for i := range m.Pix {
		m.Pix[i] = 0xfff0
	}
	s := &Scan{Stored: m, Values: m, Decoded: 20, Modality: Modality{Slope: 1}, VOIs: []VOI{fullRange(m)}}
	for i, p := range filtered(t, &Gray{m, s}, ViewCLAHE, DefaultFilters).Pix {
		if p != 0xfff0 {
			t.Fatalf("pixel %d of an even picture became %#x", i, p)
		}
	}
}
