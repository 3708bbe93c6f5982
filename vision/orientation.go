package vision

import (
	"math"
	"slices"
	"strings"
)

// obliquity is how large a direction's component must be, as a cosine, for its
// letter to be named: six degrees off an axis do not make a slice oblique.
const obliquity = 0.1

// Orientation tells the patient's directions to the right and downwards in the
// image, as letters (L, R, A, P, H, F; several for oblique slices, the largest
// first). It is Patient Orientation (0020,0020) where the file has it, else
// worked out of Image Orientation (Patient) (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1).
// Empty strings stand for unknown.
func (s *Scan) Orientation() (right, down string) {
	h := &s.Header
	if o := h.PatientOrientation; len(o) == 2 && o[0] != "" && o[1] != "" {
		return o[0], o[1]
	}
	return Directions(h.ImageOrientation)
}

// Directions names the direction cosines of a row and of a column (0020,0037)
// by letters, as Orientation does; empty strings for anything but six numbers.
func Directions(cosines []float64) (right, down string) {
	if len(cosines) != 6 {
		return "", ""
	}
	return direction(cosines[:3]), direction(cosines[3:])
}

// direction names a vector of the patient's coordinates.
func direction(v []float64) string {
	axes := []int{0, 1, 2}
	slices.SortStableFunc(axes, func(a, b int) int {
		switch d := math.Abs(v[b]) - math.Abs(v[a]); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	var b strings.Builder
	for _, a := range axes {
		switch {
		case v[a] > obliquity:
			b.WriteByte("LPH"[a])
		case v[a] < -obliquity:
			b.WriteByte("RAF"[a])
		}
	}
	return b.String()
}
