package vision

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// comparison is one way of rendering that both sides know.
type comparison struct {
	name     string
	args     []string
	voi      VOI
	overlays bool
}

// comparisons lists what can be asked of both for a frame: the file's own
// windows and VOI LUTs, and windows of every function over its range.
func comparisons(s *Scan) []comparison {
	if s.Values.Samples > 1 {
		return []comparison{{"colour", []string{"-O"}, s.VOIs[0], false}}
	}
	var out []comparison
	count := map[Source]int{}
	option := map[Source]string{SourceLUT: "+Wl", SourceFile: "+Wi"}
	for _, v := range s.VOIs {
		if option[v.Source] != "" {
			count[v.Source]++
			n := strconv.Itoa(count[v.Source])
			out = append(out, comparison{string(v.Source) + " " + n, []string{option[v.Source], n, "-O"}, v.Free(), false})
		}
	}
	low, high := modalityRange(s)
	c, w := (low+high)/2+0.5, high-low+1
	at := func(name string, c, w float64, more ...string) {
		args := append([]string{"+Ww", decimal(c), decimal(w), "+Wfl"}, more...)
		out = append(out, comparison{name, args, VOI{Centre: c, Width: w, Function: Linear}, more[0] != "-O"})
	}
	at("whole range", c, w, "-O")
	at("narrow", low+0.4*w, max(w/8, 2), "-O")
	at("wide", c+w/3, 3*w, "-O")
	at("width 1", c, 1, "-O")
	if s.Overlay != nil {
		at("overlay", c, w, "+O", "0")
	}
	w = max(w/2, 1)
	return append(out,
		// LINEAR_EXACT of c and w is LINEAR of c + 0.5 and w + 1 (PS3.3 C.11.2.1.2.1, C.11.2.1.3.2).
		comparison{"LINEAR_EXACT", []string{"+Ww", decimal(c + 0.5), decimal(w + 1), "+Wfl", "-O"}, VOI{Centre: c, Width: w, Function: LinearExact}, false},
		comparison{"SIGMOID", []string{"+Ww", decimal(c), decimal(w), "+Wfs", "-O"}, VOI{Centre: c, Width: w, Function: Sigmoid}, false})
}

// modalityRange is the smallest and the largest modality value.
func modalityRange(s *Scan) (low, high float64) {
	for i, p := range s.Values.Pix {
		v := s.Modality.Value(s.Values.number(p))
		if s.Wide != nil {
			v = s.Header.RescaleSlope*s.Wide[i] + s.Header.RescaleIntercept
		}
		if i == 0 {
			low, high = v, v
		}
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// What DCMTK does otherwise than the standard's formulas, and how it is told
// that a difference comes of it and of nothing else.
const (
	wholeModality = "DCMTK cuts modality values to whole numbers before the window"
	halfChroma    = "DCMTK takes chroma from 127.5 on, in tables of whole numbers; PS3.3 C.7.6.3.1.2 takes it from 128 on"
)

// explained tells which of DCMTK's choices, written down as formulas, gives its
// picture within a level; "" if none does.
func explained(s *Scan, c comparison, theirs raster) string {
	model := raster{theirs.columns, theirs.rows, theirs.samples, make([]byte, len(theirs.pix))}
	switch {
	case s.Values.Samples == 1 && s.Wide == nil && len(model.pix) == len(s.Values.Pix) && !c.overlays:
		for i, q := range s.Values.Pix {
			y := c.voi.Apply(math.Trunc(s.Modality.Value(s.Values.number(q))))
			if s.Inverse {
				y = 1 - y
			}
			model.pix[i] = uint8(y*255 + 0.5)
		}
		if difference(model, theirs) <= 1 {
			return wholeModality
		}
	case s.Stored.Samples == 3 && s.Stored.Depth == 8 && len(model.pix) == len(s.Stored.Pix) && s.Header.Photometric[0] == 'Y':
		for i := 0; i < len(model.pix); i += 3 {
			y, cb, cr := float64(s.Stored.Pix[i]), float64(s.Stored.Pix[i+1]), float64(s.Stored.Pix[i+2])
			r := y + math.Trunc(1.402*cr-0.701*255)
			g := y - math.Trunc(0.3441*cb) - math.Trunc(0.7141*cr-0.5291*255)
			b := y + math.Trunc(1.772*cb-0.8859*255)
			for k, v := range []float64{r, g, b} {
				model.pix[i+k] = uint8(min(max(v, 0), 255))
			}
		}
		if difference(model, theirs) == 0 {
			return halfChroma
		}
	}
	return ""
}

// rendering is how one file compares with DCMTK.
type rendering struct {
	frames, pictures, exact, within int
	explained                       map[string]int
	failures                        []string // more than a level, unexplained
	none                            string   // why nothing could be compared
}

// compareFile renders frames of f on both sides.
func (d *dcmtk) compareFile(f *File, path string) rendering {
	r := rendering{explained: map[string]int{}}
	native := d.readable(path, f.Header.Syntax.UID)
	if native == "" {
		r.none = "no other decoder reads it"
		return r
	}
	for _, i := range someFrames(f.Frames()) {
		s, err := f.Scan(background, i)
		if err != nil {
			if r.none == "" && r.frames == 0 {
				r.none = err.Error()
			}
			return r
		}
		r.frames++
		for _, c := range comparisons(s) {
			theirs, err := d.picture(native, i, c.args...)
			if err != nil {
				r.none = "dcmj2pnm does not show it"
				return r
			}
			r.take(s, i, c, theirs)
		}
	}
	return r
}

func (r *rendering) take(s *Scan, frame int, c comparison, theirs raster) {
	ours := rasterOf(s.Picture8(s.Values, c.voi, false, c.overlays))
	if s.Values.Samples == 3 && theirs.samples == 1 && s.Stored.Samples == 1 {
		r.none = "dcmj2pnm leaves the supplemental palette out"
		return
	}
	r.pictures++
	largest := difference(ours, theirs)
	switch {
	case largest == 0:
		r.exact++
	case largest == 1:
		r.within++
	default:
		if why := explained(s, c, theirs); why != "" {
			r.explained[why]++
			return
		}
		r.failures = append(r.failures, fmt.Sprintf("frame %d, %s %v: %d levels", frame+1, c.name, c.args, largest))
	}
}

// TestPicturesAgainstDCMTK renders the public files with dcmj2pnm and with
// Picture8: every picture within one grey level, or its difference is one of
// DCMTK's own choices. Every eleventh file, all of them with LIGHTBOX_FULL set.
func TestPicturesAgainstDCMTK(t *testing.T) {
	dir := dicomtest.SharedFolder()
	switch {
	case dir == "":
		t.Skip(noShared)
	case !hasDCMTK():
		t.Skip(noDCMTK)
	}
	tool := &dcmtk{t, t.TempDir()}
	files, sum := 0, rendering{explained: map[string]int{}}
	for n, row := range dicomtest.Table(t, filepath.Join(dir, "manifest.tsv")) {
		if os.Getenv("LIGHTBOX_FULL") == "" && n%11 != 0 {
			continue
		}
		path := filepath.Join(dir, row["path"])
		f, err := openInProcess(path)
		if err != nil || f.NoImage() || f.Header.Rows == 0 {
			continue
		}
		r := tool.compareFile(f, path)
		if r.none != "" {
			t.Logf("%s: %s", row["path"], r.none)
		}
		for _, s := range r.failures {
			t.Errorf("%s: %s", row["path"], s)
		}
		for why, k := range r.explained {
			t.Logf("%s: %d pictures: %s", row["path"], k, why)
			sum.explained[why] += k
		}
		if r.pictures > 0 {
			files++
		}
		sum.frames, sum.pictures, sum.exact, sum.within = sum.frames+r.frames, sum.pictures+r.pictures, sum.exact+r.exact, sum.within+r.within
	}
	t.Logf("%d files, %d frames, %d pictures: %d equal, %d within one level, otherwise %v", files, sum.frames, sum.pictures, sum.exact, sum.within, sum.explained)
}

// TestSegmentedPaletteAgainstPydicom has what DCMTK does not expand: pydicom
// (apply_color_lut) gives 16 bits, of which the picture is the upper 8 rounded.
func TestSegmentedPaletteAgainstPydicom(t *testing.T) {
	dir := dicomtest.SharedFolder()
	if dir == "" {
		t.Skip(noShared)
	}
	const script = `
import sys, pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut
d = pydicom.dcmread(sys.argv[1])
sys.stdout.buffer.write(apply_color_lut(d.pixel_array, d).astype("<u2").tobytes())`
	for _, name := range []string{"gdcm-US-ALOKA-16.dcm", "gdcm-US-ALOKA-16_big.dcm"} {
		path := filepath.Join(dir, "pydicom-data", "data_store", "data", name)
		out, err := exec.Command("/usr/bin/python3", "-c", script, path).Output()
		if err != nil {
			t.Skip("pydicom and numpy are not installed for /usr/bin/python3")
		}
		f, err := openInProcess(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.Scan(background, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := raster{s.Values.Columns, s.Values.Rows, 3, make([]byte, len(out)/2)}
		for i := range want.pix {
			want.pix[i] = uint8(math.Round(float64(binary.LittleEndian.Uint16(out[2*i:])) / 65535 * 255))
		}
		if d := difference(rasterOf(s.Picture8(s.Values, s.VOIs[0], false, false)), want); d != 0 || len(want.pix) != len(s.Values.Pix) {
			t.Errorf("%s: differs by %d levels", name, d)
		}
	}
}
