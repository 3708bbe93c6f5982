// Package jpeg2000 decodes JPEG 2000 and high-throughput JPEG 2000 (ITU-T
// T.800, T.814) with OpenJPEG.
//
// The headers are read here first: the size and the coding parameters are held
// against limits before OpenJPEG, which trusts them, allocates by them; and
// where tile-parts end tells a whole codestream from one that broke off.
package jpeg2000

import (
	"context"
	"errors"

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
// since with one tile, the usual case, it is all there is. The same goes for a
// stream that contradicts itself, of which no row can be trusted.
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
	if data = data[:found.stop]; found.end == nil {
		if err = h.openjpeg(data, p.Data, p.Width(), true, true); err == nil {
			return p, nil
		}
		if fault.KindOf(err) == fault.NotEnoughRAM {
			return nil, err
		}
	}
	return h.broken(ctx, p, data, found, err)
}

// broken decodes what there is of a stream that is cut or that OpenJPEG
// refuses (why).
func (h *header) broken(ctx context.Context, p *codec.Picture, data []byte, found *parts, why error) (*codec.Picture, error) {
	if ctx.Err() != nil {
		return nil, fault.New(fault.Interrupted, "", "decoding was cancelled")
	}
	err := h.openjpeg(data, p.Data, p.Width(), false, !found.inside)
	if why == nil {
		why = found.end
	}
	var some *partial
	if errors.As(why, &some) {
		why = some.error
	}
	if err != nil && !errors.As(err, &some) {
		if kind := fault.KindOf(err); kind == fault.NotEnoughRAM {
			why = err
		}
		return nil, why
	}
	if p.Decoded = 0; found.end != nil {
		p.Decoded = h.rowsAbove(found.tiles)
	}
	return p, why
}
