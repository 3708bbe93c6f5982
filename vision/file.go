package vision

import (
	"context"
	"encoding/binary"
	"io"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
	"lightbox/vision/format"
)

// Format is the kind of file that a scan comes from.
type Format = format.Format

// The formats that are read.
const (
	DICOM = format.DICOM
	NIfTI = format.NIfTI
	PNG   = format.PNG
	JPEG  = format.JPEG
	TIFF  = format.TIFF
	BMP   = format.BMP
)

// File is an opened file: what it says of itself, and its frames, which are
// read one at a time. It holds no file handle and may be used by several
// goroutines.
type File struct {
	Path   string
	Format Format
	Header dicom.Header

	dicom  *dicom.File
	volume volume
	pixels *Image // of a picture file
	bytes  int    // of a picture file
}

// volume is a file of frames that is no DICOM: NIfTI.
type volume interface {
	Scan(ctx context.Context, i int) (*Scan, error)
	FrameBytes(ctx context.Context, i int) ([]byte, error)
}

// ProgressFunc is told how many of how many bytes or rows are done.
type ProgressFunc func(done, total int64)

// OpenFile reads what the file at b says of itself; pixel data of DICOM are
// left unread until a frame is asked for. It succeeds for DICOM objects without
// an image and for transfer syntaxes that are not decoded.
//
// Errors are *fault.Error; a cancelled context gives fault.Interrupted.
func OpenFile(ctx context.Context, b blob.Blob) (*File, error) {
	return openFile(ctx, b, func(int64, int64) {}, false)
}

// openFile is OpenFile; with pixels set, pixel data are read at once.
func openFile(ctx context.Context, b blob.Blob, progress ProgressFunc, pixels bool) (*File, error) {
	kind, err := DetectBlob(b)
	if err != nil {
		return nil, err
	}
	f := &File{Path: b.Path(), Format: kind}
	switch {
	case kind == DICOM && pixels:
		f.dicom, err = dicom.OpenWhole(ctx, b, progress)
	case kind == DICOM:
		f.dicom, err = dicom.OpenBlob(ctx, b)
	case kind == NIfTI:
		f.volume, f.Header, err = openNIfTI(ctx, b)
	default:
		f.pixels, f.bytes, err = openPicture(ctx, b, kind, progress)
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, f.Path, ctx.Err())
	}
	if err != nil {
		return nil, fault.WithPath(err, f.Path)
	}
	switch {
	case f.dicom != nil:
		f.dicom.Decoder = decoder()
		f.Header = f.dicom.Header
	case f.pixels != nil:
		f.Header = pictureHeader(f.pixels)
	}
	return f, nil
}

// Frames is the number of frames, at least 1 for a file with an image.
func (f *File) Frames() int { return f.Header.Frames }

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

// Scan reads frame i, counted from 0. A frame of which only a part can be
// decoded is a Scan nevertheless: Scan.Incomplete says what is missing and
// Scan.Decoded how many rows there are.
//
// Errors are *fault.Error, as those of dicom.File.Frame, and PixelFormat for
// colour spaces that are not shown.
func (f *File) Scan(ctx context.Context, i int) (s *Scan, err error) {
	switch {
	case f.dicom != nil:
		s, err = fromDICOM(ctx, f.dicom, i)
	case f.volume != nil:
		s, err = f.volume.Scan(ctx, i)
	default:
		s = pictureScan(f.pixels, f.Format, f.bytes)
	}
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, f.Path, ctx.Err())
	}
	if err != nil {
		return nil, fault.WithPath(err, f.Path)
	}
	s.Path, s.Format, s.Frame = f.Path, f.Format, i
	return s, nil
}

// FrameBytes returns the stored values of frame i: little endian, colour by
// pixel, colour space untouched, 1-bit frames as they are packed. A frame that
// is not whole is an error.
func (f *File) FrameBytes(ctx context.Context, i int) ([]byte, error) {
	switch {
	case f.dicom != nil:
		native, err := f.dicom.Frame(ctx, i)
		if err != nil {
			return nil, err
		}
		return native.Data, nil
	case f.volume != nil:
		return f.volume.FrameBytes(ctx, i)
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

// Detect tells the format of the file at path by its first bytes; its name
// does not count.
func Detect(path string) (Format, error) { return DetectBlob(blob.File(path)) }

// DetectBlob is Detect for data wherever they are.
func DetectBlob(b blob.Blob) (Format, error) {
	in, err := b.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	if in.Size() == 0 {
		return "", fault.New(fault.Empty, b.Path(), "0 bytes")
	}
	head := make([]byte, format.SniffBytes)
	n, err := io.ReadFull(io.NewSectionReader(in, 0, in.Size()), head)
	if err != nil && n == 0 {
		return "", fault.Reading(b.Path(), err)
	}
	if f := format.Of(head[:n]); f != "" {
		return f, nil
	}
	return "", fault.New(fault.NotAScan, b.Path(), "neither DICOM nor NIfTI, PNG, JPEG, TIFF or BMP")
}
