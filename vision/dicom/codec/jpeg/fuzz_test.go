package jpeg

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/dicomtest"
)

// FuzzDecode mutates streams of every process.
func FuzzDecode(f *testing.F) {
	for _, data := range samples() {
		f.Add(data)
	}
	for _, data := range publicFrames(64 << 10) {
		f.Add(data)
	}
	const limit = 16 << 20
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		p, err := Decode(context.Background(), codec.Job{Data: data, MaxBytes: limit})
		runtime.ReadMemStats(&after)
		consistent(t, "mutated", p, err)
		if p != nil && len(p.Data) > limit {
			t.Fatalf("%d bytes, limit %d", len(p.Data), limit)
		}
		// The picture, the working memory, tables and the copied data.
		if n := after.TotalAlloc - before.TotalAlloc; n > (1+maxWorkFactor)*limit+1<<20+64*uint64(len(data)) {
			t.Fatalf("%d bytes allocated", n)
		}
		if spent := time.Since(began); spent > 20*time.Second {
			t.Fatalf("%v for %d bytes", spent, len(data))
		}
	})
}

// publicFrames gives the JPEG frames of the shared test files, nil without
// them.
func publicFrames(most int) (out [][]byte) {
	dir := dicomtest.SharedFolder()
	if dir == "" {
		return nil
	}
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		f, err := readDICOM(b)
		if data := f.frame0(); err == nil && isJPEG(f.syntax) && len(data) <= most && bytes.HasPrefix(data, []byte{0xFF, 0xD8}) {
			out = append(out, data)
		}
		return nil
	})
	return out
}
