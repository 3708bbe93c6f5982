package jpeg

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// Comparisons with DCMTK's dcmdjpeg, for what it and cjpeg encode and for what
// the tests' own encoder does.

func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s, whose result is the truth here, is not installed", name)
	}
	return path
}

func execute(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func write(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.dcm")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wrap makes a DICOM file of streams, one a frame.
func wrap(rows, cols, samples, bits int, streams ...[]byte) []byte {
	m := dicomtest.Image{Rows: rows, Columns: cols, Samples: samples, Stored: bits, Raw: []byte{}, FrameCount: len(streams), Photometric: "MONOCHROME2"}
	m.Syntax = "1.2.840.10008.1.2.4.50"
	switch {
	case bits > 8 && bytes.Contains(streams[0], []byte{0xFF, 0xC3}):
		m.Syntax = "1.2.840.10008.1.2.4.57"
	case bits > 8:
		m.Syntax = "1.2.840.10008.1.2.4.51"
	}
	if samples > 1 {
		m.Photometric = "RGB"
	}
	fragments := [][]byte{nil}
	for _, b := range streams {
		if len(b)%2 != 0 {
			b = append(b[:len(b):len(b)], 0)
		}
		fragments = append(fragments, b)
	}
	m.Extra = []dicomtest.Element{{Tag: dicomtest.Pixels, VR: "OB", Fragments: fragments, Length: dicomtest.Undefined}}
	return m.Bytes()
}

// compare decodes the first frame of an encapsulated file with dcmdjpeg and
// here.
func compare(t *testing.T, what string, file []byte) {
	t.Helper()
	in := write(t, file)
	out := in + ".out"
	execute(t, "dcmdjpeg", "-q", "+cn", "+px", in, out)
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := readDICOM(b)
	if err != nil {
		t.Fatal(err)
	}
	f, err := readDICOM(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := decode(f.frame0())
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	got, want := widened(p, truth.allocated), truth.native()
	if len(got) != len(want) {
		t.Errorf("%s: %d bytes, dcmdjpeg %d", what, len(got), len(want))
		return
	}
	if !bytes.Equal(got, want) {
		differ, first := 0, -1
		for i := range want {
			if got[i] != want[i] {
				if differ++; first < 0 {
					first = i
				}
			}
		}
		t.Errorf("%s: %d×%d, %d samples of %d bits: %d of %d bytes differ, the first at %d: %d, dcmdjpeg %d",
			what, p.Columns, p.Rows, p.Samples, p.Bits, differ, len(want), first, got[first], want[first])
	}
}

// colourful gives an RGB picture with edges in every channel.
func colourful(rows, cols int) []uint16 {
	gray := dicomtest.Phantom(rows, cols, 8)
	r := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	var out []uint16
	for i, v := range gray {
		x, y := i%cols, i/cols
		out = append(out, v, (v+uint16(x/3*40))&255, uint16(255-y*5%256+r.IntN(2))&255)
	}
	return out
}

// TestAgainstDCMTK compares what dcmcjpeg encodes, with all its processes.
func TestAgainstDCMTK(t *testing.T) {
	tool(t, "dcmdjpeg")
	tool(t, "dcmcjpeg")
	sources := map[string]dicomtest.Image{
		"gray 8":         dicomtest.Chest(67, 41, 8),
		"gray 10":        dicomtest.Chest(50, 35, 10),
		"gray 12":        dicomtest.Chest(64, 64, 12),
		"gray 16":        dicomtest.Chest(33, 70, 16),
		"gray 16 signed": {Rows: 40, Columns: 40, Signed: true, Values: noisy(1600, 16, 3)},
		"colour":         {Rows: 45, Columns: 53, Samples: 3, Stored: 8, Values: colourful(45, 53)},
		"tiny":           {Rows: 1, Columns: 1, Stored: 8, Values: []uint16{77}},
	}
	any := []string{"+e1", "+eb", "+eb +q 30", "+ee", "+ee +bt", "+es", "+es +bt", "+ep", "+ep +bt +q 100", "+eb -ho", "+eb +q 100", "+eb +q 1"}
	colour := []string{"+eb +s4", "+eb +n2", "+eb +n1", "+eb +np", "+ep +n1", "+ee +bt +n1", "+eb +cr", "+ep +bt +cr", "+ep +bt +n1", "+ep +bt +s2"}
	var lossless []string
	for sv := 1; sv <= 7; sv++ {
		lossless = append(lossless, fmt.Sprintf("+el +sv %d", sv), fmt.Sprintf("+el +pl +bs +sv %d +pt %d", sv, sv%4))
	}
	for name, m := range sources {
		in := write(t, m.Bytes())
		options := append([]string{}, any...)
		if m.Samples == 3 {
			options = append(options, colour...)
		}
		if m.Samples == 3 || strings.HasSuffix(name, "12") || strings.HasSuffix(name, "signed") {
			options = append(options, lossless...)
		}
		for _, o := range options {
			out := in + ".jpg.dcm"
			if msg, err := exec.Command("dcmcjpeg", append(strings.Fields("-q "+o), in, out)...).CombinedOutput(); err != nil {
				t.Logf("dcmcjpeg %s does not encode %s: %s", o, name, msg)
				continue
			}
			b, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, name+", dcmcjpeg "+o, b)
		}
	}
}

// TestAgainstIJG compares what cjpeg encodes: sampling factors, restart
// markers, progressive scans, sizes that fill no block.
func TestAgainstIJG(t *testing.T) {
	tool(t, "dcmdjpeg")
	tool(t, "cjpeg")
	sizes := [][2]int{{1, 1}, {1, 9}, {2, 2}, {3, 3}, {3, 17}, {4, 5}, {8, 8}, {15, 16}, {16, 31}, {17, 6}, {33, 35}, {67, 41}}
	options := []string{"-sample 1x1", "-sample 2x1", "-sample 2x2", "-sample 1x2", "-sample 4x1", "-sample 4x2", "-sample 2x2 -progressive", "-sample 2x1 -progressive",
		"-sample 2x2 -restart 1", "-sample 2x2 -restart 3B", "-grayscale", "-grayscale -progressive -restart 2B", "-grayscale -sample 2x2 -quality 50", "-sample 2x2,1x2,2x1", "-sample 1x1,2x2,1x1", "-sample 2x1,1x1,2x1 -restart 1B",
		"-rgb", "-sample 2x2 -quality 98 -optimize", "-sample 1x4"}
	for _, size := range sizes {
		for _, o := range options {
			compare(t, fmt.Sprintf("%v, cjpeg %s", size, o), wrap(size[0], size[1], components(o), 8, cjpeg(t, size[0], size[1], o)))
		}
	}
}

func components(options string) int {
	if strings.Contains(options, "-grayscale") {
		return 1
	}
	return 3
}

// cjpeg encodes a colourful picture.
func cjpeg(t testing.TB, rows, cols int, options string) []byte {
	t.Helper()
	ppm := fmt.Appendf(nil, "P6 %d %d 255\n", cols, rows)
	for _, v := range colourful(rows, cols) {
		ppm = append(ppm, byte(v))
	}
	cmd := exec.Command("cjpeg", strings.Fields(options)...)
	cmd.Stdin = bytes.NewReader(ppm)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cjpeg %s: %v", options, err)
	}
	return out
}

// TestArithmetic wants arithmetic coding refused by name.
func TestArithmetic(t *testing.T) {
	tool(t, "cjpeg")
	for _, o := range []string{"-arithmetic", "-arithmetic -progressive"} {
		if p, err := decode(cjpeg(t, 20, 20, o)); p != nil || fault.KindOf(err) != fault.Syntax || !strings.Contains(err.Error(), "arithmetic") {
			t.Errorf("%s: %v", o, err)
		}
	}
}

// TestOwnAgainstDCMTK compares streams that no tool here writes: lossless with
// every layout, 12 bits with subsampling, coefficients out of range.
func TestOwnAgainstDCMTK(t *testing.T) {
	tool(t, "dcmdjpeg")
	for _, bits := range []int{2, 5, 8, 9, 12, 13, 16} {
		for predictor := 1; predictor <= 7; predictor++ {
			s := losslessStream(bits, 20, 33, [2]int{1, 1})
			s.predictor, s.shift = predictor, predictor%2
			compare(t, fmt.Sprintf("lossless, %d bits, predictor %d", bits, predictor), wrap(20, 33, 1, bits, s.encode()))
		}
	}
	for predictor := 1; predictor <= 7; predictor++ {
		compare(t, fmt.Sprintf("lossless extremes, predictor %d", predictor), wrap(16, 64, 1, 16, extremeStream(predictor).encode()))
	}
	for _, factors := range [][][2]int{{{2, 1}, {1, 1}, {1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{1, 1}, {1, 1}, {1, 1}}, {{1, 2}, {1, 1}, {1, 1}}} {
		for _, apart := range []bool{false, true} {
			s := losslessStream(8, 21, 33, factors...)
			s.predictor, s.apart = 5, apart
			compare(t, fmt.Sprintf("lossless %v, apart %v", factors, apart), wrap(21, 33, 3, 8, s.encode()))
		}
	}
	for _, bits := range []int{8, 12} {
		for _, factors := range [][][2]int{{{1, 1}}, {{1, 1}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{1, 2}, {1, 1}, {1, 1}}} {
			for _, apart := range []bool{false, true} {
				for _, wild := range []bool{false, true} {
					s := dctStream(bits, 37, 51, wild, factors...)
					s.apart = apart
					compare(t, fmt.Sprintf("DCT, %d bits, %v, apart %v, wild %v", bits, factors, apart, wild), wrap(37, 51, len(factors), bits, s.encode()))
				}
			}
		}
	}
}
