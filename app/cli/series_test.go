package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

// scans is a folder of two series, a report, a file that is none and a broken
// one.
func scans(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, z := range map[string]int{"x1": 0, "x2": 2, "x3": 4, "x5": 8} { // one is missing
		save(t, dir, "one/"+name, slice("1", z+1, z, 50+z))
	}
	save(t, dir, "two/y", slice("2", 1, 0, 99))
	report := dicomtest.Set{
		{Tag: 0x00080016, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.88.11"}, {Tag: 0x00080018, VR: "UI", Value: "1.9.9.1"},
		{Tag: 0x00080060, VR: "CS", Value: "SR"}, {Tag: 0x0020000D, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.2"},
		{Tag: 0x0020000E, VR: "UI", Value: "1.8.2"}, {Tag: 0x00100020, VR: "LO", Value: "ID-SECRET"},
	}
	save(t, dir, "two/report", dicomtest.File(dicomtest.ExplicitLE, report))
	save(t, dir, "notes.txt", []byte("none"))
	return dir
}

func TestSeriesJSON(t *testing.T) {
	dir := scans(t)
	out, complaints, status := command(t, "series", "--json", "--files", dir)
	if status != exitDone {
		t.Fatal(status, complaints)
	}
	var l listing
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Studies) != 1 || len(l.Studies[0].Series) != 2 || len(l.Problems) != 0 {
		t.Fatalf("%s", out)
	}
	one, two := l.Studies[0].Series[0], l.Studies[0].Series[1]
	if len(one.Stacks) != 1 || opt(one.Modality) != "CT" || opt(one.Number) != "1" || opt(one.Description) != "HEAD 1" {
		t.Fatalf("%+v", one)
	}
	k := one.Stacks[0]
	if k.Stack != 1 || k.Frames != 4 || k.Rows != 4 || k.Columns != 5 || k.Spacing == nil || *k.Spacing != 2 || opt(k.Orientation) != "L/P" ||
		filepath.Base(k.First) != "x1" || filepath.Base(k.Last) != "x5" || len(k.Files) != 4 || filepath.Base(k.Files[2]) != "x3" {
		t.Errorf("%+v", k)
	}
	if len(k.Notes) != 1 || !strings.Contains(k.Notes[0], "may be missing") {
		t.Errorf("notes %q", k.Notes)
	}
	if len(two.Stacks) != 1 || len(two.Others) != 1 || filepath.Base(two.Others[0].Path) != "report" || !strings.Contains(two.Others[0].Reason, "without an image") {
		t.Errorf("%+v", two)
	}
}

// A list names the patient only when it is asked to.
func TestSeriesKeepsThePatientBack(t *testing.T) {
	dir := scans(t)
	for _, c := range []struct {
		args []string
		told bool
	}{{[]string{}, false}, {[]string{"--json"}, false}, {[]string{"--patient"}, true}, {[]string{"--json", "--patient"}, true}} {
		out, _, status := command(t, append(append([]string{"series"}, c.args...), dir)...)
		if status != exitDone {
			t.Fatal(status)
		}
		for _, secret := range []string{"Synthetic^Phantom", "ID-SECRET", "ACC-SECRET"} {
			if strings.Contains(out, secret) != c.told {
				t.Errorf("%v: %s told %v, want %v", c.args, secret, !c.told, c.told)
			}
		}
	}
}

func TestSeriesText(t *testing.T) {
	dir := scans(t)
	bad := save(t, dir, "broken", []byte(strings.Repeat("\x00", 128)+"DICM"))
	out, complaints, status := command(t, "series", dir)
	if status != exitFailed || !strings.Contains(complaints, bad) {
		t.Errorf("status %d, %q", status, complaints)
	}
	for _, want := range []string{"Series 1, CT, HEAD 1", "Stack 1: 4 images, 5×4, 2 mm apart, L/P", "may be missing", "without an image"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for _, path := range []string{t.TempDir(), filepath.Join(dir, "gone")} {
		if _, complaints, status := command(t, "series", path); status != exitFailed || !strings.Contains(complaints, filepath.Base(path)) {
			t.Errorf("status %d, %q", status, complaints)
		}
	}
	if _, _, status := command(t, "series"); status != exitUsage {
		t.Errorf("status %d", status)
	}
}

// analyze goes through a folder by series and place, not by file name.
func TestAnalyzeBySeries(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string][]byte{"a": slice("2", 1, 0, 9), "b": slice("1", 1, 30, 9), "c": slice("1", 2, 10, 9), "sub/d": slice("1", 3, 20, 9)} {
		save(t, dir, "folder/"+name, data)
	}
	film := ct("MONOCHROME2", dicomtest.Element{Tag: 0x0020000E, VR: "UI", Value: "1.8.3"}, dicomtest.Element{Tag: 0x00200011, VR: "IS", Value: "3"},
		dicomtest.Element{Tag: 0x00100020, VR: "LO", Value: "ID-SECRET"})
	save(t, dir, "folder/film", film.Bytes())
	views := filepath.Join(dir, "views")
	for _, c := range []struct {
		args []string
		want string
		pngs int
	}{
		{nil, "c1:1 d1:1 b1:1 a1:1 film1:1", 15},
		{[]string{"--frames"}, "c1:1 d1:1 b1:1 a1:1 film1:1 film1:2", 18},
	} {
		out, complaints, status := command(t, append(append([]string{"analyze", "--json", "--out", views}, c.args...), filepath.Join(dir, "folder"))...)
		if status != exitDone {
			t.Fatal(status, complaints)
		}
		var got []string
		for _, m := range objects(t, out) {
			if keys(m) != analyzeKeys || m["series_uid"] == nil {
				t.Errorf("%v", m)
			}
			got = append(got, filepath.Base(m["path"].(string))+string(rune('0'+int(m["stack"].(float64))))+":"+string(rune('0'+int(m["frame"].(float64)))))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v: %s, want %s", c.args, s, c.want)
		}
		n := 0
		_ = filepath.Walk(views, func(_ string, st os.FileInfo, err error) error {
			if err == nil && !st.IsDir() {
				n++
			}
			return nil
		})
		if n != c.pngs {
			t.Errorf("%v: %d pictures, want %d", c.args, n, c.pngs)
		}
		if err := os.RemoveAll(views); err != nil {
			t.Fatal(err)
		}
	}
	out, _, _ := command(t, "analyze", filepath.Join(dir, "folder"))
	if strings.Count(out, "Series 1: CT, HEAD 1, 3 images\n") != 1 || !strings.HasPrefix(out, "Series 1:") || strings.Count(out, "Series ") != 3 {
		t.Errorf("headings are wrong in\n%s", out)
	}
}
