package journal

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"lightbox/vision/fault"
)

// A file that ends at any of its bytes holds what was whole, and goes on.
func TestTruncated(t *testing.T) {
	data, ends, want := lines(12)
	folder := t.TempDir()
	study := KeyOf("1", "")
	for cut := 0; cut <= len(data); cut++ {
		whole := 0
		for _, e := range ends {
			if cut >= e-1 { // a line that lacks its end only is whole
				whole++
			}
		}
		values := map[Name]string{}
		if whole > 0 {
			values = want[whole-1]
		}
		write(t, at(folder, study), data[:cut])
		got, n := loaded(t, folder, study)
		same(t, fmt.Sprint("cut at ", cut), got, values)
		if n.Lines != 0 || n.Fault() != nil {
			t.Errorf("cut at %d: %+v", cut, n)
		}

		j := Open(folder, quiet(t))
		j.Put(study, "after", "", cut)
		closed(t, j)
		got, n = loaded(t, folder, study)
		after := map[Name]string{{"after", ""}: fmt.Sprint(cut)}
		for k, v := range values {
			after[k] = v
		}
		same(t, fmt.Sprint("after the cut at ", cut), got, after)
		if n.Lines != 0 || n.Torn != 0 { // what was torn is gone
			t.Errorf("after the cut at %d: %+v", cut, n)
		}
		if t.Failed() {
			return
		}
	}
}

// Garbage costs the lines that it stands in and no other; what is put afterwards is kept.
func TestGarbage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	folder := t.TempDir()
	study := KeyOf("1", "")
	rounds := 400
	if testing.Short() {
		rounds = 50
	}
	for round := range rounds {
		data, ends, _ := lines(20)
		bad := make([]byte, 1+r.IntN(300))
		for i := range bad {
			bad[i] = byte(r.IntN(256))
		}
		switch round % 4 {
		case 0: // as files are left by a power cut
			clear(bad)
		case 1: // a line of its own
			bad = append(bytes.ReplaceAll(bad, []byte{'\n'}, nil), '\n')
		}
		from := r.IntN(len(data))
		to := from // inserted
		if round%3 == 0 {
			to = min(from+r.IntN(200), len(data)) // in place of what was there
		}
		file := append(append(bytes.Clone(data[:from]), bad...), data[to:]...)
		write(t, at(folder, study), file)

		// The lines that are whole, by the definition of a line: what stands
		// between two ends of lines and was one of ours.
		ours := map[string]int{}
		begin := 0
		for i, e := range ends {
			ours[string(data[begin:e-1])] = i
			begin = e
		}
		want := map[Name]string{}
		for _, l := range bytes.Split(file, []byte{'\n'}) {
			if i, ok := ours[string(l)]; ok {
				want[Name{"measure", fmt.Sprint(i % 7)}] = fmt.Sprintf(`{"length":%d.25,"unit":"mm"}`, i)
			}
		}
		got, n := loaded(t, folder, study)
		same(t, fmt.Sprint("round ", round), got, want)
		if n.Lines == 0 && n.Torn == 0 && !bytes.Equal(file, data) && len(bytes.Trim(bad, "\n")) > 0 {
			t.Errorf("round %d: nothing noted", round)
		}
		if n.Lines > 0 && (fault.KindOf(n.Fault()) != fault.JournalDamaged || n.Bytes == 0) {
			t.Errorf("round %d: %v", round, n.Fault())
		}
		j := Open(folder, quiet(t))
		j.Put(study, "after", "", 1)
		closed(t, j)
		want[Name{"after", ""}] = "1"
		got, _ = loaded(t, folder, study)
		same(t, fmt.Sprint("after round ", round), got, want)
		if t.Failed() {
			return
		}
	}
}

// A flipped bit costs its line.
func TestFlippedBits(t *testing.T) {
	data, ends, _ := lines(3)
	for i := range data[:ends[2]] {
		for bit := range 8 {
			bad := bytes.Clone(data)
			bad[i] ^= 1 << bit
			var got []record
			_, err := scan(bytes.NewReader(bad), func(r record, _ int) bool { got = append(got, r); return true })
			if err != nil {
				t.Fatal(err)
			}
			line := 0
			for i >= ends[line] {
				line++
			}
			for _, r := range got {
				if r.Key == fmt.Sprint(line) && i != ends[line]-1 && (bad[i]|0x20 != data[i]|0x20 || !isHex(i, ends, line)) {
					t.Errorf("byte %d, bit %d: %v is taken", i, bit, r)
				}
			}
			if len(got) < 1 { // the end of a line may be lost with two lines
				t.Errorf("byte %d, bit %d: %d lines", i, bit, len(got))
			}
		}
	}
}

// isHex tells whether a byte is of a line's sum, where A and a are one digit.
func isHex(i int, ends []int, line int) bool {
	begin := 0
	if line > 0 {
		begin = ends[line-1]
	}
	return i-begin >= 2 && i-begin < 10
}

// Lines that are longer than lines are, and lies about times and names, are passed over.
func TestOddLines(t *testing.T) {
	good, _, want := lines(1)
	long := append(bytes.Repeat([]byte{'x'}, 3*maxLine), '\n')
	file := bytes.Clone(good)
	for _, odd := range [][]byte{
		long, {'\n'}, []byte("\r\n"), []byte("1 00000000 {}\n"), []byte("-1 00000000 {}\n"), []byte("1\n"), []byte(" \n"),
		seal(nil, 1, []byte(`{}`)),
		seal(nil, 1, []byte(`[]`)),
		seal(nil, 1, []byte(``)),
		seal(nil, 1, []byte(`{"time":"2026-11-29T15:02:09Z","kind":"measure","key":"0"}`)),
		seal(nil, 1, []byte(`{"time":"9999-11-29T15:02:09Z","kind":"measure","key":"0","value":1}`)),
		seal(nil, 1, []byte(`{"kind":"measure","key":"0","value":1}`)),
		seal(nil, 1, []byte(`{"time":"2026-11-29T15:02:09Z","kind":"","key":"0","value":1}`)),
		seal(nil, 1, []byte(`{"time":"2026-11-29T15:02:09Z","kind":"measure","key":"0","deleted":true,"value":1}`)),
		seal(nil, 0, []byte(`{"time":"2026-11-29T15:02:59Z","kind":"measure","key":"0","value":1}`)),
	} {
		file = append(file, odd...)
	}
	folder := t.TempDir()
	study := KeyOf("1", "")
	write(t, at(folder, study), file)
	got, n := loaded(t, folder, study)
	same(t, "odd lines", got, want[0])
	if n.Lines != 15 {
		t.Errorf("%d lines noted", n.Lines)
	}
}

// A tail without an end that is longer than any line is passed over. Nearly all of
// such a file is of no use: it is written anew, and the old one is kept for support,
// until the study is forgotten.
func TestLongTail(t *testing.T) {
	good, _, want := lines(1)
	folder := t.TempDir()
	study := KeyOf("1", "")
	file := append(good, bytes.Repeat([]byte{'x'}, 2*maxLine)...)
	write(t, at(folder, study), file)
	j := Open(folder, quiet(t))
	j.Put(study, "after", "", 1)
	closed(t, j)
	got, n := loaded(t, folder, study)
	want[0][Name{"after", ""}] = "1"
	same(t, "long tail", got, want[0])
	if n.Lines != 0 {
		t.Errorf("%+v", n)
	}
	old, err := os.ReadFile(at(folder, study) + damaged)
	if err != nil || !bytes.HasPrefix(old, file) {
		t.Errorf("the damaged file: %d bytes, %v", len(old), err)
	}
	j = Open(folder, quiet(t))
	defer closed(t, j)
	if err := j.Forget(study); err != nil {
		t.Fatal(err)
	}
	if n, size, err := j.Size(); n != 0 || size != 0 || err != nil {
		t.Errorf("%d studies, %d bytes, %v", n, size, err)
	}
}

// The journal of a newer version is not read, not touched, and said once; work
// goes on in memory.
func TestNewerVersion(t *testing.T) {
	ours, _, _ := lines(3)
	theirs := seal(nil, 2, []byte("some \x00 other form"))
	for name, file := range map[string][]byte{
		"all": theirs, "at the end": append(bytes.Clone(ours), theirs...), "at the beginning": append(bytes.Clone(theirs), ours...),
		"without its end": append(bytes.Clone(ours), theirs[:len(theirs)-1]...),
	} {
		for _, loadFirst := range []bool{true, false} {
			folder := t.TempDir()
			study := KeyOf("1", "")
			write(t, at(folder, study), file)
			var h heard
			j := Open(folder, h.listener())
			if loadFirst {
				c, n, err := j.Load(study)
				if len(c) != 0 || n.Newer != 2 || err != nil || fault.KindOf(n.Fault()) != fault.JournalNewer {
					t.Errorf("%s: %v %+v %v", name, c, n, err)
				}
			}
			for i := range 5 {
				j.Put(study, "measure", "0", i)
				if err := synced(j); fault.KindOf(err) != fault.JournalNewer {
					t.Errorf("%s: %v", name, err)
				}
			}
			if c, n, err := j.Load(study); err != nil || len(c) != 1 || string(c[Name{"measure", "0"}].Value) != "4" || n.Unsaved != 1 {
				t.Errorf("%s: %v %+v %v", name, c, n, err)
			}
			if loadFirst {
				h.told(t, 0)
			} else {
				h.told(t, 0, fault.JournalNewer)
			}
			_ = j.Close()
			if got, err := os.ReadFile(at(folder, study)); err != nil || !bytes.Equal(got, file) {
				t.Errorf("%s: the file was changed: %q", name, got)
			}
		}
	}
}

// A clock that was set back does not let what is old win.
func TestClockSetBack(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	future := time.Now().Add(1000 * time.Hour).UTC()
	for _, loadFirst := range []bool{true, false} {
		line, err := encode(nil, record{Time: future, Kind: "measure", Key: "a", Value: []byte("1")})
		if err != nil {
			t.Fatal(err)
		}
		write(t, at(folder, study), line)
		j := Open(folder, quiet(t))
		if loadFirst {
			if _, _, err := j.Load(study); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 5 {
			j.Put(study, "measure", "a", i)
		}
		closed(t, j)
		got, _ := loaded(t, folder, study)
		same(t, "clock", got, map[Name]string{{"measure", "a"}: "4"})
	}
}

// What another window put later wins, whoever writes it to disk first.
func TestLaterWins(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	var file []byte
	for _, s := range []int{3, 1, 2} {
		r := record{Time: time.Date(2026, 1, 1, 0, 0, s, 0, time.UTC), Kind: "m", Key: "a", Value: fmt.Append(nil, s)}
		var err error
		if file, err = encode(file, r); err != nil {
			t.Fatal(err)
		}
	}
	write(t, at(folder, study), file)
	got, _ := loaded(t, folder, study)
	same(t, "order", got, map[Name]string{{"m", "a"}: "3"})
}
