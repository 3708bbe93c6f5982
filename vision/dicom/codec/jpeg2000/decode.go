// Package jpeg2000 decodes JPEG 2000 and high-throughput JPEG 2000 (ITU-T
// T.800, T.814) with OpenJPEG.
//
// The headers are read here first: the size and the coding parameters are held
// against limits before OpenJPEG, which trusts them, allocates by them; and
// where tile-parts end tells a whole codestream from one that broke off.
package jpeg2000

import (
	"context"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// Decode decodes one frame: a codestream, bare or in a JP2 file, of 1 to 4
// components of up to 31 bits. Size, depth and sign are the stream's; the
// header's are not looked at. A component with fewer samples than the others
// has each of them repeated. Lossy means the irreversible wavelet: a
// reversible codestream of which layers were cut off does not say so.
//
// Errors are those of codec.Decoder. A stream that broke off gives the picture
// with Decoded as the rows above the first tile that is not whole. Below them
// there is what the stream still holds: a picture of lower quality, not zeros,
// since with one tile, the usual case, it is all there is. Of a stream that
// contradicts itself no row can be trusted: Decoded is 0, or there is no picture.
func Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	data, err := codestream(job.Data)
	if err != nil {
		return nil, err
	}
	h, at, err := readHeader(data, job.MaxBytes)
	if err != nil {
		return nil, err
	}
	found, err := h.walk(data, at)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fault.New(fault.Interrupted, "", "decoding was cancelled")
	}
	p := &codec.Picture{Rows: h.rows, Columns: h.columns, Samples: h.samples, Bits: h.bits, Signed: h.components[0].signed,
		Lossy: h.lossy, Transformed: h.transformed && h.samples >= 3, Decoded: h.rows}
	p.Data = make([]byte, p.Rows*p.Columns*p.Samples*p.Width())
	if found.end != nil {
		return h.cut(p, data, found)
	}
	placed, err := h.openjpeg(data[:found.stop], p.Data, p.Width(), true, h.threads())
	switch {
	case err == nil:
		return p, nil
	case placed:
		p.Decoded = 0
		return p, err
	}
	return nil, err
}

// cut decodes what there is of a stream that broke off.
func (h *header) cut(p *codec.Picture, data []byte, found *parts) (*codec.Picture, error) {
	p.Decoded = h.rowsAbove(found.tiles)
	placed, err := h.openjpeg(h.mend(data, found), p.Data, p.Width(), false, h.threads())
	switch {
	case fault.KindOf(err) == fault.NotEnoughRAM:
		return nil, err
	case !placed:
		return nil, found.end
	}
	return p, found.end
}
