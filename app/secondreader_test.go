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
		if !strings.Contains(rows[0][0], Disclaimer) || rows[2][2] != "'=Dr 李" || rows[2][5] != "unsure" || rows[2][11] != "present" {
			t.Errorf("%q", rows[2])
		}
		if strings.Contains(out.String(), "case.dcm") {
			t.Error("the export names the file")
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
