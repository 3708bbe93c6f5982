package dicom

import "lightbox/vision/fault"

// lookup reads one item of a Modality or VOI LUT Sequence. signed tells
// whether its input can be negative (PS3.3 C.11.1.1, C.11.2.1.1).
func (a attributes) lookup(set charset, signed bool) (LUT, error) {
	d, ok := a[tagLUTDescriptor]
	if !ok || len(d.data) < 6 {
		return LUT{}, fault.New(fault.BadHeader, "", "LUT Descriptor (0028,3002) is missing")
	}
	o := d.order()
	entries := int(o.Uint16(d.data))
	if entries == 0 {
		entries = maxLUTEntries
	}
	lut := LUT{First: int(o.Uint16(d.data[2:])), Bits: int(o.Uint16(d.data[4:]))}
	if d.vr == "SS" || signed {
		lut.First = int(int16(lut.First))
	}
	if lut.Bits < 1 || lut.Bits > 16 {
		return LUT{}, fault.New(fault.BadHeader, "", "LUT Descriptor (0028,3002) has %d bits", lut.Bits)
	}
	v := a[tagLUTData]
	switch {
	case len(v.data) >= 2*entries:
		lut.Data = make([]uint16, entries)
		o := v.order()
		for i := range lut.Data {
			lut.Data[i] = o.Uint16(v.data[2*i:])
		}
	case len(v.data) >= entries:
		// Entries of 8 bits, two to a word, the first in the lower byte.
		lut.Data = make([]uint16, entries)
		for i := range lut.Data {
			j := i
			if v.big && v.vr == "OW" {
				j ^= 1
			}
			if j < len(v.data) {
				lut.Data[i] = uint16(v.data[j])
			}
		}
		lut.Bits = min(lut.Bits, 8)
	default:
		return LUT{}, fault.New(fault.BadHeader, "", "LUT Data (0028,3006) has %d bytes for %d entries", len(v.data), entries)
	}
	if x := a.text(tagLUTExplanation); len(x) > 0 {
		lut.Explanation = set.decode(x[0])
	}
	return lut, nil
}
