package dicom

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"

	"lightbox/vision/fault"
)

// Native is one frame as stored: little endian, colour by pixel, colour space
// untouched, nothing rescaled or masked. Its SHA-256 is a frame's hash.
//
// A compressed frame is what its codestream says, which may differ from the
// header; Notes then tell how.
type Native struct {
	Rows, Columns, Samples int
	BitsAllocated          int // of a sample: 1, 8, 16, 32 or 64
	BitsStored, HighBit    int
	Signed                 bool
	Float                  bool // Float or Double Float Pixel Data: IEEE 754 of 32 or 64 bits

	// Photometric is the colour space of Data: the header's, but YBR_FULL
	// after a decoder that gives chroma for each pixel, and RGB after one that
	// undoes the transform.
	Photometric string
	Compressed  bool    // decoded from a codestream
	Lossy       bool    // by a coding process that loses information
	Coded       int     // bytes of the codestream
	Notes       []error // *fault.Error: Differs, or what is broken beside the pixels

	// Decoded is the number of rows from the top that are right. It is Rows,
	// unless Frame returned an error beside the frame.
	Decoded int

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
// Syntax, BadHeader, PixelFormat or TooLarge; nil if it would not. What is
// wrong with the pixel data themselves is found by Frame.
func (f *File) Check() error {
	switch {
	case f.pixel == nil && f.Rows > 0 && f.Columns > 0:
		return fault.New(fault.NoPixels, f.Path, "an image of %d × %d is described, but its pixel data are missing", f.Columns, f.Rows)
	case f.pixel == nil:
		return fault.New(fault.NoPixels, f.Path, "modality %s, SOP class %s", cmp.Or(f.Modality, "—"), cmp.Or(f.SOPClassUID, "—"))
	case !f.Syntax.Reads():
		return fault.New(fault.Syntax, f.Path, "%v", f.Syntax)
	}
	if err := f.check(f.Path, f.pixel.tag); err != nil {
		return err
	}
	if n := f.frameBytes(); n > maxFrameBytes {
		if !f.encapsulated() && n*int64(f.Frames) > f.stored {
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
	return f.maySubsample() && f.stored < f.fullChroma()*int64(f.Frames)
}

func (f *File) maySubsample() bool {
	return f.Photometric == "YBR_FULL_422" && f.Samples == 3 && f.BitsAllocated == 8 && f.Columns%2 == 0
}

// fullChroma is the bytes of a frame with three samples for each pixel.
func (f *File) fullChroma() int64 { return int64(f.Rows) * int64(f.Columns) * 3 }

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
	if f.pixel == nil || f.encapsulated() || f.Check() != nil {
		return nil // a fragment that is missing is told with its frame
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
// with Corrupt, TooLarge and the other errors of codec.Decoder where it is
// compressed, with NotFound, NoPermission or CannotRead where a file has to be
// read again, and with Interrupted.
//
// With Truncated and Corrupt the frame may be there nevertheless, as far as its
// Decoded rows; the others are zero.
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
	if f.encapsulated() {
		return f.decodeFrame(ctx, i)
	}
	notes := slices.Clone(f.faults)
	if !f.Syntax.Native() {
		if f.stored < f.frameBytes()*int64(f.Frames) {
			return Native{}, fault.New(fault.Corrupt, f.Path, "%d bytes of pixel data without fragments under %v", f.stored, f.Syntax)
		}
		notes = append(notes, fault.New(fault.Differs, f.Path, "the transfer syntax says %v, the image data are not compressed", f.Syntax))
	}
	if f.Frames == 1 {
		// A length past the file's end leaves little to trust of one frame.
		if err := f.Missing(); err != nil {
			return f.partial(ctx, err)
		}
	}
	bits := f.frameBits()
	start, end := int64(i)*bits, (int64(i)+1)*bits
	if (end+7)/8 > f.stored {
		return Native{}, f.short((int64(f.Frames)*bits + 7) / 8)
	}
	n := f.nativeHeader(notes)
	var err error
	n.Data, err = f.nativeBits(ctx, start, end)
	if err != nil {
		return Native{}, err
	}
	n.arrange(f.PlanarConfiguration)
	return n, nil
}

// nativeHeader is what the header says of an uncompressed frame.
func (f *File) nativeHeader(notes []error) Native {
	return Native{
		Rows: f.Rows, Columns: f.Columns, Samples: f.Samples, BitsAllocated: f.BitsAllocated,
		BitsStored: f.BitsStored, HighBit: f.HighBit, Signed: f.Signed, Float: f.float(), Subsampled: f.subsampled(),
		Photometric: f.Photometric, Notes: notes, Decoded: f.Rows,
	}
}

// arrange brings planes to pixels.
func (n *Native) arrange(planar int) {
	if n.Samples > 1 && planar == 1 && !n.Subsampled && n.BitsAllocated >= 8 {
		n.Data = interleaved(n.Data, n.Samples, n.BitsAllocated/8)
	}
}

// partial gives the rows that are there of a single frame whose pixel data are
// cut short. Whole rows of planes are none of pixels.
func (f *File) partial(ctx context.Context, missing error) (Native, error) {
	rowBits := f.frameBits() / int64(f.Rows)
	rows := min(f.stored*8/max(rowBits, 1), int64(f.Rows))
	if rows < 1 || rowBits%8 != 0 || f.Samples > 1 && f.PlanarConfiguration == 1 {
		return Native{}, missing
	}
	data, err := f.nativeBits(ctx, 0, rows*rowBits)
	if err != nil {
		return Native{}, missing
	}
	n := f.nativeHeader(slices.Clone(f.faults))
	n.Data, n.Decoded = make([]byte, f.frameBytes()), int(rows)
	copy(n.Data, data)
	return n, missing
}

// nativeBits reads the bits from start to end, moved to the beginning of the
// first byte, words in little endian.
func (f *File) nativeBits(ctx context.Context, start, end int64) ([]byte, error) {
	word := f.swapWidth()
	// A word of the other byte order may straddle the frame's borders.
	from, to := start/8/word*word, (end+7)/8
	if start%8 != 0 {
		to = min(to+1, f.stored)
	}
	to = min((to+word-1)/word*word, f.stored)
	raw, err := f.read(ctx, from, to-from)
	if err != nil {
		return nil, err
	}
	if word > 1 {
		raw = swapped(raw, int(word))
	}
	raw = raw[start/8-from:]
	if shift := uint(start % 8); shift != 0 {
		raw = shifted(raw, shift)
	}
	return raw[:(end-start+7)/8], nil
}

// storedFrame is a frame that stands in fragments without a codec: as it is, or
// deflated (PS3.5 A.4.11, A.4.12). A frame of bits begins on a byte.
func (f *File) storedFrame(data []byte, notes []error) (Native, error) {
	need := f.frameBytes()
	if f.maySubsample() {
		need = f.fullChroma() // or less, which the frame's own length tells
	}
	if f.Syntax.UID == deflatedFrame {
		if need/maxDeflation > int64(len(data)) {
			return Native{}, fault.New(fault.Truncated, f.Path, "%d deflated bytes of pixel data for %d", len(data), need)
		}
		out := make([]byte, need)
		got, err := io.ReadFull(flate.NewReader(bytes.NewReader(data)), out)
		if err != nil && !(f.maySubsample() && int64(got) >= need/3*2) {
			return Native{}, fault.New(fault.Corrupt, f.Path, "a deflated frame has %d of %d bytes", got, need).Because(err)
		}
		data = out[:got]
	}
	subsampled := f.maySubsample() && int64(len(data)) < need
	if subsampled {
		need = need / 3 * 2
	}
	if int64(len(data)) < need {
		return Native{}, fault.New(fault.Truncated, f.Path, "%d of %d bytes of pixel data", len(data), need)
	}
	if f.Syntax.Native() {
		notes = append(notes, fault.New(fault.Differs, f.Path, "the transfer syntax says %v, the image data stand in fragments", f.Syntax))
	}
	n := f.nativeHeader(notes)
	n.Subsampled, n.Data = subsampled, data[:need]
	n.arrange(f.PlanarConfiguration)
	return n, nil
}

// swapWidth is the size in bytes of the words whose bytes are reversed in the
// file: under big endian, OW pixel data are words of 16 bits whatever a sample
// takes (PS3.5 A.3, 8.1.1), and OB is a string of bytes.
func (f *File) swapWidth() int64 {
	if f.Syntax.UID == privateGE && f.BitsAllocated == 16 {
		return 2
	}
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
	var out []byte
	err := f.with(func(r io.ReaderAt) error {
		s := &source{ctx: ctx, r: r, size: f.size, path: f.Path}
		var err error
		out, err = s.load(f.pixel.value+off, n, nil)
		return err
	})
	return out, err
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
