package rle

import (
	"context"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/dicomtest"
)

// FuzzDecode: whatever the bytes, a picture that agrees with itself or a
// *fault.Error of a kind that codec.Decoder names.
func FuzzDecode(f *testing.F) {
	for _, s := range shapes() {
		f.Add(encode(s.frame(), s.samples, s.bits), s.rows, s.columns, s.samples, s.bits)
	}
	if dicomtest.SharedFolder() != "" {
		for _, public := range codectest.Publics(f, "1.2.840.10008.1.2.5") {
			if file, err := codectest.Read(public.Path); err == nil && len(file.Frames[0]) < 1<<16 {
				f.Add(file.Frames[0], file.Rows, file.Columns, file.Samples, file.Allocated)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, rows, columns, samples, bits int) {
		job := codec.Job{Format: codec.RLE, Data: data, Rows: rows, Columns: columns, Samples: samples, BitsAllocated: bits, MaxBytes: 1 << 24}
		p, err := Decode(context.Background(), job)
		size := rows * columns * samples * max(bits/8, 1)
		if bits == 1 {
			size = (rows*columns + 7) / 8
		}
		codectest.Consistent(t, p, err, size)
		if p != nil && (p.Rows != rows || p.Columns != columns || p.Samples != samples || p.Bits != bits) {
			t.Errorf("a picture of another shape: %+v", p)
		}
	})
}
