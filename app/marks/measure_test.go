package marks

import (
	"math"
	"math/rand"
	"testing"
	"time"

	"lightbox/vision"
	dt "lightbox/vision/dicom/dicomtest"
)

// Lengths have the unit and the provenance of what says them; rows and columns each
// their own distance.
func TestLength(t *testing.T) {
	imager := dt.DS(0x00181164, `0.5\0.5`)
	for name, c := range map[string]struct {
		scan  *vision.Scan
		want  float64
		unit  string
		from  vision.Provenance
		shown string
	}{
		"no source":  {blank(t, 50, 60, modality("OT")), 5, "px", vision.NoSource, "5.0 px"},
		"CT":         {blank(t, 50, 60, modality("CT"), spacing("0.5", "2")), math.Hypot(4*0.5, 3*2), "mm", vision.AtScanner, "6.3 mm"},
		"DX":         {blank(t, 50, 60, modality("DX"), imager), 2.5, "mm", vision.AtDetector, "2.5 mm"},
		"magnified":  {blank(t, 50, 60, modality("DX"), imager, dt.DS(0x00181114, "1.25")), 2, "mm", vision.Magnified, "2.0 mm"},
		"fiducial":   {blank(t, 50, 60, modality("DX"), spacing("0.2", "0.2"), word(0x00280A02, "CS", "FIDUCIAL")), 1, "mm", vision.Calibrated, "1.0 mm"},
		"zero":       {blank(t, 50, 60, modality("CT"), spacing("0", "0")), 5, "px", vision.NoSource, "5.0 px"},
		"too small":  {blank(t, 50, 60, modality("CT"), spacing("1e-30", "1e-30")), 5, "px", vision.NoSource, "5.0 px"},
		"infinitely": {blank(t, 50, 60, modality("CT"), spacing("1e300", "1e300")), 5, "px", vision.NoSource, "5.0 px"},
	} {
		r := Measure(at(Length, 10.25, 20.5, 13.25, 24.5), c.scan, Calibration{})
		v := value(t, r, NameLength)
		expect(t, name, v, c.want, 1e-9, c.unit, c.from)
		if v.String() != c.shown || len(r.Values) != 1 || !v.Main || r.Scale.Known() != (c.unit == "mm") {
			t.Errorf("%s: %v of %+v", name, v, r)
		}
	}
}

// In ultrasound millimetres hold within one region.
func TestLengthInRegions(t *testing.T) {
	seconds := dt.Set(dt.Region(0, 60, 99, 89, 0.01, 0.05)).With(dt.Element{Tag: 0x00186024, VR: "US", Value: 4})
	s := blank(t, 90, 100, modality("US"), spacing("9", "9"), dt.Element{Tag: 0x00186011, VR: "SQ", Items: [][]dt.Element{
		dt.Region(10, 5, 49, 54, 0.02, 0.03), dt.Region(50, 5, 89, 54, 0.1, 0.1), seconds}})
	length := func(xy ...float64) Value { return value(t, Measure(at(Length, xy...), s, Calibration{}), NameLength) }
	expect(t, "first", length(20, 10, 24, 14), math.Hypot(4*0.2, 4*0.3), 1e-9, "mm", vision.AtRegion)
	expect(t, "second", length(60, 10, 60, 14), 4, 1e-9, "mm", vision.AtRegion)
	expect(t, "across", length(49, 10, 52, 14), 5, 1e-9, "px", vision.NoSource)
	expect(t, "half outside", length(20, 10, 20, 2), 8, 1e-9, "px", vision.NoSource)
	expect(t, "outside", length(1, 1, 4, 5), 5, 1e-9, "px", vision.NoSource)
	expect(t, "time", length(1, 70, 4, 74), 5, 1e-9, "px", vision.NoSource)
	if r := Measure(at(Angle, 1, 70, 4, 74, 1, 70, 9, 70), s, Calibration{}); r.Refused == nil || r.Values != nil {
		t.Errorf("an angle against time: %v", r.Values)
	}
	// All corners of a region's box count, and all points of a polygon.
	expect(t, "ellipse", value(t, Measure(at(Ellipse, 20, 10, 30, 20), s, Calibration{}), NameArea), math.Pi*25*0.06, 1e-9, "mm²", vision.AtRegion)
	expect(t, "polygon", value(t, Measure(at(Polygon, 20, 10, 30, 10, 55, 20), s, Calibration{}), NameArea), 50, 1e-9, "px²", vision.NoSource)
}

// A reference counts before the file's own spacing and keeps the ratio of its pixels.
func TestReference(t *testing.T) {
	made := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)
	reference := func(known float64, after time.Duration, xy ...float64) Mark {
		m := at(Reference, xy...)
		m.Known, m.Name, m.Made = known, "ball", made.Add(after)
		return m
	}
	square, oblong := blank(t, 50, 60, modality("OT")), blank(t, 50, 60, modality("DX"), dt.DS(0x00181164, `0.2\0.1`))
	ruler := at(Length, 5, 5, 8, 9)
	c := Calibrate([]Mark{ruler, reference(25, 0, 10, 10, 10, 60)}, nil)
	r := Measure(ruler, square, c)
	expect(t, "no spacing", value(t, r, NameLength), 2.5, 1e-9, "mm", vision.ByUser)
	if r.Scale.By != "ball" || !r.Scale.At.Equal(made) {
		t.Errorf("by %q at %v", r.Scale.By, r.Scale.At)
	}
	// 50 columns of 0.1 mm are said to be 25 mm: five times as much, rows too.
	c = Calibrate([]Mark{reference(25, 0, 10, 10, 60, 10)}, nil)
	expect(t, "other spacing", value(t, Measure(ruler, oblong, c), NameLength), math.Hypot(3*0.5, 4*1), 1e-9, "mm", vision.ByUser)

	// Which of several counts.
	old, young := reference(10, 0, 0, 0, 10, 0), reference(20, time.Hour, 0, 0, 10, 0)
	for name, c := range map[string]struct {
		frame, stack []Mark
		want         float64
	}{
		"the last": {[]Mark{young, old}, nil, 10}, "the last, other order": {[]Mark{old, young}, nil, 10},
		"the frame's own": {[]Mark{old}, []Mark{young}, 5}, "the stack's": {nil, []Mark{old, young}, 10},
		"none that can be": {[]Mark{reference(0, 0, 0, 0, 10, 0), reference(math.NaN(), 0, 0, 0, 10, 0), reference(5, 0, 3, 3, 3, 3), reference(1e-300, 0, 0, 0, 1e6, 0)}, []Mark{old}, 5},
	} {
		expect(t, name, value(t, Measure(ruler, square, Calibrate(c.frame, c.stack)), NameLength), c.want, 1e-9, "mm", vision.ByUser)
	}

	r = Measure(reference(25, 0, 10, 10, 60, 10), oblong, Calibration{})
	expect(t, "itself", value(t, r, NameReference), 25, 0, "mm", vision.ByUser)
	expect(t, "by the file", value(t, r, NameByFile), 5, 1e-9, "mm", vision.AtDetector)
	expect(t, "in pixels", value(t, Measure(reference(25, 0, 10, 10, 60, 10), square, Calibration{}), NameLength), 50, 1e-9, "px", vision.NoSource)

	// In ultrasound, in its own region only, and never along time.
	seconds := dt.Set(dt.Region(0, 60, 99, 89, 0.01, 0.05)).With(dt.Element{Tag: 0x00186024, VR: "US", Value: 4})
	unknown := dt.Set(dt.Region(50, 5, 89, 54, 0, 0)).With(dt.Element{Tag: 0x00186024, VR: "US", Value: 0}, dt.Element{Tag: 0x00186026, VR: "US", Value: 0})
	us := blank(t, 90, 100, modality("US"), dt.Element{Tag: 0x00186011, VR: "SQ", Items: [][]dt.Element{dt.Region(10, 5, 49, 54, 0.02, 0.02), unknown, seconds}})
	in := reference(40, 0, 60, 10, 80, 10)
	c = Calibrate([]Mark{in}, nil)
	expect(t, "its region", value(t, Measure(at(Length, 60, 20, 63, 24), us, c), NameLength), 10, 1e-9, "mm", vision.ByUser)
	expect(t, "another region", value(t, Measure(at(Length, 20, 20, 23, 24), us, c), NameLength), 1, 1e-9, "mm", vision.AtRegion)
	expect(t, "no region", value(t, Measure(at(Length, 1, 1, 4, 5), us, c), NameLength), 5, 1e-9, "px", vision.NoSource)
	if r := Measure(in, us, Calibration{}); r.Refused != nil {
		t.Error(r.Refused)
	}
	for name, m := range map[string]Mark{"time": reference(40, 0, 10, 70, 10, 80), "two regions": reference(40, 0, 40, 10, 60, 10)} {
		if r := Measure(m, us, Calibration{}); r.Refused == nil || r.Values != nil {
			t.Errorf("%s: %v", name, r.Values)
		}
	}
}

// line is a segment of 40 units from x, y under an angle in degrees.
func line(x, y, degrees float64) []float64 {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return []float64{x, y, x + 40*cos, y + 40*sin}
}

// reversed draws a segment from its other end.
func reversed(l []float64) []float64 { return []float64{l[2], l[3], l[0], l[1]} }

func TestAngle(t *testing.T) {
	s := blank(t, 200, 300, modality("OT"))
	for _, want := range []float64{0, 0.01, 30, 90, 135, 179.99, 180} {
		a, b := line(100, 100, 12), line(101, 100.5, 12+want)
		for k := range 4 { // whichever ends come first
			p, q := a, b
			if k&1 == 1 {
				p = reversed(p)
			}
			if k&2 == 2 {
				q = reversed(q)
			}
			r := Measure(at(Angle, append(append([]float64{}, p...), q...)...), s, Calibration{})
			expect(t, "angle", value(t, r, NameAngle), want, 1e-6, "°", "")
			expect(t, "angle", value(t, r, NameSupplement), 180-want, 1e-6, "°", "")
		}
	}
	v := value(t, Measure(at(Angle, append(line(5, 5, 0), line(5, 5, 45)...)...), s, Calibration{}), NameAngle)
	if v.String() != "45.0°" {
		t.Error(v)
	}
	// Where pixels are not square, angles are those in millimetres: with rows twice
	// as far apart as columns, a slope of ½ in pixels is one of 45°.
	oblong := blank(t, 200, 300, modality("CT"), spacing("1", "0.5"))
	r := Measure(at(Angle, 10, 10, 50, 10, 10, 10, 50, 30), oblong, Calibration{})
	expect(t, "in millimetres", value(t, r, NameAngle), 45, 1e-9, "°", vision.AtScanner)
	if len(r.Remarks) != 1 {
		t.Error(r.Remarks)
	}
}

// A Cobb angle hangs neither on the ends that were drawn first nor on how the film
// lies, and goes beyond 90°.
func TestCobb(t *testing.T) {
	s := blank(t, 300, 300, modality("OT"))
	for _, want := range []float64{0, 10, 45, 89, 91, 104, 130} {
		for _, turned := range []float64{0, 30, 90, 180, 271} {
			sin, cos := math.Sincos(turned * math.Pi / 180)
			var xy []float64
			upper, lower := line(-20, -60, -want/2), line(-15, 50, want/2)
			for k, l := range [][]float64{upper, lower} {
				if int(turned+want)>>k&1 == 1 {
					l = reversed(l)
				}
				xy = append(xy, 150+cos*l[0]-sin*l[1], 150+sin*l[0]+cos*l[1], 150+cos*l[2]-sin*l[3], 150+sin*l[2]+cos*l[3])
			}
			r := Measure(at(Cobb, xy...), s, Calibration{})
			expect(t, "Cobb", value(t, r, NameCobb), want, 1e-6, "°", "")
		}
	}
	// Plates that cross in their middles have no line between them.
	r := Measure(at(Cobb, 0, 0, 10, 10, 0, 10, 10, 0.0001), s, Calibration{})
	if v := value(t, r, NameCobb); v.Number > 90.1 {
		t.Error(v)
	}
}

// film is a scan of a chest film with the view and whatever else is given.
func film(t *testing.T, view string, extra ...dt.Element) *vision.Scan {
	t.Helper()
	return blank(t, 400, 400, append([]dt.Element{modality("DX"), word(0x00180015, "CS", "CHEST"), word(0x00185101, "CS", view)}, extra...)...)
}

func TestCTR(t *testing.T) {
	m := at(CTR, 150, 200, 270, 220, 80, 260, 330, 250)
	r := Measure(m, film(t, "PA"), Calibration{})
	expect(t, "ratio", value(t, r, NameCTR), 0.48, 1e-9, "", "")
	expect(t, "heart", value(t, r, NameHeart), 120, 1e-9, "px", vision.NoSource)
	expect(t, "thorax", value(t, r, NameThorax), 250, 1e-9, "px", vision.NoSource)
	if v := value(t, r, NameCTR); v.String() != "0.48" || len(r.Remarks) != 1 || r.Remarks[0].String() != "Normal in adults on PA films: 0.42–0.50." {
		t.Errorf("%v: %v", v, r.Remarks)
	}
	// A film that is stored lying: rows run along the patient.
	lying := film(t, "PA", word(0x00200020, "CS", `F\R`), dt.DS(0x00181164, `0.5\0.1`))
	r = Measure(at(CTR, 200, 150, 220, 270, 260, 80, 250, 330), lying, Calibration{})
	expect(t, "lying", value(t, r, NameCTR), 0.48, 1e-9, "", "")
	expect(t, "lying", value(t, r, NameHeart), 60, 1e-9, "mm", vision.AtDetector)

	wider := at(CTR, 80, 260, 330, 250, 150, 200, 270, 220)
	above := at(CTR, 80, 260, 80, 250, 80, 200, 270, 220)
	for name, m := range map[string]Mark{"wider": wider, "above": above} {
		if r := Measure(m, film(t, "PA"), Calibration{}); r.Refused == nil || r.Refused.Confirmable || r.Values != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Only PA films of the chest are measured without asking.
func TestCTREligible(t *testing.T) {
	code := func(meaning string) dt.Element {
		return dt.Element{Tag: 0x00540220, VR: "SQ", Items: [][]dt.Element{{word(0x00080104, "LO", meaning)}}}
	}
	const yes, ask, no = "yes", "ask", "no"
	for name, c := range map[string]struct {
		scan *vision.Scan
		want string
	}{
		"PA":              {film(t, "PA"), yes},
		"PA, CR":          {film(t, "PA", modality("CR")), yes},
		"PA by code":      {film(t, "", code("postero-anterior")), yes},
		"no body part":    {film(t, "PA", word(0x00180015, "CS", "")), yes},
		"AP":              {film(t, "AP"), ask},
		"AP by code":      {film(t, "", code("antero-posterior")), ask},
		"lateral":         {film(t, "LL"), ask},
		"view not known":  {film(t, ""), ask},
		"AP against code": {film(t, "AP", code("postero-anterior")), ask},
		"hand":            {film(t, "PA", word(0x00180015, "CS", "HAND")), ask},
		"captured":        {film(t, "PA", modality("SC")), ask},
		"CT":              {film(t, "PA", modality("CT")), no},
		"mammogram":       {film(t, "PA", modality("MG")), no},
	} {
		m := at(CTR, 150, 200, 270, 220, 80, 260, 330, 250)
		for _, m.Confirmed = range []bool{false, true} {
			r := Measure(m, c.scan, Calibration{})
			measured := c.want == yes || c.want == ask && m.Confirmed
			if (r.Refused == nil) != measured || (len(r.Values) > 0) != measured || r.Refused != nil && r.Refused.Confirmable != (c.want == ask) {
				t.Errorf("%s, confirmed %v: %+v", name, m.Confirmed, r)
			}
			for _, said := range r.Remarks {
				if normal := said.Text == "Normal in adults on PA films: {{.Range}}."; normal != (c.want == yes) {
					t.Errorf("%s: %v", name, said)
				}
			}
		}
	}
}

// Whatever the points, a value that is a number or a refusal.
func TestGarbage(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	odd := []float64{0, math.Copysign(0, -1), 0.5, -1, 30, 60, 1e-300, -1e6, 1e6, 1e7, 1e300, -1e308, math.NaN(), math.Inf(1), math.Inf(-1)}
	scans := []*vision.Scan{blank(t, 50, 60, modality("US"), dt.Element{Tag: 0x00186011, VR: "SQ", Items: [][]dt.Element{dt.Region(0, 0, 20, 20, 1e-300, 1e300), dt.Region(0, 0, 90, 90, 0.1, -0.1)}}),
		film(t, "PA", dt.DS(0x00181164, `1e8\1e-8`)), blank(t, 1, 1)}
	kinds := append(Kinds(), "", "new kind")
	refused := 0
	for range 20_000 {
		m := Mark{Kind: kinds[rnd.Intn(len(kinds))], Known: odd[rnd.Intn(len(odd))], Confirmed: rnd.Intn(2) == 0}
		for range rnd.Intn(7) {
			m.Points = append(m.Points, Point{odd[rnd.Intn(len(odd))], odd[rnd.Intn(len(odd))]})
		}
		s := scans[rnd.Intn(len(scans))]
		r := Measure(m, s, Calibrate([]Mark{m, at(Reference, 1, 1, 1e-300, 5)}, []Mark{m}))
		if r.Refused != nil {
			refused++
			if r.Values != nil || r.Refused.Text == "" {
				t.Fatalf("%+v: refused and measured: %+v", m, r)
			}
		}
		for _, v := range r.Values {
			if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
				t.Fatalf("%+v: %v", m, v)
			}
		}
		p := Point{odd[rnd.Intn(len(odd))], odd[rnd.Intn(len(odd))]}
		part, _ := Hit(m, p, 5)
		Move(m, part, 1, math.NaN())
		Move(m, rnd.Intn(9)-3, 1, 1)
		Label(m)
	}
	if refused < 5_000 {
		t.Errorf("%d of 20,000 refused", refused)
	}
	s := scans[1]
	for name, m := range map[string]Mark{
		"two points of three": at(Polygon, 1, 1, 5, 5), "three of two": at(Length, 1, 1, 2, 2, 3, 3), "none": at(Text),
		"not a number": at(Length, 1, math.NaN(), 2, 2), "far outside": at(Rectangle, 1e7, 0, 1e7+5, 5), "no width": at(Ellipse, 5, 5, 5, 9),
		"no length": at(Length, 5, 5, 5, 5), "no segment": at(Angle, 1, 1, 1, 1, 2, 2, 3, 3), "outside": at(Ellipse, -20, -20, -5, -5), "a kind to come": at("spiral", 1, 1, 2, 2),
	} {
		if r := Measure(m, s, Calibration{}); r.Refused == nil || r.Values != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, m := range []Mark{at(Text, 5, 5), at(Arrow, 1, 1, 2, 2)} {
		if r := Measure(m, s, Calibration{}); r.Refused != nil || r.Values != nil {
			t.Errorf("%s: %+v", m.Kind, r)
		}
	}
}
