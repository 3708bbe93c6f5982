package app

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision"
)

func TestDamagedJournal(t *testing.T) {
	path, folder := markedStudy(t)
	file := journalFile(t, folder)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(data), "/b\"")
	data[at+30] ^= 0x55
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newKeptDesk(t, folder)
	d.open(path)
	d.hears("damaged and was left out")
	d.do(func(s *Session) {
		if got := ids(s.State()); !slices.Equal(got, []string{"a0", "c0", "d2"}) || s.State().ShownFrame() != 2 {
			t.Errorf("marks %v, frame %d", got, s.State().ShownFrame())
		}
		s.DismissProblem()
		s.AddMark(line("e", 3, 3))
	})
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		if got := ids(s.State()); !slices.Equal(got, []string{"a0", "c0", "d2", "e2"}) {
			t.Errorf("marks %v", got)
		}
	})
}

// A journal of a newer Lightbox is said once, and neither read nor written.
func TestNewerJournal(t *testing.T) {
	path, folder := markedStudy(t)
	file := journalFile(t, folder)
	// By the description of the format in app/journal/doc.go.
	text := []byte(`2 {"future":true}`)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(f, "2 %08x %s\n", crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)), text[2:])
	if cerr := f.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := newKeptDesk(t, folder)
	d.open(path)
	d.hears("newer version of Lightbox")
	d.do(func(s *Session) {
		if got := ids(s.State()); len(got) != 0 {
			t.Errorf("marks %v", got)
		}
		s.DismissProblem()
		s.AddMark(line("e", 3, 3))
		s.SetWindow(1, 50)
		s.EndGesture()
		s.Open(path)
	})
	d.until("the study again", func(st *State) bool { return settled(st) && !st.Indexing && len(ids(st)) > 0 })
	time.Sleep(50 * time.Millisecond)
	d.do(func(s *Session) {
		if got := ids(s.State()); !slices.Equal(got, []string{"e0"}) {
			t.Errorf("marks of this session: %v", got)
		}
	})
	d.leave()
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
}

// Where nothing can be written that is said once, and work goes on.
func TestNoPlaceForAJournal(t *testing.T) {
	path := series(t, 3)
	folder := filepath.Join(write(t, "file", []byte("no folder")), "journal")
	d := newKeptDesk(t, folder)
	d.open(path)
	said := 0
	d.do(func(s *Session) {
		s.Listen(func(e Event) {
			if e == ProblemChanged && s.State().Problem != nil && strings.Contains(s.State().Problem.String(), "cannot be saved") {
				said++
			}
		})
		s.AddMark(line("a", 3, 3))
	})
	d.hears("cannot be saved at the moment")
	d.do(func(s *Session) { s.DismissProblem(); s.AddMark(line("b", 3, 3)); s.SetWindow(2, 22); s.EndGesture() })
	time.Sleep(100 * time.Millisecond)
	d.do(func(s *Session) { s.Open(path) })
	d.until("the study again", func(st *State) bool { return settled(st) && !st.Indexing && len(ids(st)) == 2 })
	d.do(func(s *Session) {
		if said != 1 || s.State().VOI.Width != 22 {
			t.Errorf("said %d times; window %+v", said, s.State().VOI)
		}
	})
}

// What is unknown or impossible is left out, said once, and stays where it is.
func TestGarbageInAJournal(t *testing.T) {
	path, folder := markedStudy(t)
	j := journal.Open(folder, journal.Listener{})
	image := journal.Hash("image", "1.2.3.4.1")
	bad := map[journal.Name]string{
		{Kind: "mark.9", Key: image + ".0/x"}:       `{"kind":"curve"}`,
		{Kind: "hanging.1", Key: ""}:                `[1,2]`,
		{Kind: kindMark, Key: image + ".0/far"}:     `{"kind":"length","points":[[1e9,1],[2,2]]}`,
		{Kind: kindMark, Key: image + ".0/kind"}:    `{"kind":"helix","points":[[1,1],[2,2]]}`,
		{Kind: kindMark, Key: image + ".0/none"}:    `{"kind":"length"}`,
		{Kind: kindMark, Key: image + ".0/type"}:    `"length"`,
		{Kind: kindMark, Key: image + ".0"}:         `{"kind":"length","points":[[1,1],[2,2]]}`,
		{Kind: kindMark, Key: image + ".-1/before"}: `{"kind":"length","points":[[1,1],[2,2]]}`,
		{Kind: kindKey, Key: "x"}:                   `true`,
		{Kind: kindLook, Key: "1"}:                  `{"zoom":1e12}`,
		{Kind: kindLook, Key: "2"}:                  `{"fit":true,"quarters":-1}`,
		{Kind: kindLook, Key: "3"}:                  `{"fit":true,"window":{"source":"manual","centre":1,"width":0,"function":"LINEAR"}}`,
		{Kind: kindLook, Key: "4"}:                  `{"fit":true,"window":{"source":"preset","centre":1,"width":9,"function":"LINEAR","name":"{{.Evil}}"}}`,
		{Kind: kindLook, Key: "5"}:                  `{"fit":true,"window":{"file":-4}}`,
		{Kind: kindPanes, Key: ""}:                  `{"layout":"spiral","panes":[]}`,
		{Kind: kindFilters, Key: ""}:                `{"gaussian_kernel":4}`,
		{Kind: kindReading, Key: "r"}:               `7`,
		{Kind: kindCase, Key: "c"}:                  `{"mode":"third","opened":"2026-01-01T00:00:00Z"}`,
	}
	for n, v := range bad {
		j.Put(theStudy, n.Kind, n.Key, json.RawMessage(v))
	}
	// More than one image can have, and one beyond the frames of its file.
	for i := range maxMarks + 5 {
		j.Put(theStudy, kindMark, fmt.Sprintf("%s.0/n%d", journal.Hash("image", "1.2.3.4.2"), i), keepMark(line("", 3, 3)))
	}
	j.Put(theStudy, kindMark, image+".7/beyond", keepMark(line("", 3, 3)))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}

	d := newKeptDesk(t, folder)
	d.open(path)
	d.hears(fmt.Sprintf("entries: %d", len(bad)))
	d.do(func(s *Session) {
		st := s.State()
		n := map[int]int{}
		for _, m := range st.AllMarks() {
			n[m.Frame]++
		}
		if n[0] != 3 || n[1] != maxMarks || n[2] != 1 || st.Layout != LayoutThree || st.Filters != vision.DefaultFilters {
			t.Errorf("marks %v, layout %s, filters %+v", n, st.Layout, st.Filters)
		}
		s.ScrollTo(0)
		s.DismissProblem()
		s.Open(path)
	})
	d.leave()
	j = journal.Open(folder, journal.Listener{})
	defer j.Close()
	c, _, err := j.Load(theStudy)
	if err != nil {
		t.Fatal(err)
	}
	for n, v := range bad {
		if got, ok := c[n]; n.Kind != kindPanes && n.Kind != kindFilters && (!ok || string(got.Value) != v) {
			t.Errorf("%v is %s", n, got.Value)
		}
	}
}

// FuzzRecalled has anything stand in a journal: what is taken of it can be shown.
func FuzzRecalled(f *testing.F) {
	f.Add(kindLook, "x", []byte(`{"fit":false,"x":5,"y":5,"zoom":2,"quarters":3,"window":{"file":9}}`))
	f.Add(kindMark, "x.0/a", []byte(`{"kind":"polygon","points":[[1,1],[2,2],[3,1]],"name":"\ud800"}`))
	f.Add(kindPanes, "", []byte(`{"layout":"quad","panes":[{"view":"gray"},{"view":"gray"},{"view":"gray"},{"view":"gray","look":{"fit":true}}]}`))
	f.Add(kindCase, "x", []byte(`{"mode":"direct","opened":"2026-01-01T00:00:00Z","status":"failed","shown":[{"stage":3}]}`))
	scan := &vision.Scan{Values: &vision.Image{Rows: 4, Columns: 5}, VOIs: []vision.VOI{{Centre: 1, Width: 2, Function: vision.Linear, Source: vision.SourceAuto}}}
	f.Fuzz(func(t *testing.T, kind, key string, value []byte) {
		if !json.Valid(value) {
			return
		}
		r := &recalled{marks: map[string][]frameMark{}, keys: map[string][]int{}, looks: map[string]keptLook{}, readings: map[string]keptReading{}, cases: map[string]CaseLog{}}
		r.take(journal.Entry{Name: journal.Name{Kind: kind, Key: key}, Value: value})
		for _, l := range r.looks {
			p := newPane(vision.ViewGray)
			p.Scan, p.Size.X, p.Size.Y = scan, 10, 10
			p.take(l.look(p))
			if v := p.Viewport; !p.FitToPane && !(v.Zoom >= minZoom && v.Zoom <= maxZoom) || !(p.VOI.Width > 0) || p.VOIIndex >= len(scan.VOIs) {
				t.Errorf("%+v, %+v", v, p.VOI)
			}
			if _, err := json.Marshal(keepLook(p, "")); err != nil {
				t.Error(err)
			}
		}
		for _, list := range r.marks {
			for _, m := range list {
				if m.frame < 0 || m.mark.Check() != nil {
					t.Errorf("%+v", m)
				}
			}
		}
		for _, c := range r.cases {
			_ = c.row()
		}
	})
}

// What cannot be JSON never gets to the journal.
func TestMarksThatCannotBeKept(t *testing.T) {
	path, folder := markedStudy(t)
	d := newKeptDesk(t, folder)
	d.open(path)
	nan := line("n", 1, 1)
	zero := 0.0
	nan.Points[0].X = zero / zero
	d.do(func(s *Session) { s.AddMark(nan); s.AddMark(line("../ Meier", 5, 5)) })
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		if got := s.State().Marks(s.State().Pane); len(got) != 2 || strings.Contains(fmt.Sprint(got), "Meier") || got[1].Points[1] != (marks.Point{X: 5, Y: 5}) && got[0].Points[1] != (marks.Point{X: 5, Y: 5}) {
			t.Errorf("%+v", got)
		}
		if s.State().Problem != nil {
			t.Error(s.State().Problem)
		}
	})
}
