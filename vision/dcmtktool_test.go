package vision

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/codec/dispatch"
)

const noShared = "the shared DICOM test files are not here; set LIGHTBOX_SHARED to their folder"

// openInProcess opens a DICOM file whose frames are decoded in this process:
// what is tested is the picture, not the worker.
func openInProcess(path string) (*File, error) {
	f, err := OpenFile(background, blob.File(path))
	if err == nil && f.dicom != nil {
		f.dicom.Decoder = dispatch.InProcess{}
	}
	return f, err
}

// dcmtk is dcmj2pnm and what it needs for the syntaxes that it cannot read.
type dcmtk struct {
	t   testing.TB
	dir string // for its outputs
}

func hasDCMTK() bool {
	_, err := exec.LookPath("dcmj2pnm")
	return err == nil
}

const noDCMTK = "dcmj2pnm (DCMTK) is not installed"

// twins are uncompressed files of the same pixels, for what no tool of
// reference decodes: RLE and deflated frames of 1 bit.
var twins = map[string]string{
	"liver_rle.dcm": "liver.dcm", "liver_deflate.dcm": "liver.dcm",
	"liver_nonbyte_aligned_rle.dcm":     "liver_nonbyte_aligned.dcm",
	"liver_nonbyte_aligned_deflate.dcm": "liver_nonbyte_aligned.dcm",
}

// readable is the file itself or, where dcmj2pnm does not decode its syntax, an
// uncompressed copy by another decoder of reference; "" if there is none.
func (d *dcmtk) readable(path, syntax string) string {
	out := filepath.Join(d.dir, "native.dcm")
	tries := [][]string{{"dcmdjpls", path, out}, {"gdcmconv", "--raw", path, out}}
	switch twin := twins[filepath.Base(path)]; {
	case twin != "":
		return filepath.Join(filepath.Dir(path), twin)
	case strings.HasPrefix(syntax, "1.2.840.10008.1.2.4.8"):
	case strings.HasPrefix(syntax, "1.2.840.10008.1.2.4.9"):
		tries = tries[1:]
	case strings.HasPrefix(syntax, "1.2.840.10008.1.2.4.20"):
		return ""
	default:
		return path
	}
	for _, c := range tries {
		if _, err := exec.LookPath(c[0]); err != nil {
			continue
		}
		if err := exec.Command(c[0], c[1:]...).Run(); err == nil {
			return out
		}
	}
	return ""
}

// raster is a picture of 8 bits: gray levels, or red, green and blue.
type raster struct {
	columns, rows, samples int
	pix                    []byte
}

// picture runs dcmj2pnm and reads what it wrote.
func (d *dcmtk) picture(path string, frame int, args ...string) (raster, error) {
	out := filepath.Join(d.dir, "out.pnm")
	args = append(append([]string{"+op", "+F", strconv.Itoa(frame + 1)}, args...), path, out)
	if b, err := exec.Command("dcmj2pnm", args...).CombinedOutput(); err != nil {
		return raster{}, fmt.Errorf("dcmj2pnm: %w: %s", err, bytes.TrimSpace(b))
	}
	b, err := os.ReadFile(out)
	if err != nil {
		return raster{}, err
	}
	return parsePNM(b)
}

// parsePNM reads binary PGM and PPM of 8 bits.
func parsePNM(b []byte) (raster, error) {
	in := bytes.NewReader(b)
	var magic string
	var r raster
	var top int
	// Width, height and top are separated by white space, one character of which
	// ends the header; dcmj2pnm writes no comments.
	if _, err := fmt.Fscanf(in, "%2s\n%d %d\n%d", &magic, &r.columns, &r.rows, &top); err != nil {
		return raster{}, err
	}
	if _, err := in.ReadByte(); err != nil {
		return raster{}, err
	}
	r.samples = map[string]int{"P5": 1, "P6": 3}[magic]
	r.pix = b[len(b)-in.Len():]
	if r.samples == 0 || top != 255 || len(r.pix) != r.rows*r.columns*r.samples {
		return raster{}, fmt.Errorf("a PNM of %q, %d × %d, top %d, %d bytes", magic, r.columns, r.rows, top, len(r.pix))
	}
	return r, nil
}

// rasterOf takes the pixels of a Picture8.
func rasterOf(m image.Image) raster {
	b := m.Bounds()
	switch m := m.(type) {
	case *image.Gray:
		return raster{b.Dx(), b.Dy(), 1, m.Pix}
	case *image.RGBA:
		var out []byte
		for i := 0; i < len(m.Pix); i += 4 {
			out = append(out, m.Pix[i:i+3]...)
		}
		return raster{b.Dx(), b.Dy(), 3, out}
	}
	return raster{}
}

// difference is the largest difference of two pictures, 256 where their sizes
// differ.
func difference(a, b raster) int {
	if a.columns != b.columns || a.rows != b.rows || a.samples != b.samples {
		return 256
	}
	largest := 0
	for i := range a.pix {
		d := int(a.pix[i]) - int(b.pix[i])
		largest = max(largest, d, -d)
	}
	return largest
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// someFrames names at most three frames of so many.
func someFrames(n int) []int {
	switch {
	case n <= 0:
		return nil
	case n == 1:
		return []int{0}
	case n == 2:
		return []int{0, 1}
	}
	return []int{0, n / 2, n - 1}
}
