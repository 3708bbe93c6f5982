package app

import (
	"bytes"
	"io"

	"lightbox/model"
	"lightbox/vision/fault"
)

type writer = io.Writer

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return fault.Writing(path, err)
	}
	if err := model.WriteFileAtomic(path, b.Bytes()); err != nil {
		return fault.Writing(path, err)
	}
	return nil
}
