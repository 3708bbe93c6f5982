package vision

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

// sniffPicture tells a picture format by its magic bytes.
func sniffPicture(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return TIFF
	case len(head) >= 14 && bytes.HasPrefix(head, []byte("BM")) && plausibleBMP(head):
		return BMP
	}
	return ""
}

// plausibleBMP looks past the two letters that any text may begin with: the
// reserved words are zero and the pixel offset lies behind the headers.
func plausibleBMP(head []byte) bool {
	return binary.LittleEndian.Uint32(head[6:]) == 0 && binary.LittleEndian.Uint32(head[10:]) >= 26 &&
		binary.LittleEndian.Uint32(head[10:]) < 1<<16
}

// pictureCodec is how one picture format is read.
type pictureCodec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var codecs = map[Format]pictureCodec{
	PNG:  {png.DecodeConfig, png.Decode},
	JPEG: {jpeg.DecodeConfig, jpeg.Decode},
	TIFF: {tiff.DecodeConfig, tiff.Decode},
	BMP:  {bmp.DecodeConfig, bmp.Decode},
}

func openPicture(ctx context.Context, b blob.Blob, format Format, progress ProgressFunc) (*Image, error) {
	data, err := readFile(ctx, b, progress)
	if err != nil {
		return nil, err
	}
	img, err := decodePicture(data, format)
	if err != nil {
		return nil, err
	}
	return fromGo(ctx, img)
}

// pictureHeader describes decoded pixels in DICOM's terms.
func pictureHeader(px *Image) dicom.Header {
	photometric := "MONOCHROME2"
	if px.Samples == 3 {
		photometric = "RGB"
	}
	return dicom.Header{
		Rows: px.Rows, Columns: px.Columns, Samples: px.Samples,
		BitsAllocated: px.Depth, BitsStored: px.Depth, HighBit: px.Depth - 1,
		Photometric: photometric, Frames: 1, RescaleSlope: 1,
	}
}

// pictureScan wraps decoded pixels. A picture file says nothing of windows, so
// the whole range of its depth is shown: every stored level is its own screen
// level, and the 8-bit views leave the program as they came from OpenCV.
func pictureScan(px *Image) *Scan {
	return &Scan{
		Stored: px, Values: px, Decoded: px.Rows, Header: pictureHeader(px),
		Modality: Modality{Slope: 1}, VOIs: []VOI{fullRange(px)},
	}
}

// fullRange is the LINEAR window that maps each value of the depth to itself.
func fullRange(px *Image) VOI {
	v := rangeOf(px.Depth)
	if px.Signed {
		v.Centre = 0
	}
	return v
}

// rangeOf is fullRange for so many bits.
func rangeOf(bits int) VOI {
	levels := float64(uint32(1) << uint(bits))
	return VOI{Centre: levels / 2, Width: levels, Function: Linear, Source: SourceFull}
}

// decodePicture checks what the header claims against the limits and against
// the bytes that are there before it lets the codec allocate.
func decodePicture(data []byte, format Format) (img image.Image, err error) {
	// The codecs of the standard library and of x/image return errors; should
	// one of them panic on a hostile file after all, the file is what is wrong.
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, fault.New(fault.Corrupt, "", "%s decoder: %v", format, r)
		}
	}()
	c := codecs[format]
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
	if need := pixels * decodedBytes(cfg.ColorModel); need > maxPictureBytes {
		return nil, fault.New(fault.TooLarge, "", "%d×%d pixels need %d bytes to decode, the limit is %d", cfg.Width, cfg.Height, need, int64(maxPictureBytes))
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
var ends = map[Format][]byte{PNG: []byte("IEND"), JPEG: {0xff, 0xd9}}

// endsEarly tells whether a file lacks the mark of its end.
func endsEarly(format Format, data []byte) bool {
	const tail = 64 // some writers add a few bytes
	end, ok := ends[format]
	return ok && !bytes.Contains(data[max(0, len(data)-tail):], end)
}

// pictureFault sorts a codec's error: too short, a feature that is not read,
// or contradictory data.
func pictureFault(format Format, err error, data []byte) error {
	var pngUnsupported png.UnsupportedError
	var jpegUnsupported jpeg.UnsupportedError
	var tiffUnsupported tiff.UnsupportedError
	e := &fault.Error{Kind: fault.Corrupt, Detail: string(format) + ": " + err.Error(), Err: err}
	switch {
	case errors.As(err, &pngUnsupported), errors.As(err, &jpegUnsupported),
		errors.As(err, &tiffUnsupported), errors.Is(err, bmp.ErrUnsupported):
		e.Kind = fault.PixelFormat
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), endsEarly(format, data):
		return fault.New(fault.Truncated, "", "%d bytes of %s", len(data), format)
	}
	return e
}

// fromGo copies a decoded picture into an Image: gray stays gray, everything
// else becomes RGB at its own depth. Alpha is dropped without blending, as
// OpenCV's imread does by default.
func fromGo(ctx context.Context, img image.Image) (*Image, error) {
	b := img.Bounds()
	rows, columns := b.Dy(), b.Dx()
	samples, depth := 3, 8
	switch img.ColorModel() {
	case color.GrayModel:
		samples = 1
	case color.Gray16Model:
		samples, depth = 1, 16
	case color.RGBA64Model, color.NRGBA64Model:
		depth = 16
	}
	dst := NewImage(rows, columns, samples, depth, false)
	for y := range rows {
		if y%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		copyRow(dst.Pix[y*columns*samples:(y+1)*columns*samples], img, b.Min.X, b.Min.Y+y, columns, depth)
	}
	return dst, nil
}

func copyRow(dst []uint16, img image.Image, x0, y, columns, depth int) {
	switch m := img.(type) {
	case *image.Gray:
		src := m.Pix[m.PixOffset(x0, y):]
		for x := range columns {
			dst[x] = uint16(src[x])
		}
	case *image.Gray16:
		src := m.Pix[m.PixOffset(x0, y):]
		for x := range columns {
			dst[x] = binary.BigEndian.Uint16(src[2*x:])
		}
	case *image.RGBA: // opaque here: the decoders use it where there is no alpha
		copyBytes(dst, m.Pix[m.PixOffset(x0, y):], columns)
	case *image.NRGBA:
		copyBytes(dst, m.Pix[m.PixOffset(x0, y):], columns)
	case *image.Paletted:
		copyPalette(dst, m, x0, y)
	case *image.RGBA64:
		copyWords(dst, m.Pix[m.PixOffset(x0, y):], columns)
	case *image.NRGBA64:
		copyWords(dst, m.Pix[m.PixOffset(x0, y):], columns)
	default: // palettes, YCbCr and CMYK, by way of the colour model
		shift := uint(16 - depth)
		for x := range columns {
			c := color.NRGBA64Model.Convert(img.At(x0+x, y)).(color.NRGBA64)
			dst[3*x], dst[3*x+1], dst[3*x+2] = c.R>>shift, c.G>>shift, c.B>>shift
		}
	}
}

// copyPalette looks a row up. The entries are taken before any blending, so
// that a transparent one keeps its colour.
func copyPalette(dst []uint16, m *image.Paletted, x0, y int) {
	src := m.Pix[m.PixOffset(x0, y):]
	for x := range len(dst) / 3 {
		var c color.NRGBA
		if i := int(src[x]); i < len(m.Palette) {
			var straight bool
			if c, straight = m.Palette[i].(color.NRGBA); !straight {
				c = color.NRGBAModel.Convert(m.Palette[i]).(color.NRGBA)
			}
		}
		dst[3*x], dst[3*x+1], dst[3*x+2] = uint16(c.R), uint16(c.G), uint16(c.B)
	}
}

func copyBytes(dst []uint16, src []byte, columns int) {
	for x := range columns {
		dst[3*x], dst[3*x+1], dst[3*x+2] = uint16(src[4*x]), uint16(src[4*x+1]), uint16(src[4*x+2])
	}
}

func copyWords(dst []uint16, src []byte, columns int) {
	for x := range columns {
		for c := range 3 {
			dst[3*x+c] = binary.BigEndian.Uint16(src[8*x+2*c:])
		}
	}
}

// readFile reads a whole file in pieces, so that a slow share can be
// cancelled and shows its progress.
func readFile(ctx context.Context, b blob.Blob, progress ProgressFunc) ([]byte, error) {
	in, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	size := in.Size()
	if size > maxFileBytes {
		return nil, fault.New(fault.TooLarge, b.Path(), "%d bytes, the limit is %d", size, int64(maxFileBytes))
	}
	const piece = 4 << 20 // bytes between two looks at the context
	data := make([]byte, size)
	for done := int64(0); done < size; {
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Interrupted, b.Path(), ctx.Err())
		}
		n, err := in.ReadAt(data[done:min(done+piece, size)], done)
		done += int64(n)
		progress(done, size)
		switch {
		case done == size || err == nil:
		case errors.Is(err, io.EOF): // it became shorter while it was read
			return data[:done], nil
		default:
			return nil, fault.Reading(b.Path(), err)
		}
	}
	return data, nil
}
