package dicom

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// encapsulated reports whether the pixel data are a sequence of fragments
// (PS3.5 A.4). The element itself says so; the transfer syntax may not agree.
func (f *File) encapsulated() bool {
	return f.pixel != nil && f.pixel.tag == tagPixels && (f.pixel.length == undefined || f.defined || f.bare)
}

// sniffFragments looks whether pixel data of defined length, under a transfer
// syntax that compresses, are fragments or a codestream nevertheless.
func (f *File) sniffFragments(s *source) error {
	if f.Syntax.Native() || !f.Syntax.Reads() || f.pixel.tag != tagPixels || f.stored < 8 {
		return nil
	}
	it, err := s.element(f.pixel.value, encoding{explicit: true})
	if err != nil {
		return err
	}
	if f.defined = it.tag == tagItem && int64(it.length) <= f.stored; f.defined {
		return nil
	}
	f.bare, err = s.codestreamAt(f.pixel.value, f.stored)
	return err
}

// codestreamAt reports whether n bytes begin as a codestream does.
func (s *source) codestreamAt(off, n int64) (bool, error) {
	head, err := s.peek(off, int(min(n, 12)))
	return err == nil && codec.Sniff(head) != "", err
}

// fragment is one item of encapsulated pixel data.
type fragment struct{ at, length int64 } // of its value

// fragmentIndex is where the fragments lie and which frame each belongs to. It
// is made when the first frame is asked for.
type fragmentIndex struct {
	sync.Mutex
	made      bool
	err       error
	fragments []fragment
	first     []int // fragment that each frame begins with, and one past the last
	cut       bool  // the file ends inside the last fragment or before the delimiter
	note      error // what is wrong with the offset tables
}

// extendedOffsets are the Extended Offset Table and its lengths (PS3.3
// C.7.6.3.1.8), still encoded.
type extendedOffsets struct{ offsets, lengths []byte }

func extendedOffsetsOf(a attributes) extendedOffsets {
	return extendedOffsets{a[tagOffsets].data, a[tagOffsetLengths].data}
}

// with calls use with the bytes of the file, opening it where need be.
func (f *File) with(use func(r io.ReaderAt) error) error {
	if f.origin != nil {
		return use(f.origin)
	}
	in, err := f.blob.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	if in.Size() < f.size {
		return fault.New(fault.Truncated, f.Path, "the file has become shorter since it was opened")
	}
	return use(in)
}

// codestream joins the fragments of frame i.
func (f *File) codestream(ctx context.Context, i int) (data []byte, err error) {
	err = f.with(func(r io.ReaderAt) error {
		s := &source{ctx: ctx, r: r, size: f.size, path: f.Path, reach: 16}
		if err := f.indexFragments(s); err != nil {
			return err
		}
		x := &f.index
		if i+1 >= len(x.first) {
			return fault.New(fault.Truncated, f.Path, "%d of %d frames are in the file", len(x.first)-1, f.Frames)
		}
		var total int64
		parts := x.fragments[x.first[i]:x.first[i+1]]
		for _, p := range parts {
			total += p.length
		}
		if total > maxFrameBytes {
			return fault.New(fault.TooLarge, f.Path, "a frame of %d bytes, limit %d", total, int64(maxFrameBytes))
		}
		data = make([]byte, 0, total)
		for _, p := range parts {
			part := data[len(data) : int64(len(data))+p.length]
			if err := s.readAt(part, p.at); err != nil {
				return err
			}
			data = data[:int64(len(data))+p.length]
		}
		return s.cancelled()
	})
	return data, err
}

// indexFragments walks over the fragments once.
func (f *File) indexFragments(s *source) error {
	x := &f.index
	x.Lock()
	defer x.Unlock()
	if x.made {
		return x.err
	}
	if f.bare {
		x.fragments, x.first, x.made = []fragment{{f.pixel.value, f.stored}}, []int{0, 1}, true
		return nil
	}
	table, err := x.walk(s, f.pixel.value)
	if err != nil && fault.KindOf(err) == fault.Interrupted {
		return err // asked for again later
	}
	if err == nil {
		err = x.assign(s, table, f.Frames, f.offsets)
	}
	x.made, x.err = true, err
	return err
}

// walk lists the fragments and returns the Basic Offset Table, which is the
// first item. A file that ends early leaves what it has.
func (x *fragmentIndex) walk(s *source, off int64) (table []byte, err error) {
	for n := 0; ; n++ {
		if n > maxFragments {
			return nil, fault.New(fault.TooLarge, s.path, "more than %d fragments of pixel data", maxFragments)
		}
		p, ok, err := x.item(s, off)
		if err != nil || !ok {
			return table, err
		}
		frame := n > 0
		if !frame {
			// Some writers leave the offset table out.
			if frame, err = s.codestreamAt(p.at, p.length); err != nil {
				return nil, err
			}
		}
		switch {
		case frame:
			x.fragments = append(x.fragments, p)
		case p.length > maxSequenceBytes:
			return nil, fault.New(fault.TooLarge, s.path, "an offset table of %d bytes", p.length)
		default:
			if table, err = s.bytes(p.at, p.length); err != nil {
				return nil, err
			}
		}
		if off = p.at + p.length; x.cut {
			return table, nil
		}
	}
}

// item reads the item at off; ok is false behind the last.
func (x *fragmentIndex) item(s *source, off int64) (p fragment, ok bool, err error) {
	it, err := s.element(off, encoding{explicit: true}) // encapsulated data are little endian (PS3.5 A.4)
	if err == nil && it.tag != tagItem && it.tag != tagSeqEnd && len(x.fragments) > 0 {
		// The last fragment may be longer than it says.
		var next int64
		if next, err = s.nextItem(off); err != nil {
			return p, false, err
		}
		if next > off {
			last := &x.fragments[len(x.fragments)-1]
			last.length = next - last.at
			it, err = s.element(next, encoding{explicit: true})
		}
	}
	switch {
	case fault.KindOf(err) == fault.Truncated:
		x.cut = true
		return p, false, nil
	case err != nil:
		return p, false, err
	case it.tag != tagItem:
		// The delimiter; or whatever else, which no frame can be read from.
		x.cut = it.tag != tagSeqEnd
		return p, false, nil
	}
	p = fragment{it.value, int64(it.length)}
	if p.at+p.length > s.size { // cut short, or of no stated length
		p.length, x.cut = s.size-p.at, true
	}
	return p, true, nil
}

// assign finds which fragments each frame consists of: by the Extended Offset
// Table, by the Basic Offset Table, by their number where each frame has one,
// and last by what the fragments begin with. Tables are often wrong, so one
// that does not fit the fragments is not followed.
func (x *fragmentIndex) assign(s *source, table []byte, frames int, extended extendedOffsets) error {
	n := len(x.fragments)
	if n == 0 {
		return fault.New(fault.Truncated, s.path, "%d of %d frames are in the file", 0, frames)
	}
	o := encoding{}.order()
	var basic, long []int64
	for b := table; len(b) >= 4; b = b[4:] {
		basic = append(basic, int64(o.Uint32(b)))
	}
	for b := extended.offsets; len(b) >= 8; b = b[8:] {
		long = append(long, int64(min(o.Uint64(b), 1<<62)))
	}
	for _, offsets := range [][]int64{long, basic} {
		if len(offsets) == 0 {
			continue
		}
		if x.follow(offsets, frames) {
			return nil
		}
		x.note = fault.New(fault.Differs, s.path, "the offset table does not fit the fragments")
	}
	if n > frames {
		x.fragments = slices.DeleteFunc(x.fragments, func(p fragment) bool { return p.length == 0 })
		n = len(x.fragments)
	}
	switch {
	case n == 0:
		return fault.New(fault.Truncated, s.path, "%d of %d frames are in the file", 0, frames)
	case frames == 1:
		x.first = []int{0, n}
		return nil
	case n <= frames:
		// As many as there are; the frames that lack one are told when they are asked for.
		for i := range n + 1 {
			x.first = append(x.first, i)
		}
		return nil
	}
	return x.byContent(s, frames)
}

// follow takes the frames' beginnings from an offset table, which counts from
// the first fragment's item. It fails where an offset is not that of an item.
func (x *fragmentIndex) follow(offsets []int64, frames int) bool {
	if len(offsets) != frames || offsets[0] != 0 {
		return false
	}
	base := x.fragments[0].at
	var first []int
	k := 0
	for _, want := range offsets {
		for k < len(x.fragments) && x.fragments[k].at-base < want {
			k++
		}
		if k == len(x.fragments) || x.fragments[k].at-base != want || len(first) > 0 && first[len(first)-1] == k {
			return x.cut && k == len(x.fragments) && x.keep(first, k)
		}
		first = append(first, k)
	}
	return x.keep(first, len(x.fragments))
}

func (x *fragmentIndex) keep(first []int, end int) bool {
	x.first = append(first, end)
	return len(first) > 0
}

// byContent begins a frame at each fragment that begins like a codestream.
func (x *fragmentIndex) byContent(s *source, frames int) error {
	for k, p := range x.fragments {
		head := make([]byte, min(12, p.length))
		if err := s.readAt(head, p.at); err != nil {
			return err
		}
		if k == 0 || codec.Sniff(head) != "" {
			x.first = append(x.first, k)
		}
	}
	x.first = append(x.first, len(x.fragments))
	switch found := len(x.first) - 1; {
	case found > frames:
		x.note = fault.New(fault.Differs, s.path, "the header says %d frames, the image data have %d", frames, found)
		return nil
	case found == frames:
		return nil
	}
	x.first = nil
	return fault.New(fault.Corrupt, s.path, "%d fragments of pixel data cannot be told apart into %d frames", len(x.fragments), frames)
}

// The families of transfer syntaxes whose frames are decoded here.
var formats = map[string]codec.Format{
	"1.2.840.10008.1.2.5":     codec.RLE,
	"1.2.840.10008.1.2.4.50":  codec.JPEG,
	"1.2.840.10008.1.2.4.51":  codec.JPEG,
	"1.2.840.10008.1.2.4.52":  codec.JPEG,
	"1.2.840.10008.1.2.4.53":  codec.JPEG,
	"1.2.840.10008.1.2.4.54":  codec.JPEG,
	"1.2.840.10008.1.2.4.55":  codec.JPEG,
	"1.2.840.10008.1.2.4.56":  codec.JPEG,
	"1.2.840.10008.1.2.4.57":  codec.JPEG,
	"1.2.840.10008.1.2.4.58":  codec.JPEG,
	"1.2.840.10008.1.2.4.70":  codec.JPEG,
	"1.2.840.10008.1.2.4.80":  codec.JPEGLS,
	"1.2.840.10008.1.2.4.81":  codec.JPEGLS,
	"1.2.840.10008.1.2.4.90":  codec.JPEG2000,
	"1.2.840.10008.1.2.4.91":  codec.JPEG2000,
	"1.2.840.10008.1.2.4.201": codec.JPEG2000,
	"1.2.840.10008.1.2.4.202": codec.JPEG2000,
	"1.2.840.10008.1.2.4.203": codec.JPEG2000,
}

// Frames that are not compressed by a codec but still stand in fragments.
const (
	encapsulatedLE = "1.2.840.10008.1.2.1.98" // PS3.5 A.4.11
	deflatedFrame  = "1.2.840.10008.1.2.8.1"  // PS3.5 A.4.12
)

// Reads reports whether frames of this transfer syntax can be read.
func (s Syntax) Reads() bool {
	_, ok := formats[s.UID]
	return ok || s.Native() || s.UID == encapsulatedLE || s.UID == deflatedFrame
}

// formatOf tells which codec a frame needs: the stream's own beginning first,
// then the transfer syntax. "" where the frame is stored as it is.
func (f *File) formatOf(data []byte) (format codec.Format, note error) {
	said := formats[f.Syntax.UID]
	found := codec.Sniff(data)
	switch {
	case found != "" && found != said:
		return found, fault.New(fault.Differs, f.Path, "the transfer syntax says %v, the image data are %s", f.Syntax, found)
	case found != "":
		return found, nil
	}
	return said, nil
}

// decodeFrame decodes frame i of encapsulated pixel data.
func (f *File) decodeFrame(ctx context.Context, i int) (Native, error) {
	data, err := f.codestream(ctx, i)
	if err != nil {
		return Native{}, err
	}
	format, note := f.formatOf(data)
	notes := slices.Clone(f.faults)
	for _, n := range []error{note, f.index.note} {
		if n != nil {
			notes = append(notes, n)
		}
	}
	if format == "" {
		return f.storedFrame(data, notes)
	}
	if f.Decoder == nil {
		return Native{}, fault.New(fault.InternalError, f.Path, "no decoder was set")
	}
	p, err := f.Decoder.Decode(ctx, codec.Job{
		Format: format, Data: data, Rows: f.Rows, Columns: f.Columns, Samples: f.Samples,
		BitsAllocated: f.BitsAllocated, MaxBytes: maxFrameBytes,
	})
	if err != nil {
		err = fault.WithPath(err, f.Path)
	}
	if p == nil {
		if err == nil {
			err = fault.New(fault.InternalError, f.Path, "the decoder gave nothing")
		}
		return Native{}, err
	}
	n := f.nativeOf(p, format, data)
	n.Notes = append(notes, n.Notes...)
	return n, err
}

// nativeOf puts a decoded picture beside what the header says of it. Where the
// two differ the picture is right, with a note.
func (f *File) nativeOf(p *codec.Picture, format codec.Format, stream []byte) Native {
	n := Native{
		Rows: p.Rows, Columns: p.Columns, Samples: p.Samples, BitsAllocated: 8 * p.Width(),
		BitsStored: f.BitsStored, HighBit: f.HighBit, Signed: f.Signed, Photometric: f.Photometric,
		Compressed: true, Lossy: p.Lossy, Decoded: p.Decoded, Data: p.Data,
	}
	if p.Bits == 1 && format == codec.RLE {
		n.BitsAllocated = 1
	}
	differs := func(format string, args ...any) {
		n.Notes = append(n.Notes, fault.New(fault.Differs, f.Path, format, args...))
	}
	if p.Rows != f.Rows || p.Columns != f.Columns {
		differs("the header says %d × %d pixels, the image data have %d × %d", f.Columns, f.Rows, p.Columns, p.Rows)
	}
	if p.Samples != f.Samples {
		differs("the header says %d samples per pixel, the image data have %d", f.Samples, p.Samples)
		n.Photometric = "MONOCHROME2"
		if p.Samples >= 3 {
			n.Photometric = "RGB"
		}
	}
	if format == codec.RLE {
		return n
	}
	if f.BitsAllocated == 16 && n.BitsAllocated == 8 {
		n.widen(p.Signed)
	}
	// The other way round, an encoder that knows unsigned samples only was given
	// the header's two's complement: its bits are read as the header says.
	if format == codec.JPEG2000 && p.Signed && !f.Signed && p.Samples == 1 {
		differs("the header says signed %v, the image data say %v", f.Signed, p.Signed)
		n.Signed = true
	}
	if n.BitsStored > n.BitsAllocated || n.BitsStored < 1 {
		differs("the header says %d bits stored, the image data have %d", f.BitsStored, p.Bits)
		n.BitsStored = p.Bits
	}
	n.HighBit = n.BitsStored - 1
	n.Photometric = f.colourOf(n.Photometric, p, format, stream, differs)
	return n
}

// widen brings 8-bit samples to the 16 bits that the header allocates.
func (n *Native) widen(signed bool) {
	out := make([]byte, 2*len(n.Data))
	for i, b := range n.Data {
		out[2*i] = b
		if signed && b >= 0x80 {
			out[2*i+1] = 0xFF
		}
	}
	n.Data, n.BitsAllocated = out, 16
}

// colourOf is the colour space that decoded samples are in, whatever the
// header calls it.
func (f *File) colourOf(said string, p *codec.Picture, format codec.Format, stream []byte, differs func(string, ...any)) string {
	if p.Samples < 3 {
		return said
	}
	switch {
	case format == codec.JPEG2000 && p.Transformed:
		return "RGB" // the RCT or ICT is undone
	case format == codec.JPEG2000 && (said == "YBR_RCT" || said == "YBR_ICT"):
		differs("the header says %s, the image data are not transformed", said)
		return "RGB"
	case format == codec.JPEG:
		found := jpegColour(stream)
		switch {
		case found == "RGB" && said != "RGB":
			differs("the header says %s, the image data are %s", said, found)
			return found
		case found == "YBR_FULL" && said == "RGB":
			differs("the header says %s, the image data are %s", said, found)
			return found
		}
	}
	if said == "YBR_FULL_422" {
		return "YBR_FULL" // the decoder gives chroma for each pixel
	}
	return said
}

// jpegColour is the colour space that a JPEG stream itself declares: by its
// Adobe marker (transform 0 RGB, 1 YCbCr), by components named R, G, B, or by a
// JFIF marker, which means YCbCr. "" where it says nothing.
func jpegColour(data []byte) string {
	jfif := false
	for i := 2; i+4 <= len(data) && data[i] == 0xFF; {
		m, n := data[i+1], int(data[i+2])<<8|int(data[i+3])
		if m == 0xFF {
			i++
			continue
		}
		body := data[min(i+4, len(data)):min(i+2+n, len(data))]
		switch {
		case m == 0xE0 && bytes.HasPrefix(body, []byte("JFIF\x00")):
			jfif = true
		case m == 0xEE && bytes.HasPrefix(body, []byte("Adobe")) && len(body) >= 12:
			switch body[11] {
			case 0:
				return "RGB"
			case 1:
				return "YBR_FULL"
			}
		case m == 0xC3: // lossless streams carry no colour transform, JFIF or not
			return ""
		case m >= 0xC0 && m <= 0xC2 && len(body) >= 15 && body[5] == 3:
			if ids := []byte{body[6], body[9], body[12]}; slices.Equal(ids, []byte("RGB")) {
				return "RGB"
			}
			if jfif {
				return "YBR_FULL"
			}
			return ""
		case m == 0xDA || m == 0xD9:
			return ""
		}
		i += 2 + max(n, 2)
	}
	return ""
}
