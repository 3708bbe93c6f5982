package link

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/vision"
	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/space"
	"lightbox/vision/study"
)

var (
	axial    = []float64{1, 0, 0, 0, 1, 0}
	sagittal = []float64{0, 1, 0, 0, 0, -1}
)

// stack is one of n slices of 100 × 100 pixels of 1 mm, step mm apart, the first at
// the given place.
func stack(t *testing.T, name string, n int, first [3]float64, step float64, edit func(i int, h *dicom.Header)) *study.Stack {
	t.Helper()
	c := study.NewCatalog()
	for i := range n {
		h := dicom.Header{
			StudyUID: "1", SeriesUID: "1." + name, SOPInstanceUID: fmt.Sprint(name, i), PatientID: "P", Modality: "MR",
			InstanceNumber: fmt.Sprint(i), Rows: 100, Columns: 100, Samples: 1, Photometric: "MONOCHROME2", Frames: 1,
			FrameOfReferenceUID: "1.4", ImageOrientation: axial, PixelSpacing: []float64{1, 1},
			ImagePosition: []float64{first[0], first[1], first[2] + float64(i)*step},
		}
		if edit != nil {
			edit(i, &h)
		}
		c.Add(study.FromDICOM(blob.File(fmt.Sprintf("/%s/%d", name, i)), &h, nil))
	}
	stacks := c.Studies()[0].Series[0].Stacks
	if len(stacks) != 1 {
		t.Fatalf("%s: %d stacks", name, len(stacks))
	}
	return stacks[0]
}

func TestFrame(t *testing.T) {
	thick := stack(t, "thick", 11, [3]float64{-50, -50, 0}, 5, nil) // z 0 … 50
	thin := stack(t, "thin", 61, [3]float64{-50, -50, -5}, 1, nil)  // z −5 … 55
	short := stack(t, "short", 3, [3]float64{-50, -50, 20}, 5, nil) // z 20 … 30
	side := stack(t, "side", 21, [3]float64{-10, -50, 80}, 0, func(i int, h *dicom.Header) {
		h.ImageOrientation, h.ImagePosition[0] = sagittal, float64(i-10)*2
	})
	// Sagittal slices are in order from the left to the right, from x 20 to x −20.
	reference := func(_ int, h *dicom.Header) { h.FrameOfReferenceUID = "other" }
	prior := stack(t, "prior", 31, [3]float64{-50, -50, 0}, 1, reference)
	patient := stack(t, "patient", 31, [3]float64{-50, -50, 0}, 1, func(_ int, h *dicom.Header) { h.PatientID = "Q" })
	films := stack(t, "films", 7, [3]float64{}, 0, func(_ int, h *dicom.Header) { h.ImagePosition = nil })
	cine := stack(t, "cine", 20, [3]float64{0, 0, 10}, 0, nil)
	for _, c := range []struct {
		name     string
		from, to Ref
		x        float64
		offset   int
		frame    int
		how      How
	}{
		{"the same stack", Ref{thin, 7}, Ref{thin, 2}, 50, 3, 7, SameImage},
		{"thick to thin", Ref{thick, 4}, Ref{thin, 0}, 50, 9, 25, PatientSpace},
		{"thin to thick", Ref{thin, 27}, Ref{thick, 0}, 50, 0, 4, PatientSpace},
		{"half way, from above", Ref{thin, 7}, Ref{thick, 0}, 50, 0, 0, PatientSpace},
		{"a spacing beyond the end", Ref{thick, 7}, Ref{short, 0}, 50, 0, 2, PatientSpace},
		{"beyond the end", Ref{thick, 8}, Ref{short, 0}, 50, 0, 2, Beyond},
		{"before the beginning", Ref{thick, 0}, Ref{short, 2}, 50, 0, 0, Beyond},
		{"another direction, by the middle of the view", Ref{thick, 3}, Ref{side, 0}, 50.5, 0, 10, PatientSpace},
		{"another direction, moved to the left", Ref{thick, 3}, Ref{side, 0}, 60.5, 0, 5, PatientSpace},
		{"another direction, beyond", Ref{thick, 3}, Ref{side, 9}, 99, 0, 0, Beyond},
		{"another frame of reference", Ref{thick, 4}, Ref{prior, 20}, 50, 16, 20, ByIndex},
		{"the offset is kept", Ref{thick, 6}, Ref{prior, 20}, 50, 16, 22, ByIndex},
		{"as far as the stack goes", Ref{thin, 50}, Ref{prior, 20}, 50, 16, 30, ByIndex},
		{"and not below", Ref{thin, 0}, Ref{prior, 20}, 50, -3, 0, ByIndex},
		{"and back again", Ref{thin, 13}, Ref{prior, 30}, 50, 16, 29, ByIndex},
		{"another patient", Ref{thick, 4}, Ref{patient, 20}, 50, 0, 4, ByIndex},
		{"films", Ref{thick, 4}, Ref{films, 3}, 50, 0, 4, ByIndex},
		{"from films", Ref{films, 4}, Ref{thick, 3}, 50, 0, 4, ByIndex},
		{"one place at many times", Ref{thick, 4}, Ref{cine, 3}, 50, 0, 4, ByIndex},
		{"from a cine", Ref{cine, 9}, Ref{thick, 9}, 50, 0, 2, PatientSpace},
		{"no frame", Ref{thick, 11}, Ref{thin, 3}, 50, 0, 3, NotLinked},
		{"less than none", Ref{thick, -1}, Ref{thin, 3}, 50, 0, 3, NotLinked},
		{"no stack", Ref{}, Ref{thin, 3}, 50, 0, 3, NotLinked},
		{"to no stack", Ref{thick, 1}, Ref{Frame: 3}, 50, 0, 3, NotLinked},
		{"to an empty one", Ref{thick, 1}, Ref{&study.Stack{}, 3}, 50, 0, 3, NotLinked},
		{"a view of nowhere", Ref{thick, 2}, Ref{thin, 3}, math.NaN(), 1, 3, ByIndex},
	} {
		if frame, how := Frame(c.from, c.x, 50.5, c.to, c.offset); frame != c.frame || how != c.how {
			t.Errorf("%s: frame %d %s, want %d %s", c.name, frame, how, c.frame, c.how)
		}
	}
	if Offset(Ref{thick, 4}, Ref{prior, 20}) != 16 {
		t.Error("the offset is how far the second is ahead")
	}
}

func TestPoint(t *testing.T) {
	slices := stack(t, "slices", 11, [3]float64{-50, -50, 0}, 5, nil)
	side := stack(t, "side", 1, [3]float64{6, -50, 80}, 0, func(_ int, h *dicom.Header) { h.ImageOrientation = sagittal })
	other := stack(t, "other", 2, [3]float64{}, 5, func(_ int, h *dicom.Header) { h.FrameOfReferenceUID = "5" })
	small := stack(t, "small", 2, [3]float64{}, 5, func(_ int, h *dicom.Header) { h.FrameOfReferenceUID, h.Rows = "5", 99 })
	patient := stack(t, "patient", 2, [3]float64{}, 5, func(_ int, h *dicom.Header) { h.PatientID = "Q" })
	at := slices.Frames[4]
	for _, c := range []struct {
		name           string
		to             study.Frame
		x, y, distance float64
		how            How
	}{
		{"the same image", at, 60.5, 30.5, 0, SameImage},
		{"the next slice", slices.Frames[5], 60.5, 30.5, -5, PatientSpace},
		// (60.5, 30.5) lies 10 mm to the left, 20 mm to the front, 20 mm high.
		{"from the side", side.Frames[0], 30.5, 60.5, -4, PatientSpace},
		{"another frame of reference", other.Frames[1], 60.5, 30.5, 0, ByIndex},
		{"another patient", patient.Frames[1], 60.5, 30.5, 0, ByIndex},
		{"another size", small.Frames[1], 0, 0, 0, NotLinked},
		{"nothing", study.Frame{}, 0, 0, 0, NotLinked},
	} {
		x, y, distance, how := Point(at, 60.5, 30.5, c.to)
		if math.Abs(x-c.x)+math.Abs(y-c.y)+math.Abs(distance-c.distance) > 1e-9 || how != c.how {
			t.Errorf("%s: %g, %g, %g mm %s", c.name, x, y, distance, how)
		}
	}
}

func pane(f study.Frame, spacing *vision.Spacing, zoom float64) Pane {
	return Pane{Frame: f, Viewport: vision.Viewport{CentreX: 40, CentreY: 70, Zoom: zoom}, Size: image.Pt(400, 300), Spacing: spacing}
}

func TestViewport(t *testing.T) {
	scanner := func(row, column float64) *vision.Spacing {
		return &vision.Spacing{Row: row, Column: column, Provenance: vision.AtScanner}
	}
	detector := &vision.Spacing{Row: 0.2, Column: 0.2, Provenance: vision.AtDetector}
	here := stack(t, "here", 2, [3]float64{-50, -50, 0}, 5, nil).Frames[0]
	half := stack(t, "half", 2, [3]float64{-100, -100, 3}, 5, func(_ int, h *dicom.Header) {
		h.PixelSpacing, h.Rows, h.Columns = []float64{0.5, 0.5}, 400, 400
	}).Frames[0]
	prior := stack(t, "prior", 2, [3]float64{}, 5, func(_ int, h *dicom.Header) {
		h.FrameOfReferenceUID, h.PixelSpacing, h.Rows, h.Columns = "8", []float64{0.5, 0.25}, 200, 300
	}).Frames[0]
	for _, c := range []struct {
		name     string
		from, to Pane
		want     vision.Viewport
		how      How
	}{
		{"the same image", pane(here, nil, 3), pane(here, nil, 1), vision.Viewport{CentreX: 40, CentreY: 70, Zoom: 3}, SameImage},
		// (40, 70) lies at x −10.5, y 19.5: 90 mm from the edge of the other, which begins at −100.25.
		{"patient space", pane(here, scanner(1, 1), 3), pane(half, scanner(0.5, 0.5), 1), vision.Viewport{CentreX: 179.5, CentreY: 239.5, Zoom: 1.5}, PatientSpace},
		// 10 mm to the right of the middle and 20 mm below; a pixel there has the area of one of √(0.5·0.25) mm.
		{"scale", pane(here, scanner(1, 1), 3), pane(prior, scanner(0.5, 0.25), 1), vision.Viewport{CentreX: 150 - 40, CentreY: 100 + 40, Zoom: 3 * math.Sqrt(0.125)}, SameScale},
		// 300/100 screen pixels for a pixel fit here, 400/300 there.
		{"mm of another kind", pane(here, scanner(1, 1), 3), pane(prior, detector, 1), vision.Viewport{CentreX: 120, CentreY: 140, Zoom: 4. / 3}, Relative},
		{"no mm", pane(here, nil, 6), pane(prior, nil, 1), vision.Viewport{CentreX: 120, CentreY: 140, Zoom: 8. / 3}, Relative},
		{"no zoom", pane(here, nil, 0), pane(prior, nil, 1), vision.Viewport{CentreX: 40, CentreY: 70, Zoom: 1}, NotLinked},
		{"NaN", pane(here, nil, math.NaN()), pane(prior, nil, 1), vision.Viewport{CentreX: 40, CentreY: 70, Zoom: 1}, NotLinked},
		{"infinite", pane(here, nil, math.Inf(1)), pane(prior, nil, 1), vision.Viewport{CentreX: 40, CentreY: 70, Zoom: 1}, NotLinked},
		{"no image", Pane{}, pane(prior, nil, 1), vision.Viewport{CentreX: 40, CentreY: 70, Zoom: 1}, NotLinked},
		{"to no image", pane(here, nil, 1), Pane{}, vision.Viewport{}, NotLinked},
	} {
		got, how := Viewport(c.from, c.to)
		if how != c.how || math.Abs(got.CentreX-c.want.CentreX)+math.Abs(got.CentreY-c.want.CentreY)+math.Abs(got.Zoom-c.want.Zoom) > 1e-9 {
			t.Errorf("%s: %+v %s, want %+v %s", c.name, got, how, c.want, c.how)
		}
	}
}

// In patient space the same screen pixel of both panes shows the same place, when the
// images have one direction.
func TestViewportShowsTheSamePlaces(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for n := range 50 {
		make := func(name string) (study.Frame, space.Plane, *vision.Spacing) {
			mm := 0.3 + r.Float64()
			rows, columns := 100+r.IntN(400), 100+r.IntN(400)
			f := stack(t, fmt.Sprint(name, n), 2, [3]float64{-200 * r.Float64(), -200 * r.Float64(), r.Float64()}, 5, func(_ int, h *dicom.Header) {
				h.PixelSpacing, h.Rows, h.Columns = []float64{mm, mm}, rows, columns
			}).Frames[0]
			p, _ := f.Plane()
			return f, p, &vision.Spacing{Row: mm, Column: mm, Provenance: vision.AtScanner}
		}
		f, p, spacing := make("a")
		g, q, other := make("b")
		from := Pane{f, vision.Viewport{CentreX: 300 * r.Float64(), CentreY: 300 * r.Float64(), Zoom: 0.1 + 3.3*r.Float64()}, image.Pt(640, 480), spacing}
		to := Pane{g, vision.Viewport{Zoom: 1}, image.Pt(640, 480), other}
		v, how := Viewport(from, to)
		if how != PatientSpace {
			t.Fatal(how)
		}
		for range 10 {
			x, y := 640*(r.Float64()-0.5), 480*(r.Float64()-0.5) // from the middle of the pane
			a := p.At(from.Viewport.CentreX+x/from.Viewport.Zoom, from.Viewport.CentreY+y/from.Viewport.Zoom)
			b := q.At(v.CentreX+x/v.Zoom, v.CentreY+y/v.Zoom)
			if math.Abs(a[0]-b[0])+math.Abs(a[1]-b[1]) > 1e-9 {
				t.Fatalf("%v here, %v there", a, b)
			}
		}
		to.Viewport = v
		if back, _ := Viewport(to, from); math.Abs(back.CentreX-from.Viewport.CentreX)+math.Abs(back.CentreY-from.Viewport.CentreY)+math.Abs(back.Zoom-from.Viewport.Zoom) > 1e-9 {
			t.Fatalf("%+v came back as %+v", from.Viewport, back)
		}
	}
}
