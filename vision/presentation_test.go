package vision

import (
	"bytes"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
)

// element shortens the tables of these tests.
func element(tag uint32, vr string, value any) dicomtest.Element {
	return dicomtest.Element{Tag: tag, VR: vr, Value: value}
}

// ramp is an image of 12 × 8 pixels whose values rise from corner to corner.
func ramp(extra ...dicomtest.Element) dicomtest.Image {
	m := dicomtest.Image{Rows: 8, Columns: 12, Stored: 12, Extra: extra}
	for i := range 96 {
		m.Values = append(m.Values, uint16(i*43))
	}
	return m
}

// stateFiles writes an image and a state beside it.
func stateFiles(t *testing.T, m dicomtest.Image, state dicomtest.Set) (image, presentation string) {
	t.Helper()
	folder := t.TempDir()
	image, presentation = filepath.Join(folder, "image.dcm"), filepath.Join(folder, "state.dcm")
	for path, data := range map[string][]byte{
		image: m.Bytes(), presentation: dicomtest.File(dicomtest.ExplicitLE, state.With(
			element(0x00080005, "CS", "ISO_IR 100"))),
	} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return image, presentation
}

// presented opens an image with a state applied.
func presented(t *testing.T, image, state string) (*Scan, *Presented) {
	t.Helper()
	s, err := Open(background, image, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadPresentation(background, blob.File(state))
	if err != nil {
		t.Fatal(err)
	}
	return s, s.Present(p, s.Header.SOPInstanceUID)
}

// levelsOf is a presented image, each pixel one of the picture, turned as the state says.
func levelsOf(s *Scan, p *Presented) raster {
	columns, rows := s.Values.Columns, s.Values.Rows
	v := FitTurned(columns, rows, columns, rows, p.Turn)
	if p.Turn.Swaps() {
		columns, rows = rows, columns
	}
	v.Zoom = 1
	dst := image.NewRGBA(image.Rect(0, 0, columns, rows))
	Render(dst, NewPyramid(s.Values), v, p.Scan.DisplayLUT(s.Values, p.VOIs[0], false))
	out := raster{columns: columns, rows: rows, samples: 1}
	for i := 0; i < len(dst.Pix); i += 4 {
		out.pix = append(out.pix, dst.Pix[i])
	}
	return out
}

// A presentation state is drawn as DCMTK draws it: modality, window, table, polarity,
// rotation and flip.
func TestPresentationAgainstDCMTK(t *testing.T) {
	if _, err := exec.LookPath("dcmp2pgm"); err != nil {
		t.Skip("dcmp2pgm (DCMTK) is not installed")
	}
	window := func(centre, width string) dicomtest.Element {
		return sequence(dicomtest.SoftcopyVOIs, []dicomtest.Element{dicomtest.DS(dicomtest.WindowCentre, centre), dicomtest.DS(dicomtest.WindowWidth, width)})
	}
	// DCMTK cuts the index into a Presentation LUT where Lightbox rounds it: the table is
	// fine and flat enough for that to be one level.
	curve := func(bits, entries int, power float64) (out []uint16) {
		for i := range entries {
			out = append(out, uint16(math.Round(math.Pow(float64(i)/float64(entries-1), power)*float64(int(1)<<bits-1))))
		}
		return out
	}
	falling := make([]uint16, 4096)
	for i := range falling {
		falling[i] = uint16(4095 - i)
	}
	rescaled := []dicomtest.Element{dicomtest.DS(dicomtest.RescaleSlope, "2"), dicomtest.DS(dicomtest.RescaleIntercept, "-1000"), element(0x00281054, "LO", "US")}
	for name, c := range map[string]struct {
		image dicomtest.Image
		state []dicomtest.Element
	}{
		"nothing":                     {ramp(), nil},
		"window":                      {ramp(), []dicomtest.Element{window("2000", "1500")}},
		"window over the file's":      {ramp(dicomtest.DS(dicomtest.WindowCentre, "100"), dicomtest.DS(dicomtest.WindowWidth, "50")), []dicomtest.Element{window("2000", "1500")}},
		"MONOCHROME1":                 {func() dicomtest.Image { m := ramp(); m.Photometric = "MONOCHROME1"; return m }(), []dicomtest.Element{window("2000", "1500")}},
		"MONOCHROME1 inverse":         {func() dicomtest.Image { m := ramp(); m.Photometric = "MONOCHROME1"; return m }(), []dicomtest.Element{window("2000", "1500"), element(0x20500020, "CS", "INVERSE")}},
		"inverse":                     {ramp(), []dicomtest.Element{window("2000", "1500"), element(0x20500020, "CS", "INVERSE")}},
		"the state's rescale":         {ramp(), append([]dicomtest.Element{window("1000", "3000")}, rescaled...)},
		"the image's rescale is none": {ramp(rescaled...), []dicomtest.Element{window("2000", "1500")}},
		"Modality LUT":                {ramp(), []dicomtest.Element{window("1000", "3000"), sequence(dicomtest.ModalityLUT, append(dicomtest.LUT(0, 16, falling), element(0x00283004, "LO", "US")))}},
		"VOI LUT":                     {ramp(), []dicomtest.Element{sequence(dicomtest.SoftcopyVOIs, []dicomtest.Element{sequence(dicomtest.VOILUT, dicomtest.LUT(500, 8, curve(8, 256, 0.5)))})}},
		"Presentation LUT":            {ramp(), []dicomtest.Element{window("2000", "3500"), sequence(0x20500010, dicomtest.LUT(0, 16, curve(16, 4096, 0.8)))}},
		"rotation":                    {ramp(), []dicomtest.Element{window("2000", "4000"), element(0x00700042, "US", 90), element(0x00700041, "CS", "N")}},
		"rotation and flip":           {ramp(), []dicomtest.Element{window("2000", "4000"), element(0x00700042, "US", 90), element(0x00700041, "CS", "Y")}},
		"three quarters and flip":     {ramp(), []dicomtest.Element{window("2000", "4000"), element(0x00700042, "US", 270), element(0x00700041, "CS", "Y")}},
	} {
		t.Run(name, func(t *testing.T) {
			state := dicomtest.State(12, 8, c.state...)
			for _, e := range c.state {
				if e.Tag == 0x20500010 {
					state = state.Without(0x20500020) // the one or the other
				}
			}
			img, pres := stateFiles(t, c.image, state)
			s, p := presented(t, img, pres)
			out := filepath.Join(t.TempDir(), "out.pgm")
			if b, err := exec.Command("dcmp2pgm", "--pstate", pres, img, out).CombinedOutput(); err != nil {
				t.Fatalf("dcmp2pgm: %v: %s", err, bytes.TrimSpace(b))
			}
			b, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			want, err := parsePGM(b)
			if err != nil {
				t.Fatal(err)
			}
			got := levelsOf(s, p)
			if d := difference(got, want); d > 1 {
				t.Errorf("%d gray levels from DCMTK's\nhere  %v\nDCMTK %v", d, got.pix, want.pix)
			}
		})
	}
}

// parsePGM reads what dcmp2pgm writes: size and top stand on one line.
func parsePGM(b []byte) (raster, error) {
	head, rest, _ := bytes.Cut(b, []byte(" 255\n"))
	return parsePNM(slices.Concat(head, []byte("\n255\n"), rest))
}

// Figures and texts of a state, in image positions that were worked out by hand: the
// displayed area is columns 3 … 10 and rows 3 … 6, turned by a quarter.
func TestPresentationGraphics(t *testing.T) {
	anchor := func(units string, x, y float64, text string) []dicomtest.Element {
		return []dicomtest.Element{
			element(0x00700004, "CS", units), element(0x00700006, "ST", text), element(0x00700014, "FL", []float64{x, y}), element(0x00700015, "CS", "Y"),
		}
	}
	box := []dicomtest.Element{
		element(0x00700003, "CS", "PIXEL"), element(0x00700006, "ST", "a\r\nb\nc\r\nd\r\ne"), element(0x00700010, "FL", []float64{2, 2}), element(0x00700011, "FL", []float64{6, 4}),
		element(0x00700012, "CS", "LEFT"),
	}
	filled := dicomtest.Graphic("PIXEL", "POLYLINE", 0, 0, 4, 0, 4, 4, 0, 0)
	filled[len(filled)-1].Value = "Y"
	state := dicomtest.State(12, 8, element(0x00700042, "US", 90), element(0x00700041, "CS", "N"),
		sequence(dicomtest.DisplayedArea, dicomtest.Area(3, 6, 10, 3, "TRUE SIZE")),
		sequence(dicomtest.Layers, dicomtest.Layer("OVER", "2", 0xFFFF), dicomtest.Layer("UNDER", "1", 0x8000)),
		sequence(dicomtest.Graphics,
			dicomtest.Annotation("OVER", [][]dicomtest.Element{
				dicomtest.Graphic("DISPLAY", "POLYLINE", 0, 0, 1, 0, 1, 1), dicomtest.Graphic("PIXEL", "CIRCLE", 5, 4, 5, 6),
			}, [][]dicomtest.Element{anchor("DISPLAY", 0.25, 0.5, "here"), box}),
			dicomtest.Annotation("UNDER", [][]dicomtest.Element{
				filled, dicomtest.Graphic("PIXEL", "POINT", 1.5, 2.5), dicomtest.Graphic("PIXEL", "ELLIPSE", 1, 4, 11, 4, 6, 2, 6, 6),
				dicomtest.Graphic("PIXEL", "INTERPOLATED", 0, 0, 2, 2, 4, 0, 6, 2),
			}, nil),
		))
	_, p := presented(t, first(stateFiles(t, ramp(), state)), second(stateFiles(t, ramp(), state)))
	if len(p.Figures) != 6 || len(p.Texts) != 2 {
		t.Fatalf("%d figures, %d texts", len(p.Figures), len(p.Texts))
	}
	under, over := p.Figures[:4], p.Figures[4:]
	if *under[0].Gray != float64(0x8000)/0xFFFF || *over[0].Gray != 1 {
		t.Errorf("layers are out of order: %v, %v", *under[0].Gray, *over[0].Gray)
	}
	if want := [][2]float64{{1.5, 2.5}}; !slices.Equal(under[1].Points, want) {
		t.Errorf("the point lies at %v", under[1].Points)
	}
	for _, at := range under[2].Points { // x²/25 + y²/4 = 1 about (6, 4)
		if e := math.Pow((at[0]-6)/5, 2) + math.Pow((at[1]-4)/2, 2); math.Abs(e-1) > 1e-9 {
			t.Fatalf("%v is not on the ellipse", at)
		}
	}
	for _, given := range [][2]float64{{0, 0}, {2, 2}, {4, 0}, {6, 2}} {
		if !slices.Contains(under[3].Points, given) {
			t.Errorf("the curve does not run through %v", given)
		}
	}
	// Turned clockwise, the lower left corner of the area comes to lie at the upper left.
	if want := [][2]float64{{2, 6}, {2, 2}, {10, 2}}; !slices.Equal(over[0].Points, want) {
		t.Errorf("corners of the displayed area at %v, want %v", over[0].Points, want)
	}
	for _, at := range over[1].Points {
		if math.Abs(math.Hypot(at[0]-5, at[1]-4)-2) > 1e-9 {
			t.Fatalf("%v is not on the circle", at)
		}
	}
	if got, want := p.Texts[0], (Text{Lines: []string{"here"}, At: [2]float64{6, 5}, Mark: true}); !slices.Equal(got.Lines, want.Lines) || got.At != want.At || !got.Mark {
		t.Errorf("the text stands %+v, want %+v", got, want)
	}
	if got := p.Texts[1]; !slices.Equal(got.Lines, []string{"a", "b", "c", "d"}) || got.At != [2]float64{4, 3} {
		t.Errorf("the text in a box: %+v", got)
	}
	if want := []Omission{OmitTrueSize, OmitFilled, OmitText}; !slices.Equal(p.Omitted, want) {
		t.Errorf("left out are %v, want %v", p.Omitted, want)
	}
	if v := p.Area.Viewport(12, 8, 400, 300, p.Turn); v.CentreX != 6 || v.CentreY != 4 || v.Zoom != 1 {
		t.Errorf("true size is shown at %+v", v)
	}
}

func first(a, _ string) string  { return a }
func second(_, b string) string { return b }

// A shutter covers what lies outside all of its forms; which pixels these are was drawn
// by hand.
func TestPresentationShutter(t *testing.T) {
	for name, c := range map[string]struct {
		state []dicomtest.Element
		open  [8]string
	}{
		"rectangle": {[]dicomtest.Element{
			element(0x00181600, "CS", "RECTANGULAR"), element(0x00181602, "IS", "3"), element(0x00181604, "IS", "6"), element(0x00181606, "IS", "2"), element(0x00181608, "IS", "4"),
		}, [8]string{1: "  ####", 2: "  ####", 3: "  ####"}},
		"circle and rectangle": {[]dicomtest.Element{
			element(0x00181600, "CS", `CIRCULAR\RECTANGULAR`), element(0x00181610, "IS", `4\5`), element(0x00181612, "IS", "2"),
			element(0x00181602, "IS", "1"), element(0x00181604, "IS", "12"), element(0x00181606, "IS", "4"), element(0x00181608, "IS", "8"),
		}, [8]string{3: "  #####", 4: "   ###", 5: "    #"}},
		"polygon": {[]dicomtest.Element{
			element(0x00181600, "CS", "POLYGONAL"), element(0x00181620, "IS", `1\1\1\9\5\1`),
		}, [8]string{0: "########", 1: "######", 2: "####", 3: "##"}},
	} {
		extra := append(c.state, element(0x00181622, "US", 0x8000))
		img, pres := stateFiles(t, ramp(), dicomtest.State(12, 8, extra...))
		_, p := presented(t, img, pres)
		dst := image.NewRGBA(image.Rect(0, 0, 12, 8))
		p.Shutter.Draw(dst, Fit(12, 8, 12, 8))
		for y := range 8 {
			for x := range 12 {
				open := x < len(c.open[y]) && c.open[y][x] == '#'
				if p.Shutter.Covers(x, y) == open {
					t.Errorf("%s: column %d of row %d is open: %v", name, x+1, y+1, !open)
				}
				if level := dst.RGBAAt(x, y); !open && level.G != 128 || open && level.A != 0 {
					t.Errorf("%s: column %d of row %d is drawn %v", name, x+1, y+1, level)
				}
			}
		}
	}
}
