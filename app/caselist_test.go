package app

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// ward is a folder of n studies, one radiograph each; a study's date is its number.
func ward(t *testing.T, n int) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "查房")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		data := radiograph(
			dicomtest.Element{Tag: 0x0020000D, VR: "UI", Value: fmt.Sprintf("1.2.3.%d", i+1)},
			dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: fmt.Sprintf("1.2.3.%d.1", i+1)},
			dicomtest.Element{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.2.3.%d.1.1", i+1)},
			dicomtest.Element{Tag: 0x00080020, VR: "DA", Value: fmt.Sprintf("2024010%d", i+1)},
		)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.dcm", i+1)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A list of cases is gone through in its own order, in all panes, and each case of it
// begins hidden in the mode of the second reader.
func TestCaseList(t *testing.T) {
	d := newDesk(t)
	d.do(func(s *Session) { s.SetMode(SecondReader); s.Open(ward(t, 3)) })
	d.until("three studies", func(st *State) bool { return settled(st) && len(st.Studies) == 3 && !st.Indexing })
	date := func(st *State) string { return st.Scan.Header.StudyDate }
	shows := func(want string) func(*State) bool {
		return func(st *State) bool { return settled(st) && date(st) == want && st.stack.Study.Date == want }
	}
	var all []StudyCase
	d.do(func(s *Session) {
		if _, _, ok := s.State().CaseAt(); ok {
			t.Error("a list of cases from nowhere")
		}
		if all = s.Studies(); len(all) != 3 || all[0].ID == all[1].ID {
			t.Fatalf("%+v", all)
		}
		s.SelectStack(0)
		s.StepStudy(-1) // without a list, by the order of what is open; it stops at the ends
		s.StepStudy(1)
	})
	d.until("the second study", shows(all[1].Study.Date))
	d.do(func(s *Session) {
		s.Read(CallAbsent, 10)
		s.RevealNext()
		if !s.State().Reveals(RevealFinding) {
			t.Fatal("not revealed")
		}
		s.SetLayout(LayoutCompare)
		s.StartCases([]string{all[2].ID, all[1].ID})
	})
	d.until("the first case", shows(all[2].Study.Date))
	d.do(func(s *Session) {
		st := s.State()
		if n, of, ok := st.CaseAt(); n != 1 || of != 2 || !ok {
			t.Errorf("case %d of %d", n, of)
		}
		if st.Revealed() != RevealNothing {
			t.Error("the new case begins revealed")
		}
		for i, p := range st.Panes {
			if p.stack.Study.Date != all[2].Study.Date {
				t.Errorf("pane %d stays with %s", i, p.stack.Study.Date)
			}
		}
		s.StepStudy(-1) // the first stays
		s.StepStudy(1)
	})
	d.until("the second case", shows(all[1].Study.Date))
	d.do(func(s *Session) {
		st := s.State()
		if n, _, _ := st.CaseAt(); n != 2 || !st.Reveals(RevealFinding) {
			t.Errorf("case %d, stage %d: what was revealed before stays so", n, st.Revealed())
		}
		s.StepStudy(1) // the last stays
		if n, _, _ := st.CaseAt(); n != 2 {
			t.Errorf("beyond the last: case %d", n)
		}
		s.EndCases()
		if _, _, ok := st.CaseAt(); ok || date(st) != all[1].Study.Date {
			t.Error("ending the list does more, or less")
		}
	})
	d.do(func(s *Session) { s.StartCases([]string{all[0].ID}); s.Open(ward(t, 1)) })
	d.until("another folder", func(st *State) bool { return settled(st) && len(st.Studies) == 1 })
	d.do(func(s *Session) {
		if _, _, ok := s.State().CaseAt(); ok {
			t.Error("the list outlives its studies")
		}
	})
}
