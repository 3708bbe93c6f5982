package jpeg2000

import (
	"context"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/codec/jpeg2000/internal/encode"
	"lightbox/vision/dicom/dicomtest"
)

// FuzzDecode: whatever the bytes, a picture that agrees with itself or a
// *fault.Error of a kind that codec.Decoder names, in a short time.
func FuzzDecode(f *testing.F) {
	for _, form := range lossless() {
		data, _ := encoded(f, form)
		f.Add(data)
	}
	for _, form := range []encode.Form{{Rows: 67, Columns: 41, Samples: 3, Bits: 8, Lossy: true, Transform: true, Resolutions: 4, Layers: 3}, {Rows: 7, Columns: 5, Samples: 1, Bits: 8, Resolutions: 1}} {
		data, _ := encoded(f, form)
		f.Add(data)
	}
	if dicomtest.SharedFolder() != "" {
		for _, public := range codectest.Publics(f, syntaxes...) {
			if file, err := codectest.Read(public.Path); err == nil && len(file.Frames[0]) < 1<<16 {
				f.Add(file.Frames[0])
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		begin := time.Now()
		p, err := Decode(context.Background(), codec.Job{Data: data, MaxBytes: 1 << 24})
		codectest.Consistent(t, p, err, -1)
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("%d bytes took %v", len(data), d)
		}
	})
}
