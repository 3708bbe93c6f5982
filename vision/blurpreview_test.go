package vision

import (
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// previewed are the filters of the tests of previews.
var previewed = []Blur{DefaultBlur, {1, 0}, {31, 0.5}, {31, 1}, {31, 2.5}, {31, 5}, {99, 20}, {5, 5}}

// pane is one of the three of the default window, in screen pixels.
var pane = image.Pt(530, 715)

// bothBlurs draws what a pane shows of the full filter and of its preview.
func bothBlurs(t *testing.T, s *Scan, b Blur, v Viewport) (full, preview *image.RGBA) {
	t.Helper()
	g, err := s.Gray(background)
	if err != nil {
		t.Fatal(err)
	}
	blurred, err := g.Blur(background, b)
	if err != nil {
		t.Fatal(err)
	}
	p, err := g.Preview(NewPyramid(g.Image)).Blur(background, b, v, pane)
	if err != nil {
		t.Fatal(err)
	}
	lut := s.DisplayLUT(g.Image, s.VOIs[0], false)
	full, preview = image.NewRGBA(image.Rectangle{Max: pane}), image.NewRGBA(image.Rectangle{Max: pane})
	Render(full, NewPyramid(blurred.Image), v, lut)
	Render(preview, p, v, lut)
	return full, preview
}

// apart is the largest and the mean difference of two pictures in grey levels.
func apart(a, b *image.RGBA) (most int, mean float64) {
	for i := 0; i < len(a.Pix); i += 4 {
		d := int(a.Pix[i]) - int(b.Pix[i])
		d = max(d, -d)
		most = max(most, d)
		mean += float64(d)
	}
	return most, 4 * mean / float64(len(a.Pix))
}

func opened(t *testing.T, m dicomtest.Image) *Scan {
	t.Helper()
	s, err := Open(background, write(t, "scan.dcm", m.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Where a pane shows image pixels, the preview is the filter itself, in the middle of
// the picture and at its edges.
func TestPreviewOfImagePixelsIsExact(t *testing.T) {
	film := dicomtest.Chest(400, 300, 12)
	signed := film
	signed.Signed, signed.Stored, signed.Values = true, 16, nil
	for _, v := range film.Values {
		signed.Values = append(signed.Values, v-2048)
	}
	for name, m := range map[string]dicomtest.Image{"unsigned": film, "signed": signed} {
		s := opened(t, m)
		for _, b := range previewed {
			for _, v := range []Viewport{{CentreX: 150, CentreY: 200, Zoom: 1}, {CentreX: 10, CentreY: 20, Zoom: 2}, {CentreX: 290, CentreY: 390, Zoom: 3}, {CentreX: 100, CentreY: 100, Zoom: 0.7}} {
				full, preview := bothBlurs(t, s, b, v)
				if most, _ := apart(full, preview); most != 0 {
					t.Errorf("%s, %+v at %+v: %d grey levels apart; want none", name, b, v, most)
				}
			}
		}
	}
}

// Where a pane shows reduced pixels, the preview is near what the eye will see: of a
// phantom, of one with padding around, and of public films.
func TestPreviewIsNear(t *testing.T) {
	const most, mean = 26, 0.5 // grey levels of 256: a tenth of them at a hard edge
	film := dicomtest.Chest(1400, 1100, 10)
	padded := film
	padded.Values = slices.Clone(film.Values)
	for i := range padded.Values {
		if x := i % 1100; x < 130 || x > 1010 || i < 97*1100 {
			padded.Values[i] = 1023
		}
	}
	padded.Extra = []dicomtest.Element{{Tag: 0x00280120, VR: "US", Value: 1023}}
	films := map[string]*Scan{"phantom": opened(t, film), "padded": opened(t, padded)}
	for _, name := range []string{"CR-chest-440-mono1-10bit-explicitLE.dcm", "DX-chest-nih-1024-mono2-implicitLE.dcm"} {
		path := filepath.Join(dicomtest.SharedFolder(), "..", "dicom-cr-dx", name)
		if _, err := os.Stat(path); err != nil {
			continue // the shared films are not here
		}
		s, err := Open(background, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		films[name] = s
	}
	for name, s := range films {
		for _, zoom := range []float64{0.37, 0.12} {
			v := Fit(s.Values.Columns, s.Values.Rows, pane.X, pane.Y)
			v.Zoom = zoom
			for _, b := range []Blur{DefaultBlur, {31, 0.5}, {31, 1}, {31, 5}, {5, 5}} {
				full, preview := bothBlurs(t, s, b, v)
				m, a := apart(full, preview)
				t.Logf("%s, %+v at zoom %.2f: %d grey levels at most, %.3f in the mean", name, b, zoom, m, a)
				if m > most || a > mean {
					t.Errorf("%s, %+v at zoom %.2f: %d grey levels apart, %.3f in the mean; want %d and %g at most", name, b, zoom, m, a, most, mean)
				}
			}
		}
	}
}

// The kernel for a reduced picture has the sum of the full one and its variance, in
// units of the reduced pixels.
func TestReducedKernelKeepsItsMoments(t *testing.T) {
	moments := func(k []float64) (sum, variance float64) {
		for i, w := range k {
			d := float64(i - len(k)/2)
			sum += w
			variance += w * d * d
		}
		return sum, variance
	}
	for _, b := range previewed {
		_, want := moments(kernelOf(b))
		for _, by := range []int{1, 2, 4, 8} {
			sum, variance := moments(reducedKernel(b, by))
			if math.Abs(sum-1) > 1e-9 || math.Abs(variance*float64(by*by)-want) > 1e-9 {
				t.Errorf("%+v reduced by %d: sum %g, variance %g; want 1 and %g", b, by, sum, variance*float64(by*by), want)
			}
		}
	}
}
