package app

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/app/marks"
	"lightbox/vision"
)

func length(x0, y0, x1, y1 float64) marks.Mark {
	return marks.Mark{Kind: marks.Length, Points: []marks.Point{{X: x0, Y: y0}, {X: x1, Y: y1}}}
}

// A reference holds for its stack, counts before the file and gives way when it is
// deleted; what was measured before follows.
func TestMeasuresFollowTheCalibration(t *testing.T) {
	d := newDesk(t)
	d.openStack(4)
	value := func(s *Session) marks.Value {
		st := s.State()
		for _, m := range st.Marks(st.Pane) {
			if m.Kind == marks.Length {
				return s.Measure(st.Pane, m).Values[0]
			}
		}
		t.Fatal("no length")
		return marks.Value{}
	}
	is := func(s *Session, want float64, from vision.Provenance) {
		t.Helper()
		if v := value(s); math.Abs(v.Number-want) > 1e-9 || v.Unit != "mm" || v.Provenance != from {
			t.Errorf("%+v, want %g mm %s", v, want, from)
		}
	}
	d.do(func(s *Session) {
		s.AddMark(length(2, 2, 12, 2))
		is(s, 5, vision.AtScanner) // 10 px of 0.5 mm
		is(s, 5, vision.AtScanner) // what is kept
		s.ScrollTo(2)
	})
	d.until("slice 2", func(st *State) bool { return all(shown(st), 2) && st.Settled() })
	d.do(func(s *Session) {
		s.AddMark(marks.Mark{Kind: marks.Reference, Known: 40, Points: []marks.Point{{X: 0, Y: 5}, {X: 10, Y: 5}}})
		s.ScrollTo(0)
	})
	d.until("slice 0", func(st *State) bool { return all(shown(st), 0) && st.Settled() })
	d.do(func(s *Session) {
		is(s, 40, vision.ByUser)
		s.Undo()
		is(s, 5, vision.AtScanner)
	})
	d.until("slice 2, where the reference was", func(st *State) bool { return st.Frame == 2 })
}

func TestMarksAreExported(t *testing.T) {
	d := newDesk(t)
	d.openStack(4)
	d.do(func(s *Session) { s.AddMark(length(2, 2, 12, 2)); s.ScrollTo(3) })
	d.until("slice 3", func(st *State) bool { return all(shown(st), 3) && st.Settled() })
	path := filepath.Join(t.TempDir(), "测量.csv")
	done := make(chan int, 1)
	d.do(func(s *Session) {
		m := length(1, 1, 4, 5)
		m.Name = "lesion"
		s.AddMark(m)
		s.useCache(1) // the slices have to be read again
		s.ExportMarks(path, func(n int) { done <- n })
	})
	if n := <-done; n != 2 {
		t.Errorf("%d marks", n)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%v: %q", err, rows)
	}
	text := strings.Join(rows[len(rows)-1], "|")
	if !strings.Contains(text, "lesion") || !strings.Contains(text, "2.5") || !strings.Contains(text, "mm") || !strings.Contains(text, Disclaimer) {
		t.Errorf("%q", text)
	}
	// A folder cannot be written over.
	d.do(func(s *Session) { s.ExportMarks(filepath.Dir(path), func(int) { t.Error("written into a folder") }) })
	d.until("a sentence", func(st *State) bool { return st.Problem != nil })
}
