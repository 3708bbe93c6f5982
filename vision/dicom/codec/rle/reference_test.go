package rle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	dt "lightbox/vision/dicom/dicomtest"
)

func jobOf(f *codectest.File, frame int) codec.Job {
	return codec.Job{Format: codec.RLE, Data: f.Frames[frame], Rows: f.Rows, Columns: f.Columns, Samples: f.Samples, BitsAllocated: f.Allocated}
}

// TestDCMTK compresses pictures with dcmcrle and compares with what went in and
// with what dcmdrle makes of them.
func TestDCMTK(t *testing.T) {
	codectest.Need(t, "dcmcrle", "dcmdrle")
	for _, s := range shapes() {
		if s.bits == 1 {
			continue // dcmcrle refuses 1 bit
		}
		raw := s.frame()
		native := dt.Image{Rows: s.rows, Columns: s.columns, Samples: s.samples, Stored: s.bits, Allocated: s.bits, Raw: append(raw[:len(raw):len(raw)], make([]byte, len(raw)%2)...)}.Bytes()
		f, file := codectest.Recode(t, native, "dcmcrle")
		back, _ := codectest.Recode(t, file, "dcmdrle")
		p, err := Decode(context.Background(), jobOf(f, 0))
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		if !bytes.Equal(p.Data, raw) || !bytes.Equal(p.Data, back.ByPixel(0)) {
			t.Errorf("%v: differs from DCMTK", s)
		}
	}
}

// TestPublic compares the public files' first frames with the reference hashes,
// and every frame with dcmdrle or with the uncompressed twin.
func TestPublic(t *testing.T) {
	frames := 0
	for _, public := range codectest.Publics(t, "1.2.840.10008.1.2.5") {
		f, err := codectest.Read(public.Path)
		if err != nil {
			t.Fatal(public.Name, err)
		}
		truth := truthOf(t, public)
		for i := range f.Frames {
			p, err := Decode(context.Background(), jobOf(f, i))
			if err != nil {
				t.Errorf("%s, frame %d: %v", public.Name, i, err)
				continue
			}
			sum := sha256.Sum256(p.Data)
			if i == 0 && public.Hashes != nil && !slices.Contains(public.Hashes, hex.EncodeToString(sum[:])) {
				t.Errorf("%s: the hash differs", public.Name)
			}
			if truth != nil && !bytes.Equal(p.Data, truth(i)) {
				t.Errorf("%s, frame %d: differs", public.Name, i)
			}
			frames++
		}
		if len(f.Frames) != f.Count {
			t.Errorf("%s: %d frames of %d", public.Name, len(f.Frames), f.Count)
		}
	}
	t.Logf("%d frames", frames)
}

// truthOf gives the frames by dcmdrle, and for the segmentations, which it does
// not read, those of the native twin.
func truthOf(t *testing.T, public codectest.Public) func(int) []byte {
	if !strings.HasPrefix(public.Name, "liver") {
		codectest.Need(t, "dcmdrle")
		out := filepath.Join(t.TempDir(), "native.dcm")
		codectest.Run(t, "dcmdrle", public.Path, out)
		f, err := codectest.Read(out)
		if err != nil {
			t.Fatal(public.Name, err)
		}
		return f.ByPixel
	}
	twin, err := codectest.Read(filepath.Join(filepath.Dir(public.Path), strings.Replace(public.Name, "_rle", "", 1)))
	if err != nil {
		t.Logf("%s has no twin: %v", public.Name, err)
		return nil
	}
	all := twin.Packed
	return func(frame int) []byte { // cut out of bits that are packed across frames
		n := twin.Rows * twin.Columns
		cut := make([]byte, (n+7)/8)
		for i := range n {
			from := frame*n + i
			cut[i/8] |= all[from/8] >> (from % 8) & 1 << (i % 8)
		}
		return cut
	}
}
