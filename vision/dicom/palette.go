package dicom

import (
	"encoding/binary"

	"lightbox/vision/fault"
)

// Palette is the three lookup tables of PALETTE COLOR, or the supplemental ones
// of an image that is gray elsewhere (PS3.3 C.7.6.3.1.5, C.7.9, C.8.15.3.2).
type Palette struct {
	Red, Green, Blue LUT

	// Supplemental: stored values below the first mapped one are gray, those
	// from it on are coloured.
	Supplemental bool
}

// The tags of one palette's tables, by colour.
var paletteTags = [3]struct{ descriptor, data, segmented tag }{
	{tagRedDescriptor, tagRedData, tagRedSegmented},
	{tagRedDescriptor + 1, tagRedData + 1, tagRedSegmented + 1},
	{tagRedDescriptor + 2, tagRedData + 2, tagRedSegmented + 2},
}

// PaletteTables gives the object's palette; its error says why there is none.
func (f *File) PaletteTables() (*Palette, error) {
	switch {
	case f.paletteFault != nil:
		return nil, fault.WithPath(f.paletteFault, f.Path)
	case f.Palette == nil:
		return nil, fault.New(fault.BadHeader, f.Path, "PALETTE COLOR without a palette")
	}
	return f.Palette, nil
}

// palette reads the object's palette, nil without one. Its error says why it
// cannot be used.
func (a attributes) palette(h *Header) (*Palette, error) {
	if !a.has(tagRedDescriptor) {
		return nil, nil
	}
	p := &Palette{Supplemental: h.Samples == 1 && h.Photometric != "PALETTE COLOR"}
	for i, out := range []*LUT{&p.Red, &p.Green, &p.Blue} {
		lut, err := a.paletteTable(paletteTags[i].descriptor, paletteTags[i].data, paletteTags[i].segmented, h.Signed)
		if err != nil {
			return nil, err
		}
		*out = lut
	}
	return p, nil
}

func (a attributes) paletteTable(descriptor, data, segmented tag, signed bool) (LUT, error) {
	lut, entries, err := a.descriptor(descriptor, signed)
	if err != nil {
		return LUT{}, err
	}
	if v, ok := a[segmented]; ok && len(v.data) > 0 && !a.has(data) {
		lut.Data, err = segments(v, entries, lut.Bits)
		return lut, err
	}
	return a.entries(lut, entries, data)
}

// Opcodes of segmented palettes (PS3.3 C.7.9.2).
const (
	segmentDiscrete = 0
	segmentLinear   = 1
	segmentIndirect = 2
)

// segments expands a Segmented Palette Color Lookup Table into its entries. The
// words have 16 bits, or 8 where the descriptor says so and the data are bytes
// (C.7.9.2: "8 bits per entry").
func segments(v attribute, entries, bits int) ([]uint16, error) {
	words := segmentWords(v, bits)
	e := expander{words: words, out: make([]uint16, 0, entries), limit: entries, wide: bits > 8}
	if err := e.run(0, len(words), 0); err != nil {
		return nil, err
	}
	if len(e.out) < entries {
		return nil, fault.New(fault.BadHeader, "", "a segmented palette gives %d of %d entries", len(e.out), entries)
	}
	return e.out, nil
}

func segmentWords(v attribute, bits int) []uint16 {
	if bits <= 8 && v.vr != "OW" {
		out := make([]uint16, len(v.data))
		for i, b := range v.data {
			out[i] = uint16(b)
		}
		return out
	}
	o := v.order()
	if bits <= 8 {
		// Bytes packed into words: the first in the lower half.
		out := make([]uint16, 0, len(v.data))
		for b := v.data; len(b) >= 2; b = b[2:] {
			w := o.Uint16(b)
			out = append(out, w&0xff, w>>8)
		}
		return out
	}
	out := make([]uint16, 0, len(v.data)/2)
	for b := v.data; len(b) >= 2; b = b[2:] {
		out = append(out, o.Uint16(b))
	}
	return out
}

type expander struct {
	words []uint16
	out   []uint16
	limit int
	wide  bool
	steps int
}

// run expands the segments from word i on: all up to end or, if count is not
// 0, so many of them.
func (e *expander) run(i, end, count int) error {
	broken := func() error {
		return fault.New(fault.BadHeader, "", "a segmented palette is broken at word %d", i)
	}
	for n := 0; i+1 < end && len(e.out) < e.limit && (count == 0 || n < count); n++ {
		if e.steps++; e.steps > maxLUTEntries {
			return broken()
		}
		op, length := e.words[i], int(e.words[i+1])
		i += 2
		switch op {
		case segmentDiscrete:
			if i+length > end {
				return broken()
			}
			e.out = append(e.out, e.words[i:min(i+length, i+e.limit-len(e.out))]...)
			i += length
		case segmentLinear:
			if i >= end || len(e.out) == 0 {
				return broken()
			}
			e.ramp(int(e.words[i]), length)
			i++
		case segmentIndirect:
			// The offset in bytes is 32 bits, its less significant half first.
			width := 2
			if !e.wide {
				width = 4
			}
			if i+width > end || count != 0 {
				return broken() // an indirect segment must not point at another
			}
			at := e.offset(i, width)
			if at < 0 || at >= len(e.words) {
				return broken()
			}
			if err := e.run(at, len(e.words), max(length, 1)); err != nil {
				return err
			}
			i += width
		default:
			return broken()
		}
	}
	return nil
}

// offset reads the place that an indirect segment points at, in words.
func (e *expander) offset(i, width int) int {
	if width == 2 {
		return (int(e.words[i]) | int(e.words[i+1])<<16) / 2
	}
	return int(binary.LittleEndian.Uint32([]byte{byte(e.words[i]), byte(e.words[i+1]), byte(e.words[i+2]), byte(e.words[i+3])}))
}

// ramp appends length entries that rise evenly from the last one to y1.
func (e *expander) ramp(y1, length int) {
	y0 := int(e.out[len(e.out)-1])
	for k := 1; k <= length && len(e.out) < e.limit; k++ {
		d := (y1 - y0) * k
		// Rounded to nearest, halves away from zero.
		half := length / 2
		if d < 0 {
			half = -half
		}
		e.out = append(e.out, uint16(y0+(d+half)/length))
	}
}
