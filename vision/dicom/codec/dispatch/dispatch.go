// Package dispatch picks the decoder of a codestream by its format, and so is
// the one place that knows all of them.
package dispatch

import (
	"context"
	"fmt"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/jpeg"
	"lightbox/vision/dicom/codec/jpeg2000"
	"lightbox/vision/dicom/codec/jpegls"
	"lightbox/vision/dicom/codec/rle"
	"lightbox/vision/fault"
)

// InProcess decodes in the calling process. JPEG-LS and JPEG 2000 are decoded
// by C and C++ libraries: what crashes there takes the process with it, so that
// files from elsewhere belong into a process of their own that may die.
type InProcess struct{}

var _ codec.Decoder = InProcess{}

// Decode decodes one frame by job.Format; a format of another name is a
// fault.Syntax. A panic of a decoder, which would be a defect, is a
// fault.Corrupt.
func (InProcess) Decode(ctx context.Context, job codec.Job) (p *codec.Picture, err error) {
	decode, err := of(job.Format)
	if err != nil {
		return nil, err
	}
	return contained(ctx, job, decode)
}

type decoder func(context.Context, codec.Job) (*codec.Picture, error)

func of(format codec.Format) (decoder, error) {
	switch format {
	case codec.RLE:
		return rle.Decode, nil
	case codec.JPEG:
		return jpeg.Decode, nil
	case codec.JPEGLS:
		return jpegls.Decode, nil
	case codec.JPEG2000:
		return jpeg2000.Decode, nil
	}
	return nil, fault.New(fault.Syntax, "", "no decoder for %q", string(format))
}

// contained is the last resort: no panic is known.
func contained(ctx context.Context, job codec.Job, decode decoder) (p *codec.Picture, err error) {
	defer func() {
		if r := recover(); r != nil {
			p = nil
			err = fault.New(fault.Corrupt, "", "the decoder of %s failed on these data", string(job.Format)).Because(fmt.Errorf("panic: %v", r))
		}
	}()
	return decode(ctx, job)
}
