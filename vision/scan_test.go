package vision

import (
	"fmt"
	"image"
	"math"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// drawn renders the scan's default view at 1:1, one byte a pixel.
func drawn(s *Scan) []uint8 {
	m := s.Values
	dst := image.NewRGBA(image.Rect(0, 0, m.Columns, m.Rows))
	Render(dst, NewPyramid(m), Fit(m.Columns, m.Rows, m.Columns, m.Rows), s.DisplayLUT(m, s.VOIs[0], false))
	out := make([]uint8, m.Rows*m.Columns)
	for i := range out {
		out[i] = dst.Pix[4*i]
	}
	return out
}

func window(centre, width string) []dicomtest.Element {
	return []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, centre), dicomtest.DS(dicomtest.WindowWidth, width)}
}

// A scan and its MONOCHROME1 twin are one picture to the eye and to the model.
func TestMonochromeTwins(t *testing.T) {
	m := phantom(10)
	m.Extra = window("511", "900")
	twin := dicomtest.Twin(m)
	// x' = 1023 − x turns the LINEAR window (c, w) into (1024 − c, w): the
	// formula is symmetrical about c − 0.5.
	twin.Extra = window("513", "900")
	a, b := openDICOMImage(t, m), openDICOMImage(t, twin)
	if !b.Inverse || a.Inverse {
		t.Fatalf("polarity: %v and %v", a.Inverse, b.Inverse)
	}
	pa, pb := drawn(a), drawn(b)
	for i := range pa {
		if d := int(pa[i]) - int(pb[i]); d < -1 || d > 1 {
			t.Fatalf("pixel %d is %d and %d", i, pa[i], pb[i])
		}
	}
	_, _, xa, err := a.ModelInput(background)
	if err != nil {
		t.Fatal(err)
	}
	_, _, xb, err := b.ModelInput(background)
	if err != nil {
		t.Fatal(err)
	}
	for i := range xa {
		if math.Abs(float64(xa[i]-xb[i])) > 1e-6 {
			t.Fatalf("model input %d is %g and %g", i, xa[i], xb[i])
		}
	}
}

func TestInverseIsStatedOnce(t *testing.T) {
	m := dicomtest.Twin(phantom(10))
	m.Extra = []dicomtest.Element{{Tag: 0x20500020, VR: "CS", Value: "INVERSE"}}
	if s := openDICOMImage(t, m); !s.Inverse {
		t.Error("MONOCHROME1 with INVERSE is inverted twice or not at all")
	}
	n := phantom(10)
	n.Extra = m.Extra
	if s := openDICOMImage(t, n); !s.Inverse {
		t.Error("MONOCHROME2 with INVERSE is not inverted")
	}
}

// Signed values, a slope and an intercept, a window in modality values: each
// pixel equals the formulas of the standard, applied one after the other.
func TestPipelineEqualsTheStandardsFormulas(t *testing.T) {
	const rows, columns = 5, 7
	values := make([]uint16, rows*columns)
	for i := range values {
		values[i] = uint16(int16(i*60 - 1000)) // 12 bits, signed
	}
	for i := range values {
		values[i] &= 0xfff
	}
	for _, function := range []Function{Linear, LinearExact, Sigmoid} {
		m := dicomtest.Image{Rows: rows, Columns: columns, Stored: 12, Signed: true, Values: values,
			Extra: append(window("-40", "700"),
				dicomtest.DS(dicomtest.RescaleSlope, "1.5"), dicomtest.DS(dicomtest.RescaleIntercept, "-24"),
				dicomtest.Element{Tag: dicomtest.WindowFunction, VR: "CS", Value: string(function)})}
		s := openDICOMImage(t, m)
		for i, got := range drawn(s) {
			stored := i*60 - 1000
			x := 1.5*float64(stored) - 24
			y := formula(function, x, -40, 700)
			if want := uint8(math.Floor(y*255 + 0.5)); got != want {
				t.Errorf("%s: stored %d (modality %g) is drawn as %d, want %d", function, stored, x, got, want)
			}
			if v := s.Modality.Value(s.Values.Value(i%columns, i/columns, 0)); v != x {
				t.Errorf("stored %d has modality value %g, want %g", stored, v, x)
			}
		}
	}
}

// formula is PS3.3 C.11.2.1.2 and C.11.2.1.3, written down a second time.
func formula(f Function, x, c, w float64) float64 {
	var y float64
	switch f {
	case Linear:
		y = (x-(c-0.5))/(w-1) + 0.5
	case LinearExact:
		y = (x-c)/w + 0.5
	case Sigmoid:
		return 1 / (1 + math.Exp(-4*(x-c)/w))
	}
	return math.Min(math.Max(y, 0), 1)
}

func TestModalityLUTReplacesRescale(t *testing.T) {
	m := dicomtest.Image{Rows: 1, Columns: 6, Stored: 8, Values: []uint16{0, 4, 5, 6, 7, 200},
		Extra: []dicomtest.Element{{Tag: dicomtest.ModalityLUT, VR: "SQ", Items: [][]dicomtest.Element{
			dicomtest.LUT(5, 16, []uint16{1000, 2000, 40000})}}}}
	s := openDICOMImage(t, m)
	want := []int{1000, 1000, 1000, 2000, 40000, 40000}
	for x, w := range want {
		if got := s.Values.Value(x, 0, 0); got != w {
			t.Errorf("stored %d has modality value %d, want %d", s.Stored.Value(x, 0, 0), got, w)
		}
	}
	if s.Modality.Slope != 1 || s.Modality.Intercept != 0 {
		t.Errorf("rescale %g, %g is applied on top of the LUT", s.Modality.Slope, s.Modality.Intercept)
	}
}

// The default window, in the order of the reading room: VOI LUT, first window
// of the file, automatic.
func TestDefaultWindowOrder(t *testing.T) {
	lut := dicomtest.Element{Tag: dicomtest.VOILUT, VR: "SQ", Items: [][]dicomtest.Element{dicomtest.LUT(0, 8, []uint16{0, 128, 255})}}
	two := []dicomtest.Element{
		{Tag: dicomtest.WindowCentre, VR: "DS", Value: `40\-600`},
		{Tag: dicomtest.WindowWidth, VR: "DS", Value: `400\1500`},
		{Tag: 0x00281055, VR: "LO", Value: `SOFT\LUNG`},
	}
	for _, c := range []struct {
		extra []dicomtest.Element
		want  []Source
	}{
		{append([]dicomtest.Element{lut}, two...), []Source{SourceLUT, SourceFile, SourceFile, SourceAuto}},
		{two, []Source{SourceFile, SourceFile, SourceAuto}},
		{nil, []Source{SourceAuto}},
		{window("5", "0"), []Source{SourceAuto}}, // a width of 0 is no window
	} {
		m := phantom(12)
		m.Extra = c.extra
		s := openDICOMImage(t, m)
		var got []Source
		for _, v := range s.VOIs {
			got = append(got, v.Source)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("windows are %v, want %v", got, c.want)
		}
	}
	m := phantom(12)
	m.Extra = two
	if v := openDICOMImage(t, m).VOIs[1]; v.Centre != -600 || v.Width != 1500 || v.Explanation != "LUNG" {
		t.Errorf("the second window is %+v", v)
	}
}

// Spacing is printed with where it comes from, or not at all.
func TestSpacingProvenance(t *testing.T) {
	pixel := dicomtest.Element{Tag: dicomtest.PixelSpacing, VR: "DS", Value: `0.2\0.3`}
	imager := dicomtest.Element{Tag: 0x00181164, VR: "DS", Value: `0.4\0.4`}
	magnification := dicomtest.DS(0x00181114, "2")
	fiducial := dicomtest.Element{Tag: 0x00280A02, VR: "CS", Value: "FIDUCIAL"}
	for _, c := range []struct {
		modality string
		extra    []dicomtest.Element
		want     *Spacing
	}{
		{"CT", []dicomtest.Element{pixel}, &Spacing{0.2, 0.3, AtScanner}},
		{"CR", []dicomtest.Element{pixel}, &Spacing{0.2, 0.3, AtDetector}},
		{"CR", []dicomtest.Element{pixel, fiducial}, &Spacing{0.2, 0.3, Calibrated}},
		{"DX", []dicomtest.Element{imager}, &Spacing{0.4, 0.4, AtDetector}},
		{"DX", []dicomtest.Element{imager, magnification}, &Spacing{0.2, 0.2, Magnified}},
		{"OT", nil, nil},
	} {
		m := phantom(12)
		m.Extra = append(c.extra, dicomtest.Element{Tag: 0x00080060, VR: "CS", Value: c.modality})
		got := openDICOMImage(t, m).Spacing
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s: spacing %v, want %v", c.modality, got, c.want)
		}
	}
}

// In files with ultrasound regions millimetres hold within one of them only.
func TestSpacingInRegions(t *testing.T) {
	us := dicomtest.Element{Tag: 0x00080060, VR: "CS", Value: "US"}
	pixel := dicomtest.Element{Tag: dicomtest.PixelSpacing, VR: "DS", Value: `0.2\0.3`}
	seconds := dicomtest.Set(dicomtest.Region(0, 20, 39, 29, 0.01, 0.05)).With(dicomtest.Element{Tag: 0x00186024, VR: "US", Value: 4})
	regions := func(items ...[]dicomtest.Element) dicomtest.Element {
		return dicomtest.Element{Tag: 0x00186011, VR: "SQ", Items: items}
	}
	scan := func(extra ...dicomtest.Element) *Scan {
		return openDICOMImage(t, dicomtest.Image{Rows: 30, Columns: 40, Stored: 8, Extra: append(extra, us)})
	}
	left, right := dicomtest.Region(0, 0, 19, 19, 0.02, -0.03), dicomtest.Region(20, 0, 39, 19, 0.05, 0.05)
	split := scan(pixel, regions(left, right, seconds))
	twice := scan(regions(left, dicomtest.Region(5, 5, 14, 14, 0.02, 0.03)))
	unlike := scan(regions(left, dicomtest.Region(5, 5, 14, 14, 0.04, 0.04)))
	plain := scan(pixel)
	region := &Spacing{0.3, 0.2, AtRegion}
	for _, c := range []struct {
		name string
		s    *Scan
		box  [4]float64
		want *Spacing
	}{
		{"left", split, [4]float64{0, 0, 20, 20}, region},
		{"right", split, [4]float64{20, 0, 40, 20}, &Spacing{0.5, 0.5, AtRegion}},
		{"across the border", split, [4]float64{19, 0, 21, 5}, nil},
		{"outside", split, [4]float64{0, 0, 5, 40}, nil},
		{"time across", split, [4]float64{1, 21, 5, 28}, nil},
		{"beyond the image", split, [4]float64{-1, 0, 5, 5}, nil},
		{"two that agree", twice, [4]float64{6, 6, 9, 9}, region},
		{"two that disagree", unlike, [4]float64{6, 6, 9, 9}, nil},
		{"one of two that disagree", unlike, [4]float64{4, 6, 9, 9}, region},
		{"no regions", plain, [4]float64{-1, 0, 50, 5}, &Spacing{0.2, 0.3, AtScanner}},
	} {
		got := c.s.SpacingIn(c.box[0], c.box[1], c.box[2], c.box[3])
		if (got == nil) != (c.want == nil) || got != nil && (got.Provenance != c.want.Provenance || !got.agrees(*c.want)) {
			t.Errorf("%s: spacing %v, want %v", c.name, got, c.want)
		}
	}
}

func TestColourStaysColour(t *testing.T) {
	values := []uint16{255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 1, 2, 3, 200, 100, 50}
	s := openDICOMImage(t, dicomtest.Image{Rows: 2, Columns: 3, Samples: 3, Stored: 8, Values: values})
	dst := image.NewRGBA(image.Rect(0, 0, 3, 2))
	Render(dst, NewPyramid(s.Values), Fit(3, 2, 3, 2), s.DisplayLUT(s.Values, s.VOIs[0], false))
	for i := range 6 {
		for c := range 3 {
			if got := dst.Pix[4*i+c]; uint16(got) != values[3*i+c] {
				t.Errorf("pixel %d channel %d is %d, want %d", i, c, got, values[3*i+c])
			}
		}
	}
	if !s.Colourful() {
		t.Error("red, green and blue count as gray")
	}
}

// Letters of the six standard planes' rows and columns, and of an oblique one.
func TestOrientation(t *testing.T) {
	for _, c := range []struct{ cosines, patient, right, down string }{
		{`1\0\0\0\1\0`, "", "L", "P"},            // axial
		{`0\1\0\0\0\-1`, "", "P", "F"},           // sagittal
		{`1\0\0\0\0\-1`, "", "L", "F"},           // coronal
		{`0.8\0.6\0\0\0\-1`, "", "LP", "F"},      // oblique
		{`0.9986\0.0523\0\0\0\-1`, "", "L", "F"}, // three degrees off
		{"", `R\F`, "R", "F"},                    // a radiograph
		{`1\0\0\0\1\0`, `A\H`, "A", "H"},         // the file's own word first
		{"", "", "", ""},                         // unknown
		{`1\0\0`, "", "", ""},                    // cut off
	} {
		m := phantom(12)
		for tag, v := range map[uint32]string{0x00200037: c.cosines, 0x00200020: c.patient} {
			if v != "" {
				vr := map[uint32]string{0x00200037: "DS", 0x00200020: "CS"}[tag]
				m.Extra = append(m.Extra, dicomtest.Element{Tag: tag, VR: vr, Value: v})
			}
		}
		if right, down := openDICOMImage(t, m).Orientation(); right != c.right || down != c.down {
			t.Errorf("%q %q: %q %q, want %q %q", c.cosines, c.patient, right, down, c.right, c.down)
		}
	}
}
