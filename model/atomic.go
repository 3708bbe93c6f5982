package model

import (
	"io"

	"lightbox/model/wholefile"
)

// WriteFileAtomic is [WriteAtomic] of data.
func WriteFileAtomic(name string, data []byte) error {
	return WriteAtomic(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteAtomic writes a file whole or not at all, to be read by everyone: see
// [wholefile.Write].
func WriteAtomic(name string, write func(io.Writer) error) error {
	return wholefile.Write(name, 0o644, write)
}
