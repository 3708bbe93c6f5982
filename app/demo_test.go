package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// secret is planted wherever a file can tell who the patient is.
const secret = "Zyxwvut"

// identified is a radiograph that names its patient in every attribute that PS3.15
// table E.1-1 lists and this program reads or lists, in nested and private ones too.
func identified(t *testing.T) string {
	t.Helper()
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	data := radiograph(
		text(0x00080050, "SH", secret), text(0x00080080, "LO", secret), text(0x00080081, "ST", secret), text(0x00080090, "PN", secret),
		text(0x00081010, "SH", secret), text(0x00081030, "LO", secret), text(0x0008103E, "LO", secret), text(0x00081050, "PN", secret),
		text(0x00081070, "PN", secret), text(0x00090010, "LO", secret), text(0x00091001, "LO", secret), text(0x00100010, "PN", secret+"^Eve"),
		text(0x00100020, "LO", secret), text(0x00100030, "DA", "19771231"), text(0x00101040, "LO", secret), text(0x00102154, "SH", secret),
		text(0x00104000, "LT", secret), text(0x00181000, "LO", secret), text(0x00181030, "LO", secret), text(0x00204000, "LT", secret),
		text(0x00281055, "LO", secret), text(0x00321060, "LO", secret), text(0x00400244, "DA", "19771231"), text(0x00400254, "LO", secret),
		text(0x00080020, "DA", "19771231"), text(0x00080070, "LO", secret),
	)
	return write(t, secret+" Eve.dcm", data)
}

// seen is everything that the session holds for showing.
func seen(s *Session) string {
	st := s.State()
	out := fmt.Sprintf("%q %+v %+v", st.Title(), st.Problem, st.Case())
	for _, x := range st.Studies {
		out += fmt.Sprintf(" %+v", *x)
		for _, r := range x.Series {
			out += fmt.Sprintf(" %+v", *r)
			for _, it := range r.Others {
				out += " " + st.FileName(it) + it.SeriesDescription
			}
		}
	}
	for _, k := range st.Stacks {
		out += fmt.Sprintf(" %+v %+v %s %s", *k.Study, *k.Series, k.Label, st.FileName(k.Frames[0].Item))
	}
	for _, p := range st.Panes {
		if p.Scan != nil {
			out += fmt.Sprintf(" %+v %s %v %+v", p.Scan.Header, p.Scan.Path, p.Scan.VOIs, p.VOI)
		}
	}
	return out
}

// Text in the pixels cannot be masked: that is said, where there may be some.
func TestDemoModeWarnsOfBurnedInText(t *testing.T) {
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"a radiograph":        {write(t, "a.dcm", radiograph()), ""},
		"one that says no":    {write(t, "b.dcm", radiograph(text(0x00280301, "CS", "NO"))), ""},
		"one that says yes":   {write(t, "c.dcm", radiograph(text(0x00280301, "CS", "YES"))), "The file says"},
		"an ultrasound":       {write(t, "d.dcm", radiograph(text(0x00080060, "CS", "US"))), "may stand"},
		"a secondary capture": {write(t, "e.dcm", radiograph(text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7.2"))), "may stand"},
		"a picture":           {write(t, "f.png", colourPNG(t)), "may stand"},
	} {
		d := newDesk(t)
		d.do(func(s *Session) { s.Open(c.file) })
		d.until("an open scan", settled)
		d.do(func(s *Session) {
			if m, ok := s.State().Unmasked(); ok {
				t.Errorf("%s: outside the mode it says %q", name, m)
			}
			s.SetDemo(true)
			if m, ok := s.State().Unmasked(); ok != (c.want != "") || !strings.Contains(m.String(), c.want) {
				t.Errorf("%s: %q", name, m)
			}
		})
	}
}

func TestDemoModeMasksEverythingAtOnce(t *testing.T) {
	var log strings.Builder
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	d := newDesk(t)
	path := identified(t)
	d.do(func(s *Session) { s.SetMode(SecondReader); s.Open(path) })
	d.until("an open scan", settled)
	var before string
	d.do(func(s *Session) {
		before = seen(s)
		s.SetDemo(true)
		if st := s.State(); st.Reading.Status != Result || st.Scan.Header.Age != "004Y" {
			t.Errorf("the result is lost: %v, age %q", st.Reading.Status, st.Scan.Header.Age)
		}
	})
	if !strings.Contains(before, secret) {
		t.Fatal("the test plants nothing")
	}
	check := func(what, text string) {
		t.Helper()
		for _, bad := range []string{secret, "Eve", "19771231", filepath.Dir(path)} {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s tells %q: …%s…", what, bad, text[max(0, i-80):min(len(text), i+40)])
			}
		}
	}
	d.do(func(s *Session) {
		check("the state", seen(s))
		if s.Recent() != nil {
			t.Error("the recent list is there")
		}
		for name, want := range map[string]string{secret + ".Eve": "", "a.b.DCM": ".dcm", secret: "", "x.nii.gz": ".gz"} {
			if got := ending(name); got != want {
				t.Errorf("the ending of %s is %q", name, got)
			}
		}
	})
	tags := make(chan *TagList, 1)
	d.do(func(s *Session) { s.ReadTags(func(l *TagList) { tags <- l }) })
	list := <-tags
	check("the list of tags", fmt.Sprintf("%+v", *list))
	if len(list.Tags) < 20 {
		t.Errorf("only %d tags", len(list.Tags))
	}
	files := make(chan []string, 1)
	folder := t.TempDir()
	d.do(func(s *Session) { s.Export(folder, func(f []string) { files <- f }) })
	for _, f := range <-files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		check("the export", filepath.Base(f)+string(data))
	}
	bad := write(t, "2."+secret, []byte("no scan")) // what follows the point is no ending
	d.do(func(s *Session) { s.Open(bad) })
	d.until("a problem", func(st *State) bool { return st.Problem != nil })
	d.do(func(s *Session) {
		check("the problem", s.State().Problem.String())
		var study strings.Builder
		if err := WriteReaderStudy(&study, s.CaseLogs()); err != nil {
			t.Fatal(err)
		}
		check("the reader study", study.String())
		// What is opened while it is on is masked from the beginning, and kept nowhere.
		s.Open(path)
	})
	d.until("the scan again", settled)
	d.do(func(s *Session) {
		check("the state", seen(s))
		if n := len(s.Settings().Recent); n != 1 { // from before
			t.Errorf("%d recent scans", n)
		}
		check("the log", log.String())
		s.SetDemo(false)
		if len(s.Recent()) != 1 || !strings.Contains(seen(s), secret) {
			t.Error("it cannot be switched off")
		}
	})
}
