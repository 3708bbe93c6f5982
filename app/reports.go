package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// maxReports is how many reports of a study are read.
const maxReports = 100

// Report is what a study has of a report: a Structured Report as lines, or a PDF
// document, which other programs show.
type Report struct {
	PatientName, PatientID string // of the study; the case in the demo mode

	Title      string
	Date, Time string // of its content, YYYYMMDD and HHMMSS; empty in the demo mode
	Remarks    []Message
	Lines      []ReportLine
	Fault      *Message // why it cannot be read

	pdf []byte
}

// IsPDF tells that the report is a document, which Session.ShowPDF shows.
func (r *Report) IsPDF() bool { return r.pdf != nil }

// ReportLine is an item of a Structured Report: its name and its value, or, of a
// container, its name as a heading.
type ReportLine struct {
	Depth   int
	Heading bool
	Name    string
	Value   string
	Said    *Message // instead of Value: what is not written in the report itself
}

// reportsOf are the reports in the study of the active pane; nil without a study.
func (s *Session) reportsOf() (out []*study.Item) {
	k := s.state.stack
	if k == nil {
		return nil
	}
	for _, r := range k.whole.Series {
		for _, it := range r.Others {
			if vision.IsReport(it.SOPClassUID) && len(out) < maxReports {
				out = append(out, it)
			}
		}
	}
	return out
}

// NoReports says why there is no report to read, nil where there is one.
func (s *Session) NoReports() *Message {
	switch {
	case s.state.stack == nil:
		return reason(Say("No scan is open"))
	case len(s.reportsOf()) == 0 && s.state.Indexing:
		return reason(Say("This study has no report so far; its files are still being read."))
	case len(s.reportsOf()) == 0:
		return reason(Say("This study has no report."))
	}
	return nil
}

// ReadReports reads the reports of the study in the active pane and calls done with
// them, the newest first, on the session's goroutine, unless stop is called first.
// Without a report stop is nil, done is not called, and it is said why.
func (s *Session) ReadReports(done func([]*Report)) (stop func()) {
	if why := s.NoReports(); why != nil {
		s.complain(*why)
		return nil
	}
	items, redecoded, demo := s.reportsOf(), s.state.Redecoded, s.state.Demo
	places, patient := s.imagePlaces(), s.state.stack.Study
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		type read struct {
			report *vision.Report
			err    error
		}
		list := make([]read, len(items))
		for i, it := range items {
			list[i].report, list[i].err = readReport(ctx, it, redecoded)
		}
		s.post(func() {
			if ctx.Err() != nil {
				return
			}
			cancel()
			var out []*Report
			for _, r := range list {
				if r.err != nil {
					logProblem(r.err)
					m := s.state.Explain(r.err)
					out = append(out, &Report{Fault: &m})
					continue
				}
				out = append(out, reportOf(r.report, places, demo || s.state.Demo))
			}
			for _, r := range out {
				r.PatientName, r.PatientID = patient.PatientName, patient.PatientID
			}
			slices.SortStableFunc(out, func(a, b *Report) int { return -strings.Compare(a.Date+a.Time, b.Date+b.Time) })
			done(out)
		})
	}()
	return cancel
}

func readReport(ctx context.Context, it *study.Item, redecoded bool) (r *vision.Report, err error) {
	defer fault.Contain(it.Path(), &err)
	return vision.ReadReport(ctx, it.Blob, redecoded)
}

// imagePlaces say where in the open stacks each image is, by SOP Instance UID.
func (s *Session) imagePlaces() map[string]Message {
	out := map[string]Message{}
	for _, k := range s.state.Stacks {
		for i, f := range k.Frames {
			if uid := f.Item.SOPInstanceUID; out[uid].Text == "" {
				out[uid] = Say("image {{.Image}} of {{.Count}}, series {{.Series}}", "Image", i+1, "Count", len(k.Frames), "Series", Printable(k.Series.Number))
			}
		}
	}
	return out
}

// reportOf words a report; in the demo mode without what could tell who the patient is:
// numbers stay, and what the standard's own codes say.
func reportOf(r *vision.Report, places map[string]Message, demo bool) *Report {
	out := &Report{Title: mask(r.Title, demo && !standardCode(r.TitleScheme)), pdf: r.PDF}
	if !demo {
		out.Date, out.Time = r.Date, r.Time
	}
	switch {
	case r.Verification == "VERIFIED" && len(r.Verifiers) > 0:
		out.Remarks = append(out.Remarks, Say("verified by {{.Names}}", "Names", mask(Printable(strings.Join(r.Verifiers, ", ")), demo)))
	case r.Verification == "VERIFIED":
		out.Remarks = append(out.Remarks, Say("verified"))
	case r.Verification != "":
		out.Remarks = append(out.Remarks, Say("not verified"))
	}
	if r.Completion == "PARTIAL" {
		out.Remarks = append(out.Remarks, Say("not complete"))
	}
	if r.Cut {
		out.Remarks = append(out.Remarks, Say("only the first {{.Count}} items are shown", "Count", len(r.Items)))
	}
	for i := range r.Items {
		out.Lines = append(out.Lines, lineOf(&r.Items[i], places, demo))
	}
	return out
}

func mask(text string, masked bool) string {
	if masked && text != "" {
		return maskedValue
	}
	return text
}

// standardCode tells whether a coding scheme is one of those that are published: what
// its codes mean was not written by a reader.
func standardCode(scheme string) bool {
	return slices.Contains([]string{"DCM", "SRT", "SNM3", "SCT", "LN", "UCUM", "RADLEX", "BI", "FMA", "NCIt", "UMLS"}, scheme)
}

func lineOf(c *vision.ContentItem, places map[string]Message, demo bool) ReportLine {
	l := ReportLine{Depth: c.Depth, Name: mask(c.Name, demo && !standardCode(c.NameScheme)), Value: c.Value}
	switch c.Type {
	case "CONTAINER":
		l.Heading = true
	case "NUM":
		l.Value = strings.TrimSpace(c.Value + " " + c.Unit)
	case "CODE":
		l.Value = mask(c.Value, demo && !standardCode(c.ValueScheme))
	case "PNAME":
		l.Value = mask(strings.Join(strings.Fields(strings.ReplaceAll(c.Value, "^", " ")), " "), demo)
	case "IMAGE", "COMPOSITE", "WAVEFORM":
		m, here := places[c.Image.SOPInstanceUID]
		if !here {
			m = Say("an object that is not open")
		}
		l.Said = &m
		if len(c.Image.Frames) > 0 {
			l.Value = fmt.Sprint(c.Image.Frames)
		}
	case "SCOORD", "SCOORD3D", "TCOORD", "REFERENCE":
	default: // text, dates, identifiers, and what a newer standard may have
		l.Value = mask(c.Value, demo)
	}
	return l
}

// ShowPDF writes a document where only this user can read it, for another program to
// show, and gives the path; it is deleted when the session ends. In the demo mode
// nothing is written: what stands in a document cannot be masked.
func (s *Session) ShowPDF(r *Report) (path string, ok bool) {
	if s.state.Demo {
		s.complain(Say("The demo mode cannot mask what stands in a PDF document; it is not opened."))
		return "", false
	}
	folder, err := s.privateFolder()
	if err == nil {
		path, err = freeName(folder, "report", ".pdf")
	}
	if err == nil {
		if err = os.WriteFile(path, r.pdf, 0o600); err != nil {
			err = fault.Writing(path, err)
		}
	}
	if err != nil {
		s.fail(err)
		return "", false
	}
	s.Tell(Say("The report was written to {{.Path}} for the program that shows PDF files; it is deleted when Lightbox closes.", "Path", path))
	return path, true
}

// privateFolder is a folder for files that other programs are to show, made when it is
// first needed; no other user can look into it.
func (s *Session) privateFolder() (string, error) {
	if s.private == "" {
		folder, err := os.MkdirTemp("", "lightbox-")
		if err != nil {
			return "", fault.Writing(filepath.Join(os.TempDir(), "lightbox"), err)
		}
		s.private = folder
	}
	return s.private, nil
}

// dropPrivate deletes them.
func (s *Session) dropPrivate() {
	if s.private != "" {
		if err := os.RemoveAll(s.private); err != nil {
			logProblem(fault.Writing(s.private, err))
		}
		s.private = ""
	}
}
