package jpeg2000

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/fault"
)

// The transfer syntaxes of JPEG 2000 and HTJ2K.
var syntaxes = []string{"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"}

// withoutTruth says what else is known of the public files that no reference
// decoder of the shared folder's table reads.
var withoutTruth = map[string]struct {
	hash string
	want fault.Kind
}{
	"HTJ2KLossless_08_RGB.dcm":                  {hash: "9d87240604f5d7522c6a8056ace6cefc2c8d6d0b07bd6e7303d5e5b21af9a49e"}, // OpenJPH and OpenJPEG
	"HTJ2K_08_RGB.dcm":                          {},                                                                         // compared with OpenJPH below
	"JPEG2000-embedded-sequence-delimiter.dcm":  {want: fault.TooLarge},
	"emri_small_jpeg_2k_lossless_too_short.dcm": {}, // only the delimiter behind its last frame is missing
}

func decode(data []byte) (*codec.Picture, error) {
	return Decode(context.Background(), codec.Job{Format: codec.JPEG2000, Data: data})
}

// TestPublic compares the public files' first frames with the reference
// hashes, and all frames with gdcmconv where it reads the file.
func TestPublic(t *testing.T) {
	frames := 0
	for _, public := range codectest.Publics(t, syntaxes...) {
		f, err := codectest.Read(public.Path)
		if err != nil || len(f.Frames) == 0 {
			t.Fatal(public.Name, err)
		}
		known := withoutTruth[public.Name]
		truth := gdcm(t, public)
		for i := range f.Frames {
			p, err := decode(f.Frames[i])
			if known.want != "" {
				if fault.KindOf(err) != known.want || p != nil {
					t.Errorf("%s: %v", public.Name, err)
				}
				break
			}
			if err != nil {
				t.Errorf("%s, frame %d: %v", public.Name, i, err)
				continue
			}
			sum := sha256.Sum256(p.Data)
			hash := hex.EncodeToString(sum[:])
			if i == 0 && (public.Hashes != nil && !slices.Contains(public.Hashes, hash) || known.hash != "" && hash != known.hash) {
				t.Errorf("%s: the hash differs; %d×%d×%d %d bits signed %v", public.Name, p.Columns, p.Rows, p.Samples, p.Bits, p.Signed)
			}
			if truth != nil && !bytes.Equal(p.Data, truth.ByPixel(i)) {
				t.Errorf("%s, frame %d: differs from gdcmconv", public.Name, i)
			}
			frames++
		}
	}
	t.Logf("%d frames", frames)
}

// gdcm decodes a file with gdcmconv; nil if it cannot, as with HTJ2K.
func gdcm(t *testing.T, public codectest.Public) *codectest.File {
	codectest.Need(t, "gdcmconv")
	out := filepath.Join(t.TempDir(), "native.dcm")
	if err := exec.Command("gdcmconv", "--raw", public.Path, out).Run(); err != nil {
		return nil
	}
	f, err := codectest.Read(out)
	if err != nil || len(f.Frames) != f.Count {
		return nil
	}
	return f
}

// TestPublicLossyHT: OpenJPH and OpenJPEG differ by one level at most.
func TestPublicLossyHT(t *testing.T) {
	codectest.Need(t, "ojph_expand")
	for _, public := range codectest.Publics(t, "1.2.840.10008.1.2.4.203") {
		f, err := codectest.Read(public.Path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := decode(f.Frames[0])
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		in, out := filepath.Join(dir, "f.j2c"), filepath.Join(dir, "f.ppm")
		if err = os.WriteFile(in, f.Frames[0], 0o600); err != nil {
			t.Fatal(err)
		}
		codectest.Run(t, "ojph_expand", "-i", in, "-o", out)
		b, err := os.ReadFile(out)
		if err != nil || len(b) < len(p.Data) {
			t.Fatal(err)
		}
		for i, v := range b[len(b)-len(p.Data):] {
			if d := int(v) - int(p.Data[i]); d < -1 || d > 1 {
				t.Fatalf("%s: sample %d is %d, OpenJPH has %d", public.Name, i, p.Data[i], v)
			}
		}
		if !p.Lossy || !p.Transformed {
			t.Errorf("%s: lossy %v, transformed %v", public.Name, p.Lossy, p.Transformed)
		}
	}
}
