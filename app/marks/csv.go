package marks

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lightbox/vision"
)

// Row is a mark with what it measures and where it is.
type Row struct {
	StudyDate string // YYYYMMDD
	Series    string // its description
	File      string // of which only the base name is written
	Frame     int    // of the file, from 0; written from 1, as on the screen
	Mark      Mark
	Result    Result
}

// Table is how marks are written.
type Table struct {
	// Masked leaves out what can name a patient: the study's date, and the words that
	// the reader gave to marks. Files and series are numbered in its place, so that
	// rows of one can still be told from those of another.
	Masked bool
	// Disclaimer stands in every row, for rows are copied.
	Disclaimer string
}

// columns of the table, by which programs find them: they are the same in every
// language.
var columns = []string{
	"study_date", "series", "file", "frame", "mark", "kind", "value", "number", "unit",
	"provenance", "points_px", "made", "note", "disclaimer",
}

// WriteCSV writes a row for each value of each mark, and one for a mark without any,
// as RFC 4180 has it, in UTF-8 with a byte order mark, by which Excel tells it.
//
// A number has two digits more than on the screen. Points are in pixels from the
// image's top left corner. Texts that a spreadsheet would take for a formula begin
// with an apostrophe.
func (t Table) WriteCSV(w io.Writer, rows []Row) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columns); err != nil {
		return err
	}
	m := masks{files: map[string]int{}, series: map[string]int{}}
	for _, r := range rows {
		if t.Masked {
			r = m.hide(r)
		} else if r.File != "" {
			r.File = filepath.Base(r.File)
		}
		for _, line := range r.lines() {
			if err := out.Write(append(line, text(t.Disclaimer))); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// lines are the rows of one mark, without the disclaimer.
func (r Row) lines() (lines [][]string) {
	values := r.Result.Values
	if len(values) == 0 {
		values = []Value{{}}
	}
	for _, v := range values {
		number := ""
		if v.Name != "" {
			number = strconv.FormatFloat(v.Number, 'f', v.Digits+2, 64)
		}
		lines = append(lines, []string{
			text(r.StudyDate), text(r.Series), text(r.File), strconv.Itoa(r.Frame + 1), text(r.Mark.Name), text(string(r.Mark.Kind)),
			text(string(v.Name)), number, text(v.Unit), text(r.Result.Scale.provenance(v)), points(r.Mark.Points),
			stamp(r.Mark.Made), text(r.note()),
		})
	}
	return lines
}

// provenance of a value, with the name and the time of the reader's own calibration.
func (s Scale) provenance(v Value) string {
	if v.Bins > 0 {
		return v.Binned().String()
	}
	text := string(v.Provenance)
	if v.Provenance == vision.ByUser {
		text += " (" + strings.TrimPrefix(s.By+", "+stamp(s.At), ", ") + ")"
	}
	return text
}

// note is what there is to say of a mark's values.
func (r Row) note() string {
	var parts []string
	if r.Result.Refused != nil {
		parts = append(parts, r.Result.Refused.String())
	}
	for _, s := range r.Result.Remarks {
		parts = append(parts, s.String())
	}
	return strings.Join(parts, " ")
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func points(all []Point) string {
	var b strings.Builder
	for i, p := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "(%.2f, %.2f)", p.X, p.Y)
	}
	return b.String()
}

// text keeps a spreadsheet from reading a formula where there is a text: in full
// width too, as East Asian ones do, and behind blanks, which some pass over.
func text(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if t := strings.TrimLeft(s, " \t\r\n"); t != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(t)[0]) || s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// masks numbers what is not to be named.
type masks struct{ files, series map[string]int }

func (m masks) hide(r Row) Row {
	number := func(all map[string]int, key string) int {
		if _, known := all[key]; !known {
			all[key] = len(all) + 1
		}
		return all[key]
	}
	r.StudyDate = ""
	r.File = fmt.Sprintf("file %d", number(m.files, r.File))
	r.Series = fmt.Sprintf("series %d", number(m.series, r.Series))
	r.Mark.Name, r.Result.Scale.By = "", ""
	return r
}
