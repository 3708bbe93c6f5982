package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox/vision/fault"
)

type measure struct {
	Length float64 `json:"length"`
	Unit   string  `json:"unit"`
}

// What is put is there at the next opening, as it was put last.
func TestRoundTrip(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "lightbox", "journal")
	study, other := KeyOf("1.2.840.1", ""), KeyOf("1.2.840.2", "")
	j := Open(folder, quiet(t))
	before := time.Now()
	j.Put(study, "measure", "a", measure{12.5, "mm"})
	j.Put(study, "measure", "b", measure{3, "px"})
	j.Put(study, "window", "", [2]float64{40, 400})
	j.Put(study, "window", "", [2]float64{-600, 1500})
	j.Put(study, "reading", "1", nil)
	j.Put(study, "note", "上\n\"\u2028", "右肺上叶\nline two")
	j.Put(study, "key image", "c", json.RawMessage("{ \"frame\" :\n 7 }"))
	j.Put(other, "measure", "a", "another study's")
	j.Delete(study, "measure", "a")
	j.Delete(study, "measure", "never there")
	want := map[Name]string{
		{"measure", "b"}: `{"length":3,"unit":"px"}`, {"window", ""}: `[-600,1500]`, {"reading", "1"}: `null`,
		{"note", "上\n\"\u2028"}: raw(t, "右肺上叶\nline two"), {"key image", "c"}: `{"frame":7}`,
	}
	c, n, err := j.Load(study)
	if err != nil || n.Fault() != nil {
		t.Fatal(n, err)
	}
	same(t, "at once", texts(c), want)
	closed(t, j)
	got, n := loaded(t, folder, study)
	same(t, "later", got, want)
	if n.Lines != 0 || n.Torn != 0 || n.Unsaved != 0 || n.Newer != 0 || n.Fault() != nil {
		t.Errorf("notes %+v", n)
	}
	got, _ = loaded(t, folder, other)
	same(t, "the other study", got, map[Name]string{{"measure", "a"}: `"another study's"`})
	got, _ = loaded(t, folder, KeyOf("1.2.840.3", ""))
	same(t, "an unknown study", got, map[Name]string{})

	var m measure
	if ok, err := c.Get("measure", "b", &m); !ok || err != nil || m != (measure{3, "px"}) {
		t.Errorf("%v %v %v", ok, err, m)
	}
	if ok, err := c.Get("measure", "a", &m); ok || err != nil {
		t.Errorf("deleted: %v %v", ok, err)
	}
	if ok, err := c.Get("window", "", &m); !ok || err == nil {
		t.Errorf("another type: %v %v", ok, err)
	}
	if e := c[Name{"measure", "b"}]; e.Time.Before(before.Add(-time.Second)) || e.Time.After(time.Now()) {
		t.Errorf("time %v", e.Time)
	}
}

// Journals of released versions stay readable. Their sums were computed by a CRC-32C
// that was written down bit by bit, of RFC 3720, not by this package.
func TestVersion1(t *testing.T) {
	data, err := os.ReadFile("testdata/version1.journal")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	study := KeyOf("1", "")
	write(t, at(folder, study), data)
	got, n := loaded(t, folder, study)
	same(t, "version 1", got, map[Name]string{
		{"measure", "4e07408562bedb8b60ce05c1decfe3ad/1"}: `{"points":[[812.5,1033.25],[1120,998.75]],"length":87.31,"unit":"mm"}`,
		{"window", ""}: `[-600,1500]`, {"note", "1"}: `"右肺上叶 \u003c 3 cm"`, {"reading", "a"}: `null`,
	})
	if n.Lines != 0 || n.Torn != 0 {
		t.Errorf("%+v", n)
	}
	// What is written now has the same form, to the byte.
	var lines []byte
	_, err = scan(bytes.NewReader(data), func(r record, _ int) bool {
		lines, err = encode(lines, r)
		return err == nil
	})
	if err != nil || !bytes.Equal(lines, data) {
		t.Errorf("written as %q, %v", lines, err)
	}
}

// Lists are in the order in which their values were put, also when the clock stands still.
func TestOrder(t *testing.T) {
	j := Open("", quiet(t))
	defer closed(t, j)
	study := KeyOf("1", "")
	var want string
	for i := range 500 {
		j.Put(study, "measure", fmt.Sprint((i*37)%500), i)
		want += fmt.Sprint(i, " ")
	}
	c, _, err := j.Load(study)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, e := range c.Of("measure") {
		got += string(e.Value) + " "
	}
	if got != want {
		t.Errorf("%s", got)
	}
}

// What is beyond the limits is said once and stays while the program runs.
func TestLimits(t *testing.T) {
	folder := t.TempDir()
	var h heard
	j := Open(folder, h.listener())
	study := KeyOf("1", "")
	j.Put(study, "text", "big", strings.Repeat("x", maxLine))
	j.Put(study, "text", strings.Repeat("k", maxKey+1), 1)
	j.Put(study, strings.Repeat("k", maxKind+1), "x", 1)
	j.Put(study, "", "x", 1)
	j.Put(study, "text", strings.Repeat("\x01", maxKey), strings.Repeat("y", maxLine-lineOverhead-2))
	j.Put(study, "text", "small", "s")
	if err := j.Sync(context.Background()); fault.KindOf(err) != fault.JournalFull {
		t.Errorf("%v, want %v", err, fault.JournalFull)
	}
	h.told(t, 0, fault.JournalFull)
	c, n, err := j.Load(study)
	if err != nil || len(c) != 6 || n.Unsaved != 4 {
		t.Errorf("%d values, %+v, %v", len(c), n, err)
	}
	j.Put(KeyOf("2", ""), "text", "a", math.Inf(1)) // a defect of the caller's
	h.wait(t, 2, 0)
	h.told(t, 0, fault.JournalFull, fault.InternalError)
	_ = j.Close()
	got, n := loaded(t, folder, study)
	if len(got) != 2 || got[Name{"text", "small"}] != `"s"` || n.Lines != 0 {
		t.Errorf("%d values, %+v", len(got), n)
	}
}

// Names that are not UTF-8 are found again under what they became.
func TestNamesOfBytes(t *testing.T) {
	folder := t.TempDir()
	j := Open(folder, quiet(t))
	study := KeyOf("1", "")
	j.Put(study, "k\xff", "\xfe", 1)
	j.Put(study, "k\xff", "\xfe", 2)
	closed(t, j)
	got, _ := loaded(t, folder, study)
	same(t, "names", got, map[Name]string{{"k\uFFFD", "\uFFFD"}: "2"})
}

// Without a folder all is kept while the program runs, and nothing is said.
func TestInMemory(t *testing.T) {
	j := Open("", quiet(t))
	study := KeyOf("1", "")
	j.Put(study, "a", "b", 1)
	j.Put(study, "a", "c", 1)
	j.Delete(study, "a", "c")
	settled(t, j)
	c, _, err := j.Load(study)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "memory", texts(c), map[Name]string{{"a", "b"}: "1"})
	if err := j.Forget(study); err != nil {
		t.Fatal(err)
	}
	if c, _, err = j.Load(study); err != nil || len(c) != 0 {
		t.Errorf("%v %v", c, err)
	}
	closed(t, j)
	closed(t, j)
	j.Put(study, "a", "b", 1) // dropped
	if err := j.Sync(context.Background()); err == nil {
		t.Error("a closed journal syncs")
	}
}

func TestForgetAndSize(t *testing.T) {
	folder := t.TempDir()
	j := Open(folder, quiet(t))
	defer closed(t, j)
	a, b := KeyOf("1", ""), KeyOf("2", "")
	for _, s := range []Study{a, b} {
		j.Put(s, "measure", "1", strings.Repeat("x", 1000))
	}
	settled(t, j)
	if n, size, err := j.Size(); n != 2 || size < 2000 || size > 2400 || err != nil {
		t.Errorf("%d studies, %d bytes, %v", n, size, err)
	}
	if err := j.Forget(a); err != nil {
		t.Fatal(err)
	}
	if c, _, err := j.Load(a); len(c) != 0 || err != nil {
		t.Errorf("%v %v", c, err)
	}
	j.Put(a, "measure", "2", 2)
	settled(t, j)
	got, _ := loaded(t, folder, a)
	same(t, "after it was forgotten", got, map[Name]string{{"measure", "2"}: "2"})
	got, _ = loaded(t, folder, b)
	if len(got) != 1 {
		t.Errorf("the other study: %v", got)
	}
	if err := j.ForgetAll(); err != nil {
		t.Fatal(err)
	}
	if n, size, err := j.Size(); n != 0 || size != 0 || err != nil {
		t.Errorf("%d studies, %d bytes, %v", n, size, err)
	}
}

// A thousand studies leave neither memory nor files open.
func TestManyStudies(t *testing.T) {
	folder := t.TempDir()
	j := Open(folder, quiet(t))
	defer closed(t, j)
	n := 1000
	if testing.Short() {
		n = 100
	}
	for i := range n {
		s := KeyOf(fmt.Sprint(i), "")
		if _, _, err := j.Load(s); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			j.Put(s, "window", "", i)
		}
	}
	settled(t, j)
	settled(t, j)
	j.mu.Lock()
	left := len(j.shelves)
	j.mu.Unlock()
	if left > maxStudies {
		t.Errorf("%d studies in memory", left)
	}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil && len(fds) > 50 {
		t.Errorf("%d open files", len(fds))
	}
	for i := 0; i < n; i += 99 {
		if got, _ := loaded(t, folder, KeyOf(fmt.Sprint(i), "")); got[Name{"window", ""}] != fmt.Sprint(i) {
			t.Errorf("%d: %v", i, got)
		}
	}
}
