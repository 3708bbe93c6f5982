//go:build bench

package app

import (
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox/vision"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/dicom/dicomtest"
)

// The volume that is measured.
const (
	slices512  = 1000
	side       = 512
	sameStream = 5  // slices in a row share a codestream: encoding each takes minutes
	noise      = 10 // standard deviation, as of a thin slice in HU
)

const uncompressed = "uncompressed"

// kind is the volume in one transfer syntax.
type kind struct {
	name, folder string
	missing      string   // the tool that could not write it
	syntax       string   // UID
	encoder      []string // with its options; files follow
	decoder      []string // the reference
	multi        string   // the first slices as one file of many frames, for decoder
}

type volume struct {
	source     string
	pixelBytes float64
	folder     string
	kinds      []*kind
}

// writeVolume writes the volume below the folder that LIGHTBOX_BENCH_DATA
// names, outside the repository; what is there already is used again.
func writeVolume(t *testing.T) *volume {
	t.Helper()
	root := os.Getenv("LIGHTBOX_BENCH_DATA")
	if root == "" {
		root = t.TempDir()
	}
	v := &volume{pixelBytes: slices512 * side * side * 2, folder: root, kinds: []*kind{
		{name: uncompressed, syntax: dicomtest.ExplicitLE},
		{name: "JPEG lossless SV1", syntax: "1.2.840.10008.1.2.4.70", encoder: []string{"dcmcjpeg", "+e1"}, decoder: []string{"dcmdjpeg"}},
		{name: "JPEG 2000 lossless", syntax: "1.2.840.10008.1.2.4.90", encoder: []string{"gdcmconv", "--j2k"}, decoder: []string{"gdcmconv", "--raw"}},
	}}
	base := headVolume(t)
	v.source = base.source
	for _, k := range v.kinds {
		k.folder = filepath.Join(root, strings.ReplaceAll(k.name, " ", "-"))
		k.multi = k.folder + ".dcm"
		if k.encoder != nil {
			if _, err := exec.LookPath(k.encoder[0]); err != nil {
				k.missing = k.encoder[0] + " is not installed"
				continue
			}
		}
		if _, err := os.Stat(filepath.Join(k.folder, ".written")); err == nil {
			continue
		}
		began := time.Now()
		if err := os.MkdirAll(k.folder, 0o755); err != nil {
			t.Fatal(err)
		}
		parallel(slices512/sameStream, func(i int) { k.write(t, base, i*sameStream) })
		if k.encoder != nil && !t.Failed() {
			k.writeMulti(t)
		}
		if t.Failed() {
			t.FailNow()
		}
		// The mark is a hidden folder, which an index passes over.
		if err := os.Rename(mkdir(t, k.folder, ".part"), filepath.Join(k.folder, ".written")); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s written in %.1f s", k.name, time.Since(began).Seconds())
	}
	return v
}

func mkdir(t *testing.T, elements ...string) string {
	path := filepath.Join(elements...)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// write writes a few slices from z on.
func (k *kind) write(t *testing.T, base *head, z int) {
	var stream []byte
	for i := z; i < z+sameStream; i++ {
		m := ctSlice(i)
		if k.encoder == nil {
			m.Raw = base.slice(i)
		} else {
			if stream == nil {
				m.Raw = base.slice(i)
				f, _ := codectest.Recode(t, m.Bytes(), k.encoder[0], k.encoder[1:]...)
				stream = f.Frames[0]
			}
			m = k.encapsulated(m, stream)
		}
		if err := os.WriteFile(filepath.Join(k.folder, fmt.Sprintf("IM%04d.dcm", i+1)), m.Bytes(), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// encapsulated gives an image these frames.
func (k *kind) encapsulated(m dicomtest.Image, frames ...[]byte) dicomtest.Image {
	fragments := [][]byte{nil} // no offset table
	for _, f := range frames {
		fragments = append(fragments, even(f))
	}
	m.Syntax, m.FrameCount, m.Raw = k.syntax, len(frames), []byte{}
	m.Extra = append(m.Extra, dicomtest.Element{Tag: dicomtest.Pixels, VR: "OB", Length: dicomtest.Undefined, Fragments: fragments})
	return m
}

const multiFrames = slices512 / sameStream

// writeMulti writes the different codestreams as the frames of one file.
func (k *kind) writeMulti(t *testing.T) {
	var frames [][]byte
	for i := 0; i < slices512; i += sameStream {
		f, err := codectest.Read(filepath.Join(k.folder, fmt.Sprintf("IM%04d.dcm", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, f.Frames[0])
	}
	m := k.encapsulated(ctSlice(0), frames...)
	if err := os.WriteFile(k.multi, m.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reference times what others do with the same data: DCMTK reading the headers
// of all files; reading all bytes, or decoding them by one process.
func (k *kind) reference(t *testing.T) string {
	var said []string
	files, err := filepath.Glob(filepath.Join(k.folder, "*.dcm"))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := timed(append([]string{"dcmdump", "+P", "0020,0032", "+P", "0020,0013"}, files...)...); err == nil {
		said = append(said, fmt.Sprintf("headers by dcmdump %.2f s", s))
	} else {
		said = append(said, "dcmdump: "+err.Error())
	}
	if k.decoder == nil {
		began := time.Now()
		for _, f := range files {
			if _, err := os.ReadFile(f); err != nil {
				t.Fatal(err)
			}
		}
		return strings.Join(append(said, fmt.Sprintf("reading all bytes %.2f s", time.Since(began).Seconds())), "; ")
	}
	out := filepath.Join(t.TempDir(), "decoded.dcm")
	s, err := timed(append(slices.Clone(k.decoder), k.multi, out)...)
	if err != nil {
		return strings.Join(append(said, k.decoder[0]+": "+err.Error()), "; ")
	}
	return strings.Join(append(said, fmt.Sprintf("%s, one process, %.1f s for 1,000 frames (%.2f s for %d)", k.decoder[0], s*slices512/multiFrames, s, multiFrames)), "; ")
}

// timed is the time of a command in seconds, the median of three if it is short.
func timed(command ...string) (float64, error) {
	if _, err := exec.LookPath(command[0]); err != nil {
		return 0, fmt.Errorf("not installed")
	}
	var all []float64
	for len(all) == 0 || len(all) < 3 && all[0] < 3 { // a long one is timed once
		began := time.Now()
		if err := exec.Command(command[0], command[1:]...).Run(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began).Seconds())
	}
	return median(all), nil
}

// tenth is how many slices each of ten studies has: parts of the volume that
// overlap.
const tenth = 200

// ten makes ten studies.
func (v *volume) ten(t *testing.T, k *kind) (folders []string) {
	for n := range 10 {
		folder := filepath.Join(v.folder, "ten", filepath.Base(k.folder), fmt.Sprint(n))
		folders = append(folders, folder)
		if _, err := os.Stat(folder); err == nil {
			continue
		}
		part := mkdir(t, folder+".part")
		for i := range tenth {
			from := filepath.Join(k.folder, fmt.Sprintf("IM%04d.dcm", n*(slices512-tenth)/9+i+1))
			if err := os.Link(from, filepath.Join(part, fmt.Sprintf("IM%04d.dcm", i+1))); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Rename(part, folder); err != nil {
			t.Fatal(err)
		}
	}
	return folders
}

// ctSlice is the header of slice number i, its pixels left out.
func ctSlice(i int) dicomtest.Image {
	return dicomtest.Image{Rows: side, Columns: side, Stored: 16, Extra: []dicomtest.Element{
		{Tag: 0x00080016, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.2"},
		{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.2.826.0.1.3680043.10.1.7.%d", i+1)},
		{Tag: 0x00080060, VR: "CS", Value: "CT"},
		{Tag: 0x00180050, VR: "DS", Value: "0.14"},
		{Tag: 0x00200013, VR: "IS", Value: fmt.Sprint(i + 1)},
		{Tag: 0x00200032, VR: "DS", Value: fmt.Sprintf(`0\0\%.2f`, 0.14*float64(i))},
		{Tag: 0x00200037, VR: "DS", Value: `1\0\0\0\1\0`},
		{Tag: dicomtest.PixelSpacing, VR: "DS", Value: `0.4\0.4`},
		dicomtest.DS(dicomtest.RescaleIntercept, "-1024"), dicomtest.DS(dicomtest.RescaleSlope, "1"),
		dicomtest.DS(dicomtest.WindowCentre, "40"), dicomtest.DS(dicomtest.WindowWidth, "400"),
	}}
}

// head is the volume that slices are interpolated from: values in HU, slice by
// slice.
type head struct {
	source              string
	hu                  []float32
	depth, rows, column int
	noise               []int16
}

// headVolume reads the public CT of a head, or makes a phantom.
func headVolume(t *testing.T) *head {
	t.Helper()
	h := &head{source: "a public head interpolated from 93 slices of 64 × 64, with noise", rows: 64, column: 64}
	var files []string
	if shared := dicomtest.SharedFolder(); shared != "" {
		_ = filepath.WalkDir(filepath.Join(shared, "slicer-cthead"), func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.EqualFold(filepath.Ext(path), ".dcm") {
				files = append(files, path)
			}
			return nil // what cannot be listed is missed below
		})
	}
	byPlace := map[float64]*vision.Scan{}
	for _, f := range files {
		if s, err := vision.Open(context.Background(), f, nil); err == nil && s.Stored.Rows == 64 && s.Stored.Columns == 64 && len(s.Header.ImagePosition) == 3 {
			byPlace[s.Header.ImagePosition[2]] = s
		}
	}
	var places []float64
	for z := range byPlace {
		places = append(places, z)
	}
	slices.Sort(places)
	for _, z := range places {
		s := byPlace[z]
		for y := range 64 {
			for x := range 64 {
				h.hu = append(h.hu, float32(s.Modality.Value(s.Stored.Value(x, y, 0))))
			}
		}
	}
	if h.depth = len(places); h.depth < 2 {
		h.phantom()
	}
	random := rand.New(rand.NewSource(1))
	h.noise = make([]int16, 1<<18)
	for i := range h.noise {
		h.noise[i] = int16(math.Round(random.NormFloat64() * noise))
	}
	return h
}

// phantom is a stack of phantoms, the shared data being missing.
func (h *head) phantom() {
	h.source, h.depth, h.hu = "a phantom, the public head being not here", 2, nil
	for range h.depth {
		for _, v := range dicomtest.Phantom(64, 64, 11) {
			h.hu = append(h.hu, float32(v)-1024)
		}
	}
}

// slice interpolates slice i of the volume linearly and adds noise: unsigned
// 16-bit values, little endian, −1024 HU being 0.
func (h *head) slice(i int) []byte {
	z := float64(i) * float64(h.depth-1) / (slices512 - 1)
	k := min(int(z), h.depth-2)
	fz := float32(z - float64(k))
	n := h.rows * h.column
	flat := make([]float32, n)
	for j := range flat {
		flat[j] = h.hu[k*n+j]*(1-fz) + h.hu[(k+1)*n+j]*fz
	}
	out := make([]byte, 0, side*side*2)
	seed := uint32(i)*2654435761 + 1
	for y := range side {
		v := float32(y) * float32(h.rows-1) / (side - 1)
		r := min(int(v), h.rows-2)
		fy := v - float32(r)
		a, b := flat[r*h.column:][:h.column], flat[(r+1)*h.column:][:h.column]
		seed = seed*1664525 + 1013904223
		grain := h.noise[int(seed>>8)%(len(h.noise)-side):]
		for x := range side {
			u := float32(x) * float32(h.column-1) / (side - 1)
			c := min(int(u), h.column-2)
			fx := u - float32(c)
			hu := (a[c]*(1-fx)+a[c+1]*fx)*(1-fy) + (b[c]*(1-fx)+b[c+1]*fx)*fy
			out = binary.LittleEndian.AppendUint16(out, uint16(min(max(hu+1024+float32(grain[x]), 0), 65535)))
		}
	}
	return out
}

func even(b []byte) []byte {
	if len(b)%2 != 0 {
		return append(b[:len(b):len(b)], 0)
	}
	return b
}

// parallel calls f with 0 … n−1 on all cores.
func parallel(n int, f func(int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}
