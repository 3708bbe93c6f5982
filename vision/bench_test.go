package vision

import (
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"lightbox/vision/dicom/dicomtest"
)

// ratio runs ours and its reference in turns, so that both meet the same
// machine, and reports ours as a multiple of the reference.
func ratio(b *testing.B, ours, reference func()) {
	var own, other time.Duration
	for b.Loop() {
		start := time.Now()
		ours()
		middle := time.Now()
		reference()
		own += middle.Sub(start)
		other += time.Since(middle)
	}
	b.ReportMetric(float64(own)/float64(other), "x/reference")
	b.ReportMetric(float64(own.Microseconds())/float64(b.N), "own-µs/op")
	b.ReportMetric(0, "ns/op") // of both together: says nothing
}

// film is a scan of the demo scan's size.
func film(b *testing.B) *Scan {
	b.Helper()
	path := filepath.Join(b.TempDir(), "film.dcm")
	if err := os.WriteFile(path, dicomtest.Chest(2140, 1760, 10).Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	s, err := Open(background, path, nil)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkOpen is a whole opening beside reading the file's bytes.
func BenchmarkOpen(b *testing.B) {
	path := film(b).Path
	ratio(b, func() {
		if _, err := Open(background, path, nil); err != nil {
			b.Fatal(err)
		}
	}, func() {
		if _, err := os.ReadFile(path); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkBlur is the Gaussian view beside the bare call of OpenCV on a Mat
// that is there already.
func BenchmarkBlur(b *testing.B) {
	s := film(b)
	g, err := s.Gray(background)
	if err != nil {
		b.Fatal(err)
	}
	for name, blur := range map[string]Blur{"5x5": DefaultBlur, "31x31": {31, 0}, "99x99": {99, 0}} {
		b.Run(name, func(b *testing.B) {
			err := withMat(g.Image, func(m gocv.Mat) error {
				out := gocv.NewMat()
				defer closeMat(&out)
				ratio(b, func() {
					if _, err := g.Blur(background, blur); err != nil {
						b.Fatal(err)
					}
				}, func() {
					if err := gaussian(m, &out, blur); err != nil {
						b.Fatal(err)
					}
				})
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkFilters is each filter with its first parameters on a film of the demo
// scan's size, and with the largest where they cost more.
func BenchmarkFilters(b *testing.B) {
	g, err := film(b).Gray(background)
	if err != nil {
		b.Fatal(err)
	}
	large := Filters{Unsharp: Unsharp{Sigma: 10, Amount: 1}, Median: 5, CLAHE: CLAHE{Clip: 2, Tiles: 16}, Sobel: 7}
	for name, f := range map[string]Filters{"default": DefaultFilters, "large": large} {
		for _, k := range []ViewKind{ViewUnsharp, ViewMedian, ViewCLAHE, ViewSobel, ViewCanny} {
			b.Run(string(k)+"-"+name, func(b *testing.B) {
				for b.Loop() {
					if _, err := g.Filter(background, k, f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkRender draws one pane of the default window beside copying as many
// bytes, which no painter can go below.
func BenchmarkRender(b *testing.B) {
	s := film(b)
	p := NewPyramid(s.Values)
	p.Level(2)
	lut := s.DisplayLUT(s.Values, s.VOIs[0], false)
	dst := image.NewRGBA(image.Rect(0, 0, 530, 715))
	spare := make([]uint8, len(dst.Pix))
	for name, v := range map[string]Viewport{
		"fit": Fit(1760, 2140, 530, 715), "fit-mirrored": FitTurned(1760, 2140, 530, 715, Turn{Flip: true}),
		"fit-rotated": FitTurned(1760, 2140, 530, 715, Turn{Quarters: 1}), "1to1-rotated": {CentreX: 880, CentreY: 1070, Zoom: 1, Turn: Turn{Quarters: 1}},
		"1to1": {CentreX: 880, CentreY: 1070, Zoom: 1}, "3x": {CentreX: 880, CentreY: 1070, Zoom: 3},
	} {
		b.Run(name, func(b *testing.B) {
			ratio(b, func() { Render(dst, p, v, lut) }, func() { copy(spare, dst.Pix) })
		})
	}
}

// BenchmarkWindowChange is what one step of a window drag costs: the table and
// three panes.
func BenchmarkWindowChange(b *testing.B) {
	s := film(b)
	p := NewPyramid(s.Values)
	p.Level(2)
	dst := image.NewRGBA(image.Rect(0, 0, 530, 715))
	v := Fit(1760, 2140, 530, 715)
	for b.Loop() {
		lut := s.DisplayLUT(s.Values, s.VOIs[0], false)
		for range 3 {
			Render(dst, p, v, lut)
		}
	}
}

// BenchmarkBlurPreview is what one step of a drag of σ costs until something is seen
// of it, beside the whole filter.
func BenchmarkBlurPreview(b *testing.B) {
	s := film(b)
	g, err := s.Gray(background)
	if err != nil {
		b.Fatal(err)
	}
	preview := g.Preview(NewPyramid(g.Image))
	blur, size := Blur{31, 5}, image.Pt(530, 715)
	for name, v := range map[string]Viewport{"fit": Fit(1760, 2140, size.X, size.Y), "1to1": {CentreX: 880, CentreY: 1070, Zoom: 1}} {
		b.Run(name, func(b *testing.B) {
			ratio(b, func() {
				if _, err := preview.Blur(background, blur, v, size); err != nil {
					b.Fatal(err)
				}
			}, func() {
				if _, err := g.Blur(background, blur); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}
