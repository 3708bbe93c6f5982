package dicom

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"

	"lightbox/vision/fault"
)

// inflate gives the deflated data set that begins at off (PS3.5 A.5), and where
// it begins in the source it gives. It is inflated into pieces, so that memory
// grows with what is really there. What grows more than images do is first
// inflated without being kept, so that a bomb is refused before it takes memory.
// A stream that ends early leaves what it held, and the walk over it
// then tells where it ends.
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
	usual := max(trustedBytes, trustedRatio*(s.size-off))
	out, err := s.inflated(off, usual, true)
	if err == nil && out.size > usual {
		if out, err = s.inflated(off, maxInflatedBytes, false); err == nil && out.size <= maxInflatedBytes {
			out, err = s.inflated(off, maxInflatedBytes, true)
		}
	}
	switch {
	case err != nil:
		return nil, 0, err
	case out.size > maxInflatedBytes:
		return nil, 0, fault.New(fault.TooLarge, s.path, "the data set inflates to more than %d bytes", int64(maxInflatedBytes))
	}
	return &source{ctx: s.ctx, r: out, size: out.size, path: s.path}, 0, nil
}

// inflated inflates what begins at off and stops behind limit bytes, which the
// size it gives then passes. Without keep only the size is right.
func (s *source) inflated(off, limit int64, keep bool) (*pieces, error) {
	in := flate.NewReader(io.NewSectionReader(s.r, off, s.size-off))
	defer func() { _ = in.Close() }() // its Close only repeats the read error
	out := &pieces{}
	for {
		if err := s.cancelled(); err != nil {
			return nil, err
		}
		n, err := io.ReadFull(in, out.room(keep))
		out.size += int64(n)
		var corrupt flate.CorruptInputError
		switch {
		case out.size > limit:
			return out, nil
		case err == nil:
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return out, nil
		case errors.As(err, &corrupt):
			return nil, fault.New(fault.Corrupt, s.path, "the deflated data set is broken").Because(err)
		default:
			return nil, fault.Reading(s.path, err)
		}
	}
}

// pieces are bytes in pieces of chunkBytes, all but the last full.
type pieces struct {
	list [][]byte
	size int64
}

// room is the next piece, to be filled; without keep always the same one.
func (p *pieces) room(keep bool) []byte {
	if !keep && len(p.list) > 0 {
		return p.list[0]
	}
	p.list = append(p.list, make([]byte, chunkBytes))
	return p.list[len(p.list)-1]
}

// ReadAt implements io.ReaderAt.
func (p *pieces) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) && off < p.size {
		piece := p.list[off/chunkBytes]
		from := off % chunkBytes
		to := min(int64(chunkBytes), p.size-off+from)
		k := copy(b[n:], piece[from:to])
		n, off = n+k, off+int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
