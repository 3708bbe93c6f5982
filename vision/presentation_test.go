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
	curve := func(bits int) (out []uint16) {
		for i := range 256 {
			out = append(out, uint16(math.Round(math.Pow(float64(i)/255, 0.5)*float64(int(1)<<bits-1))))
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
		"VOI LUT":                     {ramp(), []dicomtest.Element{sequence(dicomtest.SoftcopyVOIs, []dicomtest.Element{sequence(dicomtest.VOILUT, dicomtest.LUT(500, 8, curve(8)))})}},
		"Presentation LUT":            {ramp(), []dicomtest.Element{window("2000", "3500"), sequence(0x20500010, dicomtest.LUT(0, 16, curve(16)))}},
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
