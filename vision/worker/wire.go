package worker

import (
	"encoding/binary"
	"fmt"
	"io"

	"lightbox/vision/dicom/codec"
)

// The protocol. Each message is a header of fixed size, little endian, then
// the bytes whose numbers it states:
//
//	worker → host   hello                               once
//	host → worker   request, the format's name, the codestream
//	host → worker   request of kind cancelMagic          for the job of that number, if it still runs
//	worker → host   answer, the error, the picture's data
//
// The host sends a request when the one before is answered.
const (
	protocolVersion = 2

	helloMagic   = 0x4c42_574b_0000_0001 // "LBWK" and the kind
	requestMagic = 0x4c42_574b_0000_0002
	cancelMagic  = 0x4c42_574b_0000_0003
	answerMagic  = 0x4c42_574b_0000_0004
)

type hello struct {
	Magic, Version uint64
	Memory         int64 // ceiling in bytes that the worker set itself
	Landlock       int64
	Seccomp        uint64 // 1: the filter holds
	LowIntegrity   uint64 // 1: no privileges, low integrity level
}

type request struct {
	Magic, ID              uint64
	Rows, Columns, Samples int64
	BitsAllocated          int64
	MaxBytes               int64
	FormatBytes, DataBytes uint64
}

type answer struct {
	Magic, ID              uint64
	Flags                  uint64
	Rows, Columns, Samples int64
	Bits, Decoded          int64
	ErrorBytes, DataBytes  uint64
}

// Flags of an answer.
const (
	hasPicture = 1 << iota
	hasError
	isSigned
	isLossy
	isTransformed
)

func send(w io.Writer, header any, tail []byte) error {
	b, err := binary.Append(nil, binary.LittleEndian, header)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, tail...))
	return err
}

func receive(r io.Reader, header any) error {
	b := make([]byte, binary.Size(header))
	if _, err := io.ReadFull(r, b); err != nil {
		return err
	}
	_, err := binary.Decode(b, binary.LittleEndian, header)
	return err
}

func requestFor(id uint64, job codec.Job) request {
	return request{
		Magic: requestMagic, ID: id,
		Rows: int64(job.Rows), Columns: int64(job.Columns), Samples: int64(job.Samples),
		BitsAllocated: int64(job.BitsAllocated), MaxBytes: job.MaxBytes,
		FormatBytes: uint64(len(job.Format)), DataBytes: uint64(len(job.Data)),
	}
}

func (r request) job(format string, data []byte) codec.Job {
	return codec.Job{
		Format: codec.Format(format), Data: data,
		Rows: int(r.Rows), Columns: int(r.Columns), Samples: int(r.Samples),
		BitsAllocated: int(r.BitsAllocated), MaxBytes: r.MaxBytes,
	}
}

// answerFor describes a picture, which may be nil, and an encoded error, which
// may be empty.
func answerFor(id uint64, p *codec.Picture, fault []byte) answer {
	a := answer{Magic: answerMagic, ID: id, ErrorBytes: uint64(len(fault))}
	flag := func(set bool, f uint64) {
		if set {
			a.Flags |= f
		}
	}
	flag(len(fault) > 0, hasError)
	if p == nil {
		return a
	}
	flag(true, hasPicture)
	flag(p.Signed, isSigned)
	flag(p.Lossy, isLossy)
	flag(p.Transformed, isTransformed)
	a.Rows, a.Columns, a.Samples = int64(p.Rows), int64(p.Columns), int64(p.Samples)
	a.Bits, a.Decoded, a.DataBytes = int64(p.Bits), int64(p.Decoded), uint64(len(p.Data))
	return a
}

// picture is the answered one without its data, nil if there is none. The
// error tells that the answer cannot be true: a number out of range, a picture
// beyond the job's limit, or data of another length than the picture's.
func (a answer) picture(id uint64, job codec.Job) (*codec.Picture, error) {
	failed := a.Flags&hasError != 0
	switch {
	case a.Magic != answerMagic || a.ID != id:
		return nil, fmt.Errorf("not the answer to this request")
	case failed != (a.ErrorBytes > 0) || a.ErrorBytes > maxErrorBytes:
		return nil, fmt.Errorf("an error of %d bytes", a.ErrorBytes)
	case a.Flags&hasPicture == 0 && (!failed || a.DataBytes != 0):
		return nil, fmt.Errorf("neither picture nor error")
	case a.Flags&hasPicture == 0:
		return nil, nil
	}
	const top = 1 << 30 // so that each fits an int of 32 bits
	for _, n := range []int64{a.Rows, a.Columns, a.Samples, a.Bits, a.Decoded} {
		if n < 0 || n > top {
			return nil, fmt.Errorf("a number out of range: %d", n)
		}
	}
	p := &codec.Picture{
		Rows: int(a.Rows), Columns: int(a.Columns), Samples: int(a.Samples), Bits: int(a.Bits), Decoded: int(a.Decoded),
		Signed: a.Flags&isSigned != 0, Lossy: a.Flags&isLossy != 0, Transformed: a.Flags&isTransformed != 0,
	}
	if err := codec.Check(p.Rows, p.Columns, p.Samples, p.Bits, job.MaxBytes); err != nil {
		return nil, err
	}
	if a.DataBytes != uint64(sizeOf(p, job.Format)) || p.Decoded > p.Rows || !failed && p.Decoded != p.Rows {
		return nil, fmt.Errorf("%d bytes, %d rows decoded for %d × %d × %d of %d bits", a.DataBytes, p.Decoded, p.Rows, p.Columns, p.Samples, p.Bits)
	}
	return p, nil
}

// sizeOf is the length that a picture's data have, in bytes; its numbers have
// passed codec.Check.
func sizeOf(p *codec.Picture, format codec.Format) int64 {
	n := int64(p.Rows) * int64(p.Columns) * int64(p.Samples)
	if packed(p, format) {
		return (n + 7) / 8
	}
	return n * int64(p.Width())
}

// packed tells whether 8 samples share a byte, as package rle leaves single
// bits.
func packed(p *codec.Picture, format codec.Format) bool {
	return format == codec.RLE && p.Bits == 1
}
