package journal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
)

// aMeasure is what a length is kept as.
var aMeasure = map[string]any{
	"points": [][2]float64{{812.5, 1033.25}, {1120, 998.75}}, "length": 87.31, "unit": "mm", "source": "Imager Pixel Spacing",
}

// BenchmarkPut is what a Put costs the window's goroutine.
func BenchmarkPut(b *testing.B) {
	j := Open(b.TempDir(), Listener{})
	study := KeyOf("1", "")
	for i := 0; b.Loop(); i++ {
		j.Put(study, "measure", fmt.Sprint(i%500), aMeasure)
	}
	b.StopTimer()
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPutSync is a Put that waits until it is on disk.
func BenchmarkPutSync(b *testing.B) {
	j := Open(b.TempDir(), Listener{})
	study := KeyOf("1", "")
	for i := 0; b.Loop(); i++ {
		j.Put(study, "measure", fmt.Sprint(i%500), aMeasure)
		if err := j.Sync(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPutWritten is a Put and the goroutine's work until it is in the file, not
// flushed; Reference the same line appended to an open file.
func BenchmarkPutWritten(b *testing.B) {
	j := Open(b.TempDir(), Listener{})
	study := KeyOf("1", "")
	for i := 0; b.Loop(); i++ {
		j.Put(study, "measure", fmt.Sprint(i%500), aMeasure)
		if err := j.call(context.Background(), func() error { j.w.flush(false); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkReferenceAppend(b *testing.B) {
	for name, flush := range map[string]bool{"written": false, "flushed": true} {
		b.Run(name, func(b *testing.B) {
			f, err := os.OpenFile(b.TempDir()+"/reference", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			line := bytes.Repeat([]byte{'x'}, 220)
			for b.Loop() {
				if _, err := f.Write(line); err != nil {
					b.Fatal(err)
				}
				if flush {
					if err := f.Sync(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkLoad reads 10,000 records.
func BenchmarkLoad(b *testing.B) {
	folder := b.TempDir()
	study := KeyOf("1", "")
	j := Open(folder, Listener{})
	for i := range 10_000 {
		j.Put(study, "measure", fmt.Sprint(i), aMeasure)
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	st, err := os.Stat(at(folder, study))
	if err != nil {
		b.Fatal(err)
	}
	j = Open(folder, Listener{})
	b.SetBytes(st.Size())
	for b.Loop() {
		if c, _, err := j.Load(study); err != nil || len(c) != 10_000 {
			b.Fatal(len(c), err)
		}
	}
	b.StopTimer()
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}
