package app

import (
	"encoding/csv"
	"strings"
	"testing"
)

// A result is kept back until the reader has read, comes in stages, and all of it is
// logged.
func TestSecondReader(t *testing.T) {
	d := newDesk(t)
	path := write(t, "case.dcm", radiograph())
	d.do(func(s *Session) { s.SetMode(SecondReader); s.SetReader("=Dr 李"); s.Open(path) })
	d.until("a result", settled)
	d.do(func(s *Session) {
		st := s.State()
		if st.Revealed() != RevealNothing || st.Case() == nil {
			t.Errorf("stage %d before anything was read", st.Revealed())
		}
		reaches := func(what string, shown bool, from Reveal) {
			t.Helper()
			if shown != st.Reveals(from) {
				t.Errorf("stage %d: %s shown: %v", st.Revealed(), what, shown)
			}
		}
		check := func() {
			t.Helper()
			_, answer := s.Answer()
			reaches("the number", answer, RevealNumber)
			reaches("places", st.Why() != nil && st.Legend().Caveat != nil, RevealPlaces)
		}
		check()
		s.RevealNext()
		if st.Revealed() != RevealNothing || st.Problem == nil {
			t.Error("the result was revealed before the reader had read")
		}
		s.Read(CallUnsure, 140)
		for want := RevealFinding; want <= RevealPlaces; want++ {
			s.RevealNext()
			if st.Revealed() != want || !st.Reveals(want) || st.Reveals(want+1) {
				t.Errorf("stage %d, want %d", st.Revealed(), want)
			}
			check()
		}
		s.RevealNext()
		s.Read(CallPresent, 80)
		s.SetMode(Direct)
		if !st.Reveals(RevealPlaces) {
			t.Error("the direct mode keeps something back")
		}
		c := st.Case()
		if c.Before.Call != CallUnsure || c.Before.Confidence != 100 || c.After.Call != CallPresent || len(c.Shown) != 3 {
			t.Errorf("log %+v", c)
		}
		for i := 1; i < len(c.Shown); i++ {
			if c.Shown[i].At.Before(c.Shown[i-1].At) || c.Shown[0].At.Before(c.Before.At) {
				t.Error("the log is not in the order of time")
			}
		}
		var out strings.Builder
		if err := WriteReaderStudy(&out, s.CaseLogs()); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(out.String()))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 3 || len(rows[2]) != len(studyColumns) || len(rows[1]) != len(rows[2]) {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if !strings.Contains(rows[0][0], Disclaimer) || rows[2][2] != "'=Dr 李" || rows[2][5] != "" || rows[2][6] != "unsure" || rows[2][12] != "present" {
			t.Errorf("%q", rows[2])
		}
		if strings.Contains(out.String(), "case.dcm") {
			t.Error("the export names the file")
		}
	})
}

// The result is seen at once in the direct mode; the log says so, for a read after it
// is none without the model.
func TestWhatWasSeenInTheDirectModeIsLogged(t *testing.T) {
	d := newDesk(t)
	path := write(t, "case.dcm", radiograph())
	d.do(func(s *Session) { s.Open(path) })
	d.until("a result", settled)
	d.do(func(s *Session) {
		if c := s.State().Case(); c.Mode != Direct || c.Seen.IsZero() || c.Status != Result || c.Number != s.State().Reading.Number() {
			t.Errorf("log %+v", c)
		}
		s.SetMode(SecondReader)
		s.Read(CallPresent, 90)
		row := s.CaseLogs()[0].row()
		if s.State().Reveals(RevealFinding) || row[3] != "second-reader" || row[5] == "" || row[6] != "present" || row[18] != "result" || row[19] == "" {
			t.Errorf("%q", row)
		}
	})
}

// An occlusion map takes long and would tell that there is a result: it is computed when
// places are revealed.
func TestNoMapIsComputedBeforeItIsRevealed(t *testing.T) {
	d := newDesk(t)
	path := write(t, "case.dcm", radiograph())
	d.do(func(s *Session) { s.SetMode(SecondReader); s.Open(path) })
	d.until("a result", settled)
	d.do(func(s *Session) {
		s.SetOverlay(Overlay{Outlines: true, Method: Occlusion})
		if s.occlusion.cancel != nil {
			t.Error("a map is computed that may not be shown")
		}
		s.Read(CallAbsent, 5)
		for range 3 {
			s.RevealNext()
		}
		if s.occlusion.cancel == nil {
			t.Error("no map after the reveal")
		}
	})
}

// A case that the model may not read reveals why, and nothing more.
func TestSecondReaderOfARefusedCase(t *testing.T) {
	d := newDesk(t)
	d.do(func(s *Session) { s.SetMode(SecondReader); s.Open(series(t, 2)) })
	d.until("a refusal", func(st *State) bool { return settled(st) && st.Reading.Status == Refused })
	d.do(func(s *Session) {
		s.Read(CallAbsent, 0)
		s.RevealNext()
		if c := s.State().Case(); !s.State().Reveals(RevealPlaces) || c.Status != Refused {
			t.Errorf("log %+v", c)
		}
		s.ScrollBy(1)
	})
	d.until("the next slice", func(st *State) bool { return settled(st) && showing(st) == 1 })
	d.do(func(s *Session) {
		if s.State().Revealed() != RevealNothing || len(s.CaseLogs()) != 2 {
			t.Errorf("the next slice: stage %d, %d logs", s.State().Revealed(), len(s.CaseLogs()))
		}
	})
}
