package nifti

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"lightbox/vision/fault"
)

// Frame gives the stored values of frame i (slice i mod Slices of time
// i / Slices): Rows × Columns values of Datatype, little endian, colour by
// pixel, rows and columns turned as the Volume says. The bytes are the
// caller's.
func (v *Volume) Frame(ctx context.Context, i int) ([]byte, error) {
	if i < 0 || i >= v.Frames() {
		return nil, fault.New(fault.BadHeader, v.Path, "frame %d of %d", i+1, v.Frames())
	}
	b := make([]byte, v.frameBytes())
	at := int64(i) * v.frameBytes()
	var err error
	if v.compressed {
		err = v.inflated(ctx, b, at)
	} else {
		err = v.plain(ctx, b, at)
	}
	if err != nil {
		return nil, err
	}
	v.turn(b)
	return b, nil
}

// plain reads frame data from the file.
func (v *Volume) plain(ctx context.Context, b []byte, at int64) error {
	in, err := v.blob.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	for done := 0; done < len(b); {
		if err := ctx.Err(); err != nil {
			return fault.Wrap(fault.Interrupted, v.Path, err)
		}
		end := min(done+pieceBytes, len(b))
		n, err := in.ReadAt(b[done:end], v.offset+at+int64(done))
		if done += n; n > 0 && done == end {
			continue
		}
		if err == nil || errors.Is(err, io.EOF) {
			return v.short(at + int64(done))
		}
		return v.unreadable(err)
	}
	return nil
}

func (v *Volume) short(have int64) error {
	return fault.New(fault.Truncated, v.Path, "%d of %d bytes of pixel data", have, v.frameBytes()*int64(v.Frames()))
}

// inflated copies frame data of a compressed volume, which the first call
// inflates.
func (v *Volume) inflated(ctx context.Context, b []byte, at int64) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.pieces == nil && v.broken == nil {
		if err := v.inflate(ctx); err != nil {
			v.pieces, v.held = nil, 0
			return err
		}
	}
	if at+int64(len(b)) > v.held {
		return v.broken
	}
	for n := 0; n < len(b); {
		from := at + int64(n)
		n += copy(b[n:], v.pieces[from/pieceBytes][from%pieceBytes:])
	}
	return nil
}

// inflate fills pieces. Data that end early or break leave what came before
// and broken; only what has nothing to do with the data is an error.
func (v *Volume) inflate(ctx context.Context) error {
	in, err := v.blob.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	z, err := gzip.NewReader(io.NewSectionReader(in, 0, in.Size()))
	if err == nil {
		_, err = io.CopyN(io.Discard, z, v.offset)
	}
	total := v.frameBytes() * int64(v.Frames())
	for v.held < total && err == nil {
		if err := ctx.Err(); err != nil {
			return fault.Wrap(fault.Interrupted, v.Path, err)
		}
		piece := make([]byte, min(pieceBytes, total-v.held))
		var n int
		n, err = io.ReadFull(z, piece)
		v.pieces, v.held = append(v.pieces, piece[:n]), v.held+int64(n)
	}
	if err == nil {
		// The checksum comes with the end of the data.
		if _, err = z.Read(make([]byte, 1)); !errors.Is(err, gzip.ErrChecksum) {
			return nil
		}
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		v.broken = v.short(v.held)
	case errors.Is(err, gzip.ErrChecksum):
		v.pieces, v.held = nil, 0 // some value is wrong, and nobody knows which
		fallthrough
	case corruptData(err):
		v.broken = v.unreadable(err)
	default:
		return v.unreadable(err)
	}
	return nil
}

func corruptData(err error) bool {
	var flaw flate.CorruptInputError
	return errors.As(err, &flaw) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
}

// turn brings values into little endian and rows and columns into the order
// in which they are delivered.
func (v *Volume) turn(b []byte) {
	size := v.Datatype.Bytes()
	if v.Datatype != RGB24 && v.order.Uint16([]byte{0, 1}) == 1 { // big endian
		for i := 0; i < len(b); i += size {
			slices.Reverse(b[i : i+size])
		}
	}
	row := v.Columns * size
	if v.FlippedColumns {
		for at := 0; at < len(b); at += row {
			reverse(b[at:at+row], size)
		}
	}
	if v.FlippedRows {
		reverse(b, row)
	}
}

// reverse reverses the order of the units of size bytes in b.
func reverse(b []byte, size int) {
	unit := make([]byte, size)
	for i, j := 0, len(b)-size; i < j; i, j = i+size, j-size {
		copy(unit, b[i:i+size])
		copy(b[i:i+size], b[j:j+size])
		copy(b[j:j+size], unit)
	}
}
