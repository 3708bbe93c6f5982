package vision

// hounsfieldFloor is the natural zero of Hounsfield units: where nothing attenuates.
const hounsfieldFloor = -1000

// Clamp is set in a window whose lower end is held, the clamped mode of IHE Basic Image
// Review: only its upper end moves. The zero value holds nothing.
type Clamp struct {
	On            bool
	Floor         float64 // modality value at which the lower end is held
	Centre, Width float64 // of the window before it was held, see VOI.Free
}

// Clamped is the window with its upper end and its lower end held at floor, in modality
// values: a window of the same function with centre and width of its own, so that all
// that is known of windows is true of it. A LUT and a SIGMOID have no lower end, and
// neither a window that ends below floor nor at it rises from there: they stay as they
// are.
func (v VOI) Clamped(floor float64) VOI {
	v = v.Free()
	_, high := v.Range()
	if v.LUT != nil || v.Function == Sigmoid || !(high > floor) {
		return v
	}
	was := v
	if v.Function == LinearExact {
		v.Centre, v.Width = (floor+high)/2, high-floor
	} else {
		held := rising(floor, high, v.Source)
		v.Centre, v.Width = held.Centre, held.Width
	}
	v = v.Valid()
	v.Clamp = Clamp{On: true, Floor: floor, Centre: was.Centre, Width: was.Width}
	return v
}

// Free is the window as it was before its lower end was held.
func (v VOI) Free() VOI {
	if v.Clamp.On {
		v.Centre, v.Width, v.Clamp = v.Clamp.Centre, v.Clamp.Width, Clamp{}
	}
	return v
}

// Floor is the modality value at which the lower end of a clamped window is held: 0, and
// −1000 of Hounsfield units, whose 0 is water and no end of anything.
func (s *Scan) Floor() float64 {
	if s.Hounsfield() {
		return hounsfieldFloor
	}
	return 0
}

// Clamps tells whether the scan's windows are clamped unless the reader wants them
// otherwise: those of nuclear medicine and PET, as IHE Basic Image Review has it. Their
// values are amounts, of which none is black.
func (s *Scan) Clamps() bool { return s.Header.Modality == "NM" || s.Header.Modality == "PT" }

// InMode brings a window into the clamped mode, if that is on, or out of it.
func (s *Scan) InMode(v VOI, clamped bool) VOI {
	if clamped {
		return v.Clamped(s.Floor())
	}
	return v.Free()
}
