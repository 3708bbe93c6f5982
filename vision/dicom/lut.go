package dicom

import "lightbox/vision/fault"

// lookup reads one item of a Modality or VOI LUT Sequence. signed tells
// whether its input can be negative (PS3.3 C.11.1.1, C.11.2.1.1).
func (a attributes) lookup(set charset, signed bool) (LUT, error) {
	lut, entries, err := a.descriptor(tagLUTDescriptor, signed)
	if err != nil {
		return LUT{}, err
	}
	if lut, err = a.entries(lut, entries, tagLUTData); err != nil {
		return LUT{}, err
	}
	if x := a.text(tagLUTExplanation); len(x) > 0 {
		lut.Explanation = set.decode(x[0])
	}
	return lut, nil
}

// descriptor reads a LUT Descriptor: number of entries (0 means 65536), first
// mapped value, bits of an entry.
func (a attributes) descriptor(t tag, signed bool) (lut LUT, entries int, err error) {
	d, ok := a[t]
	if !ok || len(d.data) < 6 {
		return LUT{}, 0, fault.New(fault.BadHeader, "", "LUT Descriptor %v is missing", t)
	}
	o := d.order()
	if entries = int(o.Uint16(d.data)); entries == 0 {
		entries = maxLUTEntries
	}
	lut = LUT{First: int(o.Uint16(d.data[2:])), Bits: int(o.Uint16(d.data[4:]))}
	if d.vr == "SS" || signed {
		lut.First = int(int16(lut.First))
	}
	if lut.Bits < 1 || lut.Bits > 16 {
		return LUT{}, 0, fault.New(fault.BadHeader, "", "LUT Descriptor %v has %d bits", t, lut.Bits)
	}
	return lut, entries, nil
}

// entries reads a LUT's data, of 16 bits an entry or of 8.
func (a attributes) entries(lut LUT, entries int, t tag) (LUT, error) {
	v := a[t]
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
		return LUT{}, fault.New(fault.BadHeader, "", "LUT data %v have %d bytes for %d entries", t, len(v.data), entries)
	}
	return lut, nil
}
