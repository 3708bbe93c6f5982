package study

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox/vision/blob"
	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
	"lightbox/vision/format"
)

// file writes bytes below the folder.
func file(t testing.TB, folder, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// ct is a small CT slice as a DICOM file.
func ct(number int, series string) []byte {
	return dt.Image{Rows: 4, Columns: 4, Extra: []dt.Element{
		{Tag: 0x00080008, VR: "CS", Value: `ORIGINAL\PRIMARY\AXIAL`},
		{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("%s.%d", series, number)},
		{Tag: 0x00080060, VR: "CS", Value: "CT"},
		{Tag: 0x0020000E, VR: "UI", Value: series},
		{Tag: 0x00200013, VR: "IS", Value: fmt.Sprint(number)},
		{Tag: 0x00200032, VR: "DS", Value: fmt.Sprintf(`0\0\%g`, 2.5*float64(number))},
		{Tag: 0x00200037, VR: "DS", Value: `1\0\0\0\1\0`},
	}}.Bytes()
}

func picture(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// outcome is all that a run of Index tells.
type outcome struct {
	items       []*Item
	problems    []Problem
	batches     int
	done, total int
}

func index(t testing.TB, o Options, paths ...string) outcome {
	t.Helper()
	var r outcome
	err := Index(context.Background(), paths, o, func(items []*Item) { r.items, r.batches = append(r.items, items...), r.batches+1 },
		func(p Problem) { r.problems = append(r.problems, p) },
		func(done, total int) {
			if done > total || done < r.done {
				t.Errorf("progress: %d of %d after %d", done, total, r.done)
			}
			r.done, r.total = done, total
		})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r outcome) catalog() []*Study {
	c := NewCatalog()
	c.Add(r.items...)
	return c.Studies()
}

// relative lists the paths of the items below the folder.
func (r outcome) relative(folder string) string {
	var out []string
	for _, it := range r.items {
		p, _ := filepath.Rel(folder, it.Path())
		out = append(out, filepath.ToSlash(p))
	}
	return strings.Join(out, " ")
}

func TestIndexFolder(t *testing.T) {
	dir := t.TempDir()
	for i := range 12 {
		file(t, dir, fmt.Sprintf("ct/IM%d", i+1), ct(i+1, "1.2.3"))
	}
	file(t, dir, "ct/notes.txt", []byte("no scan"))
	file(t, dir, "ct/.hidden", ct(99, "1.2.3"))
	file(t, dir, ".cache/IM1", ct(99, "1.2.3"))
	file(t, dir, "empty", nil)
	file(t, dir, "film 2.png", picture(t, 7, 5))
	file(t, dir, "film 10.png", picture(t, 7, 5))
	file(t, dir, "own.png", picture(t, 7, 5))
	file(t, dir, "torn.dcm", ct(1, "1.2.9")[:300])
	r := index(t, Options{Skip: func(p string) bool { return filepath.Base(p) == "own.png" }}, dir)
	want := "ct/IM1 ct/IM2 ct/IM3 ct/IM4 ct/IM5 ct/IM6 ct/IM7 ct/IM8 ct/IM9 ct/IM10 ct/IM11 ct/IM12 film 2.png film 10.png"
	if got := r.relative(dir); got != want {
		t.Errorf("%s", got)
	}
	if len(r.problems) != 1 || filepath.Base(r.problems[0].Path) != "torn.dcm" || fault.KindOf(r.problems[0].Err) != fault.Truncated || r.problems[0].Named {
		t.Errorf("%v", r.problems)
	}
	if r.done != 18 || r.total != 18 {
		t.Errorf("%d of %d", r.done, r.total)
	}
	studies := r.catalog()
	if len(studies) != 2 || len(studies[0].Series)+len(studies[1].Series) != 3 {
		t.Fatalf("%d studies", len(studies))
	}
	for _, s := range studies {
		if s.UID == "" {
			if s.Folder != dir || len(s.Series) != 2 || s.Series[0].Description != "film 2.png" || s.Series[0].Stacks[0].Columns != 7 {
				t.Errorf("%+v", s)
			}
		} else if k := s.Series[0].Stacks[0]; len(k.Frames) != 12 || k.Spacing != 2.5 || len(k.Notes) != 0 {
			t.Errorf("%+v", k)
		}
	}
}

func TestIndexNamed(t *testing.T) {
	dir := t.TempDir()
	paths := []string{
		file(t, dir, "b", ct(1, "1.2")), file(t, dir, "text", []byte("no scan")), file(t, dir, "empty", nil),
		filepath.Join(dir, "gone"), file(t, dir, "a", ct(2, "1.2")),
	}
	r := index(t, Options{}, paths...)
	if got := r.relative(dir); got != "b a" || !r.items[0].Named {
		t.Error(got)
	}
	want := []fault.Kind{fault.NotAScan, fault.Empty, fault.NotFound}
	for i, p := range r.problems {
		if i >= len(want) || fault.KindOf(p.Err) != want[i] || !p.Named || p.Path != paths[i+1] {
			t.Errorf("%v", p)
		}
	}
	if len(r.problems) != 3 {
		t.Errorf("%v", r.problems)
	}
}

// Links to files are followed, links to folders are not, and a folder that may
// not be read is a problem and no end.
func TestIndexLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	target := file(t, outside, "IM1", ct(1, "1.2"))
	file(t, dir, "z/IM2", ct(2, "1.2"))
	for from, to := range map[string]string{"a link": target, "loop": dir, "broken": filepath.Join(dir, "nothing")} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	if r := index(t, Options{}, dir); r.relative(dir) != "a link z/IM2" || len(r.problems) != 0 {
		t.Errorf("%s %v", r.relative(dir), r.problems)
	}
	// The loop named by itself is the folder.
	if r := index(t, Options{}, filepath.Join(dir, "loop")); len(r.items) != 2 {
		t.Errorf("%s", r.relative(dir))
	}
	locked := filepath.Join(dir, "locked")
	if err := os.Mkdir(locked, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadDir(locked); err == nil {
		t.Skip("this user may read everything")
	}
	if r := index(t, Options{}, dir); len(r.items) != 2 || len(r.problems) != 1 || fault.KindOf(r.problems[0].Err) != fault.NoPermission {
		t.Errorf("%v", r.problems)
	}
}

func zipped(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	names := sortedKeys(files)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestIndexArchive(t *testing.T) {
	dir := t.TempDir()
	inner := zipped(t, map[string][]byte{"IM9": ct(9, "1.2")})
	file(t, dir, "b.zip", zipped(t, map[string][]byte{
		"s/IM1": ct(1, "1.2"), "s/IM10": ct(10, "1.2"), "s/IM2": ct(2, "1.2"), "inner.zip": inner, "readme": []byte("text"),
		"__MACOSX/s/IM1": ct(1, "1.2"), "s/.hidden": ct(3, "1.2"), "torn": ct(1, "1.9")[:300],
	}))
	file(t, dir, "a", ct(20, "1.2"))
	file(t, dir, "c", ct(21, "1.2"))
	r := index(t, Options{}, dir)
	if got := r.relative(dir); got != "a b.zip/s/IM1 b.zip/s/IM2 b.zip/s/IM10 c" {
		t.Error(got)
	}
	if len(r.problems) != 1 || !strings.HasSuffix(r.problems[0].Path, "torn") || r.done != r.total {
		t.Errorf("%v, %d of %d", r.problems, r.done, r.total)
	}
	broken := file(t, dir, "d.zip", []byte("PK\x03\x04 and nothing else"))
	if r = index(t, Options{}, broken); len(r.problems) != 1 || fault.KindOf(r.problems[0].Err) != fault.Truncated {
		t.Errorf("%v", r.problems)
	}
}

// directoryOf writes a DICOMDIR of these file IDs.
func directoryOf(ids ...string) []byte {
	var records [][]dt.Element
	for _, id := range ids {
		records = append(records, []dt.Element{{Tag: 0x00041430, VR: "CS", Value: "IMAGE"}, {Tag: 0x00041500, VR: "CS", Value: id}})
	}
	b := dt.File(dt.ExplicitLE, dt.Set{{Tag: 0x00041220, VR: "SQ", Items: records}})
	class := dt.Body(dt.ExplicitLE, dt.Set{{Tag: 0x00020002, VR: "UI", Value: "1.2.840.10008.1.3.10"}})
	return slices.Concat(b[:132], class, b[132:])
}

func TestIndexDirectory(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "pat1/SE1/im1", ct(1, "1.2"))
	file(t, dir, "pat1/SE1/IM2.dcm", ct(2, "1.2"))
	file(t, dir, "pat1/SE1/not listed", ct(3, "1.2"))
	file(t, dir, "../secret", ct(4, "1.2"))
	path := file(t, dir, "DICOMDIR", directoryOf(`PAT1\SE1\IM1`, `PAT1\SE1\IM2`, `PAT1\SE1\IM3`, `..\secret`, `PAT1\..\..\SECRET`, `PAT1\SE1`, `/etc/passwd`))
	r := index(t, Options{}, path)
	if got := r.relative(dir); got != "pat1/SE1/im1 pat1/SE1/IM2.dcm" {
		t.Error(got)
	}
	var kinds []fault.Kind
	for _, p := range r.problems {
		kinds = append(kinds, fault.KindOf(p.Err))
	}
	if !slices.Equal(kinds, []fault.Kind{fault.NotFound, fault.BadHeader, fault.BadHeader, fault.NotFound, fault.BadHeader}) {
		t.Errorf("%v", r.problems)
	}
	if r = index(t, Options{}, dir); len(r.items) != 3 || len(r.problems) != 0 {
		t.Errorf("the folder: %s, %v", r.relative(dir), r.problems)
	}
}

// An enhanced object, through the whole of reading: four places at two times,
// the direction shared by all frames.
func TestIndexEnhanced(t *testing.T) {
	sequence := func(tag uint32, items ...[]dt.Element) dt.Element {
		return dt.Element{Tag: tag, VR: "SQ", Items: items}
	}
	var frames [][]dt.Element
	for n := range 8 {
		frames = append(frames, []dt.Element{
			sequence(0x00209111, []dt.Element{{Tag: 0x00209056, VR: "SH", Value: "1"}, {Tag: 0x00209128, VR: "UL", Value: n%2 + 1}}),
			sequence(0x00209113, []dt.Element{dt.DS(0x00200032, fmt.Sprintf(`0\0\%d`, 30-n/2*3))}),
		})
	}
	m := dt.Image{Rows: 4, Columns: 4, FrameCount: 8, Extra: []dt.Element{
		sequence(0x52009229, []dt.Element{sequence(0x00209116, []dt.Element{dt.DS(0x00200037, `1\0\0\0\1\0`)})}),
		sequence(0x52009230, frames...),
	}}
	studies := index(t, Options{}, file(t, t.TempDir(), "enhanced", m.Bytes())).catalog()
	stacks := studies[0].Series[0].Stacks
	if labels(stacks) != "1/2, 2/2" {
		t.Fatal(labels(stacks))
	}
	for at, k := range stacks {
		if len(k.Frames) != 4 || k.Spacing != 3 || k.Frames[0].Index != 6+at || k.Frames[0].Position[2] != 21 || len(k.Notes) != 0 {
			t.Errorf("%s: %+v", k.Label, k)
		}
	}
}

// A header that claims millions of frames costs nothing.
func TestIndexLyingFrames(t *testing.T) {
	m := dt.Image{Rows: 4, Columns: 4, Extra: []dt.Element{{Tag: dt.Frames, VR: "IS", Value: "16000000"}}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := index(t, Options{}, file(t, t.TempDir(), "a", m.Bytes()))
	_ = r.catalog()
	runtime.ReadMemStats(&after)
	if len(r.items) != 1 || r.items[0].Frames > maxUnseenFrames || after.TotalAlloc-before.TotalAlloc > 16<<20 {
		t.Errorf("%d items, %d bytes", len(r.items), after.TotalAlloc-before.TotalAlloc)
	}
}

// volume is a NIfTI file of 5 slices at 2 times, 2 mm apart, stored from the
// head to the feet.
func volume() []byte {
	b := make([]byte, 352+3*4*5*2)
	short := func(at int, values ...uint16) {
		for i, v := range values {
			binary.LittleEndian.PutUint16(b[at+2*i:], v)
		}
	}
	float := func(at int, values ...float32) {
		for i, v := range values {
			binary.LittleEndian.PutUint32(b[at+4*i:], math.Float32bits(v))
		}
	}
	short(0, 348)
	short(40, 4, 3, 4, 5, 2)
	short(70, 2)
	float(108, 352)
	short(254, 1)
	float(280, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -2, 50)
	copy(b[344:], "n+1\x00")
	return b
}

func TestIndexVolume(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "brain.nii", volume())
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(volume())
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	file(t, dir, "brain.nii.gz", packed.Bytes())
	studies := index(t, Options{}, dir).catalog()
	if len(studies) != 1 || len(studies[0].Series) != 2 || studies[0].Folder != dir {
		t.Fatalf("%d studies", len(studies))
	}
	keys := map[string]bool{}
	for _, r := range studies[0].Series {
		if labels(r.Stacks) != "1/2, 2/2" || !strings.HasPrefix(r.Description, "brain.nii") {
			t.Fatalf("%s: %s", r.Description, labels(r.Stacks))
		}
		for n, k := range r.Stacks {
			keys[k.Key] = true
			if len(k.Frames) != 5 || k.Frames[0].Index != 5*n+4 || k.Frames[4].Index != 5*n || k.Spacing != 2 ||
				k.Frames[0].Position[2] != 42 || !slices.Equal(k.Orientation, axial) || len(k.Notes) != 0 {
				t.Errorf("%s: %+v", k.Label, k)
			}
		}
	}
	if len(keys) != 4 {
		t.Errorf("the keys are %v", keys)
	}
}

func TestIndexCancelled(t *testing.T) {
	dir := t.TempDir()
	for i := range 500 {
		file(t, dir, fmt.Sprint(i), ct(i, "1.2"))
	}
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	err := Index(ctx, []string{dir}, Options{}, func([]*Item) {
		if calls++; calls > 1 {
			t.Error("found was called after the end")
		}
		cancel()
	}, nil, nil)
	if fault.KindOf(err) != fault.Interrupted {
		t.Errorf("%v", err)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// changing is a file that goes away, shrinks or fails while it is read.
type changing struct {
	name string
	err  error
}

func (c changing) Path() string { return c.name }
func (c changing) Open() (blob.Reader, error) {
	return failing{bytes.NewReader(ct(1, "1.2")), c.err}, nil
}

type failing struct {
	*bytes.Reader
	err error
}

func (failing) Close() error { return nil }
func (f failing) ReadAt(b []byte, off int64) (int, error) {
	if len(b) > format.SniffBytes || off > 0 {
		return 0, f.err
	}
	return f.Reader.ReadAt(b, off)
}

func TestFileChangesWhileRead(t *testing.T) {
	x := &indexer{names: interner{texts: map[string]string{}}}
	for want, err := range map[fault.Kind]error{fault.Truncated: nil, fault.CannotRead: &fs.PathError{Op: "read", Path: "x", Err: os.ErrInvalid}, fault.NotFound: fs.ErrNotExist} {
		if r := x.read(context.Background(), source{blob: changing{"x", err}}); fault.KindOf(r.err) != want || r.item != nil {
			t.Errorf("%s: %v", want, r.err)
		}
	}
}

// Many files: bounded memory, time in proportion. The default is 10,000 so that
// the whole test takes seconds; LIGHTBOX_MANY asks for another number.
func TestManyFiles(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 1000
	}
	if s := os.Getenv("LIGHTBOX_MANY"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	for i := range n {
		file(t, dir, fmt.Sprintf("%d/IM%d", i/1000, i), ct(i%5000, fmt.Sprintf("1.2.%d", i/5000)))
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	c, grouping := NewCatalog(), time.Duration(0)
	var studies []*Study
	err := Index(context.Background(), []string{dir}, Options{}, func(items []*Item) {
		from := time.Now()
		c.Add(items...)
		studies = c.Studies()
		grouping += time.Since(from)
	}, func(p Problem) { t.Error(p) }, nil)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	images := 0
	for _, s := range studies {
		for _, r := range s.Series {
			images += r.Images()
		}
	}
	t.Logf("%d files in %v, of it %v grouping; %d bytes held, %d a file", n, took, grouping, held, held/int64(n))
	if images != n {
		t.Errorf("%d images", images)
	}
	if held > int64(n)*3000 {
		t.Errorf("%d bytes held", held)
	}
	runtime.KeepAlive(c)
}

func TestCatalogReuses(t *testing.T) {
	c := NewCatalog()
	if c.Studies() != nil {
		t.Error("studies in an empty catalog")
	}
	for i := range 5 {
		h := slice(i+1, float64(i))
		c.Add(itemOf(h))
	}
	other := slice(1, 0)
	other.SeriesUID, other.SeriesNumber = "1.9", "1"
	c.Add(itemOf(other)) // the same path: passed over
	first := c.Studies()
	if len(first) != 1 || len(first[0].Series) != 1 || len(first[0].Series[0].Stacks[0].Frames) != 5 {
		t.Fatalf("%+v", first)
	}
	if again := c.Studies(); again[0] != first[0] {
		t.Error("nothing changed, and the study is another")
	}
	it := itemOf(other)
	it.Blob = blob.File("/scans/other")
	c.Add(it)
	second := c.Studies()
	if second[0] == first[0] || len(second[0].Series) != 2 || second[0].Series[1] != first[0].Series[0] {
		t.Error("the series that did not change was made anew, or the study was not")
	}
	// Another stack in the first series leaves the stack that was there.
	h := slice(9, 3)
	h.Rows, h.ImageType = 512, []string{"", "", "LOCALIZER"}
	c.Add(itemOf(h))
	third := c.Studies()
	if k := third[0].Series[1].Stacks; len(k) != 2 || k[0].Frames[0].Item.InstanceNumber != 1 {
		t.Errorf("%d stacks", len(k))
	}
	if len(first[0].Series[0].Stacks) != 1 {
		t.Error("what was handed out was changed")
	}
}

func TestCatalogKeepsPatientsApart(t *testing.T) {
	c := NewCatalog()
	for i, patient := range []string{"A", "B"} {
		h := slice(i+1, 0)
		h.PatientID, h.StudyDate = patient, fmt.Sprint(20240101+i)
		c.Add(itemOf(h))
	}
	if s := c.Studies(); len(s) != 2 || s[0].PatientID != "B" {
		t.Errorf("%d studies", len(s))
	}
}

func TestNatural(t *testing.T) {
	names := []string{"a10", "a2", "b", "a01", "a1", "10", "9", ""}
	slices.SortFunc(names, Natural)
	if got := strings.Join(names, " "); got != " 9 10 a01 a1 a2 a10 b" {
		t.Errorf("%q", got)
	}
}

// FuzzIndex: whatever a file holds, it becomes items or problems and no defect,
// and every image has its place in one stack.
func FuzzIndex(f *testing.F) {
	f.Add(ct(1, "1.2"))
	f.Add(zipped(f, map[string][]byte{"a": ct(1, "1.2"), "b": ct(2, "1.2")}))
	f.Add(directoryOf(`A\B`, `..\C`, ""))
	f.Add(picture(f, 3, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := index(t, Options{Workers: 1}, file(t, t.TempDir(), "a", data))
		for _, p := range r.problems {
			if k := fault.KindOf(p.Err); k == fault.InternalError || k == "" {
				t.Errorf("%v", p)
			}
		}
		images, frames := 0, 0
		for _, it := range r.items {
			if !it.NoImage() {
				images += it.Frames
			}
		}
		for _, s := range r.catalog() {
			for _, series := range s.Series {
				frames += series.Images()
			}
		}
		if images != frames {
			t.Errorf("%d images, %d in stacks", images, frames)
		}
	})
}
