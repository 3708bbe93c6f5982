package vision

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"

	"gocv.io/x/gocv"

	"lightbox/vision/dicom/dicomtest"
)

// blurs are the filters that are compared with OpenCV's own output.
var blurs = []Blur{DefaultBlur, {1, 0}, {3, 0}, {7, 0}, {9, 0}, {15, 2.5}, {31, 0.7}, {99, 20}}

// opencv decodes a PNG with OpenCV and filters it there: a way that shares no
// code with Open, Gray and Blur but the library itself.
func opencv(t *testing.T, encoded []byte, b Blur) (gray, blurred []byte) {
	t.Helper()
	src, err := gocv.IMDecode(encoded, gocv.IMReadColor|gocv.IMReadAnyDepth)
	if err != nil {
		t.Fatal(err)
	}
	defer closeMat(&src)
	g, f := gocv.NewMat(), gocv.NewMat()
	defer closeMat(&g)
	defer closeMat(&f)
	if err := gocv.CvtColor(src, &g, gocv.ColorBGRToGray); err != nil {
		t.Fatal(err)
	}
	if err := gocv.GaussianBlur(g, &f, image.Pt(b.Kernel, b.Kernel), b.Sigma, 0, gocv.BorderDefault); err != nil {
		t.Fatal(err)
	}
	return g.ToBytes(), f.ToBytes()
}

// exported is the view's PNG, decoded again, as OpenCV lays its values out.
func exported(t *testing.T, s *Scan, m *Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.EncodePNG(&b, m, "测试 — test"); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	switch p := img.(type) {
	case *image.Gray:
		return p.Pix
	case *image.Gray16:
		out := make([]byte, len(p.Pix))
		for i := 0; i < len(out); i += 2 {
			out[i], out[i+1] = p.Pix[i+1], p.Pix[i]
		}
		return out
	}
	t.Fatalf("the export is a %T", img)
	return nil
}

func TestViewsEqualOpenCV(t *testing.T) {
	gray8 := image.NewGray(image.Rect(0, 0, 61, 47))
	gray16 := image.NewGray16(gray8.Rect)
	colour16 := image.NewNRGBA64(gray8.Rect)
	for y := range 47 {
		for x := range 61 {
			gray8.SetGray(x, y, color.Gray{Y: uint8(x*x + 3*y)})
			gray16.SetGray16(x, y, color.Gray16{Y: uint16(x*997 + y*y*31)})
			colour16.SetNRGBA64(x, y, color.NRGBA64{R: uint16(x * 1021), G: uint16(y * 1301), B: uint16(x * y * 17), A: 0xffff})
		}
	}
	for name, picture := range map[string]image.Image{
		"gray 8": gray8, "gray 16": gray16, "colour 8": colourPicture(61, 47), "colour 16": colour16,
	} {
		encoded := pngBytes(t, picture)
		s := open(t, "a.png", encoded)
		for _, b := range blurs {
			g, err := s.Gray(background)
			if err != nil {
				t.Fatal(err)
			}
			f, err := g.Blur(background, b)
			if err != nil {
				t.Fatal(err)
			}
			wantGray, wantBlur := opencv(t, encoded, b)
			if !bytes.Equal(exported(t, s, g.Image), wantGray) {
				t.Errorf("%s: the gray view differs from cvtColor", name)
			}
			if !bytes.Equal(exported(t, s, f.Image), wantBlur) {
				t.Errorf("%s, kernel %d, σ %g: the blurred view differs from GaussianBlur", name, b.Kernel, b.Sigma)
			}
		}
	}
}

// reflect101 is OpenCV's BORDER_DEFAULT: gfedcb|abcdefgh|gfedcba.
func reflect101(i, n int) int {
	for i < 0 || i >= n {
		if i < 0 {
			i = -i
		} else {
			i = 2*n - 2 - i
		}
	}
	return i
}

// convolved is the Gaussian of the textbook in float64, with the kernel
// exp(−d²/2σ²) normalised: a second truth that is not OpenCV.
func convolved(m *Image, b Blur, x, y int) float64 {
	r := b.Kernel / 2
	var sum, norm float64
	for dy := -r; dy <= r; dy++ {
		for dx := -r; dx <= r; dx++ {
			w := math.Exp(-float64(dx*dx+dy*dy) / (2 * b.Sigma * b.Sigma))
			sum += w * float64(m.Value(reflect101(x+dx, m.Columns), reflect101(y+dy, m.Rows), 0))
			norm += w
		}
	}
	return sum / norm
}

func TestBlurIsTheGaussianOfTheTextbook(t *testing.T) {
	// Half a level, and what OpenCV's fixed-point kernel for 16 bits adds.
	const rounding = 0.6
	for _, signed := range []bool{false, true} {
		m := phantom(12)
		m.Signed = signed
		s := openDICOMImage(t, m)
		g, err := s.Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		b := Blur{Kernel: 11, Sigma: 1.7}
		f, err := g.Blur(background, b)
		if err != nil {
			t.Fatal(err)
		}
		for y := range g.Rows {
			for x := range g.Columns {
				if want, got := convolved(g.Image, b, x, y), float64(f.Value(x, y, 0)); math.Abs(want-got) > rounding {
					t.Fatalf("signed %v: pixel (%d, %d) is %g, want %.3f", signed, x, y, got, want)
				}
			}
		}
	}
}

func TestAppliedSigma(t *testing.T) {
	for _, c := range []struct {
		b    Blur
		want float64
	}{
		{Blur{5, 0}, 1},                 // 1 4 6 4 1
		{Blur{3, 0}, math.Sqrt(0.5)},    // 1 2 1
		{Blur{1, 0}, 0},                 // nothing
		{Blur{5, 100}, math.Sqrt2},      // cut off: as good as a box of 5
		{Blur{1, 100}, 0},               // nothing
		{Blur{99, 3.25}, 3.25},          // as asked for
		{Blur{31, 0}, 0.3*(15-1) + 0.8}, // the documented formula, slightly cut off by the kernel's edge
		{Blur{7, 0}, math.Sqrt(1.8125)}, // OpenCV's fixed kernel 1 3.5 7 9 7 3.5 1
	} {
		if got := c.b.AppliedSigma(); math.Abs(got-c.want) > 0.06 {
			t.Errorf("kernel %d, σ %g: applied σ is %.4f, want %.4f", c.b.Kernel, c.b.Sigma, got, c.want)
		}
	}
}

func TestImpossibleBlursAreRefused(t *testing.T) {
	s := openDICOMImage(t, phantom(8))
	g, err := s.Gray(background)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []Blur{{0, 1}, {-3, 1}, {4, 1}, {101, 1}, {5, -0.1}, {5, 101}, {5, math.NaN()}, {5, math.Inf(1)}} {
		var refused *FilterError
		if _, err := g.Blur(background, b); !errors.As(err, &refused) {
			t.Errorf("kernel %d, σ %g gives %v, want a FilterError", b.Kernel, b.Sigma, err)
		}
	}
}

// A frame of padding must not bleed into the patient: inside, the blur equals
// that of a frame whose padding has the neighbouring value.
func TestPaddingTakesNoPartInBlurAndWindow(t *testing.T) {
	const rows, columns = 40, 30
	values := make([]uint16, rows*columns)
	for i := range values {
		values[i] = 500
		if x := i % columns; x < 8 {
			values[i] = 4000 // padding, far brighter than the tissue
		}
	}
	m := dicomtest.Image{Rows: rows, Columns: columns, Stored: 12, Values: values,
		Extra: []dicomtest.Element{{Tag: 0x00280120, VR: "US", Value: 4000}}}
	s := openDICOMImage(t, m)
	g, err := s.Gray(background)
	if err != nil {
		t.Fatal(err)
	}
	f, err := g.Blur(background, Blur{9, 2})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range f.Pix {
		if p != values[i] {
			t.Fatalf("pixel %d became %d, want %d as before", i, p, values[i])
		}
	}
	if low, high := s.VOIs[0].Range(); low != 499.5 || high != 500.5 {
		t.Errorf("the automatic window rises from %g to %g, want 499.5 to 500.5", low, high)
	}
	if !s.Padding(0, 0) || s.Padding(20, 20) {
		t.Error("padding is not told from tissue")
	}
}
