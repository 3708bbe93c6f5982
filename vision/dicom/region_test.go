package dicom

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
)

// with gives an item with some of its elements replaced.
func with(item []dt.Element, other ...dt.Element) []dt.Element { return dt.Set(item).With(other...) }

// TestRegions reads ultrasound regions in every encoding.
func TestRegions(t *testing.T) {
	second := with(dt.Region(10, 300, 629, 470, 0.005, -20),
		dt.Element{Tag: 0x00186024, VR: "US", Value: 4}, dt.Element{Tag: 0x00186026, VR: "US", Value: 7})
	want := []Region{
		{MinX: 40, MinY: 30, MaxX: 599, MaxY: 289, UnitX: UnitCentimetre, UnitY: UnitCentimetre, DeltaX: 0.02, DeltaY: 0.025},
		{MinX: 10, MinY: 300, MaxX: 629, MaxY: 470, UnitX: 4, UnitY: 7, DeltaX: 0.005, DeltaY: -20},
	}
	for _, syntax := range nativeSyntaxes {
		for _, length := range []uint32{0, dt.Undefined} {
			h := headerOf(t, syntax, dt.Element{Tag: 0x00186011, VR: "SQ", Length: length, Items: [][]dt.Element{dt.Region(40, 30, 599, 289, 0.02, 0.025), second}})
			if !reflect.DeepEqual(h.Regions, want) {
				t.Errorf("%s: %+v", h.Syntax.Name, h.Regions)
			}
		}
	}
	if h := headerOf(t, ExplicitLE); h.Regions != nil {
		t.Errorf("regions %+v of a file without", h.Regions)
	}
}

// TestIllFormedRegions leaves out what has no place and keeps what has no scale.
func TestIllFormedRegions(t *testing.T) {
	good := dt.Region(1, 2, 3, 4, 0.1, 0.1)
	number := func(tag uint32, vr string, v int) dt.Element { return dt.Element{Tag: tag, VR: vr, Value: v} }
	items := [][]dt.Element{
		{},                                      // empty
		with(good, number(0x0018601C, "UL", 0)), // ends before it begins
		with(good, number(0x00186018, "UL", 0xFFFFFFFF)),                                             // beyond any image
		with(good, dt.Element{Tag: 0x0018601A, VR: "UL"}),                                            // empty value
		with(good, dt.Element{Tag: 0x0018601A, VR: "LO", Value: "abc"}),                              // no number
		with(good, dt.Element{Tag: 0x0018602C, VR: "FD", Value: []float64{math.NaN()}}),              // kept without scale
		with(good, dt.Element{Tag: 0x0018602E, VR: "FD", Value: []byte{1, 2}}),                       // kept without scale
		dt.Set(good).Without(0x00186024, 0x00186026),                                                 // kept without units
		with(good, dt.Element{Tag: 0x0018602C, VR: "DS", Value: "0.1"}, number(0x00186018, "US", 1)), // other VRs, same values
	}
	one := Region{MinX: 1, MinY: 2, MaxX: 3, MaxY: 4, UnitX: 3, UnitY: 3, DeltaX: 0.1, DeltaY: 0.1}
	noX, noY, bare := one, one, one
	noX.DeltaX, noY.DeltaY, bare.UnitX, bare.UnitY = 0, 0, 0, 0
	want := []Region{noX, noY, bare, one}
	if h := headerOf(t, ExplicitLE, dt.Element{Tag: 0x00186011, VR: "SQ", Items: items}); !reflect.DeepEqual(h.Regions, want) {
		t.Errorf("%+v\nwant %+v", h.Regions, want)
	}
	var many [][]dt.Element
	for range 3 * maxRegions {
		many = append(many, good)
	}
	if h := headerOf(t, ExplicitLE, dt.Element{Tag: 0x00186011, VR: "SQ", Items: many}); len(h.Regions) != maxRegions {
		t.Errorf("%d regions, the limit is %d", len(h.Regions), maxRegions)
	}
	if h := headerOf(t, ExplicitLE, dt.Element{Tag: 0x00186011, VR: "LO", Value: "no sequence"}); h.Regions != nil {
		t.Errorf("regions %+v of a text", h.Regions)
	}
}

// TestRegionsTruth compares the regions of public ultrasound files with DCMTK's
// listing of them.
func TestRegionsTruth(t *testing.T) {
	dir := dt.Shared(t)
	if _, err := exec.LookPath("dcmdump"); err != nil {
		t.Skip("dcmdump of DCMTK is not here")
	}
	var paths []string
	for _, pattern := range []string{"pydicom/src/pydicom/data/test_files/examples_*.dcm", "pydicom-data/data_store/data/*US-ALOKA*.dcm", "pydicom-data/data_store/data/OBXXXX1A*.dcm"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	compared := 0
	for path, list := range dcmdump(paths) {
		var want []Region
		for _, row := range list {
			if row.depth == 1 && row.tag == "(FFFE,E000)" {
				want = append(want, Region{})
			}
			if len(want) == 0 || row.depth != 2 {
				continue
			}
			r, v := &want[len(want)-1], row.value
			whole := map[string]*int{
				"(0018,6018)": &r.MinX, "(0018,601A)": &r.MinY, "(0018,601C)": &r.MaxX, "(0018,601E)": &r.MaxY,
				"(0018,6024)": &r.UnitX, "(0018,6026)": &r.UnitY,
			}
			if to := whole[row.tag]; to != nil {
				*to, _ = strconv.Atoi(v)
			}
			if to := map[string]*float64{"(0018,602C)": &r.DeltaX, "(0018,602E)": &r.DeltaY}[row.tag]; to != nil {
				*to, _ = strconv.ParseFloat(v, 64)
			}
		}
		f, err := OpenHeader(context.Background(), path)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		regions := f.Regions
		if len(regions) > 0 {
			compared++
		}
		placed := want[:0]
		for _, r := range want { // items of other sequences have no place
			if r.MaxX > 0 {
				placed = append(placed, r)
			}
		}
		for i := range min(len(regions), len(placed)) {
			// dcmdump's last digit is not always right.
			for _, d := range [][2]*float64{{&regions[i].DeltaX, &placed[i].DeltaX}, {&regions[i].DeltaY, &placed[i].DeltaY}} {
				if math.Abs(*d[0]-*d[1]) <= 1e-15 {
					*d[1] = *d[0]
				}
			}
		}
		if len(regions) != len(placed) || len(placed) > 0 && !reflect.DeepEqual(regions, placed) {
			t.Errorf("%s: regions %+v, DCMTK has %+v", filepath.Base(path), regions, placed)
		}
	}
	if compared == 0 {
		t.Error("no file with regions was compared")
	}
	t.Logf("%d files with regions compared", compared)
}
