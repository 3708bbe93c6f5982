package app

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// reportOn is a study of an image with a report that names its patient, and a PDF.
func reportOn(t *testing.T) string {
	t.Helper()
	coded := func(scheme, meaning string) dicomtest.Element {
		return seq(0x0040A168, dicomtest.Code("9", scheme, meaning))
	}
	ref := func(uid string) dicomtest.Element {
		return seq(0x00081199, []dicomtest.Element{elem(0x00081150, "UI", dicomtest.ImageClass), elem(0x00081155, "UI", uid)})
	}
	report := dicomtest.Report(
		dicomtest.Content("HAS OBS CONTEXT", "PNAME", "Observer", elem(0x0040A123, "PN", secret+"^Ruth")),
		dicomtest.Content("CONTAINS", "CONTAINER", "Findings", dicomtest.Children(
			dicomtest.Content("CONTAINS", "TEXT", "Finding", elem(0x0040A160, "UT", "Seen by "+secret)),
			dicomtest.Content("CONTAINS", "NUM", "Diameter", dicomtest.Number("12.5", "mm", "millimeter")),
			dicomtest.Content("CONTAINS", "CODE", "Impression", coded("SRT", "Neoplasm")),
			dicomtest.Content("CONTAINS", "CODE", "Place", coded("99LOCAL", "bed of "+secret)),
			dicomtest.Content("CONTAINS", "DATE", "Born", elem(0x0040A121, "DA", "19771231")),
			dicomtest.Content("CONTAINS", "IMAGE", "Source", ref(dicomtest.ImageUID)),
			dicomtest.Content("CONTAINS", "IMAGE", "Prior", ref("1.2.3")),
		)),
	).With(elem(0x0040A493, "CS", "VERIFIED"), seq(0x0040A073, []dicomtest.Element{elem(0x0040A075, "PN", secret)}))
	broken := dicomtest.PDF(secret, []byte("no document")).With(elem(0x00080018, "UI", "1.2.77"))
	return folderOf(t, radiograph(), dicomtest.File(dicomtest.ExplicitLE, report),
		dicomtest.File(dicomtest.ExplicitLE, dicomtest.PDF("Befund "+secret, []byte("%PDF-1.4 "+secret))), dicomtest.File(dicomtest.ExplicitLE, broken))
}

// read reads the reports of what is open.
func (d *desk) read() (list []*Report) {
	d.t.Helper()
	done := make(chan []*Report, 1)
	d.do(func(s *Session) { s.ReadReports(func(r []*Report) { done <- r }) })
	return <-done
}

// The reports of a study are read: the tree with its images, the document, and why one
// cannot be read.
func TestReportsAreRead(t *testing.T) {
	d := newDesk(t)
	opensWhole(t, d, reportOn(t))
	list := d.read()
	if len(list) != 3 || list[0].Title != "Imaging Measurement Report" || !list[1].IsPDF() || list[2].Fault == nil ||
		!strings.Contains(list[2].Fault.String(), "the document in it is no PDF") {
		t.Fatalf("%+v", list)
	}
	if got := fmt.Sprint(list[0].Remarks); got != "[verified by "+secret+" not complete]" {
		t.Errorf("remarks %s", got)
	}
	want := []string{
		"0 Observer=" + secret + " Ruth", "0 *Findings=", "1 Finding=Seen by " + secret, "1 Diameter=12.5 mm", "1 Impression=Neoplasm",
		"1 Place=bed of " + secret, "1 Born=19771231", "1 Source=image 1 of 1, series ", "1 Prior=an object that is not open",
	}
	for i, l := range list[0].Lines {
		value, mark := l.Value, ""
		if l.Said != nil {
			value = l.Said.String()
		}
		if l.Heading {
			mark = "*"
		}
		if got := fmt.Sprintf("%d %s%s=%s", l.Depth, mark, l.Name, value); i >= len(want) || got != want[i] {
			t.Errorf("line %d is %q", i, got)
		}
	}
	var path string
	d.do(func(s *Session) {
		var ok bool
		if path, ok = s.ShowPDF(list[1]); !ok {
			t.Fatalf("not written: %v", s.State().Problem)
		}
		if !strings.Contains(s.State().Told.String(), path) {
			t.Errorf("it says %v", s.State().Told)
		}
	})
	info, err := os.Stat(path)
	if data, _ := os.ReadFile(path); err != nil || string(data) != "%PDF-1.4 "+secret || info.Mode().Perm() != 0o600 || strings.Contains(path, secret) {
		t.Errorf("%v: %s %v", err, path, info)
	}
	d.leave()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the document is left behind: %v", err)
	}
}

// The demo mode shows what numbers and published codes say, and nothing that people
// wrote.
func TestDemoModeMasksReports(t *testing.T) {
	d := newDesk(t)
	opensWhole(t, d, reportOn(t))
	d.do(func(s *Session) { s.SetDemo(true) })
	list := d.read()
	text := ""
	for _, r := range list {
		text += fmt.Sprintf("%q %q %q %q %v %+v %v\n", r.PatientName, r.Title, r.Date, r.Time, r.Remarks, r.Lines, r.Fault)
	}
	for _, bad := range []string{secret, "Phantom", "1977", "2024"} {
		if strings.Contains(text, bad) {
			t.Errorf("the reports tell %q:\n%s", bad, text)
		}
	}
	for _, good := range []string{"12.5 mm", "Neoplasm", "Diameter", maskedValue} {
		if !strings.Contains(text, good) {
			t.Errorf("the reports lack %q:\n%s", good, text)
		}
	}
	d.do(func(s *Session) {
		for _, r := range list {
			if r.IsPDF() {
				if path, ok := s.ShowPDF(r); ok || !strings.Contains(s.State().Problem.String(), "cannot mask") {
					t.Errorf("the document is written to %s", path)
				}
			}
		}
	})
}

// A study without a report says so.
func TestNoReports(t *testing.T) {
	d := newDesk(t)
	d.do(func(s *Session) {
		if why := s.NoReports(); why == nil || why.String() != "No scan is open" {
			t.Errorf("it says %v", why)
		}
	})
	opensWhole(t, d, write(t, "a.dcm", radiograph()))
	d.do(func(s *Session) {
		if stop := s.ReadReports(func([]*Report) { t.Error("reports of nothing") }); stop != nil || s.State().Problem.String() != "This study has no report." {
			t.Errorf("it says %v", s.State().Problem)
		}
	})
}
