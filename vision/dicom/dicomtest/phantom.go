package dicomtest

import "math"

// Phantom gives a deterministic picture with the look of a frontal chest
// radiograph, as MONOCHROME2 values of 0 … 2^bits−1: a bright trunk with neck,
// spine and heart, two dark lungs over domed diaphragms, crossed by ribs and by
// vessels that branch from the hila, dark air around, and a little fixed noise, so
// that no two rows are alike. It imitates no patient. It is near enough to a film
// for lungs to be found on it, from about 100 pixels a side.
func Phantom(rows, columns, bits int) []uint16 {
	top := float64(uint32(1)<<bits - 1)
	out := make([]uint16, rows*columns)
	seed := uint32(1)
	for r := range rows {
		for c := range columns {
			y, x := (float64(r)+0.5)/float64(rows), (float64(c)+0.5)/float64(columns)
			v := 0.06
			if math.Abs(x-0.5) < 0.30+0.17*math.Sqrt(min(max((y-0.02)/0.16, 0), 1)) {
				v = 0.55 + 0.15*y
			}
			if math.Abs(x-0.5) < 0.11 {
				v = 0.68
			}
			side := 1.0 // the heart lies on the picture's right
			if x < 0.5 {
				side = -1
			}
			u := (x - 0.5) * side // outwards
			if part := inLung(u, y, side > 0); part > 0 {
				rib := (math.Mod(y+0.45*math.Abs(u-0.05), 0.085) - 0.026) / 0.014
				lung := 0.22 + 0.10*(y-lungTop)/lungHeight + 0.05*math.Exp(-rib*rib) + mottle(x, y)
				v += part * (lung - v)
			}
			v += vessels(u, y)
			if y > 0.05 {
				v += 0.12 * math.Exp(-math.Pow((x-0.5)/0.045, 4))
			}
			seed = seed*1664525 + 1013904223
			v += (float64(seed>>16)/65535 - 0.5) * 0.03
			out[r*columns+c] = uint16(math.Round(min(max(v, 0), 1) * top))
		}
	}
	return out
}

// Where the phantom's lungs begin and how far they reach, in parts of the height.
const (
	lungTop    = 0.12
	lungHeight = 0.72
)

// inLung tells how far a place, u outwards from the middle and y down, lies in the
// lung of its side, from 0 to 1: between the chest wall and the mediastinum, above
// the diaphragm, all of which are a little blurred.
func inLung(u, y float64, heart bool) float64 {
	t := min(max((y-lungTop)/lungHeight, 0), 1)
	bell := func(at, width float64) float64 { return math.Exp(-math.Pow((t-at)/width, 2)) }
	outer := 0.015 + 0.40*math.Sqrt(max(0, 1-math.Pow(1-min(t/0.75, 1), 2.2)))
	inner := 0.075 + 0.03*t + 0.02*bell(0.8, 0.2)
	if heart {
		inner = 0.075 + 0.03*t + 0.10*bell(0.78, 0.2)
	}
	dome := 0.80 - 0.10*math.Exp(-math.Pow((u-0.2)/0.13, 2)) + 0.04*min(max((u-0.25)/0.15, 0), 1)
	step := func(v float64) float64 { return 1 / (1 + math.Exp(-v/0.008)) }
	part := step(u-inner) * step(outer-u) * step(y-lungTop) * step(dome-y)
	if part < 0.001 {
		return 0
	}
	return part
}

// mottle is how unevenly the lungs let through: fine waves of all directions.
func mottle(x, y float64) (v float64) {
	for k := range 10 {
		sin, cos := math.Sincos(2.4 * float64(k))
		v += 0.030 * math.Sin(2*math.Pi*(8+0.8*float64(k))*(x*cos+y*sin)+1.7*float64(k*k))
	}
	return v
}

// vessels branch from the hilum, thinner and fainter outwards.
func vessels(u, y float64) (v float64) {
	if u <= 0.08 {
		return 0
	}
	for k := range 9 {
		sin, cos := math.Sincos(-1.35 + 2.6*float64(k)/8)
		dx, dy := u-0.09, y-0.45
		along := dx*cos + dy*sin
		if along <= 0 {
			continue
		}
		off := -dx*sin + dy*cos + 0.02*math.Sin(18*along+float64(k))
		width := 0.010 * min(max(1-along/0.33, 0.15), 1)
		v += 0.13 * math.Exp(-math.Pow(off/width, 2)) * max(1-along/0.34, 0)
	}
	return v
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
