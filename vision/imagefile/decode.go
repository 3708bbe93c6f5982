// Package imagefile decodes picture files, PNG, JPEG, TIFF and BMP, with the
// decoders of the standard library and of x/image.
package imagefile

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
	"lightbox/vision/format"
)

// The formats, for codec.Job. They are told from the codestreams of DICOM by
// their prefix: a JPEG file is read by another decoder than a frame of JPEG.
const (
	PNG  codec.Format = prefix + "PNG"
	JPEG codec.Format = prefix + "JPEG"
	TIFF codec.Format = prefix + "TIFF"
	BMP  codec.Format = prefix + "BMP"

	prefix = "file/"
)

// Limits. A file that claims more is refused before anything is allocated.
const (
	// maxPixels bounds rows × columns. 2^28 is a 16384 × 16384 film.
	maxPixels = 1 << 28

	// maxBytes bounds the memory in which a file is decoded: the decoder's own
	// copy and ours.
	maxBytes = 1 << 30

	// maxExpansion bounds how many raw bytes one byte of a compressed picture
	// can stand for. Deflate reaches 1032:1 (zlib technical details), LZW as
	// TIFF has it about 1365:1; a header that claims more is lying.
	maxExpansion = 2048
)

// Reads tells whether a format is one of this package's.
func Reads(format codec.Format) bool { return readers[format].decode != nil }

// Config reads the size of a file of one of the formats without decoding it,
// and whether it is gray.
func Config(f codec.Format, r io.Reader) (rows, columns int, gray bool, err error) {
	c, err := readers[f].config(r)
	if err != nil {
		return 0, 0, false, fault.New(fault.Corrupt, "", "%s decoder: %v", name(f), err)
	}
	if c.Width <= 0 || c.Height <= 0 {
		return 0, 0, false, fault.New(fault.BadHeader, "", "%d×%d pixels", c.Width, c.Height)
	}
	return c.Height, c.Width, c.ColorModel == color.GrayModel || c.ColorModel == color.Gray16Model, nil
}

// Of is the codec's name of a picture format.
func Of(f format.Format) codec.Format { return codec.Format(prefix + string(f)) }

// name is the format as people call it.
func name(format codec.Format) string { return strings.TrimPrefix(string(format), prefix) }

// Decode decodes a whole file, job.Data, of the format that job names; nothing
// else of the job is used. Gray stays gray, everything else becomes RGB at its
// own depth, 8 or 16 bits. Alpha is dropped without blending, as OpenCV's
// imread does by default.
//
// Errors are *fault.Error without a path: BadHeader, TooLarge, Truncated,
// PixelFormat (a feature that is not read), Corrupt, Interrupted.
func Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	img, err := decode(job.Data, job.Format)
	if err != nil {
		return nil, err
	}
	return fromGo(ctx, img)
}

// reader is how one picture format is read.
type reader struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var readers = map[codec.Format]reader{
	PNG:  {png.DecodeConfig, png.Decode},
	JPEG: {jpeg.DecodeConfig, jpeg.Decode},
	TIFF: {tiff.DecodeConfig, tiff.Decode},
	BMP:  {bmp.DecodeConfig, bmp.Decode},
}

// decode checks what the header claims against the limits and against
// the bytes that are there before it lets the codec allocate.
func decode(data []byte, format codec.Format) (img image.Image, err error) {
	// The codecs of the standard library and of x/image return errors; should
	// one of them panic on a hostile file after all, the file is what is wrong.
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, fault.New(fault.Corrupt, "", "%s decoder: %v", name(format), r)
		}
	}()
	c := readers[format]
	cfg, err := c.config(bytes.NewReader(data))
	if err != nil {
		return nil, pictureFault(format, err, data)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return nil, fault.New(fault.BadHeader, "", "%d×%d pixels", cfg.Width, cfg.Height)
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	if pixels > maxPixels {
		return nil, fault.New(fault.TooLarge, "", "%d×%d pixels, the limit is %d", cfg.Width, cfg.Height, maxPixels)
	}
	if need := pixels * decodedBytes(cfg.ColorModel); need > maxBytes {
		return nil, fault.New(fault.TooLarge, "", "%d×%d pixels need %d bytes to decode, the limit is %d", cfg.Width, cfg.Height, need, int64(maxBytes))
	}
	// A JPEG is never shorter than about a bit for a block of 64 pixels, so
	// the same bound serves every format.
	if pixels/8/maxExpansion > int64(len(data)) {
		return nil, fault.New(fault.Truncated, "", "%d×%d pixels cannot come from %d bytes", cfg.Width, cfg.Height, len(data))
	}
	img, err = c.decode(bytes.NewReader(data))
	if err != nil {
		return nil, pictureFault(format, err, data)
	}
	return img, nil
}

// decodedBytes is what a pixel of a colour model takes while it is decoded: in
// Go's image and in ours.
func decodedBytes(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1 + 2
	case color.Gray16Model:
		return 2 + 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8 + 6
	}
	return 4 + 6
}

// ends are the last bytes of a whole file: PNG's IEND chunk without its length
// and checksum, JPEG's end of image.
var ends = map[codec.Format][]byte{PNG: []byte("IEND"), JPEG: {0xff, 0xd9}}

// endsEarly tells whether a file lacks the mark of its end.
func endsEarly(format codec.Format, data []byte) bool {
	const tail = 64 // some writers add a few bytes
	end, ok := ends[format]
	return ok && !bytes.Contains(data[max(0, len(data)-tail):], end)
}

// pictureFault sorts a codec's error: too short, a feature that is not read,
// or contradictory data.
func pictureFault(format codec.Format, err error, data []byte) error {
	var pngUnsupported png.UnsupportedError
	var jpegUnsupported jpeg.UnsupportedError
	var tiffUnsupported tiff.UnsupportedError
	kind := fault.Corrupt
	switch {
	case errors.As(err, &pngUnsupported), errors.As(err, &jpegUnsupported),
		errors.As(err, &tiffUnsupported), errors.Is(err, bmp.ErrUnsupported):
		kind = fault.PixelFormat
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), endsEarly(format, data):
		return fault.New(fault.Truncated, "", "%d bytes of %s", len(data), name(format))
	}
	return fault.New(kind, "", "%s: %s", name(format), err.Error()).Because(err)
}
