package app

import (
	"context"
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
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/study"
)

// theStudy is the key of the study that slice makes.
var theStudy = journal.KeyOf("1.2.3", "")

// journalFile is the one journal in a folder.
func journalFile(t *testing.T, folder string) string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(folder, "*.journal"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0]
}

// marked keeps three marks on slice 0 and one on slice 2.
func markedStudy(t *testing.T) (path, folder string) {
	t.Helper()
	path, folder = series(t, 4), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		for _, id := range []string{"a", "b", "c"} {
			s.AddMark(line(id, 9, 8))
		}
		s.ScrollTo(2)
	})
	d.until("slice 2", func(st *State) bool { return settled(st) && st.ShownFrame() == 2 })
	d.do(func(s *Session) { s.AddMark(line("d", 9, 8)) })
	d.leave()
	return path, folder
}

// ids are the marks of all that is open, with the numbers of their frames.
func ids(st *State) (out []string) {
	for _, m := range st.AllMarks() {
		out = append(out, fmt.Sprint(m.Mark.ID, m.Frame))
	}
	slices.Sort(out)
	return out
}

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
	fmt.Fprintf(f, "2 %08x %s\n", crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)), text[2:])
	if err := f.Close(); err != nil {
		t.Fatal(err)
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

// More slices are found while the reader works: their marks come with them, and an undo
// does not take them away.
func TestASeriesThatGrows(t *testing.T) {
	path, folder := series(t, 6), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	for _, i := range []int{5, 1} {
		d.do(func(s *Session) { s.ScrollTo(i) })
		d.until("a slice", func(st *State) bool { return settled(st) && st.ShownFrame() == i })
		d.do(func(s *Session) { s.AddMark(line(fmt.Sprint("m", i), 9, 8)); s.ToggleKey() })
	}
	d.leave()

	late := filepath.Join(t.TempDir(), "late")
	if err := os.Mkdir(late, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"005.dcm", "001.dcm"} { // slices 1 and 5: see series
		if err := os.Rename(filepath.Join(path, name), filepath.Join(late, name)); err != nil {
			t.Fatal(err)
		}
	}
	d = newKeptDesk(t, folder)
	d.open(path)
	items := indexed(t, late)
	d.do(func(s *Session) {
		if got := ids(s.State()); len(got) != 0 || s.State().ShownFrame() != 0 {
			t.Errorf("marks %v, frame %d", got, s.State().ShownFrame())
		}
		s.AddMark(line("own", 4, 4))
		grow(s, items)
		s.Undo()
		if got := ids(s.State()); !slices.Equal(got, []string{"m11", "m55"}) || len(s.State().KeyImages()) != 2 {
			t.Errorf("after undo: %v, %d key images", got, len(s.State().KeyImages()))
		}
		s.Redo()
		if got := ids(s.State()); !slices.Equal(got, []string{"m11", "m55", "own0"}) {
			t.Errorf("after redo: %v", got)
		}
		s.Undo()
	})
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(late)
	d.do(func(s *Session) {
		if got := ids(s.State()); !slices.Equal(got, []string{"m10", "m51"}) {
			t.Errorf("in the journal: %v", got)
		}
	})
}

// A reader who does nothing is brought to where the stack was left as soon as that image
// is found; one who has scrolled is not.
func TestTheImageIsFoundLater(t *testing.T) {
	path, folder := series(t, 6), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) { s.ScrollTo(4); s.SetWindow(9, 99) })
	d.until("slice 4", func(st *State) bool { return settled(st) && showing(st) == 4 })
	d.leave()
	late := filepath.Join(t.TempDir(), "late.dcm")
	if err := os.Rename(filepath.Join(path, "002.dcm"), late); err != nil { // slice 4
		t.Fatal(err)
	}
	for _, scrolled := range []bool{false, true} {
		d := newKeptDesk(t, folder)
		d.open(path)
		want := 4
		d.do(func(s *Session) {
			if showing(s.State()) != 0 || s.State().VOI.Width != 99 {
				t.Errorf("slice %d, window %+v before it is found", showing(s.State()), s.State().VOI)
			}
			if scrolled {
				s.ScrollTo(2)
				want = 2
			}
			grow(s, indexed(t, late))
		})
		d.until("its slice", func(st *State) bool { return settled(st) && showing(st) == want && st.Frames() == 6 })
		d.leave()
	}
}

// indexed are the files of a path.
func indexed(t *testing.T, path string) (items []*study.Item) {
	t.Helper()
	err := study.Index(context.Background(), []string{path}, study.Options{}, func(list []*study.Item) { items = append(items, list...) }, func(study.Problem) {}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// grow has a session find more files of the study that it has open.
func grow(s *Session, items []*study.Item) {
	o := &opening{session: s, journal: s.journal, namer: newNamer(), recalled: map[journal.Study]bool{theStudy: true}}
	b := o.name(items)
	s.catalog.Add(items...)
	s.kept.add(b)
	s.refreshCatalog()
}

// Marks on images that are gone stay in the journal, and are there when those are back.
func TestMarksOfImagesThatAreGone(t *testing.T) {
	path, folder := markedStudy(t)
	away := filepath.Join(t.TempDir(), "x")
	if err := os.Rename(filepath.Join(path, "004.dcm"), away); err != nil { // slice 0
		t.Fatal(err)
	}
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		if got := ids(s.State()); !slices.Equal(got, []string{"d1"}) {
			t.Errorf("marks %v", got)
		}
		s.RemoveAllMarks()
		s.AddMark(line("e", 3, 3))
	})
	d.leave()
	if err := os.Rename(away, filepath.Join(path, "004.dcm")); err != nil {
		t.Fatal(err)
	}
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		if got := ids(s.State()); !slices.Equal(got, []string{"a0", "b0", "c0", "e2"}) {
			t.Errorf("marks %v", got)
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

// twoStudies writes a CT and an older one of the same patient.
func twoStudies(t *testing.T) string {
	t.Helper()
	folder := series(t, 3)
	for i := range 3 {
		data := slice(10+i, float64(i)*1.5, dicomtest.Element{Tag: 0x0020000D, VR: "UI", Value: "1.2.4"}, dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: "1.2.4.4"},
			dicomtest.Element{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.2.4.4.%d", i)})
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("old%d.dcm", i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// Panes that show stacks of their own, each in its own way, are as they were left; so is
// a stack that is chosen again.
func TestComparedStudiesAreKept(t *testing.T) {
	path, folder := twoStudies(t), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	at := func(number int) int { // the stack whose first slice has the number
		index := -1
		d.do(func(s *Session) {
			for i, k := range s.State().Stacks {
				if uid := k.Frames[0].Item.StudyUID; uid == map[int]string{0: "1.2.3", 10: "1.2.4"}[number] {
					index = i
				}
			}
		})
		return index
	}
	young, old := at(0), at(10)
	d.do(func(s *Session) { s.SetLayout(LayoutCompare); s.SetLinks(Links{}); s.SelectStack(young) })
	d.until("the new study", func(st *State) bool { return settled(st) && showing(st) == 0 })
	d.do(func(s *Session) { s.SetWindow(30, 300); s.ScrollTo(1); s.Activate(1); s.SelectStack(old) })
	d.until("both", func(st *State) bool { return settled(st) && shown(st)[0] == 1 && shown(st)[1] == 10 })
	d.do(func(s *Session) { s.ScrollTo(2); s.SetWindow(60, 600) })
	d.until("the frame", func(st *State) bool { return settled(st) && shown(st)[1] == 12 })
	d.leave()

	d = newKeptDesk(t, folder)
	d.open(path)
	d.until("both again", func(st *State) bool {
		return settled(st) && len(st.Panes) == 2 && slices.Equal(shown(st), []int{1, 12})
	})
	d.do(func(s *Session) {
		st := s.State()
		if st.Layout != LayoutCompare || st.Active != 1 || st.Links != (Links{}) || st.Panes[0].VOI.Width != 300 || st.Panes[1].VOI.Width != 600 {
			t.Errorf("%s, active %d, links %v, windows %g and %g", st.Layout, st.Active, st.Links, st.Panes[0].VOI.Width, st.Panes[1].VOI.Width)
		}
		// One stack in two panes, each with a window and a frame of its own.
		s.SelectStack(young)
	})
	d.until("one stack as it was left", func(st *State) bool { return settled(st) && slices.Equal(shown(st), []int{1, 1}) })
	d.do(func(s *Session) {
		if w := s.State().VOI.Width; w != 300 {
			t.Errorf("chosen again with a window of %g", w)
		}
		s.SetWindow(90, 900)
		s.ScrollTo(0)
	})
	d.until("two frames of it", func(st *State) bool { return settled(st) && slices.Equal(shown(st), []int{1, 0}) })
	d.leave()

	d = newKeptDesk(t, folder)
	d.open(path)
	d.until("two frames of it again", func(st *State) bool {
		return settled(st) && len(st.Panes) == 2 && slices.Equal(shown(st), []int{1, 0})
	})
	d.do(func(s *Session) {
		st := s.State()
		if st.Panes[0].VOI.Width != 300 || st.Panes[1].VOI.Width != 900 || st.Active != 1 {
			t.Errorf("windows %g and %g, active %d", st.Panes[0].VOI.Width, st.Panes[1].VOI.Width, st.Active)
		}
	})
}

// A case goes on where its reader left it; another reader's is not shown. The result is
// read anew and not taken from the journal.
func TestCasesGoOn(t *testing.T) {
	path, folder := write(t, "x.dcm", radiograph()), t.TempDir()
	d := newKeptDesk(t, folder)
	begin := func(reader string) {
		d.do(func(s *Session) { s.SetMode(SecondReader); s.SetReader(reader) })
		d.open(path)
	}
	begin("A")
	d.do(func(s *Session) { s.Read(CallUnsure, 40); s.RevealNext() })
	var first CaseLog
	var of journal.Study
	d.do(func(s *Session) { first = *s.State().Case() })
	d.leave()

	d = newKeptDesk(t, folder)
	begin("B")
	d.do(func(s *Session) {
		st := s.State()
		if st.Revealed() != RevealNothing || st.Case().Before != nil {
			t.Errorf("reader B sees %+v", st.Case())
		}
		s.SetReader("A")
		c := st.Case()
		if st.Revealed() != RevealFinding || c.Before == nil || c.Before.Call != CallUnsure || c.Before.Confidence != 40 || !c.Opened.Equal(first.Opened) || c.Model != first.Model || c.Status != Result {
			t.Errorf("reader A goes on with %+v", c)
		}
		if st.Reading.Status != Result || st.Reading.Explanation == nil {
			t.Error("the result was not read anew")
		}
		s.RevealNext()
		s.Read(CallPresent, 90)
		s.Open(path) // within the session
	})
	d.until("the case again", func(st *State) bool { return settled(st) && !st.Indexing && st.Case() != nil && st.Case().After != nil })
	d.do(func(s *Session) {
		of, _ = s.kept.studyOf(s.State().Stack())
		if logs := s.CaseLogs(); len(logs) != 1 || logs[0].After.Confidence != 90 || len(logs[0].Shown) != 2 {
			t.Errorf("%+v", logs)
		}
	})
	d.leave()
	j := journal.Open(folder, journal.Listener{})
	defer j.Close()
	r := recallStudy(j, of)
	if len(r.readings) != 1 || len(r.cases) != 1 {
		t.Fatalf("%d readings, %d cases", len(r.readings), len(r.cases))
	}
	for _, k := range r.readings {
		if k.Status != "result" || k.Number == nil || k.Model == "" || k.Version == "" || k.At.IsZero() {
			t.Errorf("log of the result: %+v", k)
		}
	}
}

// A study that is forgotten is gone from the disk; an undo brings what was set back, and
// has it kept.
func TestAStudyIsForgotten(t *testing.T) {
	path, folder := markedStudy(t)
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) { s.SetWindow(20, 200); s.ForgetStudy() })
	gone := func() {
		t.Helper()
		d.until("the study forgotten", func(st *State) bool { return st.Told != nil && strings.Contains(st.Told.String(), "is forgotten") })
	}
	gone()
	if list, _ := filepath.Glob(filepath.Join(folder, "*.journal*")); len(list) != 0 {
		t.Errorf("left: %v", list)
	}
	d.do(func(s *Session) {
		if st := s.State(); len(ids(st)) != 0 || st.VOI.Width != 400 || !st.FitToPane {
			t.Errorf("left: %v, window %+v", ids(st), st.VOI)
		}
		if step, _ := s.CanUndo(); step != StepForget {
			t.Errorf("undo takes back %q", step)
		}
	})
	time.Sleep(keepDelay + 50*time.Millisecond)
	d.do(func(s *Session) { s.Undo(); s.DismissProblem(); s.ForgetStudy(); s.Undo() }) // the disk may come after the undo
	gone()
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		st := s.State()
		if got := ids(st); !slices.Equal(got, []string{"a0", "b0", "c0", "d2"}) || st.VOI.Width != 200 {
			t.Errorf("brought back by undo: %v, window %+v", got, st.VOI)
		}
	})
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) { s.ForgetStudy() })
	gone()
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		if st := s.State(); len(ids(st)) != 0 || st.Told != nil || st.ShownFrame() != 0 {
			t.Errorf("not forgotten: %v, told %v", ids(st), st.Told)
		}
	})
}

// Windows come back as they were: the file's by its number, the automatic one and a
// preset by their values; turned films stay turned.
func TestWindowsAndTurnsAreKept(t *testing.T) {
	film := write(t, "film.dcm", radiograph())
	ct := series(t, 3)
	for name, c := range map[string]struct {
		path string
		set  func(*Session)
	}{
		"file":   {ct, func(s *Session) { s.ScrollTo(1); s.ChooseVOI(0) }},
		"auto":   {film, func(s *Session) { s.AutoWindow() }},
		"manual": {film, func(s *Session) { s.SetWindow(-12.5, 33.25) }},
		"region": {film, func(s *Session) { s.WindowRegion(10, 10, 60, 60) }},
		"turn": {film, func(s *Session) {
			s.Turn(func(v vision.Turn) vision.Turn { return v.Rotated(1).FlippedHorizontally() })
		}},
		"turned and moved": {film, func(s *Session) {
			s.Turn(func(v vision.Turn) vision.Turn { return v.Rotated(3) })
			s.ZoomTo(3, s.State().Centre())
			s.PanBy(17, -23)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			d := newKeptDesk(t, folder)
			d.open(c.path)
			d.do(c.set)
			d.until("it", settled)
			var want look
			d.do(func(s *Session) { want = s.State().look() })
			d.leave()
			d = newKeptDesk(t, folder)
			d.open(c.path)
			d.do(func(s *Session) {
				got := s.State().look()
				got.stack = want.stack
				if got != want {
					t.Errorf("%+v, want %+v", got, want)
				}
			})
		})
	}
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
