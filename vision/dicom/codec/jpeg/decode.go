// Package jpeg decodes the Huffman-coded processes of ITU-T T.81: baseline,
// extended sequential and progressive with 8 or 12 bits, and lossless with 2 to
// 16 bits.
//
// T.81 leaves the inverse DCT's rounding and the enlargement of subsampled
// components to the decoder. Both follow the Independent JPEG Group's default,
// on which the DICOM toolkits agree: the accurate integer transform, and for
// components of half the width (or half of both) interpolation with a triangle
// filter. Samples are given in the stream's own colour space.
//
// A progressive stream that ends orderly but never sent some coefficients is
// decoded with those coefficients zero; the smoothing that the IJG's decoder
// then applies is a guess and is not made here.
package jpeg

import (
	"context"
	"runtime/debug"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// Decode decodes one frame, as codec.Decoder asks. What the job says of the
// DICOM header is not looked at; the stream has its own header.
//
// Errors: Corrupt and Truncated, where possible with the picture's rows that
// came before; TooLarge; Syntax for arithmetic coding, hierarchical processes
// and sampling factors that are no multiples; Interrupted.
func Decode(ctx context.Context, job codec.Job) (p *codec.Picture, err error) {
	// The last resort against a defect of ours; tests look for it by its cause.
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fault.New(fault.Corrupt, "", "the JPEG decoder gave up").Because(&panicked{r, debug.Stack()})
		}
	}()
	d := &decoder{ctx: ctx, data: job.Data, maxBytes: job.MaxBytes}
	if d.maxBytes <= 0 || d.maxBytes > codec.MaxFrameBytes {
		d.maxBytes = codec.MaxFrameBytes
	}
	err = d.segments()
	return d.finish(err)
}

// panicked is the cause of the error that a caught panic becomes.
type panicked struct {
	value any
	stack []byte
}

func (*panicked) Error() string { return "defect in the JPEG decoder" }

// decoder is the state of one Decode.
type decoder struct {
	ctx      context.Context
	data     []byte
	pos      int // the next byte of data to be parsed
	maxBytes int64

	quant   [4]*[64]int32 // by destination, in zigzag order; nil: not defined
	dc, ac  [4]*codes     // by destination; nil: not defined
	restart int           // restart interval in MCUs, 0: none

	frame   *frame
	picture *codec.Picture // allocated at the first scan
	scans   int
	visits  int64 // progressive: blocks that the scans went over

	in     bits      // the entropy-coded segment being decoded
	block  [64]int32 // the coefficients of a block, zero between blocks
	eobRun int       // progressive: blocks still to be skipped
	rows   expander  // makes picture rows of planes
	wide   []uint16  // lossless: a line of a subsampled component at full width
}

// finish turns what was decoded into what Decode returns.
func (d *decoder) finish(err error) (*codec.Picture, error) {
	if d.picture == nil {
		return nil, err
	}
	if fault.KindOf(err) == fault.Interrupted {
		return nil, err
	}
	if e := d.output(err == nil); err == nil {
		err = e
	}
	if err != nil && fault.KindOf(err) != fault.Corrupt && fault.KindOf(err) != fault.Truncated {
		return nil, err
	}
	p := d.picture
	clear(p.Data[len(p.Data)/p.Rows*p.Decoded:]) // some components may be there
	d.widen()
	return p, err
}

// interrupted is the error of a cancelled context, nil if it is not.
func (d *decoder) interrupted() error {
	if err := d.ctx.Err(); err != nil {
		return fault.Wrap(fault.Interrupted, "", err)
	}
	return nil
}
