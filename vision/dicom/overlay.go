package dicom

import (
	"context"
	"io"

	"lightbox/vision/fault"
)

// Overlay is one overlay plane (PS3.3 C.9.2): a bit for each of its pixels,
// which lie on those of the image.
type Overlay struct {
	Group         int // 0x6000 … 0x601E
	Rows, Columns int
	Row, Column   int // of the image under the overlay's first pixel, from 0; may lie outside
	ROI           bool
	Label         string // Overlay Label, else Overlay Description

	frames, first int // of the image's frames those that it lies on; frames 0: all
	place         overlayPlace
	embedded      bool // in the pixels' own unused bits (retired)
	bit           int
}

// overlayPlace is where an overlay's data stand in the file.
type overlayPlace struct {
	group  int
	at     int64
	length int64
	swap   bool // words of 16 bits in big endian
}

// overlayAttribute tells whether t is one of the small attributes of an
// overlay group.
func overlayAttribute(t tag) bool {
	if !overlayGroup(t) {
		return false
	}
	switch t & 0xFFFF {
	case 0x0010, 0x0011, 0x0015, 0x0022, 0x0040, 0x0050, 0x0051, 0x0100, 0x0102, 0x1500:
		return true
	}
	return false
}

// overlayGroup tells whether t belongs to a group 6000, 6002 … 601E.
func overlayGroup(t tag) bool { return t>>16&0xFFE1 == 0x6000 }

// describeOverlays reads the overlay groups.
func (f *File) describeOverlays(a attributes, set charset) {
	for group := 0x6000; group <= 0x601E; group += 2 {
		t := func(element tag) tag { return tag(group)<<16 | element }
		number := func(element tag, absent int) int {
			if n, ok := a.number(t(element), false); ok {
				return n
			}
			return absent
		}
		o := Overlay{Group: group, Rows: number(0x0010, 0), Columns: number(0x0011, 0), ROI: a.ascii(t(0x0040)) == "R"}
		if o.Rows < 1 || o.Columns < 1 {
			continue
		}
		if v := a[t(0x0050)]; len(v.data) >= 4 {
			o.Row, o.Column = int(int16(v.order().Uint16(v.data)))-1, int(int16(v.order().Uint16(v.data[2:])))-1
		}
		for _, element := range []tag{0x1500, 0x0022} {
			if x := a.text(t(element)); len(x) > 0 && o.Label == "" {
				o.Label = set.decode(x[0])
			}
		}
		o.frames, o.first = number(0x0015, 0), number(0x0051, 1)-1
		for _, p := range f.overlays {
			if p.group == group {
				o.place = p
			}
		}
		if o.place.length == 0 {
			// Bits of the pixels themselves: only those above or below the stored ones.
			o.bit = number(0x0102, 0)
			o.embedded = number(0x0100, 0) == f.BitsAllocated && o.bit < f.BitsAllocated &&
				(o.bit > f.HighBit || o.bit <= f.HighBit-f.BitsStored) && o.Rows == f.Rows && o.Columns == f.Columns
			if !o.embedded {
				continue
			}
		}
		f.Overlays = append(f.Overlays, o)
	}
}

// OverlayBits gives the plane of overlay o for frame i: a byte, 0 or 1, for
// each of its pixels, row by row; nil where it does not lie on that frame.
//
// Errors are *fault.Error: Truncated, TooLarge and those of reading.
func (f *File) OverlayBits(ctx context.Context, o Overlay, i int) ([]byte, error) {
	n := int64(o.Rows) * int64(o.Columns)
	switch {
	case n > maxFrameBytes/8:
		return nil, fault.New(fault.TooLarge, f.Path, "an overlay of %d × %d", o.Columns, o.Rows)
	case o.embedded:
		return f.embeddedBits(ctx, o, i)
	}
	plane := int64(0)
	if o.frames > 0 {
		if plane = int64(i - o.first); plane < 0 || plane >= int64(o.frames) {
			return nil, nil
		}
	}
	first := plane * n
	from, to := first/8, (first+n+7)/8
	from &^= 1 // whole words, for the swap
	to = min((to+1)&^1, o.place.length)
	if (first+n+7)/8 > to {
		return nil, fault.New(fault.Truncated, f.Path, "an overlay has %d of %d bytes", o.place.length, (first+n+7)/8)
	}
	var raw []byte
	err := f.with(func(r io.ReaderAt) error {
		s := &source{ctx: ctx, r: r, size: f.size, path: f.Path}
		var err error
		raw, err = s.load(o.place.at+from, to-from, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	if o.place.swap {
		raw = swapped(raw, 2)
	}
	out := make([]byte, n)
	for k := range out {
		bit := first - from*8 + int64(k)
		out[k] = raw[bit>>3] >> (bit & 7) & 1
	}
	return out, nil
}

// embeddedBits reads an overlay out of the pixels' unused bits.
func (f *File) embeddedBits(ctx context.Context, o Overlay, i int) ([]byte, error) {
	native, err := f.Frame(ctx, i)
	if err != nil {
		return nil, err
	}
	if native.Samples != 1 || native.BitsAllocated != f.BitsAllocated || native.BitsAllocated < 8 || native.Compressed {
		return nil, nil // a codec gives the stored bits alone
	}
	width := native.BitsAllocated / 8
	out := make([]byte, o.Rows*o.Columns)
	for k := range out {
		out[k] = native.Data[k*width+o.bit/8] >> (o.bit % 8) & 1
	}
	return out, nil
}
