package marks

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	dt "lightbox/vision/dicom/dicomtest"
)

// sheet is a table as a program reads it.
func sheet(t *testing.T, table Table, rows ...Row) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := table.WriteCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	data, found := strings.CutPrefix(b.String(), "\ufeff")
	if !found || strings.Contains(strings.ReplaceAll(data, "\r\n", ""), "\r") {
		t.Fatalf("no byte order mark, or other ends of lines: %q", b.String())
	}
	all, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out
}

// sample are marks on a CT, with a calibration of the reader's own.
func sample(t *testing.T) []Row {
	t.Helper()
	s := blank(t, 50, 60, modality("CT"), spacing("0.5", "0.5"), dt.DS(dt.RescaleIntercept, "-1024"), word(0x00281054, "LO", "HU"))
	zone := time.FixedZone("", 8*3600)
	made := time.Date(2026, 11, 29, 10, 30, 0, 0, zone)
	reference := at(Reference, 0, 0, 10, 0)
	reference.Known, reference.Name, reference.Made = 20, "钢球", made
	length, region, arrow, bad := at(Length, -1.5, 0, 8.5, 0), at(Rectangle, 5, 5, 15, 15), at(Arrow, 1, 1, 2, 2), at(CTR, 1, 1, 2, 2, 3, 3, 4, 4)
	length.Name, length.Made, arrow.Name = "病灶 \"一\", 右", made, "=HYPERLINK(\"http://evil\")"
	var rows []Row
	for _, m := range []Mark{length, region, arrow, bad} {
		rows = append(rows, Row{StudyDate: "20170203", Series: "胸部 CT", File: "/home/user/张三/影像 1.dcm", Frame: 2, Mark: m, Result: Measure(m, s, Calibrate([]Mark{reference}, nil))})
	}
	return rows
}

func TestCSV(t *testing.T) {
	rows := sheet(t, Table{Disclaimer: "not for diagnosis"}, sample(t)...)
	if len(rows) != 1+9+1+1 {
		t.Fatalf("%d rows", len(rows))
	}
	want := map[string]string{
		"study_date": "20170203", "series": "胸部 CT", "file": "影像 1.dcm", "frame": "3", "mark": "病灶 \"一\", 右", "kind": "length",
		"value": "Length", "number": "20.000", "unit": "mm", "provenance": "user calibration (钢球, 2026-11-29T10:30:00+08:00)",
		"points_px": "(-1.50, 0.00) (8.50, 0.00)", "made": "2026-11-29T10:30:00+08:00", "note": "", "disclaimer": "not for diagnosis",
	}
	for name, v := range want {
		if rows[0][name] != v {
			t.Errorf("%s is %q, want %q", name, rows[0][name], v)
		}
	}
	if len(rows[0]) != len(want) {
		t.Errorf("columns %v", rows[0])
	}
	mean, entropy, area := rows[1], rows[6], rows[8]
	if mean["value"] != "Mean" || mean["number"] != "-1024.000" || mean["unit"] != "HU" || mean["provenance"] != "" || mean["made"] != "" {
		t.Errorf("%v", mean) // a number below zero is no formula
	}
	if area["value"] != "Area" || area["unit"] != "mm²" || area["number"] != "400.000" || !strings.HasPrefix(area["provenance"], "user calibration (") {
		t.Errorf("%v", area)
	}
	if entropy["value"] != "Entropy" || entropy["number"] != "0.0000" || entropy["unit"] != "bit" || entropy["provenance"] != "histogram of 1 bins" {
		t.Errorf("%v", entropy)
	}
	arrow, refused := rows[10], rows[11]
	if arrow["mark"] != "'=HYPERLINK(\"http://evil\")" || arrow["value"] != "" || arrow["number"] != "" {
		t.Errorf("%v", arrow)
	}
	if refused["number"] != "" || !strings.Contains(refused["note"], "modality CT") {
		t.Errorf("%v", refused)
	}
}

// In a demonstration nothing that can name a patient is written, wherever it stood.
func TestCSVMasked(t *testing.T) {
	rows := sample(t)
	other := rows[0]
	other.File, other.Series = "/home/user/李四/影像 1.dcm", "another"
	rows = append(rows, other, rows[0])
	var b bytes.Buffer
	if err := (Table{Masked: true}).WriteCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"20170203", "胸部", "影像", "张三", "李四", "病灶", "钢球", "HYPERLINK", "another", "home"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is in the table", secret)
		}
	}
	got := sheet(t, Table{Masked: true}, rows...)
	for i, want := range map[int]string{0: "file 1", 9: "file 1", 12: "file 2", 13: "file 1"} {
		if got[i]["file"] != want || got[i]["frame"] != "3" {
			t.Errorf("row %d: %v", i, got[i])
		}
	}
	if got[12]["series"] != "series 2" || got[0]["number"] != "20.000" || rows[0].Mark.Name == "" {
		t.Errorf("%v", got[12])
	}
}

func TestFormulas(t *testing.T) {
	for s, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "＝1": "'＝1", " =1": "' =1", "\t=1": "'\t=1", "\tx": "'\tx", "\rx": "'\rx",
		"": "", " ": " ", "a=1": "a=1", "左 -1": "左 -1", "x\xff\x00": "x\uFFFD\uFFFD",
	} {
		if got := text(s); got != want {
			t.Errorf("%q is written %q, want %q", s, got, want)
		}
	}
}

// TestCSVByPython has another program read a table with every awkward character.
func TestCSVByPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	rows := sample(t)
	rows[0].Series = "a,\"b\"\nc;\td"
	var b bytes.Buffer
	if err := (Table{}).WriteCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(python, "-c", "import csv,io,sys\n"+
		"r=list(csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode('utf-8-sig'),newline=''),strict=True))\n"+
		"sys.stdout.buffer.write((str(len(r))+r[0]['series']+r[0]['mark']+r[0]['study_date']).encode())")
	run.Stdin = &b
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	// Ends of lines within a text are written as those of the rows are.
	if got := string(out); got != "12a,\"b\"\r\nc;\td病灶 \"一\", 右20170203" {
		t.Errorf("%q", got)
	}
}

// fullDisk takes so many bytes.
type fullDisk int

func (f *fullDisk) Write(p []byte) (int, error) {
	if *f -= fullDisk(len(p)); *f < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

func TestCSVFullDisk(t *testing.T) {
	var rows []Row
	for range 100 {
		rows = append(rows, sample(t)[0])
	}
	for _, room := range []fullDisk{0, 3, 4096} {
		if err := (Table{}).WriteCSV(&room, rows); err == nil {
			t.Errorf("%d bytes left: no error", room)
		}
	}
}
