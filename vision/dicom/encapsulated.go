package dicom

import (
	"context"
	"io"
	"slices"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// encapsulated reports whether the pixel data are a sequence of fragments
// (PS3.5 A.4). The element itself says so; the transfer syntax may not agree.
func (f *File) encapsulated() bool {
	return f.pixel != nil && f.pixel.tag == tagPixels && (f.pixel.length == undefined || f.defined || f.bare)
}

// sniffFragments looks whether pixel data of defined length, under a transfer
// syntax that compresses, are fragments or a codestream nevertheless.
func (f *File) sniffFragments(s *source) error {
	if f.Syntax.Native() || !f.Syntax.Reads() || f.pixel.tag != tagPixels || f.stored < 8 {
		return nil
	}
	it, err := s.element(f.pixel.value, encoding{explicit: true})
	if err != nil {
		return err
	}
	if f.defined = it.tag == tagItem && int64(it.length) <= f.stored; f.defined {
		return nil
	}
	f.bare, err = s.codestreamAt(f.pixel.value, f.stored)
	return err
}

// codestreamAt reports whether n bytes begin as a codestream does.
func (s *source) codestreamAt(off, n int64) (bool, error) {
	head, err := s.peek(off, int(min(n, 12)))
	return err == nil && codec.Sniff(head) != "", err
}

// with calls use with the bytes of the file, opening it where need be.
func (f *File) with(use func(r io.ReaderAt) error) error {
	if f.origin != nil {
		return use(f.origin)
	}
	in, err := f.blob.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	if in.Size() < f.size {
		return fault.New(fault.Truncated, f.Path, "the file has become shorter since it was opened")
	}
	return use(in)
}

// codestream joins the fragments of frame i.
func (f *File) codestream(ctx context.Context, i int) (data []byte, err error) {
	err = f.with(func(r io.ReaderAt) error {
		s := &source{ctx: ctx, r: r, size: f.size, path: f.Path, reach: 16}
		if err := f.indexFragments(s); err != nil {
			return err
		}
		x := &f.index
		if i+1 >= len(x.first) {
			return fault.New(fault.Truncated, f.Path, "%d of %d frames are in the file", len(x.first)-1, f.Frames)
		}
		var total int64
		parts := x.fragments[x.first[i]:x.first[i+1]]
		for _, p := range parts {
			total += p.length
		}
		if total > maxFrameBytes {
			return fault.New(fault.TooLarge, f.Path, "a frame of %d bytes, limit %d", total, int64(maxFrameBytes))
		}
		data = make([]byte, 0, total)
		for _, p := range parts {
			part := data[len(data) : int64(len(data))+p.length]
			if err := s.readAt(part, p.at); err != nil {
				return err
			}
			data = data[:int64(len(data))+p.length]
		}
		return s.cancelled()
	})
	return data, err
}

// The families of transfer syntaxes whose frames are decoded here.
var formats = map[string]codec.Format{
	"1.2.840.10008.1.2.5":     codec.RLE,
	"1.2.840.10008.1.2.4.50":  codec.JPEG,
	"1.2.840.10008.1.2.4.51":  codec.JPEG,
	"1.2.840.10008.1.2.4.52":  codec.JPEG,
	"1.2.840.10008.1.2.4.53":  codec.JPEG,
	"1.2.840.10008.1.2.4.54":  codec.JPEG,
	"1.2.840.10008.1.2.4.55":  codec.JPEG,
	"1.2.840.10008.1.2.4.56":  codec.JPEG,
	"1.2.840.10008.1.2.4.57":  codec.JPEG,
	"1.2.840.10008.1.2.4.58":  codec.JPEG,
	"1.2.840.10008.1.2.4.70":  codec.JPEG,
	"1.2.840.10008.1.2.4.80":  codec.JPEGLS,
	"1.2.840.10008.1.2.4.81":  codec.JPEGLS,
	"1.2.840.10008.1.2.4.90":  codec.JPEG2000,
	"1.2.840.10008.1.2.4.91":  codec.JPEG2000,
	"1.2.840.10008.1.2.4.201": codec.JPEG2000,
	"1.2.840.10008.1.2.4.202": codec.JPEG2000,
	"1.2.840.10008.1.2.4.203": codec.JPEG2000,
}

// Frames that are not compressed by a codec but still stand in fragments.
const (
	encapsulatedLE = "1.2.840.10008.1.2.1.98" // PS3.5 A.4.11
	deflatedFrame  = "1.2.840.10008.1.2.8.1"  // PS3.5 A.4.12
)

// Reads reports whether frames of this transfer syntax can be read.
func (s Syntax) Reads() bool {
	_, ok := formats[s.UID]
	return ok || s.Native() || s.UID == encapsulatedLE || s.UID == deflatedFrame
}

// formatOf tells which codec a frame needs: the stream's own beginning first,
// then the transfer syntax. "" where the frame is stored as it is.
func (f *File) formatOf(data []byte) (format codec.Format, note error) {
	said := formats[f.Syntax.UID]
	found := codec.Sniff(data)
	switch {
	case found != "" && found != said:
		return found, fault.New(fault.Differs, f.Path, "the transfer syntax says %v, the image data are %s", f.Syntax, found)
	case found != "":
		return found, nil
	}
	return said, nil
}

// decodeFrame decodes frame i of encapsulated pixel data.
func (f *File) decodeFrame(ctx context.Context, i int) (Native, error) {
	data, err := f.codestream(ctx, i)
	if err != nil {
		return Native{}, err
	}
	format, note := f.formatOf(data)
	notes := slices.Clone(f.faults)
	for _, n := range []error{note, f.index.note} {
		if n != nil {
			notes = append(notes, n)
		}
	}
	if format == "" {
		return f.storedFrame(data, notes)
	}
	if f.Decoder == nil {
		return Native{}, fault.New(fault.InternalError, f.Path, "no decoder was set")
	}
	p, err := f.Decoder.Decode(ctx, codec.Job{
		Format: format, Data: data, Rows: f.Rows, Columns: f.Columns, Samples: f.Samples,
		BitsAllocated: f.BitsAllocated, MaxBytes: maxFrameBytes,
	})
	if err != nil {
		err = fault.WithPath(err, f.Path)
	}
	if p == nil {
		if err == nil {
			err = fault.New(fault.InternalError, f.Path, "the decoder gave nothing")
		}
		return Native{}, err
	}
	n := f.nativeOf(p, format, data)
	n.Notes = append(notes, n.Notes...)
	return n, err
}

// nativeOf puts a decoded picture beside what the header says of it. Where the
// two differ the picture is right, with a note.
func (f *File) nativeOf(p *codec.Picture, format codec.Format, stream []byte) Native {
	n := Native{
		Rows: p.Rows, Columns: p.Columns, Samples: p.Samples, BitsAllocated: 8 * p.Width(),
		BitsStored: f.BitsStored, HighBit: f.HighBit, Signed: f.Signed, Photometric: f.Photometric,
		Compressed: true, Lossy: p.Lossy, Coded: len(stream), Decoded: p.Decoded, Data: p.Data,
	}
	if p.Bits == 1 && format == codec.RLE {
		n.BitsAllocated = 1
	}
	differs := func(format string, args ...any) {
		n.Notes = append(n.Notes, fault.New(fault.Differs, f.Path, format, args...))
	}
	if p.Rows != f.Rows || p.Columns != f.Columns {
		differs("the header says %d × %d pixels, the image data have %d × %d", f.Columns, f.Rows, p.Columns, p.Rows)
	}
	if p.Samples != f.Samples {
		differs("the header says %d samples per pixel, the image data have %d", f.Samples, p.Samples)
		n.Photometric = "MONOCHROME2"
		if p.Samples >= 3 {
			n.Photometric = "RGB"
		}
	}
	if format == codec.RLE {
		return n
	}
	if f.BitsAllocated == 16 && n.BitsAllocated == 8 {
		n.widen(p.Signed)
	}
	// The other way round, an encoder that knows unsigned samples only was given
	// the header's two's complement: its bits are read as the header says.
	if format == codec.JPEG2000 && p.Signed && !f.Signed && p.Samples == 1 {
		differs("the header says signed %v, the image data say %v", f.Signed, p.Signed)
		n.Signed = true
	}
	if n.BitsStored > n.BitsAllocated || n.BitsStored < 1 {
		differs("the header says %d bits stored, the image data have %d", f.BitsStored, p.Bits)
		n.BitsStored = p.Bits
	}
	n.HighBit = n.BitsStored - 1
	n.Photometric = f.colourOf(n.Photometric, p, format, stream, differs)
	return n
}

// widen brings 8-bit samples to the 16 bits that the header allocates.
func (n *Native) widen(signed bool) {
	out := make([]byte, 2*len(n.Data))
	for i, b := range n.Data {
		out[2*i] = b
		if signed && b >= 0x80 {
			out[2*i+1] = 0xFF
		}
	}
	n.Data, n.BitsAllocated = out, 16
}
