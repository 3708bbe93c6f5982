// Package rle decodes the RLE Compression of DICOM (PS3.5 annex G).
//
// A frame is a header of 64 bytes and one segment for each byte of a sample,
// colour by plane, most significant byte first; each segment is compressed by
// itself with PackBits. The stream says neither its size nor its depth, so both
// come from the job.
package rle

import (
	"context"
	"encoding/binary"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

const (
	headerBytes = 64 // the number of segments and 15 offsets, 32 bits each
	maxSegments = 15
)

// Decode decodes one frame of job.Rows × job.Columns pixels of job.Samples
// samples with job.BitsAllocated bits: 8, 16 or 32, or 1 with one sample.
//
// Bits of the picture are the job's bits allocated; which of them are stored,
// and whether they have a sign, RLE does not know. With 1 bit, Data holds
// packed bits as native pixel data do: (rows × columns + 7) / 8 bytes, the first
// pixel in the lowest bit, rows not padded; the frame starts on a byte.
//
// Errors are those of codec.Decoder. A segment that the end of the data cuts is
// Truncated; one that ends before its plane is full although data follow is
// Corrupt. The rows that all segments hold are in the picture either way.
func Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	l, err := layoutOf(job)
	if err != nil {
		return nil, err
	}
	segments, missing, err := split(job.Data, l.segments())
	if err != nil {
		return nil, err
	}
	p := &codec.Picture{Rows: job.Rows, Columns: job.Columns, Samples: job.Samples, Bits: job.BitsAllocated, Decoded: job.Rows,
		Data: make([]byte, l.plane*l.segments())}
	var broken error
	if missing {
		broken = fault.New(fault.Truncated, "", "the RLE data end before their last segment")
	}
	least := l.plane
	for i, s := range segments {
		if ctx.Err() != nil {
			return nil, fault.New(fault.Interrupted, "", "decoding was cancelled")
		}
		n := unpack(p.Data[l.first(i):], l.segments(), l.plane, s.data)
		if least = min(least, n); n == l.plane {
			continue
		}
		if s.last && fault.KindOf(broken) != fault.Corrupt {
			broken = fault.New(fault.Truncated, "", "RLE segment %d gives %d of %d bytes", i+1, n, l.plane)
		} else if !s.last {
			broken = fault.New(fault.Corrupt, "", "RLE segment %d gives %d of %d bytes", i+1, n, l.plane)
		}
	}
	if broken != nil {
		p.Decoded = l.keep(p, least)
	}
	return p, broken
}

// layout is how the bytes of segments lie in the picture.
type layout struct {
	samples, width int // width: bytes of a sample
	plane          int // bytes that a segment gives
	bits           int
}

func (l layout) segments() int { return l.samples * l.width }

// first is where in the picture the first byte of a segment goes. Segments run
// from the most significant byte, the picture is little endian.
func (l layout) first(segment int) int {
	return segment/l.width*l.width + l.width - 1 - segment%l.width
}

// keep clears what lies below the last whole row of the first n bytes of every
// plane, and gives the number of rows above.
func (l layout) keep(p *codec.Picture, n int) int {
	if l.bits > 1 {
		rows := n / p.Columns
		clear(p.Data[rows*p.Columns*l.segments():])
		return rows
	}
	rows := min(8*n/p.Columns, p.Rows)
	bit := rows * p.Columns
	if bit/8 < len(p.Data) {
		p.Data[bit/8] &= 1<<(bit%8) - 1
		clear(p.Data[bit/8+1:])
	}
	return rows
}

func layoutOf(job codec.Job) (layout, error) {
	// With one bit this counts a byte a pixel: eight times too strict, and still
	// far above any segmentation.
	if err := codec.Check(job.Rows, job.Columns, job.Samples, job.BitsAllocated, job.MaxBytes); err != nil {
		return layout{}, err
	}
	l := layout{samples: job.Samples, width: job.BitsAllocated / 8, plane: job.Rows * job.Columns, bits: job.BitsAllocated}
	switch {
	case l.bits == 1 && l.samples == 1:
		l.width, l.plane = 1, (l.plane+7)/8
	case l.bits != 8 && l.bits != 16 && l.bits != 32:
		return l, fault.New(fault.Syntax, "", "RLE with %d samples of %d bits", l.samples, l.bits)
	}
	if l.segments() > maxSegments {
		return l, fault.New(fault.Syntax, "", "RLE with %d samples of %d bits, which need %d segments of at most %d", l.samples, l.bits, l.segments(), maxSegments)
	}
	return l, nil
}

type segment struct {
	data []byte
	last bool // nothing follows it in the stream
}

// split reads the header (PS3.5 G.5). missing: the data end before a segment
// begins, which is then empty.
func split(data []byte, want int) (out []segment, missing bool, err error) {
	if len(data) < headerBytes {
		return nil, false, fault.New(fault.Truncated, "", "%d bytes of RLE data, less than their header", len(data))
	}
	if n := binary.LittleEndian.Uint32(data); int64(n) != int64(want) {
		return nil, false, fault.New(fault.Corrupt, "", "%d RLE segments where the image has %d", n, want)
	}
	end := uint32(headerBytes)
	starts := make([]uint32, want)
	for i := range starts {
		starts[i] = binary.LittleEndian.Uint32(data[4+4*i:])
		if starts[i] < end || i == 0 && starts[i] != headerBytes {
			return nil, false, fault.New(fault.Corrupt, "", "RLE segment %d begins at byte %d", i+1, starts[i])
		}
		end = starts[i]
	}
	for i, from := range starts {
		to := uint64(len(data))
		if i+1 < want {
			to = min(to, uint64(starts[i+1]))
		}
		if uint64(from) >= uint64(len(data)) {
			out, missing = append(out, segment{last: true}), true
			continue
		}
		out = append(out, segment{data: data[from:to], last: to == uint64(len(data))})
	}
	return out, missing, nil
}
