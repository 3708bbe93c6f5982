package dicom

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

func text(tag uint32, vr, value string) dicomtest.Element {
	return dicomtest.Element{Tag: tag, VR: vr, Value: value}
}

func refTo(uid string) dicomtest.Element {
	return dicomtest.Element{Tag: 0x00081199, VR: "SQ", Items: [][]dicomtest.Element{{text(0x00081150, "UI", dicomtest.ImageClass), text(0x00081155, "UI", uid)}}}
}

// everyKind is a report with each kind of content, and its tree as a reader has it.
func everyKind() (dicomtest.Set, []ContentItem) {
	coded := func(value, scheme, meaning string) dicomtest.Element {
		return dicomtest.Element{Tag: 0x0040A168, VR: "SQ", Items: [][]dicomtest.Element{dicomtest.Code(value, scheme, meaning)}}
	}
	set := dicomtest.Report(
		dicomtest.Content("HAS OBS CONTEXT", "PNAME", "Observer", text(0x0040A123, "PN", "J\xf6rg^Ruth")),
		dicomtest.Content("HAS OBS CONTEXT", "UIDREF", "Device", text(0x0040A124, "UI", "1.2.3")),
		dicomtest.Content("CONTAINS", "CONTAINER", "Findings", dicomtest.Children(
			dicomtest.Content("CONTAINS", "TEXT", "Finding", text(0x0040A160, "UT", "A mass.\r\nSpiculated \\ round."), dicomtest.Children(
				dicomtest.Content("INFERRED FROM", "NUM", "Diameter", dicomtest.Number("12.5", "mm", "millimeter")),
			)),
			dicomtest.Content("CONTAINS", "CODE", "Impression", coded("M-80003", "SRT", "Neoplasm")),
			dicomtest.Content("CONTAINS", "NUM", "Ratio", dicomtest.Number("0.5", "1", "no units")),
			dicomtest.Content("CONTAINS", "DATE", "Seen", text(0x0040A121, "DA", "20240103")),
			dicomtest.Content("CONTAINS", "TIME", "At", text(0x0040A122, "TM", "101112")),
			dicomtest.Content("CONTAINS", "DATETIME", "Both", text(0x0040A120, "DT", "20240103101112")),
			dicomtest.Content("CONTAINS", "IMAGE", "Source", refTo(dicomtest.ImageUID)),
		)),
	)
	item := func(depth int, relationship, kind, name, value string) ContentItem {
		return ContentItem{Depth: depth, Relationship: relationship, Type: kind, Name: name, NameScheme: "DCM", Value: value}
	}
	number := item(2, "INFERRED FROM", "NUM", "Diameter", "12.5")
	number.Unit = "mm"
	code := item(1, "CONTAINS", "CODE", "Impression", "Neoplasm")
	code.ValueScheme = "SRT"
	source := item(1, "CONTAINS", "IMAGE", "Source", "")
	source.Image.SOPInstanceUID = dicomtest.ImageUID
	return set, []ContentItem{
		item(0, "HAS OBS CONTEXT", "PNAME", "Observer", "Jörg^Ruth"),
		item(0, "HAS OBS CONTEXT", "UIDREF", "Device", "1.2.3"),
		item(0, "CONTAINS", "CONTAINER", "Findings", ""),
		item(1, "CONTAINS", "TEXT", "Finding", "A mass.\r\nSpiculated \\ round."),
		number, code,
		item(1, "CONTAINS", "NUM", "Ratio", "0.5"),
		item(1, "CONTAINS", "DATE", "Seen", "20240103"),
		item(1, "CONTAINS", "TIME", "At", "101112"),
		item(1, "CONTAINS", "DATETIME", "Both", "20240103101112"),
		source,
	}
}

func reportFile(t *testing.T, syntax string, set dicomtest.Set) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.dcm")
	if err := os.WriteFile(path, dicomtest.File(syntax, set), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A report is read as the tree that was written, in each syntax.
func TestReport(t *testing.T) {
	set, want := everyKind()
	for _, syntax := range []string{ImplicitLE, ExplicitLE, ExplicitBE, DeflatedLE} {
		r, err := ReadReport(context.Background(), blob.File(reportFile(t, syntax, set)), false)
		if err != nil {
			t.Fatal(syntax, err)
		}
		if r.Title != "Imaging Measurement Report" || r.Date != "20240103" || r.Time != "131415" || r.Completion != "PARTIAL" || r.Verification != "UNVERIFIED" {
			t.Errorf("%s: %+v", syntax, *r)
		}
		if !reflect.DeepEqual(r.Items, want) {
			t.Errorf("%s: read   %+v\nwritten %+v", syntax, r.Items, want)
		}
	}
}

// dumpLine matches a line of dsrdump: indent, relationship, type, name, value.
var dumpLine = regexp.MustCompile(`^( +)<([a-z ]+) ([A-Z0-9]+):(?:\(,,"(.*?)"\))?=(.*)>`)

// The tree of public reports, and of the one with each kind, is that of DCMTK.
func TestReportAgainstDCMTK(t *testing.T) {
	if _, err := exec.LookPath("dsrdump"); err != nil {
		t.Skip("dsrdump (DCMTK) is not installed")
	}
	set, _ := everyKind()
	paths := []string{reportFile(t, ExplicitLE, set)}
	if dir := dicomtest.SharedFolder(); dir != "" {
		for _, name := range []string{"highdicom/data/test_files/sr_document.dcm", "highdicom/data/test_files/sr_document_with_multiple_groups.dcm", "pydicom/src/pydicom/data/test_files/test-SR.dcm"} {
			paths = append(paths, filepath.Join(dir, filepath.FromSlash(name)))
		}
	}
	quoted := regexp.MustCompile(`"(.*?)"`)
	for _, path := range paths {
		r, err := ReadReport(context.Background(), blob.File(path), false)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("dsrdump", "-q", "-Ph", "+Pl", "+U8", path).Output()
		if err != nil {
			t.Fatalf("dsrdump %s: %v", path, err)
		}
		items := slices.DeleteFunc(slices.Clone(r.Items), func(c ContentItem) bool { return c.Type == "REFERENCE" }) // those have lines of another form
		n := 0
		for _, line := range strings.Split(string(out), "\n") {
			m := dumpLine.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if n >= len(items) {
				t.Errorf("%s: DCMTK has more items than %d: %s", path, n, line)
				break
			}
			c := items[n]
			n++
			if c.Depth != len(m[1])/2-1 || strings.ToUpper(m[2]) != c.Relationship || c.Type != m[3] || c.Name != m[4] {
				t.Errorf("%s: item %d is %+v, DCMTK has %s", filepath.Base(path), n, c, line)
			}
			q := quoted.FindAllStringSubmatch(m[5], -1)
			escaped := strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(c.Value)
			switch {
			case c.Type == "CODE" && q[len(q)-1][1] != c.Value, c.Type == "NUM" && q[0][1] != c.Value,
				c.Type == "NUM" && c.Unit != "" && !strings.Contains(m[5], c.Unit),
				(c.Type == "TEXT" || c.Type == "UIDREF" || c.Type == "PNAME") && m[5] != `"`+escaped+`"`:
				t.Errorf("%s: item %d has the value %q, DCMTK has %s", filepath.Base(path), n, c.Value, m[5])
			}
		}
		if n != len(items) || n < 5 {
			t.Errorf("%s: %d items, DCMTK has %d", path, len(items), n)
		}
	}
}

// A PDF document comes out as it was put in; what is none is refused.
func TestEncapsulatedPDF(t *testing.T) {
	document := []byte("%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n") // of odd length
	r, err := ReadReport(context.Background(), blob.File(reportFile(t, ExplicitLE, dicomtest.PDF("Befund", document))), false)
	if err != nil || string(r.PDF) != string(document) || r.Title != "Befund" || r.Date != "20240102" {
		t.Errorf("%v: %q %q %s", err, r.PDF, r.Title, r.Date)
	}
	for want, set := range map[fault.Kind]dicomtest.Set{
		fault.Corrupt:  dicomtest.PDF("x", []byte("MZ\x90 no document")),
		fault.NotAScan: dicomtest.Image{Rows: 2, Columns: 2}.Set(),
	} {
		if _, err := ReadReport(context.Background(), blob.File(reportFile(t, ExplicitLE, set)), false); fault.KindOf(err) != want {
			t.Errorf("want %v: %v", want, err)
		}
	}
}

// Trees that are too deep or have too many items are refused or cut, and that is said.
func TestReportLimits(t *testing.T) {
	deep := dicomtest.Content("CONTAINS", "CONTAINER", "x")
	for range maxTreeDepth {
		deep = dicomtest.Content("CONTAINS", "CONTAINER", "x", dicomtest.Children(deep))
	}
	if _, err := ReadReport(context.Background(), blob.File(reportFile(t, ExplicitLE, dicomtest.Report(deep))), false); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a deep tree: %v", err)
	}
	many := make([][]dicomtest.Element, maxContents+10)
	for i := range many {
		many[i] = []dicomtest.Element{text(0x0040A040, "CS", "TEXT"), text(0x0040A160, "UT", "x")}
	}
	r, err := ReadReport(context.Background(), blob.File(reportFile(t, ExplicitLE, dicomtest.Report(many...))), false)
	if err != nil || !r.Cut || len(r.Items) != maxContents {
		t.Errorf("many items: %v", err)
	}
}

// No file brings the readers of states and reports down.
func FuzzObjects(f *testing.F) {
	set, _ := everyKind()
	f.Add(dicomtest.File(ExplicitLE, set))
	f.Add(dicomtest.File(ImplicitLE, set))
	f.Add(dicomtest.File(ExplicitLE, dicomtest.PDF("x", []byte("%PDF-"))))
	f.Add(dicomtest.File(ExplicitLE, dicomtest.State(4, 4, dicomtest.Element{Tag: dicomtest.Graphics, VR: "SQ", Items: [][]dicomtest.Element{
		dicomtest.Annotation("L", [][]dicomtest.Element{dicomtest.Graphic("PIXEL", "CIRCLE", 1, 2, 3, 4)}, nil)}})))
	path := filepath.Join(f.TempDir(), "a.dcm")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := ReadReport(context.Background(), blob.File(path), false)
		_, err2 := ReadPresentation(context.Background(), blob.File(path))
		if fault.KindOf(err) == fault.InternalError || fault.KindOf(err2) == fault.InternalError {
			t.Fatal(err, err2)
		}
	})
}
