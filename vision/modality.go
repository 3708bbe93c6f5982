package vision

import (
	"lightbox/vision/dicom"
)

// Modality maps a pixel's number to its modality value: m = Slope × v +
// Intercept (PS3.3 C.11.1.1.2). A scan with a Modality LUT Sequence has its
// pixels looked up once when it is opened (see Scan.Values); Slope and
// Intercept are then 1 and 0, for the standard allows only one of the two.
type Modality struct {
	Slope, Intercept float64
	Unit             string // Rescale Type, e.g. HU; empty where the file states none
}

// Value returns the modality value of v.
func (m Modality) Value(v int) float64 { return m.Slope*float64(v) + m.Intercept }

// Rescales tells whether modality values differ from pixel numbers.
func (m Modality) Rescales() bool { return m.Slope != 1 || m.Intercept != 0 }

// lookUp passes every pixel of a gray image through a Modality LUT (PS3.3
// C.11.1.1.1): numbers before the first mapped value take the first entry,
// numbers past the end the last one.
func lookUp(src *Image, l *dicom.LUT) *Image {
	depth := 16
	if l.Bits <= 8 {
		depth = 8
	}
	dst := NewImage(src.Rows, src.Columns, 1, depth, false)
	last := len(l.Data) - 1
	for i, p := range src.Pix {
		k := min(max(src.number(p)-l.First, 0), last)
		dst.Pix[i] = l.Data[k]
	}
	return dst
}
