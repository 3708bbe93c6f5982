package dicomtest

import "math"

// Phantom gives a deterministic picture with the coarse look of a frontal chest
// radiograph, as MONOCHROME2 values of 0 … 2^bits−1: bright mediastinum and
// heart, dark lungs crossed by ribs, dark air around the body, and a little
// fixed noise, so that no two rows are alike. It imitates no patient.
func Phantom(rows, columns, bits int) []uint16 {
	top := float64(uint32(1)<<bits - 1)
	out := make([]uint16, rows*columns)
	seed := uint32(1)
	for r := range rows {
		for c := range columns {
			y, x := (float64(r)+0.5)/float64(rows), (float64(c)+0.5)/float64(columns)
			v := 0.05
			if inside(x, y, 0.5, 0.62, 0.47, 0.60) {
				v = 0.62
			}
			left, right := inside(x, y, 0.30, 0.50, 0.15, 0.33), inside(x, y, 0.70, 0.50, 0.15, 0.33)
			if left || right {
				v = 0.22 + 0.1*y
				arc := y + 0.5*math.Abs(x-0.5)
				if math.Mod(arc, 0.09) < 0.022 {
					v += 0.16
				}
			}
			if math.Abs(x-0.5) < 0.06 || inside(x, y, 0.56, 0.66, 0.15, 0.15) {
				v = 0.85
			}
			seed = seed*1664525 + 1013904223
			v += (float64(seed>>16)/65535 - 0.5) * 0.03
			out[r*columns+c] = uint16(math.Round(min(max(v, 0), 1) * top))
		}
	}
	return out
}

func inside(x, y, cx, cy, rx, ry float64) bool {
	dx, dy := (x-cx)/rx, (y-cy)/ry
	return dx*dx+dy*dy < 1
}

// Chest gives Phantom as an image object.
func Chest(rows, columns, bits int) Image {
	return Image{Rows: rows, Columns: columns, Stored: bits, Values: Phantom(rows, columns, bits)}
}

// Twin gives the same picture in the other monochrome interpretation: the
// values v become 2^Stored−1−v, or −1−v where they are signed, and MONOCHROME2
// becomes MONOCHROME1 or the reverse. A window is reflected by the caller.
func Twin(m Image) Image {
	m = m.filled()
	values := make([]uint16, len(m.Values))
	for i, v := range m.Values {
		if values[i] = ^v; !m.Signed {
			values[i] &= uint16(uint32(1)<<m.Stored - 1)
		}
	}
	m.Values = values
	if m.Photometric == "MONOCHROME1" {
		m.Photometric = "MONOCHROME2"
	} else {
		m.Photometric = "MONOCHROME1"
	}
	return m
}
