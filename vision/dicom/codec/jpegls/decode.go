// Package jpegls decodes JPEG-LS (ITU-T T.87), lossless and near-lossless,
// with CharLS.
//
// The marker segments are read here: the size is known before anything is
// allocated, and CharLS is given each scan as a stream of its own that holds
// nothing but what decoding needs. So a comment it does not like, padding
// behind a scan or a missing end of image refuse no picture.
package jpegls

import (
	"bytes"
	"context"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// Decode decodes one frame: 1 to 4 components of 2 to 16 bits, interleaved or
// not. Size and depth are the stream's; the header's are not looked at. Values
// of up to 8 bits have one byte, others two.
//
// Errors are those of codec.Decoder. Data that end too early give the rows
// that were decoded from what is there, less one, whose last bits may be
// missing. Of data that contradict themselves no row can be trusted, so that
// there is no picture then.
func Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	s, err := parse(job.Data)
	if err != nil {
		return nil, err
	}
	if s.components == nil {
		return nil, fault.New(fault.Corrupt, "", "JPEG-LS data without a frame header")
	}
	if err = codec.Check(s.rows, s.columns, s.samples(), s.bits, job.MaxBytes); err != nil {
		return nil, err
	}
	if s.bits < 2 || s.bits > 16 {
		return nil, fault.New(fault.Corrupt, "", "JPEG-LS with %d bits", s.bits)
	}
	p := &codec.Picture{Rows: s.rows, Columns: s.columns, Samples: s.samples(), Bits: s.bits, Decoded: s.rows}
	p.Data = make([]byte, p.Rows*p.Columns*p.Samples*p.Width())
	return s.decode(ctx, p)
}

func (s *stream) decode(ctx context.Context, p *codec.Picture) (*codec.Picture, error) {
	var broken error
	covered := 0
	for _, c := range s.scans {
		if ctx.Err() != nil {
			return nil, fault.New(fault.Interrupted, "", "decoding was cancelled")
		}
		p.Lossy = p.Lossy || c.near > 0
		p.Transformed = p.Transformed || s.transform && len(c.samples) == 3
		covered += len(c.samples)
		rows, err := s.decodeScan(c, p)
		if err != nil && (s.ended || fault.KindOf(err) != fault.Corrupt) {
			return nil, err
		}
		if p.Decoded = min(p.Decoded, rows); err != nil && broken == nil {
			broken = fault.New(fault.Truncated, "", "the JPEG-LS data end after about %d of %d rows", rows, p.Rows).Because(err)
		}
	}
	if covered < p.Samples {
		if s.ended {
			return nil, fault.New(fault.Corrupt, "", "JPEG-LS data with %d of %d components", covered, p.Samples)
		}
		p.Decoded = 0
		broken = fault.New(fault.Truncated, "", "the JPEG-LS data end after %d of %d components", covered, p.Samples)
	}
	clear(p.Data[p.Decoded*p.Columns*p.Samples*p.Width():])
	return p, broken
}

// decodeScan decodes a scan into its place in the picture and gives the number
// of rows that are right.
func (s *stream) decodeScan(c scan, p *codec.Picture) (int, error) {
	into := p.Data
	if len(c.samples) < p.Samples {
		into = make([]byte, p.Rows*p.Columns*len(c.samples)*p.Width())
	}
	rows, err := s.decodeInto(c, into)
	if len(c.samples) < p.Samples {
		spread(p, into, c.samples)
	} else {
		reorder(p, c.samples)
	}
	return rows, err
}

// maxPadding is how many zero bytes behind a scan are tried to be padding. The
// sample MR1_JLSL of DICOM working group 4 has one, which CharLS 2.4 refuses.
const maxPadding = 4

// decodeInto decodes a scan into a buffer of its own components.
func (s *stream) decodeInto(c scan, into []byte) (int, error) {
	f := form{rows: s.rows, columns: s.columns, bits: s.bits, samples: len(c.samples)}
	code := f.decode(s.alone(c), into)
	for i := 0; (code == codeNoMarker || code == codeTooMuch) && i < maxPadding && bytes.HasSuffix(c.data, []byte{0}); i++ {
		c.data = c.data[:len(c.data)-1]
		code = f.decode(s.alone(c), into)
	}
	if code == codeSuccess {
		return s.rows, nil
	}
	if other, ok := c.charLS1(s.bits); ok && f.decode(s.alone(other), into) == codeSuccess {
		return s.rows, nil
	}
	if s.ended {
		return 0, failure(code)
	}
	return s.cut(c, f, into), failure(code)
}

// untouched marks samples that CharLS has not written.
const untouched = 0xA5

// cut decodes a scan that is known to fail and counts the rows that CharLS
// wrote before it failed: it writes whole rows, from the top. The last of them
// may have been decoded from bits that are not there.
func (s *stream) cut(c scan, f form, into []byte) int {
	for i := range into {
		into[i] = untouched
	}
	if f.decode(s.alone(c), into) == codeSuccess {
		return s.rows // cannot be: it failed before
	}
	n := len(into)
	for n > 0 && into[n-1] == untouched {
		n--
	}
	stride := len(into) / s.rows
	return max((n+stride-1)/stride-1, 0)
}

// spread copies a scan's components into the picture.
func spread(p *codec.Picture, from []byte, samples []int) {
	w := p.Width()
	for k, sample := range samples {
		if w == 1 {
			for i, j := k, sample; i < len(from); i, j = i+len(samples), j+p.Samples {
				p.Data[j] = from[i]
			}
			continue
		}
		for i, j := 2*k, 2*sample; i < len(from); i, j = i+2*len(samples), j+2*p.Samples {
			p.Data[j], p.Data[j+1] = from[i], from[i+1]
		}
	}
}

// reorder puts the samples of each pixel in the frame header's order where the
// scan header has another.
func reorder(p *codec.Picture, samples []int) {
	for k, sample := range samples {
		if k != sample {
			spread(p, append([]byte{}, p.Data...), samples)
			return
		}
	}
}
