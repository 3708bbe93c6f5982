package study

import (
	"io"
	"path/filepath"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
	"lightbox/vision/format"
	"lightbox/vision/imagefile"
)

// fromPicture makes an Item of a picture file: a series of its own.
func fromPicture(b blob.Blob, r blob.Reader, f format.Format) (*Item, error) {
	rows, columns, gray, err := imagefile.Config(imagefile.Of(f), io.NewSectionReader(r, 0, r.Size()))
	if err != nil {
		return nil, fault.WithPath(err, b.Path())
	}
	i := &Item{
		Blob: b, Format: f, SeriesDescription: filepath.Base(b.Path()),
		Rows: rows, Columns: columns, Samples: 3, Photometric: "RGB", Frames: 1,
	}
	if gray {
		i.Samples, i.Photometric = 1, "MONOCHROME2"
	}
	return i, nil
}
