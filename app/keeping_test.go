package app

import (
	"bufio"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// line is a length from (1, 2) to (x, y).
func line(id string, x, y float64) marks.Mark {
	return marks.Mark{ID: id, Kind: marks.Length, Points: []marks.Point{{X: 1, Y: 2}, {X: x, Y: y}}}
}

// open opens a path and waits until everything there is to see is there.
func (d *desk) open(path string) {
	d.t.Helper()
	d.do(func(s *Session) { sized(s, image.Pt(200, 160)); s.Open(path) })
	d.until("all of it", func(st *State) bool { return settled(st) && !st.Indexing })
}

// marked lists the marks on the frame in the active pane.
func (s *State) marked() (ids []string) {
	for _, m := range s.Marks(s.Pane) {
		ids = append(ids, m.ID)
	}
	return ids
}

// hears waits for a problem that says some words.
func (d *desk) hears(words string) {
	d.t.Helper()
	d.until("hearing of "+words, func(st *State) bool { return st.Problem != nil && strings.Contains(st.Problem.String(), words) })
}

// work is what a reader does with a CT stack of six slices; found checks all of it.
func work(s *Session) {
	s.AddMark(line("a", 9, 8))
	s.AddMark(marks.Mark{ID: "b", Kind: marks.Text, Name: "node 结节", Points: []marks.Point{{X: 3.5, Y: 4.25}}})
	s.ToggleKey()
	s.SetWindow(77, 555)
	s.ToggleInvert()
	s.ZoomTo(6, s.State().Centre())
	s.PanBy(-12, 6)
	_ = s.SetBlur(vision.Blur{Kernel: 9, Sigma: 2})
	s.SetLayout(LayoutQuad)
	s.SetView(3, vision.ViewSobel)
	s.SetLinks(Links{Scroll: true, Window: true})
	s.Activate(1)
}

func found(t *testing.T, st *State) {
	t.Helper()
	if got := st.marked(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("marks %v", got)
	}
	if m := st.Mark("b"); m == nil || m.Name != "node 结节" || m.Points[0] != (marks.Point{X: 3.5, Y: 4.25}) || m.Made.IsZero() {
		t.Errorf("mark %+v", m)
	}
	if !st.IsKey(st.Pane) || len(st.KeyImages()) != 1 {
		t.Error("no key image")
	}
	if st.Layout != LayoutQuad || st.Active != 1 || st.Panes[3].View != vision.ViewSobel || st.Links != (Links{Scroll: true, Window: true}) {
		t.Errorf("layout %s, active %d, views %s, links %v", st.Layout, st.Active, st.Panes[3].View, st.Links)
	}
	if st.Filters.Gaussian != (vision.Blur{Kernel: 9, Sigma: 2}) {
		t.Errorf("filters %+v", st.Filters)
	}
	for i, p := range st.Panes {
		if p.VOI.Centre != 77 || p.VOI.Width != 555 || p.VOI.Source != vision.SourceManual || p.VOIIndex != -1 || !p.Invert {
			t.Errorf("pane %d: window %+v, inverted %v", i, p.VOI, p.Invert)
		}
		if p.ShownFrame() != 4 {
			t.Errorf("pane %d: frame %d", i, p.ShownFrame())
		}
	}
	// The quad layout's fourth pane was added to the three that were moved.
	want := vision.Viewport{CentreX: 10 + 12.0/6, CentreY: 12 - 6.0/6, Zoom: 6}
	if got := st.Viewport; st.FitToPane || got != want {
		t.Errorf("viewport %+v, want %+v", got, want)
	}
	if p := st.Panes[3]; !p.FitToPane {
		t.Errorf("pane 3 shows %+v", p.Viewport)
	}
	if s := len(st.Panes); s != 4 {
		t.Errorf("%d panes", s)
	}
}

// role has the test program be the program that is killed.
const role = "LIGHTBOX_KEPT_TEST"

// A program that is killed a moment after the reader did things has lost none of them.
func TestKilled(t *testing.T) {
	if folder := os.Getenv(role); folder != "" {
		d := newKeptDesk(t, filepath.Join(folder, "journal"))
		d.open(os.Getenv(role + "_STUDY"))
		d.do(func(s *Session) { s.ScrollTo(4) })
		d.until("slice 4", func(st *State) bool { return settled(st) && st.ShownFrame() == 4 })
		d.do(work)
		time.Sleep(keepDelay + 100*time.Millisecond)
		d.do(func(s *Session) { s.AddMark(line("late", 5, 5)); s.RemoveMark("late"); s.AddMark(line("last", 5, 6)) })
		time.Sleep(20 * time.Millisecond)
		fmt.Println("ready")
		select {}
	}
	path, folder := series(t, 6), t.TempDir()
	c := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	c.Env = append(os.Environ(), role+"="+folder, role+"_STUDY="+path)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said, _ := bufio.NewReader(out).ReadString('\n')
	_ = c.Process.Kill() // SIGKILL; it may have ended by itself, which the next line says
	rest, _ := io.ReadAll(out)
	_ = c.Wait()
	if said != "ready\n" {
		t.Fatal(said, string(rest))
	}
	d := newKeptDesk(t, filepath.Join(folder, "journal"))
	d.open(path)
	d.do(func(s *Session) {
		st := s.State()
		if st.Mark("late") != nil || st.Mark("last") == nil {
			t.Errorf("marks of the last moment: %v", st.marked())
		}
		s.RemoveMark("last")
		found(t, st)
		if _, ok := s.CanUndo(); !ok || st.Told == nil || !strings.Contains(st.Told.String(), "as you left them") || st.Problem != nil {
			t.Errorf("told %v, problem %v", st.Told, st.Problem)
		}
		s.Undo()
		if _, ok := s.CanUndo(); ok {
			t.Error("what was brought back can be undone")
		}
	})
}

// The same study at another path, and what another program does with it meanwhile.
func TestTheSameStudyElsewhere(t *testing.T) {
	path, folder := series(t, 6), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) { s.ScrollTo(4) })
	d.until("slice 4", func(st *State) bool { return settled(st) && st.ShownFrame() == 4 })
	d.do(work)

	// Another window with the study open, from a copy, in which files are called otherwise.
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.MkdirAll(copied, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		if err := os.WriteFile(filepath.Join(copied, fmt.Sprintf("IM%d", i)), slice(i, float64(i)*1.5), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d.do(func(s *Session) { s.PeekBlur(true); s.EndGesture() }) // a view that is held is not kept
	time.Sleep(50 * time.Millisecond)                           // until it is in the file: the other is a program of its own
	other := newKeptDesk(t, folder)
	other.open(copied)
	other.do(func(s *Session) { found(t, s.State()); s.ScrollTo(1) })
	other.until("slice 1", func(st *State) bool { return settled(st) && st.ShownFrame() == 1 })
	other.do(func(s *Session) { s.AddMark(line("c", 4, 4)) })
	d.do(func(s *Session) { s.AddMark(line("d", 4, 5)) })
	other.leave()
	d.leave()

	third := newKeptDesk(t, folder)
	third.open(path)
	third.do(func(s *Session) {
		var all []string
		for _, m := range s.State().AllMarks() {
			all = append(all, m.Mark.ID)
		}
		slices.Sort(all)
		if !slices.Equal(all, []string{"a", "b", "c", "d"}) {
			t.Errorf("marks %v", all)
		}
	})
}

// Undo and redo are kept as what they leave; opening anew within one session brings back
// what was done a moment before.
func TestUndoIsKept(t *testing.T) {
	path, folder := series(t, 3), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		s.AddMark(line("a", 9, 8))
		s.AddMark(line("b", 9, 8))
		s.Undo()
		m := line("a", 3, 3)
		s.ChangeMark(m)
		s.ToggleKey()
		s.ToggleKey()
		s.SetWindow(10, 100)
		s.Open(path) // before anything had time to be written
		s.SetWindow(11, 110)
		s.AddMark(line("z", 9, 8))
	})
	again := func(d *desk) {
		t.Helper()
		d.until("all of it again", func(st *State) bool { return settled(st) && !st.Indexing && st.Told != nil })
		d.do(func(s *Session) {
			st := s.State()
			if got := st.marked(); !slices.Equal(got, []string{"a", "z"}) || st.Mark("a").Points[1] != (marks.Point{X: 3, Y: 3}) || st.IsKey(st.Pane) {
				t.Errorf("marks %v, key %v", got, st.IsKey(st.Pane))
			}
			if st.VOI.Centre != 11 || st.Panes[2].VOI.Width != 110 {
				t.Errorf("window %+v", st.VOI)
			}
		})
	}
	again(d)
	d.leave()
	d = newKeptDesk(t, folder)
	d.open(path)
	again(d)
}

// Who only looks leaves no traces but what the model said.
func TestLookingLeavesNothing(t *testing.T) {
	path, folder := series(t, 4), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	time.Sleep(keepDelay + 100*time.Millisecond)
	d.leave()
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("%d files", len(entries))
	}
	if d = newKeptDesk(t, folder); d.session.State().Told != nil {
		t.Error("told of nothing")
	}
}

// Nothing in the folder tells who the patient is, in the demo mode or not.
func TestJournalsNameNobody(t *testing.T) {
	folder := t.TempDir()
	path := identified(t)
	for _, demo := range []bool{false, true} {
		d := newKeptDesk(t, folder)
		d.do(func(s *Session) { s.SetDemo(demo); s.SetMode(SecondReader); s.SetReader("R1") })
		d.open(path)
		d.do(func(s *Session) {
			s.AddMark(line("", 9, 8))
			s.ToggleKey()
			s.SetWindow(500, 300)
			s.SetLayout(LayoutQuad)
			_ = s.SetBlur(vision.Blur{Kernel: 9, Sigma: 2})
			s.Read(CallAbsent, 30)
			s.RevealNext()
			s.RevealNext()
		})
		d.leave()
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text := e.Name() + string(data)
		for _, bad := range []string{secret, "Eve", "1977", filepath.Base(path), filepath.Dir(path), "1.2.", "radiolog", "放射科"} {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s holds %q: …%s…", e.Name(), bad, text[max(0, i-80):min(len(text), i+40)])
			}
		}
		for _, kind := range []string{kindMark, kindKey, kindLook, kindPanes, kindFilters, kindReading, kindCase} {
			kinds[kind] = kinds[kind] || strings.Contains(text, `"`+kind+`"`)
		}
	}
	for kind, there := range kinds {
		if !there {
			t.Errorf("nothing of kind %s was kept", kind)
		}
	}
}

// Pictures without UIDs are known by their folder, name and content.
func TestPicturesWithoutUIDs(t *testing.T) {
	folder := t.TempDir()
	path := write(t, "p.png", colourPNG(t))
	d := newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) { s.AddMark(line("a", 9, 8)) })
	d.leave()
	back := func(path string) []string {
		d := newKeptDesk(t, folder)
		defer d.leave()
		d.open(path)
		var got []string
		d.do(func(s *Session) { got = s.State().marked() })
		return got
	}
	if got := back(path); !slices.Equal(got, []string{"a"}) {
		t.Errorf("at its place: %v", got)
	}
	if got := back(filepath.Dir(path)); !slices.Equal(got, []string{"a"}) {
		t.Errorf("in its folder: %v", got)
	}
	moved := write(t, "p.png", colourPNG(t))
	if got := back(moved); len(got) != 0 {
		t.Errorf("moved: %v", got)
	}
	// Another picture was saved under the name.
	if err := os.WriteFile(path, radiograph(), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := back(path); len(got) != 0 {
		t.Errorf("another picture: %v", got)
	}
}

// 500 marks on one image are kept one by one, and all are back.
func TestManyMarksAreKept(t *testing.T) {
	path, folder := write(t, "x.dcm", radiograph(dicomtest.Element{Tag: 0x0020000D, VR: "UI", Value: "1.2.9"})), t.TempDir()
	d := newKeptDesk(t, folder)
	d.open(path)
	var took time.Duration
	d.do(func(s *Session) {
		start := time.Now()
		for i := range 500 {
			s.AddMark(line(fmt.Sprintf("m%03d", i), float64(i%100)+3, 50))
		}
		took = time.Since(start)
	})
	d.leave()
	j := journal.Open(folder, journal.Listener{})
	defer j.Close()
	start := time.Now()
	r := recallStudy(j, journal.KeyOf("1.2.9", ""))
	t.Logf("adding 500 marks %v, reading them %v", took, time.Since(start))
	if _, bytes, err := j.Size(); err != nil || bytes > 300_000 {
		t.Errorf("%d bytes, %v", bytes, err)
	}
	if n := len(r.marks); n != 1 || r.leftOut != 0 {
		t.Errorf("%d items, %d left out", n, r.leftOut)
	}
	d = newKeptDesk(t, folder)
	d.open(path)
	d.do(func(s *Session) {
		list := s.State().Marks(s.State().Pane)
		if len(list) != 500 {
			t.Fatalf("%d marks", len(list))
		}
		for _, m := range list {
			var i int
			if _, err := fmt.Sscanf(m.ID, "m%d", &i); err != nil || m.Points[1].X != float64(i%100)+3 {
				t.Fatalf("%+v", m)
			}
		}
	})
}
