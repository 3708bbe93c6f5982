package study

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// configs read the size of a picture without decoding it.
var configs = map[Format]func(io.Reader) (image.Config, error){
	PNG: png.DecodeConfig, JPEG: jpeg.DecodeConfig, TIFF: tiff.DecodeConfig, BMP: bmp.DecodeConfig,
}

// sniffPicture tells a picture format by its magic bytes; "" for none.
func sniffPicture(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return TIFF
	case len(head) >= 14 && bytes.HasPrefix(head, []byte("BM")):
		// Any text may begin with these two letters: the reserved words must be
		// zero and the pixels lie behind the headers.
		if at := binary.LittleEndian.Uint32(head[10:]); binary.LittleEndian.Uint32(head[6:]) == 0 && at >= 26 && at < 1<<16 {
			return BMP
		}
	}
	return ""
}

// fromPicture makes an Item of a picture file: a series of its own.
func fromPicture(b blob.Blob, r blob.Reader, f Format) (*Item, error) {
	c, err := configs[f](io.NewSectionReader(r, 0, r.Size()))
	if err != nil {
		return nil, fault.New(fault.Corrupt, b.Path(), "%s decoder: %v", f, err)
	}
	if c.Width <= 0 || c.Height <= 0 {
		return nil, fault.New(fault.BadHeader, b.Path(), "%d×%d pixels", c.Width, c.Height)
	}
	i := &Item{
		Blob: b, Format: f, SeriesDescription: filepath.Base(b.Path()),
		Rows: c.Height, Columns: c.Width, Samples: 3, Photometric: "RGB", Frames: 1,
	}
	if c.ColorModel == color.GrayModel || c.ColorModel == color.Gray16Model {
		i.Samples, i.Photometric = 1, "MONOCHROME2"
	}
	return i, nil
}
