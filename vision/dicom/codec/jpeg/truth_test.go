package jpeg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/dicomtest"
)

// widened gives a picture's data in so many bits a sample.
func widened(p *codec.Picture, allocated int) []byte {
	if p.Width()*8 == allocated {
		return p.Data
	}
	out := make([]byte, 0, 2*len(p.Data))
	for _, v := range p.Data {
		out = append(out, v, 0)
	}
	return out
}

// TestTruth compares the first frames of the public files with the hashes of
// two reference decoders.
func TestTruth(t *testing.T) {
	dir := dicomtest.Shared(t)
	b, err := os.ReadFile(filepath.Join(dir, "truth_frame0.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	exact := 0
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		row := strings.Split(line, "\t")
		name, allocated := row[0], row[4]
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		f, err := readDICOM(b)
		if !isJPEG(f.syntax) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := Decode(context.Background(), codec.Job{Format: codec.JPEG, Data: f.frame0()})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wide, _ := strconv.Atoi(allocated)
		sum := sha256.Sum256(widened(p, wide))
		if got := hex.EncodeToString(sum[:]); got != row[7] && got != row[8] {
			t.Errorf("%s: %d×%d, %d × %d bits: hash differs", name, p.Columns, p.Rows, p.Samples, p.Bits)
			continue
		}
		exact++
	}
	if exact == 0 {
		t.Error("no JPEG file found")
	}
	t.Logf("%d first frames exact", exact)
}
