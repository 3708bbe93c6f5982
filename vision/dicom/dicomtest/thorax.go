package dicomtest

import (
	"fmt"
	"math"
)

// Thorax is a CT phantom of a chest: a body with fat, lungs, heart, aorta, spine, ribs,
// vessels and, in the right lung, a nodule. It is made of ellipsoids and tubes whose
// sizes are those of an adult, in mm; the values are those of the tissues in Hounsfield
// units with noise of 12 HU. Nothing in it is of a patient.
type Thorax struct {
	Size    int     // rows and columns; the field of view is 380 mm
	Slices  int     // of 3 mm, from the diaphragm upwards
	Nodule  float64 // its diameter in mm
	Date    string  // of the study, YYYYMMDD, which tells studies apart too
	Patient string  // name and ID of the patient
}

// Field of view and distance of slices, in mm.
const (
	thoraxView  = 380.0
	thoraxSlice = 3.0
)

// Slice writes slice i as a DICOM object.
func (p Thorax) Slice(i int) []byte {
	m := Image{Rows: p.Size, Columns: p.Size, Allocated: 16, Stored: 12, Values: make([]uint16, p.Size*p.Size)}
	mm := thoraxView / float64(p.Size)
	z := thoraxSlice * float64(i)
	for y := range p.Size {
		for x := range p.Size {
			hu := p.tissue((float64(x)+0.5)*mm-thoraxView/2, (float64(y)+0.5)*mm-thoraxView/2, z)
			n := noise(uint32(x), uint32(y), uint32(i)) + noise(uint32(y), uint32(i)+7, uint32(x)) - 1
			m.Values[y*p.Size+x] = uint16(math.Min(math.Max(hu+12*2.4*n+1024, 0), 4095))
		}
	}
	text := func(tag uint32, vr, value string) Element { return Element{Tag: tag, VR: vr, Value: value} }
	root := "2.25." + p.Date
	m.Extra = []Element{
		text(0x00080060, "CS", "CT"), text(0x00080008, "CS", `ORIGINAL\PRIMARY\AXIAL`), text(0x00080018, "UI", fmt.Sprintf("%s.3.%d", root, i+1)),
		text(0x0020000D, "UI", root+".1"), text(0x0020000E, "UI", root+".2"), text(0x00200052, "UI", root+".4"),
		text(0x00080020, "DA", p.Date), text(0x00080030, "TM", "101500"), text(0x00081030, "LO", "CT chest"), text(0x0008103E, "LO", "Chest 3 mm"),
		text(0x00100010, "PN", p.Patient), text(0x00100020, "LO", "PH-7"), text(0x00100040, "CS", "O"), text(0x00101010, "AS", "058Y"),
		text(0x00180015, "CS", "CHEST"), text(0x00180050, "DS", "3"), text(0x00200011, "IS", "2"), text(0x00200013, "IS", fmt.Sprint(i+1)),
		text(0x00200032, "DS", fmt.Sprintf(`%g\%g\%g`, -thoraxView/2+mm/2, -thoraxView/2+mm/2, z)), text(0x00200037, "DS", `1\0\0\0\1\0`),
		DS(PixelSpacing, fmt.Sprintf(`%g\%g`, mm, mm)), DS(RescaleIntercept, "-1024"), DS(RescaleSlope, "1"),
		text(0x00281054, "LO", "HU"), DS(WindowCentre, `40\-500`), DS(WindowWidth, `400\1500`), text(0x00281055, "LO", `MEDIASTINUM\LUNG`),
	}
	return m.Bytes()
}

// tissue is the Hounsfield value at a place: x to the left, y to the back, z to the head.
func (p Thorax) tissue(x, y, z float64) float64 {
	in := func(cx, cy, cz, rx, ry, rz float64) float64 { // negative inside
		return math.Hypot(math.Hypot((x-cx)/rx, (y-cy)/ry), (z-cz)/rz) - 1
	}
	round := func(cx, cy, r float64) float64 { return math.Hypot(x-cx, y-cy) - r }
	body := math.Hypot(x/165, y/115) - 1
	if body > 0 {
		return -1000
	}
	if body > -0.09 {
		return -95 // fat
	}
	if math.Abs(math.Hypot(x/150, y/102)-1) < 0.022 && math.Mod(math.Abs(math.Atan2(y, x)*8+z/14), 2) < 0.75 {
		return 420 // ribs
	}
	if round(0, 78, 21) < 0 { // spine, with its canal
		if round(0, 92, 9) < 0 {
			return 30
		}
		return 260
	}
	if round(22, 58, 12) < 0 {
		return 150 // descending aorta
	}
	if z > 110 && round(-6, 28, 9) < 0 {
		return -990 // trachea
	}
	if in(24, -16, 40, 62, 52, 62) < 0 {
		return 45 // heart
	}
	if z > 80 && math.Hypot((x-4)/34, (y+6)/40) < 1 {
		return 40 // mediastinum
	}
	for _, side := range []float64{-1, 1} {
		if lung := in(side*78, -4, 70, 62, 82, 150); lung < 0 {
			return p.lung(x, y, z, side)
		}
	}
	return 45 // muscle
}

// lung is parenchyma with vessels that run outwards from the hilum, and the nodule.
func (p Thorax) lung(x, y, z, side float64) float64 {
	if side < 0 && p.Nodule > 0 {
		d := math.Sqrt((x+92)*(x+92)+(y-18)*(y-18)+(z-60)*(z-60)) - p.Nodule/2
		if d < 0 {
			return 35
		}
		if d < 1.5 {
			return 35 - 880*d/1.5
		}
	}
	for k := range 9 {
		angle := float64(k)*0.7 - 2.6
		dx, dy, dz := math.Cos(angle)*side, math.Sin(angle), math.Sin(float64(k)*1.9)*0.6
		ox, oy, oz := x-side*24, y-8, z-70
		along := (ox*dx + oy*dy + oz*dz) / (1 + dz*dz)
		if along < 0 {
			continue
		}
		bend := 5 * math.Sin(along/17+float64(k))
		away := math.Sqrt((ox-along*dx-bend*dy)*(ox-along*dx-bend*dy) + (oy-along*dy+bend*dx)*(oy-along*dy+bend*dx) + (oz-along*dz)*(oz-along*dz))
		if away < math.Max(4.2-along/28, 0.9) {
			return 30
		}
	}
	return -850 + 12*math.Sin(x/9)*math.Sin(y/11)
}

// noise is a number between 0 and 1 that three numbers make, the same each time.
func noise(a, b, c uint32) float64 {
	h := a*0x9E3779B1 ^ b*0x85EBCA77 ^ c*0xC2B2AE3D
	h ^= h >> 15
	h *= 0x2C1B3C6D
	h ^= h >> 12
	h *= 0x297A2D39
	h ^= h >> 15
	return float64(h) / (1 << 32)
}
