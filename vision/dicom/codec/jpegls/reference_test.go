package jpegls

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/codec/jpegls/internal/encode"
	dt "lightbox/vision/dicom/dicomtest"
)

// TestDCMTK compresses pictures with dcmcjpls and compares with what dcmdjpls
// makes of them and, lossless, with what went in.
func TestDCMTK(t *testing.T) {
	codectest.Need(t, "dcmcjpls", "dcmdjpls")
	for _, options := range []string{"+pr +il", "+pr +is", "+pr +in", "+pc +il", "+pc +in", "+en +md 2 +il", "+en +md 5 +in", "+en +is"} {
		for _, f := range []encode.Form{{Rows: 67, Columns: 41, Samples: 1, Bits: 8}, {Rows: 67, Columns: 41, Samples: 1, Bits: 12}, {Rows: 5, Columns: 3, Samples: 1, Bits: 16},
			{Rows: 67, Columns: 41, Samples: 1, Bits: 6}, {Rows: 67, Columns: 41, Samples: 1, Bits: 7},
			{Rows: 67, Columns: 41, Samples: 3, Bits: 8}, {Rows: 3, Columns: 5, Samples: 3, Bits: 16}} {
			want := frame(f)
			native := dt.Image{Rows: f.Rows, Columns: f.Columns, Samples: f.Samples, Stored: f.Bits, Raw: append(want[:len(want):len(want)], make([]byte, len(want)%2)...)}.Bytes()
			file, b := codectest.Recode(t, native, "dcmcjpls", strings.Fields(options)...)
			lossless := !strings.Contains(options, "+en")
			var truth []byte
			if f.Samples == 1 || f.Bits == 8 { // dcmdjpls refuses some 16-bit colour that dcmcjpls makes
				back, _ := codectest.Recode(t, b, "dcmdjpls")
				truth = back.ByPixel(0)
			}
			p, err := decode(file.Frames[0])
			if err != nil {
				t.Errorf("%s %+v: %v", options, f, err)
				continue
			}
			if !within(p.Data, want, f.Bits, 5) || lossless && !bytes.Equal(p.Data, want) || p.Lossy == lossless {
				t.Errorf("%s %+v: differs from what went in", options, f)
			}
			if truth != nil && !bytes.Equal(p.Data, truth) {
				t.Errorf("%s %+v: differs from DCMTK", options, f)
			}
		}
	}
}

// TestPublic compares the public files' first frames with the reference hashes,
// and every frame with dcmdjpls.
func TestPublic(t *testing.T) {
	frames := 0
	for _, public := range codectest.Publics(t, "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81") {
		f, err := codectest.Read(public.Path)
		if err != nil || len(f.Frames) != f.Count {
			t.Fatal(public.Name, err)
		}
		truth := dcmtk(t, public)
		for i := range f.Frames {
			p, err := decode(f.Frames[i])
			if err != nil {
				t.Errorf("%s, frame %d: %v", public.Name, i, err)
				continue
			}
			sum := sha256.Sum256(p.Data)
			if i == 0 && !slices.Contains(public.Hashes, hex.EncodeToString(sum[:])) {
				t.Errorf("%s: the hash differs", public.Name)
			}
			if truth != nil && !bytes.Equal(p.Data, truth.ByPixel(i)) {
				t.Errorf("%s, frame %d: differs", public.Name, i)
			}
			frames++
		}
	}
	t.Logf("%d frames", frames)
}

// dcmtk decodes a file with dcmdjpls; nil for the one that it refuses (7 bits),
// whose hash is GDCM's.
func dcmtk(t *testing.T, public codectest.Public) *codectest.File {
	if public.Name == "JLSL_08_07_0_1F.dcm" {
		return nil
	}
	codectest.Need(t, "dcmdjpls")
	out := filepath.Join(t.TempDir(), "native.dcm")
	codectest.Run(t, "dcmdjpls", public.Path, out)
	f, err := codectest.Read(out)
	if err != nil {
		t.Fatal(public.Name, err)
	}
	return f
}
