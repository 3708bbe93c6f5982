package dicom

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"

	"lightbox/vision/fault"
)

// inflate gives the deflated data set that begins at off (PS3.5 A.5). It is
// inflated twice, the first time only to count, so that memory is asked for
// once and a bomb is refused before any is. A stream that ends early leaves
// what it held, and the walk over it then tells where it ends.
func (s *source) inflate(off int64) (*source, error) {
	n, err := s.inflateTo(io.Discard, off)
	if err != nil {
		return nil, err
	}
	buf := bytes.NewBuffer(make([]byte, 0, n))
	if _, err = s.inflateTo(buf, off); err != nil {
		return nil, err
	}
	return &source{ctx: s.ctx, r: bytes.NewReader(buf.Bytes()), size: int64(buf.Len()), path: s.path}, nil
}

func (s *source) inflateTo(w io.Writer, off int64) (total int64, err error) {
	in := flate.NewReader(io.NewSectionReader(s.r, off, s.size-off))
	defer func() { _ = in.Close() }() // its Close only repeats the read error
	for {
		if err := s.cancelled(); err != nil {
			return 0, err
		}
		n, err := io.CopyN(w, in, chunkBytes)
		total += n
		var corrupt flate.CorruptInputError
		switch {
		case total > maxInflatedBytes:
			return 0, fault.New(fault.TooLarge, s.path, "the data set inflates to more than %d bytes", int64(maxInflatedBytes))
		case err == nil:
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return total, nil
		case errors.As(err, &corrupt):
			return 0, fault.New(fault.Corrupt, s.path, "the deflated data set is broken").Because(err)
		default:
			return 0, fault.Reading(s.path, err)
		}
	}
}
