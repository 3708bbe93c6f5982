package dicom

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"

	"lightbox/vision/fault"
)

// inflate gives the deflated data set that begins at off (PS3.5 A.5), and where
// it begins in the source it gives. It is inflated twice, the first time only to
// count, so that memory is asked for once and a bomb is refused before any is.
// A stream that ends early leaves what it held, and the walk over it then tells
// where it ends.
//
// Some writers wrap the stream as zlib does (RFC 1950), and some declare what
// they do not do: a data set that is not deflated is given as it stands.
func (s *source) inflate(off int64) (*source, int64, error) {
	head, err := s.peek(off, 512)
	switch {
	case err != nil:
		return nil, 0, err
	case len(head) >= 8 && plausible(head, encoding{explicit: true}):
		return s, off, nil
	case len(head) >= 2 && head[0]&15 == 8 && binary.BigEndian.Uint16(head)%31 == 0:
		off += 2
	}
	n, err := s.inflateTo(io.Discard, off)
	if err != nil {
		return nil, 0, err
	}
	buf := bytes.NewBuffer(make([]byte, 0, n))
	if _, err = s.inflateTo(buf, off); err != nil {
		return nil, 0, err
	}
	return &source{ctx: s.ctx, r: bytes.NewReader(buf.Bytes()), size: int64(buf.Len()), path: s.path}, 0, nil
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
