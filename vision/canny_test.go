package vision

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"lightbox/vision/dicom/dicomtest"
)

// cannySource is a program that has OpenCV itself find edges, with what GoCV does not
// pass on: rows, columns, thresholds, aperture and norm as arguments, pixels of 8 bits in
// and out.
const cannySource = `#include <cstdio>
#include <cstdlib>
#include <vector>
#include <opencv2/imgproc.hpp>
int main(int, char **a) {
	int rows = atoi(a[1]), columns = atoi(a[2]);
	std::vector<unsigned char> in((size_t)rows * columns);
	if (fread(in.data(), 1, in.size(), stdin) != in.size()) return 1;
	cv::Mat src(rows, columns, CV_8UC1, in.data()), edges;
	cv::Canny(src, edges, atof(a[3]), atof(a[4]), atoi(a[5]), atoi(a[6]) == 2);
	return fwrite(edges.data, 1, in.size(), stdout) != in.size();
}`

// cannyProgram compiles it; without a compiler the test is skipped.
func cannyProgram(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	source, program := filepath.Join(folder, "canny.cpp"), filepath.Join(folder, "canny")
	if err := os.WriteFile(source, []byte(cannySource), 0o644); err != nil {
		t.Fatal(err)
	}
	args := append(strings.Fields(os.Getenv("CGO_CPPFLAGS")), "-I/usr/include/opencv4", "-o", program, source, "-lopencv_core", "-lopencv_imgproc")
	if out, err := exec.Command("g++", args...).CombinedOutput(); err != nil {
		t.Skipf("OpenCV's own Canny cannot be compiled here: %v: %.300s", err, out)
	}
	return program
}

// cannyOfOpenCV is what the program makes of a picture of 8 bits.
func cannyOfOpenCV(t *testing.T, program string, m *Image, c Canny) []byte {
	t.Helper()
	in := make([]byte, len(m.Pix))
	for i, p := range m.Pix {
		in[i] = byte(p)
	}
	cmd := exec.Command(program, fmt.Sprint(m.Rows), fmt.Sprint(m.Columns), fmt.Sprint(c.Low), fmt.Sprint(c.High), fmt.Sprint(c.Aperture), fmt.Sprint(c.Norm))
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// stretchedTo8 is how a picture comes to 8 bits, by sorting: 0 at the 0.1st, 255 at the
// 99.9th percentile of what is no padding.
func stretchedTo8(g *Gray) *Image {
	if g.Depth == 8 && !g.Signed {
		return g.Image
	}
	var values []float64
	for i := range g.Pix {
		if !g.scan.Padding(i%g.Columns, i/g.Columns) {
			values = append(values, float64(g.Value(i%g.Columns, i/g.Columns, 0)))
		}
	}
	slices.Sort(values)
	at := func(q float64) float64 { return values[int(math.Ceil(q*float64(len(values))))-1] }
	low, high := at(0.001), at(0.999)
	m := NewImage(g.Rows, g.Columns, 1, 8, false)
	for i := range m.Pix {
		v := float64(g.Value(i%g.Columns, i/g.Columns, 0))
		m.Pix[i] = uint16(math.Floor(255*min(max((v-low)/max(high-low, 1), 0), 1) + 0.5))
	}
	return m
}

// The edges are those that OpenCV's own Canny finds, to the pixel, with all apertures and
// both norms, on values of every depth.
func TestCannyEqualsOpenCV(t *testing.T) {
	program := cannyProgram(t)
	pictures := grays(t)
	large, err := openDICOMImage(t, dicomtest.Chest(341, 263, 12)).Gray(background)
	if err != nil {
		t.Fatal(err)
	}
	pictures["large"] = large
	edges := 0
	for name, g := range pictures {
		if g.scan.bodyMask() != nil {
			continue // OpenCV knows no padding
		}
		m := stretchedTo8(g)
		for _, aperture := range []int{3, 5, 7} {
			for _, norm := range []int{1, 2} {
				for _, limit := range [][2]float64{{100, 200}, {0, 0}, {20.5, 60.25}, {300, 120}, {0, 900}, {1500, 6000}, {32767, 32767}} {
					c := Canny{limit[0], limit[1], aperture, norm}
					view, want := filtered(t, g, ViewCanny, Filters{Canny: c}), cannyOfOpenCV(t, program, m, c)
					for i, p := range view.Pix {
						if p != uint16(want[i]) {
							t.Fatalf("%s, %+v: pixel (%d, %d) is %d, OpenCV has %d", name, c, i%g.Columns, i/g.Columns, p, want[i])
						}
						edges += int(p / edgeLevel)
					}
				}
			}
		}
	}
	if edges < 10000 {
		t.Errorf("only %d pixels of edges were compared", edges)
	}
}

// The same by GoCV, which is always there, for the parameters that it passes on.
func TestCannyEqualsGoCV(t *testing.T) {
	for name, g := range grays(t) {
		if g.scan.bodyMask() != nil {
			continue
		}
		view := filtered(t, g, ViewCanny, DefaultFilters)
		want := NewImage(g.Rows, g.Columns, 1, 8, false)
		if err := through(want, stretchedTo8(g), func(m gocv.Mat, out *gocv.Mat) error { return gocv.Canny(m, out, 100, 200) }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(view.Pix, want.Pix) {
			t.Errorf("%s: the edges are not those of OpenCV", name)
		}
		s := view.Scan()
		if v, own := view.Window(); !own || v.Source != SourceEdges || v.Apply(0) != 0 || v.Apply(edgeLevel) != 1 || s.Inverse || s.Modality != (Modality{Slope: 1}) {
			t.Errorf("%s: edges are drawn by %+v", name, v)
		}
	}
}

// Padding has no edge and makes none, and what it is does not matter; a step beside it is
// found as before.
func TestCannyLeavesPaddingOut(t *testing.T) {
	var before []uint16
	for _, padding := range []int{1900, -2000} {
		g, err := openDICOMImage(t, bordered(padding)).Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		for _, aperture := range []int{3, 7} {
			view, r := filtered(t, g, ViewCanny, Filters{Canny: Canny{50, 100, aperture, 2}}), aperture/2
			edges := 0
			for i, p := range view.Pix {
				if p == 0 {
					continue
				}
				edges++
				for y := i/g.Columns - r; y <= i/g.Columns+r; y++ {
					for x := i%g.Columns - r; x <= i%g.Columns+r; x++ {
						if view.Contains(x, y) && g.scan.Padding(x, y) {
							t.Fatalf("an edge at (%d, %d), beside padding", i%g.Columns, i/g.Columns)
						}
					}
				}
			}
			if edges == 0 {
				t.Error("there are no edges at all")
			}
			if aperture == 3 {
				if before != nil && !slices.Equal(before, view.Pix) {
					t.Error("the edges depend on what padding is")
				}
				before = view.Pix
			}
		}
	}
}
