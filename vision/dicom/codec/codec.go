// Package codec turns one frame's codestream into stored values: RLE, JPEG,
// JPEG-LS and JPEG 2000.
//
// Nothing is interpreted: no rescale, no window, no colour conversion but the
// component transform that is part of JPEG 2000 itself. The stream says what it
// is; what the DICOM header says of it is needed only where the stream is
// silent (RLE) and to refuse impossible sizes.
//
// A stream is taken for hostile. Its own header is held against Limits before
// anything is allocated, and a stream that breaks off gives what was decoded up
// to there together with an error.
package codec

import (
	"bytes"
	"context"

	"lightbox/vision/fault"
)

// Job is one frame to be decoded.
type Job struct {
	Format Format
	Data   []byte // the codestream, fragments joined

	// What the DICOM header says. RLE has no size of its own; the other
	// formats carry theirs, which may differ.
	Rows, Columns, Samples int
	BitsAllocated          int

	// MaxBytes bounds the decoded frame, Picture.Data, in bytes. Not positive:
	// MaxFrameBytes.
	MaxBytes int64
}

// MaxFrameBytes bounds a decoded frame whatever a job asks for.
const MaxFrameBytes = 1 << 30

// Format is a family of codestreams.
type Format string

// The formats.
const (
	RLE      Format = "RLE"       // PS3.5 annex G
	JPEG     Format = "JPEG"      // ITU-T T.81: baseline, extended, progressive, lossless
	JPEGLS   Format = "JPEG-LS"   // ITU-T T.87
	JPEG2000 Format = "JPEG 2000" // ITU-T T.800, and T.814 (HTJ2K)
)

// Picture is a decoded frame.
type Picture struct {
	Rows, Columns, Samples int
	Bits                   int  // precision of a sample, 1 … 32
	Signed                 bool // two's complement; only JPEG 2000 says so
	Lossy                  bool // the coding process is one that loses information

	// Transformed is set where the stream's own component transform was
	// undone, so that the samples are red, green and blue whatever the DICOM
	// header calls them: the RCT and ICT of JPEG 2000.
	Transformed bool

	// Data is little endian, colour by pixel, rows × columns × samples of
	// Width() bytes each; values above Bits are zero or the sign. One bit of RLE
	// stays packed as it is stored, the first pixel in the lowest bit, in
	// rows × columns / 8 bytes, rounded up.
	Data []byte

	// Decoded is the number of rows from the top that are right. It is Rows,
	// unless Decode returned an error beside the picture: the others are zero
	// or, in JPEG 2000, of a lower quality.
	Decoded int
}

// Width is the number of bytes of a sample in Data: 1, 2 or 4.
func (p *Picture) Width() int { return WidthOf(p.Bits) }

// WidthOf is the number of bytes that a sample of so many bits is kept in.
func WidthOf(bits int) int {
	switch {
	case bits <= 8:
		return 1
	case bits <= 16:
		return 2
	}
	return 4
}

// Decoder decodes one frame.
//
// Errors are *fault.Error without a path: Corrupt (the stream contradicts
// itself), Truncated (it ends too early), TooLarge, Syntax (a coding process
// that is not read; the detail names it), NotEnoughRAM, Interrupted. With
// Corrupt and Truncated the picture may be there nevertheless: its first
// Decoded rows are right.
type Decoder interface {
	Decode(ctx context.Context, job Job) (*Picture, error)
}

// Sniff tells a codestream's format by its first bytes; "" for RLE, which has
// no signature, and for anything else.
func Sniff(data []byte) Format {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0x4F, 0xFF, 0x51}),
		bytes.HasPrefix(data, []byte("\x00\x00\x00\x0CjP  \r\n\x87\n")):
		return JPEG2000
	case bytes.HasPrefix(data, []byte{0xFF, 0xD8}):
		if isJPEGLS(data) {
			return JPEGLS
		}
		return JPEG
	}
	return ""
}

// isJPEGLS looks for the frame header among the marker segments: SOF55 is
// JPEG-LS, any other start of frame is JPEG.
func isJPEGLS(data []byte) bool {
	for i := 2; i+4 <= len(data); {
		if data[i] != 0xFF {
			return false
		}
		switch m := data[i+1]; {
		case m == 0xFF: // fill byte
			i++
			continue
		case m == 0xF7:
			return true
		case m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 && m != 0xCC, m == 0xDA, m == 0xD9:
			return false
		}
		i += 2 + int(data[i+2])<<8 + int(data[i+3])
	}
	return false
}

// Check tells whether a picture of this size may be allocated. Every decoder
// calls it with what the stream says, before it allocates.
func Check(rows, columns, samples, bits int, maxBytes int64) error {
	if maxBytes <= 0 || maxBytes > MaxFrameBytes {
		maxBytes = MaxFrameBytes
	}
	if rows <= 0 || columns <= 0 || samples <= 0 || bits <= 0 || bits > 32 {
		return fault.New(fault.Corrupt, "", "the codestream says %d × %d pixels, %d samples, %d bits", columns, rows, samples, bits)
	}
	if rows > 1<<20 || columns > 1<<20 || samples > 4 {
		return fault.New(fault.TooLarge, "", "the codestream says %d × %d pixels, %d samples", columns, rows, samples)
	}
	if n := int64(rows) * int64(columns) * int64(samples) * int64(WidthOf(bits)); n > maxBytes {
		return fault.New(fault.TooLarge, "", "the codestream says %d × %d pixels, %d samples: %d bytes, limit %d", columns, rows, samples, n, maxBytes)
	}
	return nil
}
