//go:build cgo

package worker_test

import (
	"context"
	"errors"
	"math/rand"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
	"lightbox/vision/worker"
)

// noise is a JPEG-LS frame of 57,385 × 66 pixels of 7 bits whose scan is noise.
func noise(seed int64) []byte {
	data := []byte("\xff\xd8\xff\xf7\x00\x0b\x07\x00\x42\xe0\x29\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00")
	r := rand.New(rand.NewSource(seed))
	for range 3000 {
		b := byte(r.Intn(256))
		if r.Intn(3) > 0 {
			b = 0
		}
		data = append(data, min(b, 0xFE))
	}
	return append(data, 0xff, 0xd9)
}

// small is a JPEG-LS frame of 4 × 4 pixels of 8 bits, the example of T.87 H.3.
const small = "\xFF\xD8\xFF\xF7\x00\x0B\x08\x00\x04\x00\x04\x01\x01\x11\x00\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x00" +
	"\xC0\x00\x00\x6C\x80\x20\x8E\x01\xC0\x00\x00\x57\x40\x00\x00\x6E\xE6\x00\x00\x01\xBC\x18\x00\x00\x05\xD8\x00\x00\x91\x60\xFF\xD9"

// CharLS as Debian builds it ends the process by an assertion on some damaged
// scans (found by fuzzing). That costs the frame, and nothing else.
func TestAssertionsOfCharLS(t *testing.T) {
	p := worker.New(worker.Options{Workers: 1})
	defer p.Close()
	for seed := range int64(30) {
		_, err := p.Decode(context.Background(), codec.Job{Format: codec.JPEGLS, Data: noise(seed), MaxBytes: 1 << 24})
		switch fault.KindOf(err) {
		case fault.Died, fault.Corrupt, fault.Truncated:
		default:
			t.Fatalf("noise %d: %v", seed, err)
		}
		if fault.KindOf(err) == fault.Died {
			t.Logf("noise %d: %v", seed, err)
		}
		if picture, err := p.Decode(context.Background(), codec.Job{Format: codec.JPEGLS, Data: []byte(small)}); err != nil || picture.Rows != 4 {
			t.Fatalf("the frame after noise %d: %v", seed, err)
		}
	}
}

// FuzzPool decodes as the product does: whatever the stream, and whatever the
// libraries in C do with it, the host gets a picture or a *fault.Error.
func FuzzPool(f *testing.F) {
	formats := []codec.Format{codec.JPEGLS, codec.JPEG2000, codec.JPEG, codec.RLE}
	f.Add(uint8(0), []byte(small))
	for seed := range int64(4) {
		f.Add(uint8(0), noise(seed))
	}
	if dicomtest.SharedFolder() != "" {
		for _, job := range publicJobs(f) {
			for k, format := range formats {
				if format == job.Format && len(job.Data) < 64<<10 {
					f.Add(uint8(k), job.Data)
				}
			}
		}
	}
	p := worker.New(worker.Options{Workers: 1})
	f.Cleanup(p.Close)
	f.Fuzz(func(t *testing.T, k uint8, data []byte) {
		start := time.Now()
		job := codec.Job{Format: formats[int(k)%len(formats)], Data: data, Rows: 64, Columns: 64, Samples: 1, BitsAllocated: 16, MaxBytes: 1 << 24}
		picture, err := p.Decode(context.Background(), job)
		var fe *fault.Error
		if err != nil && !errors.As(err, &fe) {
			t.Errorf("%T is no *fault.Error: %v", err, err)
		}
		if k := fault.KindOf(err); k == fault.InternalError {
			t.Errorf("%v", err)
		}
		if picture == nil && err == nil || picture != nil && len(picture.Data) > 1<<24 {
			t.Errorf("%v, %v", picture, err)
		}
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%d bytes took %v", len(data), d)
		}
	})
}
