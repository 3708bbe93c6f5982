package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Whatever a journal holds, it is read within the limits, what was read is what is
// read again once it is written anew, and something can be put behind it.
func FuzzLoad(f *testing.F) {
	data, ends, _ := lines(5)
	f.Add(data)
	f.Add(data[:ends[2]-5])
	f.Add(seal(nil, 2, []byte("x")))
	f.Add([]byte(`{"time":"2026-11-29T15:02:09.123456Z","kind":"measure","key":"a","deleted":true}` + "\n" +
		`{"time":"2026-11-29T15:02:09.123456+08:00","kind":"measure","key":"a","value":[1e999]}`))
	f.Add(append(make([]byte, 50), data...))
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		inMemory(t, data)
		// The same with sums that are right, since chance finds none.
		var sealed []byte
		for _, l := range bytes.Split(data, []byte{'\n'}) {
			sealed = seal(sealed, 1, l)
		}
		inMemory(t, sealed)
		inFile(t, filepath.Join(folder, "1.journal"), data)
	})
}

// inMemory reads what is in a journal, writes it anew and reads that.
func inMemory(t *testing.T, data []byte) {
	var a, b table
	found, err := scan(bytes.NewReader(data), a.apply)
	if err != nil {
		t.Fatal(err)
	}
	if a.live > maxLive || len(a.of) > maxKeys || found.end+found.tail != int64(len(data)) || found.damaged > found.end {
		t.Fatalf("%d bytes: %+v, %d live", len(data), found, a.live)
	}
	var anew []byte
	for _, r := range a.records() {
		if anew, err = encode(anew, r); err != nil {
			t.Fatal(err)
		}
	}
	if found, err = scan(bytes.NewReader(anew), b.apply); err != nil || found.lines > 0 || found.tail > 0 || found.newer > 0 {
		t.Fatalf("written anew: %+v, %v", found, err)
	}
	same(t, "written anew", texts(b.contents()), texts(a.contents()))
}

// inFile puts something behind a journal, or leaves a newer version's alone.
func inFile(t *testing.T, path string, data []byte) {
	var a table
	found, err := scan(bytes.NewReader(data), a.apply)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, data)
	s := shelf{path: path}
	refused, err := s.append(theDisk(), []record{{Time: after(a.last, a.last), Kind: "after", Value: []byte("1")}}, true)
	if err != nil || len(refused) > 0 || s.newer != found.newer {
		t.Fatal(err, refused, s.newer)
	}
	if s.newer > 0 {
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("a newer version's file was changed: %v", err)
		}
		return
	}
	var b table
	if _, err := read("here", path, &b); err != nil {
		t.Fatal(err)
	}
	want := texts(a.contents())
	want[Name{"after", ""}] = "1"
	same(t, "with what was put", texts(b.contents()), want)
}
