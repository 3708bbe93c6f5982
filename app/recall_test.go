package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox/app/journal"
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

// Links and filters that came back with one study are not brought to the next.
func TestWhatComesBackStaysWithItsStudy(t *testing.T) {
	path, folder := series(t, 3), t.TempDir()
	other := write(t, "film.dcm", radiograph())
	d := newKeptDesk(t, folder)
	d.open(path)
	blur := vision.Blur{Kernel: 9, Sigma: 2}
	d.do(func(s *Session) { s.SetLinks(Links{Zoom: true}); _ = s.SetBlur(blur) })
	d.leave()
	for _, changed := range []bool{false, true} {
		d = newKeptDesk(t, folder)
		d.open(path)
		d.do(func(s *Session) {
			if st := s.State(); st.Links != (Links{Zoom: true}) || st.Filters.Gaussian != blur {
				t.Errorf("links %v, filters %+v", st.Links, st.Filters)
			}
			if changed {
				s.SetLinks(Links{Pan: true})
			}
		})
		d.open(other)
		d.until("the film", func(st *State) bool { return settled(st) && st.Scan.Header.Modality == "CR" })
		d.do(func(s *Session) {
			want := AllLinks
			if changed { // by the reader: that stays
				want = Links{Pan: true}
			}
			if st := s.State(); st.Links != want || st.Filters != vision.DefaultFilters {
				t.Errorf("with the next study: links %v, filters %+v", st.Links, st.Filters)
			}
		})
		d.leave()
	}
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
