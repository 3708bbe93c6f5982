package vision

import (
	"context"
	"encoding/binary"

	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

// File is a scan's file as it stands, before anything is made visible of it:
// what its header says, and its frames' stored values.
type File struct {
	Format Format
	Header dicom.Header

	dicom  *dicom.File
	pixels *Image
}

// Inspect reads what a file says of itself. It succeeds for DICOM objects
// without an image and for transfer syntaxes that are not decoded: their
// header can still be told. Without pixels, DICOM pixel data are left unread
// until a frame is asked for.
func Inspect(ctx context.Context, path string, pixels bool) (*File, error) {
	format, err := Detect(path)
	if err != nil {
		return nil, err
	}
	if format == DICOM {
		var f *dicom.File
		if pixels {
			f, err = dicom.Open(ctx, path, nil)
		} else {
			f, err = dicom.OpenHeader(ctx, path)
		}
		if err != nil {
			return nil, fault.WithPath(err, path)
		}
		return &File{Format: format, Header: f.Header, dicom: f}, nil
	}
	s, err := openPicture(ctx, path, format, func(int64, int64) {})
	if err != nil {
		return nil, err
	}
	return &File{Format: format, Header: s.Header, pixels: s.Stored}, nil
}

// NoImage tells whether the file is a DICOM object that is not meant to hold
// an image: a report, a plan, an index.
func (f *File) NoImage() bool {
	return f.dicom != nil && !f.dicom.HasPixels() && f.Header.Rows == 0 && f.Header.Columns == 0
}

// Missing says what the file lacks although its frames can be read; nil if it
// is whole.
func (f *File) Missing() error {
	if f.dicom == nil {
		return nil
	}
	return f.dicom.Missing()
}

// FrameBytes returns the stored values of frame i: little endian, colour by
// pixel, colour space untouched, 1-bit frames as they are packed.
func (f *File) FrameBytes(ctx context.Context, i int) ([]byte, error) {
	if f.dicom != nil {
		native, err := f.dicom.Frame(ctx, i)
		if err != nil {
			return nil, err
		}
		return native.Data, nil
	}
	if f.pixels.Depth == 8 {
		out := make([]byte, len(f.pixels.Pix))
		for k, p := range f.pixels.Pix {
			out[k] = byte(p)
		}
		return out, nil
	}
	out := make([]byte, 0, 2*len(f.pixels.Pix))
	for _, p := range f.pixels.Pix {
		out = binary.LittleEndian.AppendUint16(out, p)
	}
	return out, nil
}
