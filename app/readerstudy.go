package app

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
)

// CaseLogs are all cases that were looked at in this session, in the order in which
// they were first seen.
func (s *Session) CaseLogs() (out []CaseLog) {
	out = append(out, s.past...)
	for _, key := range s.caseOrder {
		if c := s.cases[key]; c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// maxPast is how many cases of studies that are closed are remembered.
const maxPast = 10_000

// closeCases puts the cases of the study that gives way to another aside, without the
// files they are of: those must not stay in memory for a log.
func (s *Session) closeCases() {
	for _, key := range s.caseOrder {
		if c := s.cases[key]; c != nil && !c.untouched() {
			s.past = append(s.past, *c)
		}
	}
	s.past = s.past[max(0, len(s.past)-maxPast):]
	s.cases, s.caseFrames, s.caseOrder = map[Frame]*CaseLog{}, map[string]Frame{}, nil
	s.state.reading, s.attended = nil, Frame{}
}

// reopenCase takes a case back that goes on.
func (s *Session) reopenCase(c *CaseLog) {
	s.past = slices.DeleteFunc(s.past, func(o CaseLog) bool { return o.Case == c.Case && o.Frame == c.Frame && o.Reader == c.Reader })
}

// studyColumns are the columns of the export of a reader study.
var studyColumns = []string{
	"case", "image", "reader", "mode", "opened",
	"seen_in_direct_mode_after_s", "before_call", "before_confidence_percent", "seconds_to_before",
	"finding_shown_after_s", "number_shown_after_s", "places_shown_after_s",
	"after_call", "after_confidence_percent", "seconds_to_after",
	"model", "version", "finding", "result", "number", "number_is",
}

// WriteReaderStudy writes one row for each case: who read it when, what the reader
// said before and after the result was revealed, which stages were shown after how
// many seconds, whether the result was there without being asked for (then a read
// before is none), and what the result was. Cases are pseudonyms. The text is CSV
// (RFC 4180) in UTF-8; its first row names the columns, its last cell of each row is
// empty where there is nothing.
func WriteReaderStudy(w io.Writer, cases []CaseLog) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"# " + Disclaimer}); err != nil {
		return err
	}
	if err := out.Write(studyColumns); err != nil {
		return err
	}
	for i := range cases {
		if err := out.Write(cases[i].row()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (c *CaseLog) row() []string {
	row := []string{c.Case, strconv.Itoa(c.Frame), plainCell(c.Reader), string(c.Mode), c.Opened.UTC().Format(time.RFC3339)}
	row = append(row, c.seenAfter())
	row = append(row, c.own(c.Before)...)
	for stage := RevealFinding; stage <= RevealPlaces; stage++ {
		row = append(row, c.shownAfter(stage))
	}
	row = append(row, c.own(c.After)...)
	row = append(row, c.Model, c.Version, c.Finding, c.Status.String())
	if c.Status != Result || len(c.Shown) == 0 && c.Seen.IsZero() {
		return append(row, "", "")
	}
	kind := "score (uncalibrated)"
	if c.Calibrated {
		kind = "calibrated probability"
	}
	return append(row, strconv.FormatFloat(c.Number, 'f', 4, 64), kind)
}

// own is what a reader said, and after how many seconds.
func (c *CaseLog) own(r *OwnRead) []string {
	if r == nil {
		return []string{"", "", ""}
	}
	return []string{string(r.Call), strconv.Itoa(r.Confidence), seconds(r.At.Sub(c.Opened))}
}

// seenAfter is after how many seconds the result was on screen in the direct mode.
func (c *CaseLog) seenAfter() string {
	if c.Seen.IsZero() {
		return ""
	}
	return seconds(c.Seen.Sub(c.Opened))
}

func (c *CaseLog) shownAfter(stage Reveal) string {
	for _, r := range c.Shown {
		if r.Reveal >= stage {
			return seconds(r.At.Sub(c.Opened))
		}
	}
	return ""
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

// plainCell keeps spreadsheets from taking a text for a formula.
func plainCell(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@') {
		return "'" + text
	}
	return text
}

// String names a status as exports do.
func (s Status) String() string {
	return [...]string{"not assessed", "running", "result", "not eligible", "failed"}[s]
}
