package vision

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/space"
	"lightbox/vision/study"
)

// placedSlice is a CT slice of 5 rows and 3 columns, 0.5 mm between rows and 2 mm
// between columns.
func placedSlice(extra ...dicomtest.Element) dicomtest.Image {
	return dicomtest.Image{Rows: 5, Columns: 3, Stored: 12, Extra: append([]dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "CT"}, {Tag: 0x00200052, VR: "UI", Value: "1.2.3"},
		dicomtest.DS(0x00200032, `-10\-20\30`), dicomtest.DS(0x00200037, `1\0\0\0\1\0`), dicomtest.DS(0x00280030, `0.5\2`),
	}, extra...)}
}

func sequence(tag uint32, items ...[]dicomtest.Element) dicomtest.Element {
	return dicomtest.Element{Tag: tag, VR: "SQ", Items: items}
}

// planes gives each frame's plane twice: read from its scan, and told by the index.
func planes(t *testing.T, path string) (scans, told []space.Plane, known []bool) {
	t.Helper()
	f, err := OpenFile(background, blob.File(path))
	if err != nil {
		t.Fatal(err)
	}
	err = study.Index(background, []string{path}, study.Options{}, func(items []*study.Item) {
		for _, it := range items {
			for i := range it.Frames {
				s, err := f.Scan(background, i)
				if err != nil {
					continue // that it cannot be decoded is another test's matter
				}
				p, ok := s.Plane()
				q, same := study.Frame{Item: it, Index: i}.Plane()
				if ok != same {
					t.Errorf("%s, frame %d: %v from the scan, %v from the index", filepath.Base(path), i, ok, same)
				}
				scans, told, known = append(scans, p), append(told, q), append(known, ok)
			}
		}
	}, func(study.Problem) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return scans, told, known
}

func TestPlaneOfAScan(t *testing.T) {
	s := openDICOMImage(t, placedSlice())
	p, ok := s.Plane()
	if !ok || p.Columns != 3 || p.Rows != 5 || p.FrameOfReference != "1.2.3" ||
		p.At(0.5, 0.5) != [3]float64{-10, -20, 30} || p.At(1.5, 0.5) != [3]float64{-8, -20, 30} || p.At(0.5, 1.5) != [3]float64{-10, -19.5, 30} {
		t.Errorf("%+v, %v", p, ok)
	}
	if p, ok := openDICOMImage(t, phantom(12)).Plane(); ok {
		t.Errorf("a film lies at %+v", p)
	}
	if p, ok := open(t, "a.png", pngBytes(t, colourPicture(8, 6))).Plane(); ok {
		t.Errorf("a picture lies at %+v", p)
	}
	several := placedSlice()
	several.FrameCount = 2
	if p, ok := openDICOMImage(t, several).Plane(); ok {
		t.Errorf("several frames lie at %+v", p)
	}
}

// An enhanced object names place, direction and spacing frame by frame or for all;
// scan and index take the same.
func TestPlanesOfAnEnhancedScan(t *testing.T) {
	var frames [][]dicomtest.Element
	for n := range 4 {
		f := []dicomtest.Element{sequence(0x00209113, []dicomtest.Element{dicomtest.DS(0x00200032, fmt.Sprintf(`0\0\%d`, 3*n))})}
		switch n {
		case 2:
			f = append(f, sequence(0x00289110, []dicomtest.Element{dicomtest.DS(0x00280030, `4\3`)}))
		case 3:
			f = nil // without a place
		}
		frames = append(frames, f)
	}
	m := dicomtest.Image{Rows: 5, Columns: 3, FrameCount: 4, Extra: []dicomtest.Element{
		sequence(0x52009229, []dicomtest.Element{
			sequence(0x00209116, []dicomtest.Element{dicomtest.DS(0x00200037, `0\1\0\0\0\-1`)}),
			sequence(0x00289110, []dicomtest.Element{dicomtest.DS(0x00280030, `0.5\2`)}),
		}),
		sequence(0x52009230, frames...),
	}}
	scans, told, known := planes(t, write(t, "enhanced", m.Bytes()))
	if len(scans) != 4 || !known[0] || !known[1] || !known[2] || known[3] {
		t.Fatal(len(scans), known)
	}
	for i, want := range [][3]float64{{0, 2, -0.5}, {0, 2, 2.5}, {0, 3, 2}} {
		if scans[i] != told[i] || scans[i].At(1.5, 1.5) != want {
			t.Errorf("frame %d: %+v and %+v", i, scans[i], told[i])
		}
	}
}

// An object that describes fewer frames than it has leaves open which they are.
func TestPlanesOfALyingObject(t *testing.T) {
	m := placedSlice(sequence(0x52009230, []dicomtest.Element{sequence(0x00209113, []dicomtest.Element{dicomtest.DS(0x00200032, `0\0\5`)})}))
	m.FrameCount = 2
	scans, _, known := planes(t, write(t, "lying", m.Bytes()))
	if len(scans) != 2 || known[0] || known[1] {
		t.Errorf("%d frames, %v", len(scans), known)
	}
}

// On public files, scan and index agree on each frame.
func TestPublicPlanes(t *testing.T) {
	dir := dicomtest.Shared(t)
	placed := 0
	for _, row := range dicomtest.Table(t, filepath.Join(dir, "manifest.tsv")) {
		if row["validity"] != "valid" || row["modality"] != "CT" && row["modality"] != "MR" {
			continue
		}
		scans, told, known := planes(t, filepath.Join(dir, row["path"]))
		for i := range scans {
			if scans[i] != told[i] {
				t.Errorf("%s, frame %d: %+v and %+v", row["path"], i, scans[i], told[i])
			}
			if known[i] {
				placed++
			}
		}
	}
	if placed < 100 {
		t.Errorf("%d frames with a place", placed)
	}
}

// The public head CT: its slices lie where their z says, none cuts another, and a
// sagittal plane through the middle cuts each over its whole height.
func TestPublicHeadCTPlanes(t *testing.T) {
	dir := filepath.Join(dicomtest.Shared(t), "slicer-cthead", "Testing", "Data", "Input", "CTHeadAxialDicom")
	catalog := study.NewCatalog()
	if err := study.Index(background, []string{dir}, study.Options{}, func(items []*study.Item) { catalog.Add(items...) }, func(study.Problem) {}, nil); err != nil {
		t.Fatal(err)
	}
	k := catalog.Studies()[0].Series[0].Stacks[0]
	first, ok := k.Frames[0].Plane()
	if !ok {
		t.Fatal("the first slice has no plane")
	}
	middle := first.At(float64(first.Columns)/2, float64(first.Rows)/2)
	side, ok := space.New([]float64{middle[0], middle[1] - 300, middle[2] + 300}, []float64{0, 1, 0, 0, 0, -1}, []float64{1, 1}, 600, 600, first.FrameOfReference)
	if !ok {
		t.Fatal("the sagittal plane was refused")
	}
	before := 1e9
	for i, f := range k.Frames {
		p, ok := f.Plane()
		if !ok {
			t.Fatalf("slice %d has no plane", i)
		}
		if got, d, ok := study.Nearest(k, p.At(3, 4), -1); got != i || math.Abs(d) > 1e-9 || !ok {
			t.Errorf("on slice %d: %d, %g mm, %v", i, got, d, ok)
		}
		if _, _, cut := first.Line(p); cut {
			t.Errorf("slice %d cuts the first", i)
		}
		a, b, cut := p.Line(side)
		half, height := float64(p.Columns)/2, math.Abs(b[1]-a[1])
		if !cut || math.Abs(a[0]-half)+math.Abs(b[0]-half)+math.Abs(height-float64(p.Rows)) > 1e-6 {
			t.Errorf("slice %d: cut from %v to %v, %v", i, a, b, cut)
		}
		a, b, cut = side.Line(p)
		if !cut || a[1] >= before || math.Abs(a[1]-b[1]) > 1e-6 {
			t.Errorf("slice %d: on the sagittal plane from %v to %v, %v; before at %g", i, a, b, cut, before)
		}
		before = a[1]
	}
}
