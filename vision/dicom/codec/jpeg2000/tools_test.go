package jpeg2000

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/codec/jpeg2000/internal/encode"
)

// byPixel turns values by component into the order of a picture.
func byPixel(planes []byte, samples, width int) []byte {
	out := make([]byte, len(planes))
	n := len(planes) / (samples * width)
	for s := range samples {
		for i := range n {
			copy(out[(i*samples+s)*width:], planes[(s*n+i)*width:][:width])
		}
	}
	return out
}

func file(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if data != nil {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestOpenJPEG compresses pictures with opj_compress in many ways and compares
// with what opj_decompress makes of them and, lossless, with what went in.
func TestOpenJPEG(t *testing.T) {
	codectest.Need(t, "opj_compress", "opj_decompress")
	for _, options := range []string{"", "-n 1", "-t 16,16 -n 3", "-t 20,13 -d 3,2 -TP R -n 2", "-p RPCL -c [32,32],[16,16] -n 3 -SOP -EPH -PLT", "-r 8,4,1 -b 16,16", "-I", "-I -r 20,5 -n 4 -p CPRL", "-I -q 30,50 -t 32,32 -n 2", "-M 63 -n 2", "-ROI c=0,U=3 -n 2"} {
		for _, f := range []encode.Form{{Rows: 67, Columns: 41, Samples: 1, Bits: 8}, {Rows: 67, Columns: 41, Samples: 1, Bits: 12, Signed: true}, {Rows: 40, Columns: 33, Samples: 1, Bits: 16}, {Rows: 67, Columns: 41, Samples: 3, Bits: 8}, {Rows: 33, Columns: 40, Samples: 3, Bits: 16}} {
			for _, kind := range []string{"j2k", "jp2"} {
				want, planes := values(f)
				width := codec.WidthOf(f.Bits)
				dir := t.TempDir()
				in := file(t, dir, "in.rawl", codectest.Pack(planes, width))
				coded, out := file(t, dir, "c."+kind, nil), file(t, dir, "out.rawl", nil)
				sign := "u"
				if f.Signed {
					sign = "s"
				}
				args := append(strings.Fields(options), "-i", in, "-o", coded, "-F", fmt.Sprintf("%d,%d,%d,%d,%s", f.Columns, f.Rows, f.Samples, f.Bits, sign))
				codectest.Run(t, "opj_compress", args...)
				codectest.Run(t, "opj_decompress", "-i", coded, "-o", out)
				check(t, fmt.Sprintf("%s %s %+v", options, kind, f), coded, out, want, f, !strings.Contains(options, "-I"))
			}
		}
	}
}

func check(t *testing.T, name, coded, out string, want []int32, f encode.Form, lossless bool) {
	t.Helper()
	data, err := os.ReadFile(coded)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	p, err := decode(data)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if f.Signed { // opj_decompress cuts the sign's copies off
		for i := 1; i < len(truth); i += 2 {
			truth[i] = byte(int8(truth[i]<<(16-f.Bits)) >> (16 - f.Bits))
		}
	}
	if !bytes.Equal(p.Data, byPixel(truth, f.Samples, p.Width())) {
		t.Errorf("%s: differs from opj_decompress", name)
	}
	if lossless && !bytes.Equal(p.Data, codectest.Pack(want, p.Width())) {
		t.Errorf("%s: differs from what went in", name)
	}
	if p.Lossy == lossless || p.Signed != f.Signed || p.Bits != f.Bits {
		t.Errorf("%s: lossy %v, signed %v, %d bits", name, p.Lossy, p.Signed, p.Bits)
	}
}

// TestOpenJPH compresses pictures with OpenJPH, so that the two HTJ2K
// implementations check each other.
func TestOpenJPH(t *testing.T) {
	codectest.Need(t, "ojph_compress")
	for _, options := range []string{"", "-num_decomps 2", "-num_decomps 3 -tile_size {32,32}", "-num_decomps 2 -block_size {32,32} -precincts {64,64},{64,64} -prog_order LRCP"} {
		for _, f := range []encode.Form{{Rows: 67, Columns: 41, Samples: 1, Bits: 8}, {Rows: 67, Columns: 41, Samples: 3, Bits: 8}, {Rows: 40, Columns: 61, Samples: 1, Bits: 12}, {Rows: 40, Columns: 61, Samples: 3, Bits: 16}} {
			want, _ := values(f)
			dir := t.TempDir()
			kind, magic := "pgm", "P5"
			if f.Samples == 3 {
				kind, magic = "ppm", "P6"
			}
			pnm := []byte(fmt.Sprintf("%s\n%d %d\n%d\n", magic, f.Columns, f.Rows, 1<<f.Bits-1))
			body := codectest.Pack(want, codec.WidthOf(f.Bits))
			if f.Bits > 8 { // PNM is big endian
				for i := 0; i < len(body); i += 2 {
					body[i], body[i+1] = body[i+1], body[i]
				}
			}
			in, coded := file(t, dir, "in."+kind, append(pnm, body...)), file(t, dir, "c.j2c", nil)
			codectest.Run(t, "ojph_compress", append(strings.Fields(options), "-reversible", "true", "-i", in, "-o", coded)...)
			data, err := os.ReadFile(coded)
			if err != nil {
				t.Fatal(err)
			}
			p, err := decode(data)
			if err != nil {
				t.Errorf("%s %+v: %v", options, f, err)
				continue
			}
			if !bytes.Equal(p.Data, codectest.Pack(want, p.Width())) || p.Lossy || p.Transformed != (f.Samples == 3) {
				t.Errorf("%s %+v: another picture, lossy %v, transformed %v", options, f, p.Lossy, p.Transformed)
			}
		}
	}
}
