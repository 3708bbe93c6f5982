package marks

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"lightbox/vision"
	dt "lightbox/vision/dicom/dicomtest"
)

// inside tells whether a position is in a region, by other means than spans does: by
// the equation of the ellipse, and with a ray straight down through the polygon.
func inside(m Mark, x, y float64) bool {
	p := m.Points
	switch m.Kind {
	case Rectangle:
		return (x-p[0].X)*(x-p[1].X) < 0 && (y-p[0].Y)*(y-p[1].Y) < 0
	case Ellipse:
		u, v := (2*x-p[0].X-p[1].X)/(p[1].X-p[0].X), (2*y-p[0].Y-p[1].Y)/(p[1].Y-p[0].Y)
		return u*u+v*v < 1
	}
	odd := false
	for i := range p {
		a, b := p[i], p[(i+1)%len(p)]
		if (a.X > x) != (b.X > x) && y < a.Y+(b.Y-a.Y)*(x-a.X)/(b.X-a.X) {
			odd = !odd
		}
	}
	return odd
}

// regions are marks of all kinds, of which some reach beyond an image of 70 × 50.
func regions(rnd *rand.Rand) Mark {
	kind := []Kind{Ellipse, Rectangle, Polygon}[rnd.Intn(3)]
	n := 2
	if kind == Polygon {
		n = 3 + rnd.Intn(9)
	}
	m := Mark{Kind: kind}
	for range n {
		m.Points = append(m.Points, Point{rnd.Float64()*90 - 10, rnd.Float64()*70 - 10})
	}
	return m
}

// TestPixelsInside asks each pixel's middle whether it lies inside.
func TestPixelsInside(t *testing.T) {
	rnd := rand.New(rand.NewSource(2))
	for range 2000 {
		m := regions(rnd)
		var got, want [50][70]int
		for _, s := range spans(m, 50, 70) {
			for x := s.From; x < s.To; x++ {
				got[s.Row][x]++
			}
		}
		for y := range 50 {
			for x := range 70 {
				if inside(m, float64(x)+0.5, float64(y)+0.5) {
					want[y][x] = 1
				}
			}
		}
		if got != want {
			t.Fatalf("%s %v: not the pixels whose middles lie inside", m.Kind, m.Points)
		}
	}
}

// Regions that share a side share no pixel, and leave none out.
func TestAbuttingRegions(t *testing.T) {
	var seen [20][20]int
	for _, m := range []Mark{
		at(Rectangle, 0, 0, 10.5, 20), at(Polygon, 10.5, 0, 20, 0, 20, 9.5, 10.5, 20), at(Polygon, 20, 20, 10.5, 20, 20, 9.5),
	} {
		for _, s := range spans(m, 20, 20) {
			for x := s.From; x < s.To; x++ {
				seen[s.Row][x]++
			}
		}
	}
	for y, row := range seen {
		for x, n := range row {
			if n != 1 {
				t.Errorf("pixel %d, %d is in %d regions", x, y, n)
			}
		}
	}
}

// Areas and perimeters are those of the figures; so is, nearly, the number of pixels.
func TestAreas(t *testing.T) {
	s := blank(t, 300, 400, modality("CT"), spacing("0.5", "0.25"))
	bare := blank(t, 300, 400, modality("OT"))
	var hexagon, star []float64
	for k := range 6 {
		sin, cos := math.Sincos(math.Pi / 3 * float64(k))
		hexagon = append(hexagon, 200.3+90*cos, 150.7+90*sin)
	}
	for k := range 5 { // crosses itself: its middle does not count
		sin, cos := math.Sincos(math.Pi * 4 / 5 * float64(k))
		star = append(star, 200.37+140*cos, 150.71+140*sin)
	}
	// The five points of a pentagram, without its middle.
	golden := (1 + math.Sqrt(5)) / 2
	inner := 140 / (golden * golden)
	tips := 5*140*inner*math.Sin(math.Pi/5) - 2.5*inner*inner*math.Sin(2*math.Pi/5)
	for name, c := range map[string]struct {
		mark       Mark
		area, long float64 // px², px; 0 for a perimeter that is not checked
		tolerance  float64 // of the area, in parts
	}{
		"rectangle": {at(Rectangle, 310.5, 220.25, 10, 20), 300.5 * 200.25, 2 * (300.5 + 200.25), 1e-12},
		"circle":    {at(Ellipse, 100, 50, 300, 250), math.Pi * 1e4, 2 * math.Pi * 100, 1e-12},
		"ellipse":   {at(Ellipse, 300, 50, 100, 150), math.Pi * 100 * 50, 484.4224110, 1e-12}, // 4a·E(e), by series
		"hexagon":   {at(Polygon, hexagon...), 1.5 * math.Sqrt(3) * 8100, 540, 1e-12},
		"pentagram": {at(Polygon, star...), tips, 0, 4e-3},
	} {
		r := Measure(c.mark, bare, Calibration{})
		expect(t, name, value(t, r, NameArea), c.area, c.tolerance*c.area, "px²", vision.NoSource)
		if c.long > 0 {
			expect(t, name, value(t, r, NamePerimeter), c.long, 1e-6, "px", vision.NoSource)
		}
		if n := value(t, r, NamePixels); math.Abs(n.Number-c.area) > 4e-3*c.area || n.String() != fmt.Sprint(n.Number) {
			t.Errorf("%s: %v pixels in %v px²", name, n, c.area)
		}
		r = Measure(c.mark, s, Calibration{})
		expect(t, name, value(t, r, NameArea), c.area/8, c.tolerance*c.area, "mm²", vision.AtScanner)
	}
	// Rows 0.5 mm apart, columns 0.25: an ellipse twice as wide as high is a circle.
	r := Measure(at(Ellipse, 100, 100, 200, 150), s, Calibration{})
	expect(t, "circle in mm", value(t, r, NamePerimeter), 25*math.Pi, 1e-9, "mm", vision.AtScanner)
	expect(t, "hexagon in mm", value(t, Measure(at(Polygon, hexagon...), s, Calibration{}), NamePerimeter), 2*22.5+4*math.Hypot(11.25, 45*math.Sqrt(3)/2), 1e-9, "mm", vision.AtScanner)
	// Far from the corner, and both ways round.
	far := at(Polygon, 1e6, 1e6, 1e6+10, 1e6, 1e6+10, 1e6+10, 1e6, 1e6+10)
	slices.Reverse(far.Points)
	if a := area(far, Scale{Spacing: vision.Spacing{Row: 1, Column: 1}}); a != 100 {
		t.Errorf("area %v far away", a)
	}
	if !crossesItself(at(Polygon, star...).Points) || crossesItself(at(Polygon, hexagon...).Points) || crossesItself(at(Polygon, 0, 0, 9, 0, 5, 5).Points) {
		t.Error("crossings are not told")
	}
}

// halves is an image whose left half holds one value and whose right half another.
func halves(left, right uint16, extra ...dt.Element) dt.Image {
	m := dt.Image{Rows: 40, Columns: 60, Stored: 12, Values: make([]uint16, 40*60), Extra: extra}
	for i := range m.Values {
		if m.Values[i] = left; i%60 >= 30 {
			m.Values[i] = right
		}
	}
	return m
}

// Statistics of regions of which everything is known.
func TestRegionStatistics(t *testing.T) {
	hu := []dt.Element{modality("CT"), dt.DS(dt.RescaleSlope, "2"), dt.DS(dt.RescaleIntercept, "-1024"), word(0x00281054, "LO", "HU")}
	r := Measure(at(Rectangle, 20, 10, 40, 30), open(t, halves(500, 600, hu...)), Calibration{})
	for name, want := range map[Term]float64{NameMean: 76, NameSD: 100, NameMin: -24, NameMax: 176, NameMedian: 76} {
		expect(t, "halves", value(t, r, name), want, 1e-9, "HU", "")
	}
	expect(t, "halves", value(t, r, NamePixels), 400, 0, "", "")
	expect(t, "halves", value(t, r, NameSkewness), 0, 1e-12, "", "")
	expect(t, "halves", value(t, r, NameKurtosis), -2, 1e-12, "", "")
	expect(t, "halves", value(t, r, NameEntropy), 1, 1e-12, "bit", "")
	if v := value(t, r, NameEntropy); v.Bins != 101 || v.Binned().String() != "histogram of 101 bins" || v.String() != "1.00 bit" {
		t.Errorf("%v of %d bins", v, v.Bins)
	}
	if v := value(t, r, NameMean); v.String() != "76.0 HU" || len(r.Remarks) != 0 {
		t.Errorf("%v, %v", v, r.Remarks)
	}
	if h := r.Histogram; h == nil || h.Counts[0] != 200 || h.Counts[len(h.Counts)-1] != 200 || h.Low != -24 {
		t.Errorf("histogram %+v", r.Histogram)
	}
	if v := value(t, Measure(at(Rectangle, 2, 10, 12, 30), open(t, halves(500, 600)), Calibration{}), NameMin); v.String() != "500" {
		t.Error(v)
	}

	// Padding does not count, nor what lies outside; it is said.
	padded := open(t, halves(500, 600, dt.Element{Tag: 0x00280120, VR: "US", Value: 500}))
	r = Measure(at(Rectangle, 20, 10, 40, 30), padded, Calibration{})
	expect(t, "padding", value(t, r, NameMean), 600, 0, "", "")
	expect(t, "padding", value(t, r, NamePixels), 200, 0, "", "")
	if len(r.Remarks) != 1 || r.Remarks[0].String() != "200 pixels of the region are padding or could not be decoded and do not count." {
		t.Error(r.Remarks)
	}
	r = Measure(at(Rectangle, 2, 2, 12, 12), padded, Calibration{})
	expect(t, "padding only", value(t, r, NamePixels), 0, 0, "", "")
	expect(t, "padding only", value(t, r, NameArea), 100, 0, "px²", vision.NoSource)
	if len(r.Remarks) != 1 || r.Histogram != nil {
		t.Errorf("%v", r.Remarks)
	}
	r = Measure(at(Ellipse, 40, 20, 80, 60), open(t, halves(500, 600)), Calibration{})
	expect(t, "outside", value(t, r, NamePixels), 316, 4, "", "") // a quarter of π·20²
	expect(t, "outside", value(t, r, NameMean), 600, 0, "", "")
	if len(r.Remarks) != 1 {
		t.Error(r.Remarks)
	}
	r = Measure(at(Rectangle, 5.6, 5.6, 6.4, 6.4), padded, Calibration{})
	if v := value(t, r, NamePixels); v.Number != 0 || r.Refused != nil || len(r.Remarks) != 1 {
		t.Errorf("between middles: %+v", r)
	}
}

// How a frame is shown changes no value: the same stored values are the same under
// both interpretations, and a twin's are reflected.
func TestRegionOfTwins(t *testing.T) {
	m := dt.Chest(160, 128, 12)
	m.Extra = []dt.Element{dt.DS(dt.WindowCentre, "2000"), dt.DS(dt.WindowWidth, "900")}
	same := m
	same.Photometric = "MONOCHROME1"
	region := at(Polygon, 20, 30, 100, 25, 110, 120, 60, 90, 22, 140)
	a, b, c := Measure(region, open(t, m), Calibration{}), Measure(region, open(t, same), Calibration{}), Measure(region, open(t, dt.Twin(m)), Calibration{})
	for i, v := range a.Values {
		if v != b.Values[i] {
			t.Errorf("%v, under MONOCHROME1 %v", v, b.Values[i])
		}
		want := map[Term]float64{
			NameMean: 4095 - v.Number, NameMedian: 4095 - v.Number,
			NameMin: 4095 - value(t, a, NameMax).Number, NameMax: 4095 - value(t, a, NameMin).Number,
		}
		switch v.Name {
		case NameSkewness:
			want[NameSkewness] = -v.Number
		case NameEntropy: // bins of several values begin at the other end
			expect(t, "twin", c.Values[i], v.Number, 0.05, v.Unit, v.Provenance)
			continue
		}
		number, reflected := want[v.Name]
		if !reflected {
			number = v.Number
		}
		expect(t, "twin", c.Values[i], number, 1e-9, v.Unit, v.Provenance)
	}
}

// TestRegionByPython compares with Python's statistics module, which reckons in
// fractions.
func TestRegionByPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	m := dt.Chest(120, 100, 12)
	m.Signed = true
	m.Extra = []dt.Element{dt.DS(dt.RescaleSlope, "0.25"), dt.DS(dt.RescaleIntercept, "-100.5")}
	s, rnd := open(t, m), rand.New(rand.NewSource(4))
	for range 3 {
		region := regions(rnd)
		var values []float64
		for y := range 120 {
			for x := range 100 {
				if inside(region, float64(x)+0.5, float64(y)+0.5) {
					values = append(values, 0.25*float64(int16(m.Values[y*100+x]<<4)>>4)-100.5)
				}
			}
		}
		data, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		run := exec.Command(python, "-c", "import json,math,sys,statistics as s\nfrom collections import Counter\nfrom fractions import Fraction as F\nv=json.load(sys.stdin)\n"+
			"f=[F(x) for x in v]\nn=len(f)\nm=sum(f)/n\nk=[sum((x-m)**i for x in f)/n for i in (2,3,4)]\n"+
			"w=F(1,4)*(int((max(f)-min(f))*4)//256+1)\nb=Counter((x-min(f))//w for x in f)\n"+
			"e=-sum(c/n*math.log2(c/n) for c in b.values())\n"+
			"print(json.dumps([s.fmean(v),s.pstdev(v),min(v),max(v),s.median(v),len(v),float(k[1])/float(k[0])**1.5,float(k[2]/k[0]**2-3),e]))")
		run.Stdin = strings.NewReader(string(data))
		out, err := run.Output()
		if err != nil {
			t.Skipf("python3 does not run: %v", err)
		}
		var want []float64
		if err := json.Unmarshal(out, &want); err != nil {
			t.Fatal(err)
		}
		r := Measure(region, s, Calibration{})
		for i, name := range []Term{NameMean, NameSD, NameMin, NameMax, NameMedian, NamePixels, NameSkewness, NameKurtosis, NameEntropy} {
			expect(t, "python", value(t, r, name), want[i], 1e-9, map[Term]string{NameEntropy: "bit"}[name], "")
		}
	}
}

func TestDigits(t *testing.T) {
	for _, c := range []struct {
		slope, intercept float64
		want             int
	}{{1, 0, 0}, {1, -1024, 0}, {-2, 10, 0}, {2.5, 0, 1}, {0.1, 0, 1}, {0.25, 0, 2}, {1, 0.5, 1}, {0.0123456, 0, 3}, {1500.7, 0, 0}, {1.0 / 65535, 0, 6}, {1e-12, 0, 6}, {0, 0, 0}, {1e12, 0, 0}} {
		if got := digitsOf(vision.Modality{Slope: c.slope, Intercept: c.intercept}); got != c.want {
			t.Errorf("slope %v, intercept %v: %d digits, want %d", c.slope, c.intercept, got, c.want)
		}
	}
}

// A polygon of thousands of long sides is refused before it takes memory.
func TestEndlessOutline(t *testing.T) {
	s := blank(t, 20_000, 4)
	var xy []float64
	for i := range maxPoints {
		xy = append(xy, float64(i%4), float64(i%2*1_000_000))
	}
	if r := Measure(at(Polygon, xy...), s, Calibration{}); r.Refused == nil {
		t.Errorf("%+v", r.Values)
	}
}

func BenchmarkMeasure(b *testing.B) {
	m := dt.Image{Rows: 2200, Columns: 2200, Values: make([]uint16, 2200*2200)}
	for i := range m.Values {
		m.Values[i] = uint16(i * 7919 >> 6 & 0xfff)
	}
	s := open(b, m)
	var round []float64
	for k := range 1000 {
		sin, cos := math.Sincos(2 * math.Pi / 1000 * float64(k))
		round = append(round, 1100+1000*cos, 1100+1000*sin)
	}
	for name, mark := range map[string]Mark{
		"rectangle": at(Rectangle, 100, 100, 2100, 2100), "ellipse": at(Ellipse, 100, 100, 2100, 2100), "polygon": at(Polygon, round...),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Measure(mark, s, Calibration{})
			}
		})
	}
}
