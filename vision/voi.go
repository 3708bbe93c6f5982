package vision

import (
	"fmt"
	"math"

	"lightbox/vision/dicom"
)

// Function is a VOI LUT function (PS3.3 C.11.2.1.3).
type Function string

// The functions of the standard.
const (
	Linear      Function = "LINEAR"
	LinearExact Function = "LINEAR_EXACT"
	Sigmoid     Function = "SIGMOID"
)

// Source says where a window comes from; it is printed beside the window.
type Source string

// The sources, in the order in which a default is looked for, those that a user
// brings about, and that of pictures on a scale of their own (see Gray.Window).
const (
	SourceLUT    Source = "VOI LUT"
	SourceFile   Source = "DICOM window"
	SourceAuto   Source = "auto 0.1–99.9 %"
	SourceFull   Source = "full range"
	SourcePreset Source = "preset" // Explanation is its name
	SourceManual Source = "manual"
	SourceRegion Source = "region"
	SourceState  Source = "presentation state"

	SourceGradient Source = "auto 0–99.5 % of the gradient"
	SourceEdges    Source = "edges 255, all else 0"
)

// VOI maps modality values to 0 (black) … 1 (white) before polarity.
type VOI struct {
	Centre, Width float64 // in modality values; Width ≥ 1 for LINEAR, > 0 otherwise
	Function      Function
	LUT           *dicom.LUT // replaces the window where it is set
	Source        Source
	Explanation   string // the file's own name for it, e.g. LUNG
	Clamp         Clamp  // whether its lower end is held
}

// Minimum widths: LINEAR is a step at width 1, the others need a positive one.
const (
	minLinearWidth = 1
	minExactWidth  = 1e-6
)

// Valid returns v with an impossible width brought to the smallest one that
// the function allows.
func (v VOI) Valid() VOI {
	switch {
	case v.Function == Linear || v.Function == "":
		v.Function = Linear
		v.Width = math.Max(v.Width, minLinearWidth)
	default:
		v.Width = math.Max(v.Width, minExactWidth)
	}
	return v
}

// Apply maps the modality value x to 0 … 1.
//
// The formulas are those of PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.2
// (LINEAR_EXACT) and C.11.2.1.3.1 (SIGMOID) with ymin 0 and ymax 1; a LUT is
// C.11.2.1.1.
func (v VOI) Apply(x float64) float64 {
	if v.LUT != nil {
		return applyVOILUT(v.LUT, x)
	}
	c, w := v.Centre, v.Width
	switch v.Function {
	case Sigmoid:
		return 1 / (1 + math.Exp(-4*(x-c)/w))
	case LinearExact:
		switch {
		case x <= c-w/2:
			return 0
		case x > c+w/2:
			return 1
		}
		return (x-c)/w + 0.5
	default:
		switch {
		case x <= c-0.5-(w-1)/2:
			return 0
		case x > c-0.5+(w-1)/2:
			return 1
		}
		return (x-(c-0.5))/(w-1) + 0.5
	}
}

// applyVOILUT looks x up; values outside take the first or the last entry.
func applyVOILUT(l *dicom.LUT, x float64) float64 {
	if len(l.Data) == 0 {
		return 0
	}
	i := int(math.Round(x)) - l.First
	i = min(max(i, 0), len(l.Data)-1)
	top := float64(uint32(1)<<uint(min(max(l.Bits, 1), 16)) - 1)
	return math.Min(float64(l.Data[i])/top, 1)
}

// Range is the pair of modality values between which the window rises; for a
// LUT the range that it maps.
func (v VOI) Range() (low, high float64) {
	if v.LUT != nil {
		return float64(v.LUT.First), float64(v.LUT.First + len(v.LUT.Data) - 1)
	}
	if v.Function == Linear || v.Function == "" {
		return v.Centre - 0.5 - (v.Width-1)/2, v.Centre - 0.5 + (v.Width-1)/2
	}
	return v.Centre - v.Width/2, v.Centre + v.Width/2
}

// Window returns the centre and width that a drag starts from: the window's
// own or, for a LUT, the LINEAR window over the range that it maps.
func (v VOI) Window() (centre, width float64) {
	if v.LUT == nil {
		return v.Centre, v.Width
	}
	low, high := v.Range()
	return (low+high)/2 + 0.5, high - low + 1
}

// Label is the window as it is printed, width first: "W 1023 L 511 · DICOM window: LUNG",
// and behind that at what value its lower end is held.
func (v VOI) Label() string {
	s := string(v.Source)
	if v.Explanation != "" {
		s += ": " + v.Explanation
	}
	if v.LUT != nil {
		return s
	}
	if v.Function == Sigmoid || v.Function == LinearExact {
		s += " " + string(v.Function)
	}
	if v.Clamp.On {
		s += " · clamped at " + number(v.Clamp.Floor)
	}
	return fmt.Sprintf("W %s L %s · %s", number(v.Width), number(v.Centre), s)
}

// number prints a modality value with as few digits as it needs.
func number(x float64) string {
	if x == math.Trunc(x) || math.Abs(x) >= 1000 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.4g", x)
}
