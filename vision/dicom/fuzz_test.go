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
	seg := words(0, 2, 10, 20, 1, 4, 70, 2, 1, 0, 0)
	palette := dt.Image{Rows: 2, Columns: 2, Stored: 8, Photometric: "PALETTE COLOR"}
	for c := range uint32(3) {
		palette.Extra = append(palette.Extra, dt.Element{Tag: 0x00281101 + c, VR: "US", Value: []uint16{7, 0, 16}}, dt.Element{Tag: 0x00281221 + c, VR: "OW", Value: seg})
	}
	overlay := dt.Chest(4, 4, 12)
	overlay.Extra = []dt.Element{
		{Tag: 0x60000010, VR: "US", Value: []uint16{4}}, {Tag: 0x60000011, VR: "US", Value: []uint16{4}},
		{Tag: 0x60000050, VR: "SS", Value: words(1, 1)}, {Tag: 0x60003000, VR: "OW", Value: []byte{1, 2}},
		{Tag: 0x60020010, VR: "US", Value: []uint16{4}}, {Tag: 0x60020011, VR: "US", Value: []uint16{4}},
		{Tag: 0x60020100, VR: "US", Value: []uint16{16}}, {Tag: 0x60020102, VR: "US", Value: []uint16{13}},
	}
	frames := dt.Image{Rows: 2, Columns: 2, FrameCount: 2, Extra: []dt.Element{{Tag: 0x52009230, VR: "SQ", Items: [][]dt.Element{
		{{Tag: 0x00209113, VR: "SQ", Items: [][]dt.Element{{{Tag: 0x00200032, VR: "DS", Value: `1\2\3`}}}}},
		{{Tag: 0x00289145, VR: "SQ", Items: [][]dt.Element{{dt.DS(dt.RescaleSlope, "2")}}}}}}}}
	ultrasound := dt.Image{Rows: 2, Columns: 2, Stored: 8, Extra: []dt.Element{{Tag: 0x00186011, VR: "SQ", Items: [][]dt.Element{
		dt.Region(0, 0, 1, 1, 0.1, 0.1), {}, dt.Region(1, 1, 0, 0, -0.1, 0)}}}}
	return append(out, palette.Bytes(), overlay.Bytes(), frames.Bytes(), ultrasound.Bytes(),
		encapsulate(2, nil, offsets(0, 20), []byte("aa"), []byte("bb"), []byte("cc")),
		encapsulate(2, []dt.Element{{Tag: 0x7FE00001, VR: "OV", Value: long(0, 10)}, {Tag: 0x7FE00002, VR: "OV", Value: long(2, 2)}}, nil, []byte("aa"), []byte("bb")))
}

// FuzzParse: whatever the bytes, a *fault.Error or a frame, in a short time.
func FuzzParse(f *testing.F) {
	for _, s := range append(seeds(), sharedFiles(f)...) {
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
func sharedFiles(t testing.TB) [][]byte {
	dir := dt.SharedFolder()
	if dir == "" {
		return nil
	}
	var out [][]byte
	for _, row := range dt.Table(t, filepath.Join(dir, "manifest.tsv")) {
		if b, err := os.ReadFile(filepath.Join(dir, row["path"])); err == nil && len(b) <= 64<<10 {
			out = append(out, b)
		}
	}
	return out
}
