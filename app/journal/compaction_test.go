package journal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Once the limits on names and bytes are reached what is new stays in memory, and
// what replaces something is kept.
func TestTableLimits(t *testing.T) {
	var names, live table
	now := time.Now()
	for i := range maxKeys {
		if !names.apply(record{Time: now, Kind: "a", Key: fmt.Sprint(i), Value: []byte("1")}, 100) {
			t.Fatalf("%d is refused", i)
		}
	}
	if names.apply(record{Time: now, Kind: "a", Key: "new", Value: []byte("1")}, 100) {
		t.Error("more names than may be")
	}
	if !names.apply(record{Time: now, Kind: "a", Key: "7", Value: []byte("2")}, 100) || !names.apply(record{Time: now, Kind: "a", Key: "8", Deleted: true}, 100) {
		t.Error("a known name is refused")
	}
	for i := range maxLive / maxLine {
		if !live.apply(record{Time: now, Kind: "a", Key: fmt.Sprint(i), Value: []byte("1")}, maxLine) {
			t.Fatalf("%d MiB are refused", i)
		}
	}
	if live.apply(record{Time: now, Kind: "a", Key: "new", Value: []byte("1")}, 1) || live.live != maxLive {
		t.Error("more bytes than may be")
	}
	if !live.apply(record{Time: now, Kind: "a", Key: "7", Deleted: true}, 100) || live.live != maxLive-maxLine {
		t.Errorf("%d bytes after a deletion", live.live)
	}
	if !live.apply(record{Time: now, Kind: "a", Key: "new", Value: []byte("1")}, maxLine) {
		t.Error("what was freed is not to be had")
	}
}

// A hundred thousand values of a few names take little room, and are right.
func TestHundredThousandPuts(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	j := Open(folder, quiet(t))
	want := map[Name]string{}
	largest := int64(0)
	for i := range n {
		key := fmt.Sprint(i % 50)
		if i%49 == 0 {
			j.Delete(study, "window", key)
			delete(want, Name{"window", key})
		} else {
			j.Put(study, "window", key, i)
			want[Name{"window", key}] = fmt.Sprint(i)
		}
		if i%100 == 0 {
			time.Sleep(10 * time.Microsecond)
			if st, err := os.Stat(at(folder, study)); err == nil {
				largest = max(largest, st.Size())
			}
		}
	}
	closed(t, j)
	got, notes := loaded(t, folder, study)
	same(t, "values", got, want)
	if notes.Lines > 0 {
		t.Errorf("%+v", notes)
	}
	st, err := os.Stat(at(folder, study))
	if err != nil || st.Size() > compactFrom+1000 && st.Size() > compactRatio*50*100 {
		t.Errorf("%d bytes at the end, %v", st.Size(), err)
	}
	t.Logf("%d bytes at most, %d at the end", largest, st.Size())
}

// What was deleted stays so when a file is written anew, and the times stay.
func TestCompactionKeepsTimes(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	j := Open(folder, quiet(t))
	j.Put(study, "measure", "a", 1)
	j.Put(study, "measure", "gone", 1)
	j.Delete(study, "measure", "gone")
	settled(t, j)
	before, _, err := j.Load(study)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		j.Put(study, "window", "", strings.Repeat("x", 1000+i))
		if i%10 == 0 {
			settled(t, j)
		}
	}
	closed(t, j)
	k := Open(folder, quiet(t))
	defer closed(t, k)
	after, _, err := k.Load(study)
	if err != nil || len(after) != 2 || !after[Name{"measure", "a"}].Time.Equal(before[Name{"measure", "a"}].Time) {
		t.Errorf("%v; before %v; %v", after, before, err)
	}
	if st, err := os.Stat(at(folder, study)); err != nil || st.Size() > 120_000 {
		t.Errorf("%v: it was not written anew", st.Size())
	}
}

// A file that is as large as may be is read in bounded memory: what is in force, and
// one line.
func TestMemoryOfReading(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	line := append(bytes.Repeat([]byte{'x'}, maxLine-1), '\n')
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var tb table
	found, err := scan(&repeated{line, 0, 128 << 20}, tb.apply)
	runtime.ReadMemStats(&after)
	if err != nil || found.lines != 128 || len(tb.of) > 0 {
		t.Errorf("%+v %v", found, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d MiB were allocated for nothing", grown>>20)
	}
}

// repeated gives a line again and again, up to so many bytes.
type repeated struct {
	line     []byte
	at, left int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := min(copy(p, r.line[r.at:]), r.left)
	r.at, r.left = (r.at+n)%len(r.line), r.left-n
	if n == 0 && r.left == 0 {
		return 0, io.EOF
	}
	return n, nil
}
