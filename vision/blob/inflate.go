package blob

import (
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"

	"lightbox/vision/fault"
)

// inflated reads a deflated entry at any place. It inflates forward only, as
// far as is asked, and keeps what it has: reading a header costs the first
// pieces. What it keeps never exceeds the size that the archive declares.
type inflated struct {
	archive io.Closer
	path    string
	size    int64
	crc     uint32

	mu     sync.Mutex
	in     io.ReadCloser // nil once all is inflated, or after an error
	pieces [][]byte      // of pieceBytes each but for the last
	have   int64
	sum    uint32
	err    error // why it ended before size
}

// inflaters keeps the tables and windows of decoders, 40 KiB each, that a walk
// through an archive would otherwise allocate for every entry.
var inflaters sync.Pool

func newInflated(packed io.Reader, archive io.Closer, size int64, crc uint32, path string) *inflated {
	r := &inflated{archive: archive, path: path, size: size, crc: crc}
	if z, ok := inflaters.Get().(io.ReadCloser); ok && z.(flate.Resetter).Reset(packed, nil) == nil {
		r.in = z
	} else {
		r.in = flate.NewReader(packed)
	}
	return r
}

func (r *inflated) Size() int64 { return r.size }

func (r *inflated) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end(fault.New(fault.CannotRead, r.path, "closed"))
	r.pieces, r.have = nil, 0
	return r.archive.Close()
}

// end gives the decoder back; err answers what is asked beyond what is there.
func (r *inflated) end(err error) {
	if r.in != nil {
		inflaters.Put(r.in)
	}
	r.in, r.err = nil, err
}

func (r *inflated) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fault.New(fault.InternalError, r.path, "read at byte %d", off)
	}
	if off >= r.size {
		return 0, io.EOF
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	end := min(off+int64(len(p)), r.size)
	for r.have < end && r.in != nil {
		r.more()
	}
	n := 0
	for at := off; at < min(end, r.have); at = off + int64(n) {
		piece := r.pieces[at/pieceBytes]
		n += copy(p[n:], piece[at%pieceBytes:])
	}
	switch {
	case n == len(p):
		return n, nil
	case r.err != nil && off+int64(n) < r.size:
		return n, r.err
	}
	return n, io.EOF
}

// more inflates the next piece.
func (r *inflated) more() {
	piece := make([]byte, min(pieceBytes, r.size-r.have))
	n, err := io.ReadFull(r.in, piece)
	r.sum = crc32.Update(r.sum, checksum, piece[:n])
	if n > 0 {
		r.pieces = append(r.pieces, piece[:n])
		r.have += int64(n)
	}
	switch {
	case err != nil:
		r.end(r.failed(err))
	case r.have < r.size:
	case r.sum != r.crc:
		r.end(fault.New(fault.Corrupt, r.path, "the checksum of the archive entry is wrong"))
		// The last piece is held back, so that a reader of the whole learns it.
		r.have -= int64(n)
		r.pieces = r.pieces[:len(r.pieces)-1]
	default:
		r.end(nil)
	}
}

// failed words an error of the decoder.
func (r *inflated) failed(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt):
		return fault.New(fault.Corrupt, r.path, "the deflated data of the archive entry are broken").Because(err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.New(fault.Truncated, r.path, "%d of %d bytes are in the archive entry", r.have, r.size)
	}
	return fault.Reading(r.path, err)
}
