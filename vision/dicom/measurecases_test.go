//go:build bench && linux

package dicom_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/dicomtest"
)

// testCase is a transfer syntax, a picture, who compresses it and who else
// decodes it: commands in which IN, STREAM and OUT stand for files.
type testCase struct {
	name       string
	syntax     string // UID
	bits       int
	colour     bool
	side       int
	frames     int
	encoder    []string // nil: native
	references [4][]string
}

const (
	large     = 2048
	veryLarge = 4096
)

func cases() []testCase {
	gdcm := []string{"gdcmconv", "--raw", "IN", "OUT"}
	dcmtk := func(tool string, options ...string) [4][]string {
		return [4][]string{append(append([]string{tool}, options...), "IN", "OUT"), gdcm}
	}
	conv, rle, jpg, ls := dcmtk("dcmconv", "+te"), dcmtk("dcmdrle"), dcmtk("dcmdjpeg", "+cn"), dcmtk("dcmdjpls")
	opj := []string{"opj_decompress", "-quiet", "-i", "STREAM", "-o", "OUT.rawl"}
	j2k := [4][]string{nil, gdcm, opj}
	ht := [4][]string{nil, nil, opj, {"ojph_expand", "-i", "STREAM", "-o", "OUT.ppm"}}
	htGrey := ht
	htGrey[3] = []string{"ojph_expand", "-i", "STREAM", "-o", "OUT.pgm"}
	compress := func(options ...string) []string {
		return append([]string{"opj_compress", "-i", "PNM", "-o", "CODED.j2k"}, options...)
	}
	cjpeg := func(sample string) []string {
		return []string{"cjpeg", "-quality", "90", "-sample", sample, "-outfile", "CODED", "PNM"}
	}
	const uid = "1.2.840.10008.1.2.4."
	return []testCase{
		{"native, grey 16", dicomtest.ExplicitLE, 16, false, large, 16, nil, conv},
		{"deflated, grey 16", dicomtest.DeflatedLE, 16, false, large, 2, nil, conv},
		{"RLE, grey 16", "1.2.840.10008.1.2.5", 16, false, large, 16, []string{"dcmcrle"}, rle},
		{"RLE, RGB 8", "1.2.840.10008.1.2.5", 8, true, large, 8, []string{"dcmcrle"}, rle},
		{"JPEG baseline (.50), grey 8", uid + "50", 8, false, large, 16, []string{"dcmcjpeg", "+eb"}, jpg},
		{"JPEG baseline (.50), 4:2:0", uid + "50", 8, true, large, 8, cjpeg("2x2"), jpg},
		{"JPEG baseline (.50), 4:2:2", uid + "50", 8, true, large, 8, cjpeg("2x1"), jpg},
		{"JPEG extended (.51), grey 12", uid + "51", 12, false, large, 8, []string{"dcmcjpeg", "+ee", "+bt"}, jpg},
		{"JPEG progressive (.55), grey 8", uid + "55", 8, false, large, 8, []string{"dcmcjpeg", "+ep"}, jpg},
		{"JPEG lossless (.57, predictor 6), grey 16", uid + "57", 16, false, large, 4, []string{"dcmcjpeg", "+el", "+sv", "6"}, jpg},
		{"JPEG lossless SV1 (.70), grey 16", uid + "70", 16, false, large, 4, []string{"dcmcjpeg", "+e1"}, jpg},
		{"JPEG-LS lossless (.80), grey 16", uid + "80", 16, false, large, 2, []string{"dcmcjpls", "+el"}, ls},
		{"JPEG-LS lossless (.80), RGB 8", uid + "80", 8, true, large, 2, []string{"dcmcjpls", "+el"}, ls},
		{"JPEG-LS near-lossless (.81), grey 16", uid + "81", 16, false, large, 2, []string{"dcmcjpls", "+en", "+md", "3"}, ls},
		{"JPEG 2000 lossless (.90), grey 16", uid + "90", 16, false, large, 1, compress(), j2k},
		{"JPEG 2000 lossless (.90), RGB 8", uid + "90", 8, true, large, 1, compress(), j2k},
		{"JPEG 2000 lossy 10:1 (.91), grey 16", uid + "91", 16, false, large, 1, compress("-I", "-r", "10"), j2k},
		{"HTJ2K lossless (.201), grey 16", uid + "201", 16, false, veryLarge, 1, []string{"ojph_compress", "-i", "PNM", "-o", "CODED.j2c", "-reversible", "true"}, htGrey},
		{"HTJ2K lossless (.201), RGB 8", uid + "201", 8, true, veryLarge, 1, []string{"ojph_compress", "-i", "PNM", "-o", "CODED.j2c", "-reversible", "true"}, ht},
	}
}

// written is a case's file.
type written struct {
	path, stream string
	bits         float64 // of a frame for each pixel
	decoded      int     // bytes of all frames
}

// write writes the case's picture side × side in so many frames, all the same,
// below dir. What is there already is used again. The error says what is
// missing to write it.
func (c *testCase) write(t *testing.T, dir string, side, frames int) (written, error) {
	samples, width := 1, (c.bits+7)/8
	if c.colour {
		samples = 3
	}
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, c.name)
	w := written{path: filepath.Join(dir, fmt.Sprintf("%s-%d.dcm", name, side)), decoded: side * side * samples * width * frames}
	w.stream = strings.TrimSuffix(w.path, ".dcm") + ".j2k"
	if c.encoder != nil {
		if _, err := exec.LookPath(c.encoder[0]); err != nil {
			return w, fmt.Errorf("%s, which would write it, is not installed", c.encoder[0])
		}
	}
	if _, err := os.Stat(w.path); err != nil {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		c.create(t, w, picture(side, c.bits, samples), side, frames, samples)
	}
	st, err := os.Stat(w.path)
	if err != nil {
		t.Fatal(err)
	}
	w.bits = 8 * float64(st.Size()) / float64(side*side*frames)
	return w, nil
}

func (c *testCase) create(t *testing.T, w written, values []uint16, side, frames, samples int) {
	m := dicomtest.Image{Rows: side, Columns: side, Samples: samples, Stored: c.bits, Values: values}
	if c.encoder == nil {
		m.Syntax, m.FrameCount = c.syntax, frames
		for range frames - 1 {
			m.Values = append(m.Values[:len(m.Values):len(m.Values)], values...)
		}
		if err := os.WriteFile(w.path, m.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	var data []byte
	if strings.HasPrefix(c.encoder[0], "dcm") {
		f, _ := codectest.Recode(t, m.Bytes(), c.encoder[0], c.encoder[1:]...)
		if f.Syntax != c.syntax {
			t.Fatalf("%v wrote %s", c.encoder, f.Syntax)
		}
		data, m.Photometric, m.Planar = f.Frames[0], f.Photometric, f.PlaneWise == 1
		m.Stored, m.Allocated = f.Stored, f.Allocated
	} else {
		data = c.codestream(t, values, side, samples)
		if samples == 3 {
			m.Photometric = "YBR_FULL" // what the decoders give
			if c.encoder[0] != "cjpeg" {
				m.Photometric = "YBR_RCT"
			}
		}
	}
	if err := os.WriteFile(w.stream, data, 0o644); err != nil {
		t.Fatal(err)
	}
	fragments := [][]byte{nil} // no offset table
	for range frames {
		fragments = append(fragments, append(data[:len(data):len(data)], make([]byte, len(data)%2)...))
	}
	m.Syntax, m.FrameCount, m.Values, m.Raw = c.syntax, frames, nil, []byte{}
	m.Extra = []dicomtest.Element{{Tag: dicomtest.Pixels, VR: "OB", Length: dicomtest.Undefined, Fragments: fragments}}
	if err := os.WriteFile(w.path, m.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// codestream has a tool compress the picture as a portable map.
func (c *testCase) codestream(t *testing.T, values []uint16, side, samples int) []byte {
	form, extension := "P5", ".pgm"
	if samples == 3 {
		form, extension = "P6", ".ppm"
	}
	pnm := fmt.Appendf(nil, "%s\n%d %d\n%d\n", form, side, side, 1<<c.bits-1)
	for _, v := range values {
		if c.bits <= 8 {
			pnm = append(pnm, byte(v))
		} else {
			pnm = binary.BigEndian.AppendUint16(pnm, v)
		}
	}
	in, out := filepath.Join(t.TempDir(), "in"+extension), filepath.Join(t.TempDir(), "coded")
	if err := os.WriteFile(in, pnm, 0o600); err != nil {
		t.Fatal(err)
	}
	r := strings.NewReplacer("PNM", in, "CODED", out)
	var args []string
	for _, a := range c.encoder {
		args = append(args, r.Replace(a))
	}
	codectest.Run(t, args[0], args[1:]...)
	for _, end := range []string{"", ".j2k", ".j2c"} {
		if data, err := os.ReadFile(out + end); err == nil {
			return data
		}
	}
	t.Fatalf("%v wrote nothing", args)
	return nil
}

// picture is a phantom whose noise is that of a detector: what dicomtest adds
// to each pixel alone is spread over its neighbours, which leaves about half of
// the bits of a 16-bit value.
func picture(side, bits, samples int) []uint16 {
	reach := 2
	if bits <= 8 {
		reach = 0 // its noise is a few grey levels, as it is
	}
	sharp := dicomtest.Phantom(side, side, bits)
	across := make([]uint32, side*side)
	for y := range side {
		for x := range side {
			sum, n := uint32(0), uint32(0)
			for k := max(x-reach, 0); k <= min(x+reach, side-1); k++ {
				sum, n = sum+uint32(sharp[y*side+k]), n+1
			}
			across[y*side+x] = sum / n
		}
	}
	out := make([]uint16, 0, side*side*samples)
	for y := range side {
		for x := range side {
			sum, n := uint32(0), uint32(0)
			for k := max(y-reach, 0); k <= min(y+reach, side-1); k++ {
				sum, n = sum+across[k*side+x], n+1
			}
			v := sum / n
			for s := range samples { // hues that differ from place to place
				out = append(out, uint16(v*uint32(side-s*y/4)/uint32(side)))
			}
		}
	}
	return out
}
