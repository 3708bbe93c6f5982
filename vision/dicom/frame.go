package dicom

import (
	"cmp"
	"context"
	"encoding/binary"

	"lightbox/vision/fault"
)

// Native is one frame as stored: little endian, colour by pixel, colour space
// untouched, nothing rescaled or masked. Its SHA-256 is a frame's hash.
type Native struct {
	Rows, Columns, Samples int
	BitsAllocated          int // of a sample: 1, 8, 16, 32 or 64
	Signed                 bool
	Float                  bool // Float or Double Float Pixel Data: IEEE 754 of 32 or 64 bits

	// Subsampled marks native YBR_FULL_422 (PS3.3 C.7.6.3.1.2): two bytes a
	// pixel, Y Y Cb Cr for each two pixels of a row.
	Subsampled bool

	// Data is rows × columns × samples × bits / 8 bytes, rounded up. With one
	// bit allocated the first pixel is the lowest bit of the first byte, rows
	// follow each other without padding, and what is left of the last byte
	// holds the bits that follow in the file. Data may be part of the opened
	// file: it must not be changed.
	Data []byte
}

// HasPixels reports whether the object holds pixel data at all.
func (f *File) HasPixels() bool { return f.pixel != nil }

// Check tells, without reading, why Frame would refuse the object: NoPixels,
// Syntax, BadHeader, PixelFormat, TooLarge or Corrupt; nil if it would not.
// Pixel data that are too short for a frame are found by Frame.
func (f *File) Check() error {
	switch {
	case f.pixel == nil && f.Rows > 0 && f.Columns > 0:
		return fault.New(fault.NoPixels, f.Path, "an image of %d × %d is described, but its pixel data are missing", f.Columns, f.Rows)
	case f.pixel == nil:
		return fault.New(fault.NoPixels, f.Path, "modality %s, SOP class %s", cmp.Or(f.Modality, "—"), cmp.Or(f.SOPClassUID, "—"))
	case !f.Syntax.Native():
		return fault.New(fault.Syntax, f.Path, "%v", f.Syntax)
	}
	if err := f.check(f.Path, f.pixel.tag); err != nil {
		return err
	}
	if f.pixel.length == undefined {
		return fault.New(fault.Corrupt, f.Path, "encapsulated pixel data under %v", f.Syntax)
	}
	if n := f.frameBytes(); n > maxFrameBytes {
		if n*int64(f.Frames) > f.stored {
			return f.short(n)
		}
		return fault.New(fault.TooLarge, f.Path, "a frame of %d bytes, limit %d", n, int64(maxFrameBytes))
	}
	return nil
}

func (f *File) float() bool { return f.pixel != nil && f.pixel.tag != tagPixels }

func (f *File) short(need int64) error {
	return fault.New(fault.Truncated, f.Path, "%d of %d bytes of pixel data", f.stored, need)
}

// subsampled tells native 4:2:2 from files that say so over full chroma.
func (f *File) subsampled() bool {
	if f.Photometric != "YBR_FULL_422" || f.Samples != 3 || f.BitsAllocated != 8 || f.Columns%2 != 0 {
		return false
	}
	return f.stored < int64(f.Rows)*int64(f.Columns)*3*int64(f.Frames)
}

func (f *File) frameBits() int64 {
	n := int64(f.Rows) * int64(f.Columns)
	if f.subsampled() {
		return n * 16
	}
	return n * int64(f.Samples) * int64(f.BitsAllocated)
}

func (f *File) frameBytes() int64 { return (f.frameBits() + 7) / 8 }

// Missing says how much of the pixel data the file lacks, by the number of
// frames or by the length that the element itself states; nil if it is whole.
func (f *File) Missing() error {
	if f.pixel == nil || f.Check() != nil {
		return nil
	}
	need := (int64(f.Frames)*f.frameBits() + 7) / 8
	if f.pixel.length != undefined && int64(f.pixel.length) > need+1 { // one byte may be padding
		need = int64(f.pixel.length)
	}
	if f.stored+1 < need {
		return f.short(need)
	}
	return nil
}

// Frame reads the stored values of frame i, counted from 0. Beside what Check
// tells, it fails with Truncated where the file ends before the frame does,
// with NotFound, NoPermission or CannotRead where a large file has to be read
// again, and with Interrupted.
func (f *File) Frame(ctx context.Context, i int) (Native, error) {
	if err := f.Check(); err != nil {
		return Native{}, err
	}
	if err := ctx.Err(); err != nil {
		return Native{}, fault.Wrap(fault.Interrupted, f.Path, err)
	}
	if i < 0 || i >= f.Frames {
		return Native{}, fault.New(fault.BadHeader, f.Path, "frame %d of %d was asked for", i+1, f.Frames)
	}
	if f.Frames == 1 {
		// A length past the file's end leaves nothing to trust of one frame.
		if err := f.Missing(); err != nil {
			return Native{}, err
		}
	}
	n := Native{
		Rows: f.Rows, Columns: f.Columns, Samples: f.Samples, BitsAllocated: f.BitsAllocated,
		Signed: f.Signed, Float: f.float(), Subsampled: f.subsampled(),
	}
	bits := f.frameBits()
	start, end := int64(i)*bits, (int64(i)+1)*bits
	if (end+7)/8 > f.stored {
		return Native{}, f.short((int64(f.Frames)*bits + 7) / 8)
	}
	word := f.swapWidth()
	// A word of the other byte order may straddle the frame's borders.
	from, to := start/8/word*word, (end+7)/8
	if start%8 != 0 {
		to = min(to+1, f.stored)
	}
	to = min((to+word-1)/word*word, f.stored)
	raw, err := f.read(ctx, from, to-from)
	if err != nil {
		return Native{}, err
	}
	if word > 1 {
		raw = swapped(raw, int(word))
	}
	raw = raw[start/8-from:]
	if shift := uint(start % 8); shift != 0 {
		raw = shifted(raw, shift)
	}
	n.Data = raw[:(bits+7)/8]
	if n.Samples > 1 && f.PlanarConfiguration == 1 && !n.Subsampled && n.BitsAllocated >= 8 {
		n.Data = interleaved(n.Data, n.Samples, n.BitsAllocated/8)
	}
	return n, nil
}

// swapWidth is the size in bytes of the words whose bytes are reversed in the
// file: under big endian, OW pixel data are words of 16 bits whatever a sample
// takes (PS3.5 A.3, 8.1.1), and OB is a string of bytes.
func (f *File) swapWidth() int64 {
	if !f.enc.big {
		return 1
	}
	switch f.pixel.vr {
	case "OW":
		return 2
	case "OF", "OL":
		return 4
	case "OD", "OV":
		return 8
	}
	return 1
}

// read gives n bytes of pixel data at off.
func (f *File) read(ctx context.Context, off, n int64) ([]byte, error) {
	if f.data != nil {
		return f.data[off : off+n : off+n], nil
	}
	r := f.origin
	if r == nil {
		in, size, err := openFile(f.Path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = in.Close() }() // only read
		if size < f.pixel.value+off+n {
			return nil, fault.New(fault.Truncated, f.Path, "the file has become shorter since it was opened")
		}
		r = in
	}
	s := &source{ctx: ctx, r: r, size: f.pixel.value + off + n, path: f.Path}
	return s.load(f.pixel.value+off, n, nil)
}

// swapped reverses the bytes of each word into a new slice; an incomplete last
// word stays as it is.
func swapped(b []byte, word int) []byte {
	out := make([]byte, len(b))
	i := 0
	switch word {
	case 2:
		for ; i+2 <= len(b); i += 2 {
			out[i], out[i+1] = b[i+1], b[i]
		}
	case 4:
		for ; i+4 <= len(b); i += 4 {
			binary.LittleEndian.PutUint32(out[i:], binary.BigEndian.Uint32(b[i:]))
		}
	case 8:
		for ; i+8 <= len(b); i += 8 {
			binary.LittleEndian.PutUint64(out[i:], binary.BigEndian.Uint64(b[i:]))
		}
	}
	copy(out[i:], b[i:])
	return out
}

// shifted moves all bits down by 1 to 7 places, into a new slice.
func shifted(b []byte, by uint) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] >> by
		if i+1 < len(b) {
			out[i] |= b[i+1] << (8 - by)
		}
	}
	return out
}

// interleaved turns planes into pixels (PS3.3 C.7.6.3.1.3).
func interleaved(planes []byte, samples, width int) []byte {
	out := make([]byte, len(planes))
	plane := len(planes) / samples
	for s := 0; s < samples; s++ {
		src := planes[s*plane : (s+1)*plane]
		for i, o := 0, s*width; i < plane; i, o = i+width, o+samples*width {
			copy(out[o:o+width], src[i:i+width])
		}
	}
	return out
}
