package dicom

import (
	"math/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	dt "lightbox/vision/dicom/dicomtest"
)

// seeds are small files that together use every branch of the reader.
func seeds() [][]byte {
	var out [][]byte
	for _, syntax := range nativeSyntaxes {
		m := dt.Chest(4, 3, 12)
		m.Syntax = syntax
		m.Extra = []dt.Element{
			{Tag: dt.CharacterSet, VR: "CS", Value: `\ISO 2022 IR 87`}, {Tag: dt.PatientName, VR: "PN", Value: "A=\x1b$B;3ED\x1b(B"},
			{Tag: dt.VOILUT, VR: "SQ", Items: [][]dt.Element{dt.LUT(0, 16, []uint16{1, 2})}},
			{Tag: 0x52009229, VR: "SQ", Length: dt.Undefined, Items: [][]dt.Element{{
				{Tag: 0x00289110, VR: "SQ", Length: dt.Undefined, Items: [][]dt.Element{{dt.DS(dt.PixelSpacing, `1\1`)}}}}}},
			{Tag: 0x52009230, VR: "UN", Length: dt.Undefined, Items: [][]dt.Element{{dt.DS(dt.PixelSpacing, `1\1`)}}},
		}
		if syntax == ImplicitLE {
			m.Extra = m.Extra[:4]
		}
		out = append(out, m.Bytes(), m.Bytes()[132:])
		bit := dt.Image{Syntax: syntax, Rows: 3, Columns: 3, Allocated: 1, Stored: 1, FrameCount: 3}
		color := dt.Image{Syntax: syntax, Rows: 2, Columns: 2, Samples: 3, Stored: 8, Planar: true}
		out = append(out, bit.Bytes(), color.Bytes(), dt.Body(syntax, color.Set()))
	}
	return out
}

// FuzzParse: whatever the bytes, a *fault.Error or a frame, in a short time.
func FuzzParse(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		_ = openAndFrame(t, data)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%d bytes took %v", len(data), d)
		}
	})
}

// TestMutations changes, cuts and doubles pieces of the seeds and, where they
// are here, of the public test files, with a fixed seed.
func TestMutations(t *testing.T) {
	inputs := append(seeds(), sharedFiles(t)...)
	rnd := rand.New(rand.NewSource(7))
	slowest := time.Duration(0)
	stop := time.Now().Add(2 * time.Second)
	n := 0
	for ; time.Now().Before(stop); n++ {
		data := mutate(rnd, inputs[n%len(inputs)])
		start := time.Now()
		_ = openAndFrame(t, data)
		slowest = max(slowest, time.Since(start))
	}
	t.Logf("%d inputs, the slowest took %v", n, slowest)
	if slowest > 3*time.Second {
		t.Errorf("an input took %v", slowest)
	}
}

func mutate(rnd *rand.Rand, data []byte) []byte {
	b := append([]byte{}, data...)
	// Structure lies at the front: most changes go there.
	at := func() int { return rnd.Intn(min(len(b), 1<<(4+rnd.Intn(12)))) }
	for range 1 + rnd.Intn(6) {
		if len(b) < 8 {
			return b
		}
		i := at()
		switch rnd.Intn(6) {
		case 0:
			b[i] = byte(rnd.Intn(256))
		case 1:
			b[i] ^= 1 << rnd.Intn(8)
		case 2:
			copy(b[i:], []byte{0xff, 0xff, 0xff, 0xff})
		case 3:
			copy(b[i:], b[at():])
		case 4:
			b = append(b[:i:i], b[min(len(b), i+rnd.Intn(16)):]...)
		case 5:
			if rnd.Intn(4) == 0 {
				b = b[:i]
			}
		}
	}
	return b
}

// sharedFiles gives the public test files of up to 64 kB, none where they are
// not here.
func sharedFiles(t *testing.T) [][]byte {
	dir := sharedFolder()
	if dir == "" {
		return nil
	}
	var out [][]byte
	for _, row := range table(t, filepath.Join(dir, "manifest.tsv")) {
		if b, err := os.ReadFile(filepath.Join(dir, row["path"])); err == nil && len(b) <= 64<<10 {
			out = append(out, b)
		}
	}
	return out
}
