package dicom

import (
	"cmp"
	"context"
	"errors"
	"io"

	"lightbox/vision/fault"
)

// source is the bytes of a data set, read through a small window so that
// walking over a large file does not load it.
type source struct {
	ctx    context.Context
	r      io.ReaderAt
	size   int64
	path   string
	window []byte
	at     int64 // offset of window
	steps  int   // elements walked over, for the looks at ctx
	reach  int   // bytes read at a time; 0: windowBytes
}

const windowBytes = 64 << 10

// peek returns up to n bytes at off without copying; fewer only where the
// source ends. The bytes are valid until the next peek. n is at most
// windowBytes.
func (s *source) peek(off int64, n int) ([]byte, error) {
	if off < 0 || off >= s.size {
		return nil, nil
	}
	if int64(n) > s.size-off {
		n = int(s.size - off)
	}
	if off >= s.at && off+int64(n) <= s.at+int64(len(s.window)) {
		i := int(off - s.at)
		return s.window[i : i+n], nil
	}
	want := min(int64(max(n, cmp.Or(s.reach, windowBytes))), s.size-off)
	if int64(cap(s.window)) < want {
		s.window = make([]byte, want)
	}
	w := s.window[:want]
	s.window = w[:0]
	if err := s.readAt(w, off); err != nil {
		return nil, err
	}
	s.window, s.at = w, off
	return w[:n], nil
}

// readAt fills b. A file that has become shorter since it was opened is
// fault.Truncated.
func (s *source) readAt(b []byte, off int64) error {
	n, err := s.r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return fault.New(fault.Truncated, s.path, "the file ended at byte %d while it was read", off+int64(n))
	}
	return fault.Reading(s.path, err)
}

// bytes copies n bytes at off; the caller has checked n against a limit.
func (s *source) bytes(off int64, n int64) ([]byte, error) {
	b := make([]byte, n)
	if err := s.readAt(b, off); err != nil {
		return nil, err
	}
	return b, nil
}

// load is bytes for pixel data: in chunks, with progress and cancelling.
func (s *source) load(off, n int64, progress func(done, total int64)) ([]byte, error) {
	b := make([]byte, n)
	for done := int64(0); done < n; {
		if err := s.cancelled(); err != nil {
			return nil, err
		}
		end := min(done+chunkBytes, n)
		if err := s.readAt(b[done:end], off+done); err != nil {
			return nil, err
		}
		done = end
		if progress != nil {
			progress(off+done, s.size)
		}
	}
	return b, nil
}

// step is called for every element that is walked over.
func (s *source) step() error {
	if s.steps++; s.steps&0xfff != 0 {
		return nil
	}
	return s.cancelled()
}

func (s *source) cancelled() error {
	if err := s.ctx.Err(); err != nil {
		return fault.Wrap(fault.Interrupted, s.path, err)
	}
	return nil
}
