package app

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// maxSameName is how many exports of one name a folder may hold: a key that is held down
// must not fill a disk.
const maxSameName = 1000

// ExportPicture writes a picture of a frame as a PNG file into folder, under a name that
// is not taken yet, and calls done with its path.
func (s *Session) ExportPicture(folder, name string, m image.Image, done func(path string)) {
	s.exportDrawn(folder, name, ".png", func(w writer) error { return vision.EncodePicture(w, m, Disclaimer) }, done)
}

// ExportPage writes a page as a PDF file likewise; width and height of the paper are in
// points.
func (s *Session) ExportPage(folder, name string, m *image.RGBA, width, height float64, done func(path string)) {
	s.exportDrawn(folder, name, ".pdf", func(w writer) error { return vision.EncodePage(w, m, width, height, Disclaimer) }, done)
}

func (s *Session) exportDrawn(folder, name, ending string, encode func(writer) error, done func(path string)) {
	inBackground(s, &s.export, &Busy{Stage: StagePicture, File: name}, folder, func(context.Context) (string, error) {
		path, err := freeName(folder, name, ending)
		if err != nil {
			return "", err
		}
		return path, writeFile(path, encode)
	}, done)
}

// freeName is the path of a file that is not there yet: of the name, or of the name with
// a number.
func freeName(folder, name, ending string) (string, error) {
	for n := 1; n <= maxSameName; n++ {
		path := filepath.Join(folder, name+ending)
		if n > 1 {
			path = filepath.Join(folder, fmt.Sprintf("%s-%d%s", name, n, ending))
		}
		_, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return path, nil
		case err != nil:
			return "", fault.Writing(path, err)
		}
	}
	return "", fault.New(fault.CannotWrite, filepath.Join(folder, name+ending), "%d files of this name are there", maxSameName)
}
