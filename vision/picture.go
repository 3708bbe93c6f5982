package vision

import (
	"context"
	"encoding/binary"
	"errors"
	"io"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
	"lightbox/vision/imagefile"
)

// openPicture decodes a picture file, and tells of how many bytes it is.
func openPicture(ctx context.Context, b blob.Blob, format Format, progress ProgressFunc) (*Image, int, error) {
	data, err := readFile(ctx, b, progress)
	if err != nil {
		return nil, 0, err
	}
	p, err := decoder().Decode(ctx, codec.Job{Format: imagefile.Of(format), Data: data})
	if err != nil {
		return nil, 0, err
	}
	px := NewImage(p.Rows, p.Columns, p.Samples, 8*p.Width(), false)
	for i := range px.Pix {
		if px.Depth == 8 {
			px.Pix[i] = uint16(p.Data[i])
		} else {
			px.Pix[i] = binary.LittleEndian.Uint16(p.Data[2*i:])
		}
	}
	return px, len(data), nil
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
func pictureScan(px *Image, format Format, bytes int) *Scan {
	s := &Scan{
		Stored: px, Values: px, Decoded: px.Rows, Header: pictureHeader(px),
		Modality: Modality{Slope: 1}, VOIs: []VOI{fullRange(px)},
	}
	if format == JPEG {
		s.Lossy, s.LossyRatio = true, s.codedRatio(bytes)
	}
	return s
}

// codedRatio is how many times more bytes the pixels have than the codestream they
// came from: at least so much was lost, as what a file holds beside it counts too.
// Three equal channels count as one, for two of them cost next to nothing.
func (s *Scan) codedRatio(bytes int) float64 {
	samples := s.Stored.Samples
	if samples == 3 && !s.Colourful() {
		samples = 1
	}
	bits := float64(s.Stored.Rows) * float64(s.Stored.Columns) * float64(samples*s.Header.BitsStored)
	return bits / 8 / float64(max(bytes, 1))
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
