package vision

import (
	"math"
	"testing"

	"lightbox/vision/dicom"
	"lightbox/vision/dicom/dicomtest"
)

// A clamped window is a window of the standard whose line goes through black at the
// floor and white at the upper end: with floor 0 and upper end u, y = x / u.
func TestClampedWindowsByTheStandardsFunctions(t *testing.T) {
	for _, v := range []VOI{
		{Centre: 40, Width: 400, Function: Linear},
		{Centre: 2048, Width: 4096, Function: Linear},
		{Centre: 3.25, Width: 1, Function: Linear},
		{Centre: 0.7, Width: 0.9, Function: LinearExact},
		{Centre: -100, Width: 500, Function: LinearExact},
	} {
		for _, floor := range []float64{0, -1000, 0.125} {
			u := v.Centre - 0.5 + (v.Width-1)/2 // C.11.2.1.2.1
			if v.Function == LinearExact {
				u = v.Centre + v.Width/2 // C.11.2.1.3.2
			}
			c := v.Clamped(floor)
			if !c.Clamp.On || c.Clamp.Floor != floor || c.Source != v.Source || c.Function != v.Function {
				t.Errorf("%+v clamped at %g is %+v", v, floor, c)
			}
			for _, part := range []float64{-1, -1e-3, 0, 1e-3, 0.25, 0.5, 0.99, 1, 1.001, 3} {
				x := floor + part*(u-floor)
				if got, want := c.Apply(x), min(max(part, 0), 1); math.Abs(got-want) > 1e-9 {
					t.Errorf("%+v clamped at %g: %g becomes %g, want %g", v, floor, x, got, want)
				}
			}
			if low, high := c.Range(); math.Abs(low-floor) > 1e-9 || math.Abs(high-u) > 1e-9 {
				t.Errorf("%+v clamped at %g rises from %g to %g, want to %g", v, floor, low, high, u)
			}
			if c.Free() != v || c.Clamped(floor) != c {
				t.Errorf("%+v clamped at %g and let go is %+v", v, floor, c.Free())
			}
		}
	}
	for _, v := range []VOI{{Centre: 40, Width: 80, Function: Sigmoid}, {Centre: -500, Width: 100, Function: Linear}, {LUT: &dicom.LUT{First: 1, Bits: 8, Data: []uint16{0, 255}}}} {
		if v.Clamped(0) != v {
			t.Errorf("%+v has no lower end above 0 to hold and becomes %+v", v, v.Clamped(0))
		}
	}
	if got := (VOI{Centre: 40, Width: 401, Function: Linear, Source: SourceFile, Explanation: "SOFT"}).Clamped(0).Label(); got != "W 240.5 L 120.2 · DICOM window: SOFT · clamped at 0" {
		t.Errorf("the label is %q", got)
	}
}

// Windows of NM and PET are clamped from the start, all that have a lower end; those of
// others are not. Hounsfield units have their zero at −1000.
func TestNMAndPETBeginClamped(t *testing.T) {
	two := []dicomtest.Element{
		{Tag: dicomtest.WindowCentre, VR: "DS", Value: `300\600`}, {Tag: dicomtest.WindowWidth, VR: "DS", Value: `400\1500`},
	}
	lut := dicomtest.Element{Tag: dicomtest.VOILUT, VR: "SQ", Items: [][]dicomtest.Element{dicomtest.LUT(0, 8, []uint16{0, 128, 255})}}
	for modality, clamped := range map[string]bool{"NM": true, "PT": true, "MR": false, "CR": false} {
		m := phantom(12)
		m.Extra = append([]dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: modality}, lut}, two...)
		s := openDICOMImage(t, m)
		if s.Clamps() != clamped || len(s.VOIs) != 4 || s.VOIs[0].Clamp.On || s.VOIs[0].LUT == nil {
			t.Fatalf("%s: clamps %v, windows %+v", modality, s.Clamps(), s.VOIs)
		}
		for _, v := range s.VOIs[1:] {
			low, high := v.Range()
			_, freeHigh := v.Free().Range()
			if v.Clamp.On != clamped || clamped && math.Abs(low) > 1e-9 || math.Abs(high-freeHigh) > 1e-9 {
				t.Errorf("%s: %+v", modality, v)
			}
		}
		if v := s.VOIs[1].Free(); v.Centre != 300 || v.Width != 400 {
			t.Errorf("%s: the file's own window is %+v", modality, v)
		}
		if v, ok := s.Auto(); !ok || v.Clamp.On {
			t.Errorf("%s: the automatic window of the command line is %+v", modality, v)
		}
	}
	ct := open(t, "ct.dcm", dicomtest.Thorax{Size: 32, Slices: 1, Date: "20240301", Patient: "PHANTOM^EVE"}.Slice(0))
	if ct.Floor() != -1000 || ct.Clamps() {
		t.Errorf("the floor of Hounsfield units is %g, clamped at first: %v", ct.Floor(), ct.Clamps())
	}
}
