// Package blob is where the bytes of a scan come from: a file on disk or an
// entry of an archive. Everything that reads scans reads them through it.
package blob

import (
	"io"
	"os"

	"lightbox/vision/fault"
)

// Blob names a file's bytes without holding them open. It is small, immutable
// and safe for several goroutines.
type Blob interface {
	// Path is what errors and the window call it: the path of a file, or that
	// of the archive joined with the name of the entry in it.
	Path() string

	// Open opens it for reading. Errors are *fault.Error.
	Open() (Reader, error)
}

// Reader is an opened Blob. ReadAt may be called by several goroutines.
type Reader interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// File is the blob of a file on disk.
func File(path string) Blob { return diskFile(path) }

type diskFile string

func (f diskFile) Path() string { return string(f) }

func (f diskFile) Open() (Reader, error) {
	path := string(f)
	// Opening a pipe would wait for its other end.
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fault.Reading(path, err)
	case st.IsDir():
		return nil, fault.New(fault.IsDirectory, path, "a folder, not a file")
	case !st.Mode().IsRegular():
		return nil, fault.New(fault.NotAFile, path, "a device, a pipe or a socket")
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, fault.Reading(path, err)
	}
	return &diskReader{File: in, size: st.Size()}, nil
}

type diskReader struct {
	*os.File
	size int64
}

func (r *diskReader) Size() int64 { return r.size }
