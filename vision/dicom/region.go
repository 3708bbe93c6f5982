package dicom

import "math"

// Region is a part of an ultrasound picture with axes of its own (PS3.3 C.8.5.5.1,
// an item of Sequence of Ultrasound Regions (0018,6011)).
type Region struct {
	// The first and the last column and row that belong to it, from 0.
	MinX, MinY, MaxX, MaxY int

	UnitX, UnitY int // Physical Units (0018,6024), (0018,6026), see UnitCentimetre
	// Physical Delta (0018,602C), (0018,602E): the units from one pixel to the next,
	// negative where they fall; 0 where the file states none.
	DeltaX, DeltaY float64
}

// UnitCentimetre is the code of centimetres in Physical Units (PS3.3 C.8.5.5.1.15).
const UnitCentimetre = 3

// Lengths tells that neither axis is known to be anything but a length: time runs
// along M-mode and spectra.
func (r Region) Lengths() bool {
	length := func(unit int) bool { return unit == UnitCentimetre || unit == 0 }
	return length(r.UnitX) && length(r.UnitY)
}

// regions reads the ultrasound regions. One without a place is left out, one whose
// axes say nothing is kept: nothing can be measured in it.
func (a attributes) regions() []Region {
	var out []Region
	for _, item := range a[tagRegions].items {
		if len(out) == maxRegions {
			break
		}
		r, placed := item.region()
		if placed {
			out = append(out, r)
		}
	}
	return out
}

// region reads one of them, and tells whether it has a place.
func (a attributes) region() (r Region, placed bool) {
	place := func(t tag) int {
		n, ok := a.number(t, false)
		if !ok || n < 0 || n > math.MaxInt32 {
			return -1
		}
		return n
	}
	r.MinX, r.MinY, r.MaxX, r.MaxY = place(tagRegionMinX), place(tagRegionMinY), place(tagRegionMaxX), place(tagRegionMaxY)
	r.UnitX, _ = a.number(tagRegionUnitsX, false)
	r.UnitY, _ = a.number(tagRegionUnitsY, false)
	delta := func(t tag) float64 {
		if v := a.decimals(t); len(v) > 0 && finite(v[0]) {
			return v[0]
		}
		return 0
	}
	r.DeltaX, r.DeltaY = delta(tagRegionDeltaX), delta(tagRegionDeltaY)
	return r, r.MinX >= 0 && r.MinY >= 0 && r.MaxX >= r.MinX && r.MaxY >= r.MinY
}
