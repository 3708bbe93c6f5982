package cli

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/app"
	"lightbox/vision/dicom/dicomtest"
)

// ct is a two-frame image in signed values with a rescale: frame f, row y,
// column x hold 40·y + x − 100 + 500·f.
func ct(photometric string, extra ...dicomtest.Element) dicomtest.Image {
	m := dicomtest.Image{Rows: 9, Columns: 40, Stored: 12, Signed: true, FrameCount: 2, Photometric: photometric}
	for f := range 2 {
		for i := range 360 {
			m.Values = append(m.Values, uint16(int16(i-100+500*f)))
		}
	}
	m.Extra = append([]dicomtest.Element{
		dicomtest.DS(dicomtest.RescaleSlope, "0.5"), dicomtest.DS(dicomtest.RescaleIntercept, "-20"),
		dicomtest.DS(dicomtest.WindowCentre, "40"), dicomtest.DS(dicomtest.WindowWidth, "100"),
	}, extra...)
	return m
}

func save(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// archive packs files; the names of some are Chinese.
func archive(t *testing.T, dir string, files map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return save(t, dir, "扫描.zip", b.Bytes())
}

// rendered runs render and decodes what it printed.
func rendered(t *testing.T, args ...string) image.Image {
	t.Helper()
	out, complaints, status := command(t, append([]string{"render", "-o", "-"}, args...)...)
	if status != exitDone {
		t.Fatalf("%v: status %d, %s", args, status, complaints)
	}
	m, err := png.Decode(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// linear is LINEAR of PS3.3 C.11.2.1.2.1 in 8 bits, not rounded.
func linear(x, c, w float64) float64 {
	switch {
	case x <= c-0.5-(w-1)/2:
		return 0
	case x > c-0.5+(w-1)/2:
		return 255
	}
	return ((x-(c-0.5))/(w-1) + 0.5) * 255
}

func sigmoid(x, c, w float64) float64 { return 255 / (1 + math.Exp(-4*(x-c)/w)) }

// Every window, frame and polarity against the standard's formulas.
func TestRenderFollowsTheStandard(t *testing.T) {
	dir := t.TempDir()
	plain := save(t, dir, "plain.dcm", ct("MONOCHROME2").Bytes())
	negative := save(t, dir, "negative.dcm", ct("MONOCHROME1").Bytes())
	curved := save(t, dir, "curved.dcm", ct("MONOCHROME2", dicomtest.Element{Tag: dicomtest.WindowFunction, VR: "CS", Value: "SIGMOID"}).Bytes())
	identity := func(y float64) float64 { return y }
	inverse := func(y float64) float64 { return 255 - y }
	for _, c := range []struct {
		args []string
		of   func(x float64) float64
		f    int
		turn func(float64) float64
	}{
		{[]string{plain}, func(x float64) float64 { return linear(x, 40, 100) }, 0, identity},
		{[]string{"--window", "file", plain}, func(x float64) float64 { return linear(x, 40, 100) }, 0, identity},
		{[]string{"--window", "200, 7.5", "--frame", "2", plain}, func(x float64) float64 { return linear(x, 200, 7.5) }, 1, identity},
		{[]string{"--window", "10,1", plain}, func(x float64) float64 { return linear(x, 10, 1) }, 0, identity},
		{[]string{"--invert", plain}, func(x float64) float64 { return linear(x, 40, 100) }, 0, inverse},
		{[]string{negative}, func(x float64) float64 { return linear(x, 40, 100) }, 0, inverse},
		{[]string{"--invert", "--frame", "2", negative}, func(x float64) float64 { return linear(x, 40, 100) }, 1, identity},
		{[]string{curved}, func(x float64) float64 { return sigmoid(x, 40, 100) }, 0, identity},
		{[]string{"--window", "40,100", curved}, func(x float64) float64 { return linear(x, 40, 100) }, 0, identity},
		// 360 values of which none is cut off by a thousandth.
		{[]string{"--window", "auto", plain}, func(x float64) float64 { return linear(x, (-70+109.5)/2+0.5, 109.5+70+1) }, 0, identity},
		{[]string{"--view", "gray", plain}, func(x float64) float64 { return linear(x, 40, 100) }, 0, identity},
	} {
		m, ok := rendered(t, c.args...).(*image.Gray)
		if !ok || m.Bounds() != image.Rect(0, 0, 40, 9) {
			t.Fatalf("%v: %T %v", c.args, m, m.Bounds())
		}
		for i, got := range m.Pix {
			want := c.turn(c.of(0.5*float64(i-100+500*c.f) - 20))
			if math.Abs(float64(got)-want) > 0.5000001 {
				t.Errorf("%v: pixel %d is %d, want %.2f", c.args, i, got, want)
				break
			}
		}
	}
}

// Without a window of its own, an image takes the automatic one.
func TestRenderWithoutWindow(t *testing.T) {
	dir := t.TempDir()
	m := ct("MONOCHROME2")
	m.Extra = m.Extra[:2]
	path := save(t, dir, "a.dcm", m.Bytes())
	a, b := rendered(t, path), rendered(t, "--window", "auto", path)
	if !bytes.Equal(a.(*image.Gray).Pix, b.(*image.Gray).Pix) {
		t.Error("the default is not the automatic window")
	}
	if _, complaints, status := command(t, "render", "-o", "-", "--window", "file", path); status != exitUsage || !strings.Contains(complaints, "no window of its own") {
		t.Errorf("status %d, %q", status, complaints)
	}
}

func TestRenderColourAndOverlay(t *testing.T) {
	dir := t.TempDir()
	colour := dicomtest.Image{Rows: 2, Columns: 3, Samples: 3, Stored: 8, Planar: true}
	for i := range 18 {
		colour.Values = append(colour.Values, uint16(13*i))
	}
	colour.Extra = []dicomtest.Element{
		{Tag: 0x60000010, VR: "US", Value: 1}, {Tag: 0x60000011, VR: "US", Value: 2},
		{Tag: 0x60000040, VR: "CS", Value: "G"}, {Tag: 0x60000050, VR: "SS", Value: []int{2, 2}},
		{Tag: 0x60000100, VR: "US", Value: 1}, {Tag: 0x60000102, VR: "US", Value: 0},
		{Tag: 0x60003000, VR: "OW", Value: []byte{2, 0}}, // the second of its two pixels
	}
	path := save(t, dir, "colour.dcm", colour.Bytes())
	for _, overlays := range []bool{true, false} {
		args := []string{path}
		if !overlays {
			args = []string{"--no-overlays", path}
		}
		m := rendered(t, args...)
		for i := range 6 {
			r, g, b, _ := m.At(i%3, i/3).RGBA()
			got := [3]uint32{r >> 8, g >> 8, b >> 8}
			want := [3]uint32{uint32(39 * i), uint32(39*i + 13), uint32(39*i + 26)}
			if overlays && i == 5 { // row 2, column 3: one past the overlay's corner
				want = [3]uint32{255, 255, 255}
			}
			if got != want {
				t.Errorf("overlays %v: pixel %d is %v, want %v", overlays, i, got, want)
			}
		}
	}
}

// The blurred view is the one that analyze writes, in 8 bits.
func TestRenderBlur(t *testing.T) {
	dir := t.TempDir()
	path := save(t, dir, "a.dcm", dicomtest.Chest(40, 30, 8).Bytes())
	if _, complaints, status := command(t, "analyze", "--kernel", "9", "--sigma", "2", "--out", dir, path); status != exitDone {
		t.Fatal(complaints)
	}
	f, err := os.Open(filepath.Join(dir, "a.blur.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	got := rendered(t, "--view", "blur", "--kernel", "9", "--sigma", "2", path)
	if !bytes.Equal(got.(*image.Gray).Pix, want.(*image.Gray).Pix) {
		t.Error("render and analyze blur differently")
	}
	got = rendered(t, "--view", "gaussian", "--kernel", "9", "--sigma", "2", path)
	if !bytes.Equal(got.(*image.Gray).Pix, want.(*image.Gray).Pix) {
		t.Error("gaussian is not blur")
	}
}

// A ramp of 2 a pixel with one bright dot in it, seen through each filter: the levels
// that a calculation by hand gives.
func TestRenderFilters(t *testing.T) {
	m := dicomtest.Image{Rows: 20, Columns: 30, Stored: 8, Extra: []dicomtest.Element{
		dicomtest.DS(dicomtest.WindowCentre, "128"), dicomtest.DS(dicomtest.WindowWidth, "256"),
	}}
	for i := range 600 {
		m.Values = append(m.Values, uint16(40+2*(i%30)))
	}
	m.Values[10*30+10] = 200
	path := save(t, t.TempDir(), "a.dcm", m.Bytes())
	for _, c := range []struct {
		args      []string
		far, near uint8 // of column 24, far from the dot, and on it
	}{
		{[]string{"--view", "gray"}, 88, 200},
		{[]string{"--view", "median"}, 88, 60},
		{[]string{"--view", "median", "--aperture", "5"}, 88, 60},
		{[]string{"--view", "unsharp", "--sigma", "1"}, 88, 255},
		{[]string{"--view", "unsharp", "--amount", "0"}, 88, 200},
		{[]string{"--view", "sobel", "--window", "2.5,5"}, 128, 128}, // 2 a pixel of 0 … 4, the dot's own weight is 0
		{[]string{"--view", "sobel", "--aperture", "1", "--window", "2.5,5"}, 128, 128},
	} {
		got := rendered(t, append(c.args, path)...).(*image.Gray)
		if far, near := got.GrayAt(24, 10).Y, got.GrayAt(10, 10).Y; far != c.far || near != c.near {
			t.Errorf("%v: %d and %d, want %d and %d", c.args, far, near, c.far, c.near)
		}
	}
	// The window of a gradient is its own, whatever the file's is.
	own := rendered(t, "--view", "sobel", path).(*image.Gray)
	if !bytes.Equal(own.Pix, rendered(t, "--view", "sobel", "--window", "file", path).(*image.Gray).Pix) || own.GrayAt(11, 10).Y < 200 {
		t.Errorf("beside the dot the gradient is drawn as %d", own.GrayAt(11, 10).Y)
	}
	if flat := rendered(t, "--view", "clahe", "--clip", "3", "--tiles", "4", path).(*image.Gray); flat.GrayAt(24, 10).Y == 88 && flat.GrayAt(4, 10).Y == 48 {
		t.Error("CLAHE changes nothing")
	}
}

// What is left of a frame is written, marked, and the command fails.
func TestRenderPartOfAFrame(t *testing.T) {
	dir := t.TempDir()
	m := dicomtest.Image{Rows: 40, Columns: 40, Stored: 8, Values: make([]uint16, 1600), Extra: []dicomtest.Element{
		dicomtest.DS(dicomtest.WindowCentre, "128"), dicomtest.DS(dicomtest.WindowWidth, "256")}}
	for i := range m.Values {
		m.Values[i] = 200
	}
	data := m.Bytes()
	path := save(t, dir, "cut.dcm", data[:len(data)-800])
	out := filepath.Join(dir, "cut.png")
	_, complaints, status := command(t, "render", "-o", out, path)
	if status != exitFailed || !strings.Contains(complaints, "only 20 of 40 rows") {
		t.Errorf("status %d, %q", status, complaints)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	marked, dark := 0, 0
	for i, v := range p.(*image.Gray).Pix {
		switch {
		case i < 800 && v != 200:
			t.Fatalf("pixel %d is %d", i, v)
		case i >= 800 && v == 0:
			dark++
		case i >= 800:
			marked++
		}
	}
	if marked == 0 || dark == 0 {
		t.Errorf("%d marked and %d dark pixels below", marked, dark)
	}
}

func TestRenderOutput(t *testing.T) {
	dir := t.TempDir()
	path := save(t, dir, "a.dcm", ct("MONOCHROME2").Bytes())
	out := filepath.Join(dir, "a.png")
	for range 2 { // its own picture is replaced
		if _, complaints, status := command(t, "render", "-o", out, path); status != exitDone {
			t.Fatal(complaints)
		}
	}
	data, err := os.ReadFile(out)
	if err != nil || !bytes.Contains(data, []byte(app.Disclaimer)) {
		t.Errorf("no disclaimer in the file's text: %v", err)
	}
	// No other file is, the scan itself least of all.
	before, _ := os.ReadFile(path)
	_, complaints, status := command(t, "render", "-o", path, path)
	if after, _ := os.ReadFile(path); status != exitFailed || !bytes.Equal(before, after) || !strings.Contains(complaints, "did not make") {
		t.Errorf("status %d, %q", status, complaints)
	}
	if _, complaints, status := command(t, "render", "-o", filepath.Join(dir, "none", "a.png"), path); status != exitFailed || complaints == "" {
		t.Errorf("status %d, %q", status, complaints)
	}
}

func TestRenderUsage(t *testing.T) {
	dir := t.TempDir()
	path := save(t, dir, "a.dcm", ct("MONOCHROME2").Bytes())
	for _, args := range [][]string{
		{path}, {"-o", "-"}, {"-o", "-", path, path}, {"-o", "-", "--frame", "0", path}, {"-o", "-", "--frame", "3", path},
		{"-o", "-", "--view", "red", path}, {"-o", "-", "--window", "40", path}, {"-o", "-", "--window", "40,0", path},
		{"-o", "-", "--window", "NaN,9", path}, {"-o", "-", "--window", "40,x", path}, {"-o", "-", "--kernel", "4", path},
		{"-o", "-", "--view", "blur", "--kernel", "4", path}, {"-o", "-", "--view", "median", "--aperture", "7", path},
		{"-o", "-", "--view", "sobel", "--kernel", "5", path}, {"-o", "-", "--view", "unsharp", "--sigma", "0", path},
		{"-o", "-", "--view", "clahe", "--clip", "NaN", path}, {"-o", "-", "--view", "clahe", "--aperture", "3", path},
	} {
		if out, complaints, status := command(t, append([]string{"render"}, args...)...); status != exitUsage || complaints == "" || out != "" {
			t.Errorf("%q: status %d, %q", args, status, complaints)
		}
	}
	_, complaints, _ := command(t, "render", "-o", "-", "--frame", "3", path)
	if !strings.Contains(complaints, "2 frames, counted from 1") {
		t.Errorf("%q", complaints)
	}
	if _, complaints, status := command(t, "render", "-o", "-", filepath.Join(dir, "gone.dcm")); status != exitFailed || !strings.Contains(complaints, "gone.dcm") {
		t.Errorf("status %d, %q", status, complaints)
	}
}

// slice is a slice of a stack, one level everywhere.
func slice(uid string, number, z, level int) []byte {
	m := dicomtest.Image{Rows: 4, Columns: 5, Stored: 8, Values: make([]uint16, 20)}
	for i := range m.Values {
		m.Values[i] = uint16(level)
	}
	m.Extra = []dicomtest.Element{
		{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.9.%s.%d", uid, number)},
		{Tag: 0x00080060, VR: "CS", Value: "CT"}, {Tag: 0x0008103E, VR: "LO", Value: "HEAD " + uid},
		{Tag: 0x00100020, VR: "LO", Value: "ID-SECRET"}, {Tag: 0x00080050, VR: "SH", Value: "ACC-SECRET"},
		{Tag: 0x0020000E, VR: "UI", Value: "1.8." + uid}, {Tag: 0x00200011, VR: "IS", Value: uid},
		{Tag: 0x00200013, VR: "IS", Value: fmt.Sprint(number)},
		dicomtest.DS(0x00200032, fmt.Sprintf(`0\0\%d`, z)), dicomtest.DS(0x00200037, `1\0\0\0\1\0`),
		dicomtest.DS(dicomtest.WindowCentre, "128"), dicomtest.DS(dicomtest.WindowWidth, "256"),
	}
	return m.Bytes()
}

// The frame of a folder or an archive is that of its first stack, by place.
func TestRenderFromStacks(t *testing.T) {
	dir := t.TempDir()
	scans := map[string][]byte{"b/2": slice("1", 2, 30, 30), "a/3": slice("1", 3, 20, 20), "c/1": slice("1", 1, 10, 10), "d/9": slice("2", 1, 0, 99)}
	for name, data := range scans {
		save(t, dir, "folder/"+name, data)
	}
	packed := archive(t, dir, scans)
	for _, path := range []string{filepath.Join(dir, "folder"), packed} {
		for n, want := range []uint8{10, 20, 30} {
			m := rendered(t, "--frame", fmt.Sprint(n+1), path).(*image.Gray)
			if m.Pix[0] != want {
				t.Errorf("%s: frame %d is %d, want %d", path, n+1, m.Pix[0], want)
			}
		}
		if _, complaints, status := command(t, "render", "-o", "-", "--frame", "4", path); status != exitUsage || !strings.Contains(complaints, "3 frames") {
			t.Errorf("status %d, %q", status, complaints)
		}
	}
	if m := rendered(t, filepath.Join(packed, "d", "9")).(*image.Gray); m.Pix[0] != 99 {
		t.Errorf("the archive's entry is %d", m.Pix[0])
	}
	if _, complaints, status := command(t, "render", "-o", "-", t.TempDir()); status != exitFailed || complaints == "" {
		t.Errorf("an empty folder: status %d, %q", status, complaints)
	}
}
