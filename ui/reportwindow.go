package ui

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/vision/study"
)

// maxReportLines is how many lines of a report are laid out; all of them can be copied.
const maxReportLines = 3000

// reportWindow shows the reports of a study, each as text, in a window of its own.
type reportWindow struct {
	main    *mainWindow
	window  fyne.Window
	reports []*app.Report
	now     *app.Report
	study   string // that they are of

	list *widget.List
	text *widget.Label
	note *widget.Label
	copy *widget.Button
	open *widget.Button
}

// showReports reads the reports of the study in the active pane and shows them; where
// there is none the status line says so.
func (w *mainWindow) showReports() {
	w.stopReports()
	of := ""
	if k := w.session.State().Stack(); k != nil {
		of = k.Study.UID
	}
	w.reportsRead = w.session.ReadReports(func(list []*app.Report) {
		w.reportsRead = nil
		w.reports = newReportWindow(w, list)
		w.reports.study = of
		w.reports.window.Show()
	})
}

// stopReports closes the window of reports, and gives up reading them.
func (w *mainWindow) stopReports() {
	if w.reportsRead != nil {
		w.reportsRead()
		w.reportsRead = nil
	}
	if r := w.reports; r != nil {
		w.reports = nil
		r.window.Close()
	}
}

// followReports closes the window of reports of a study that is open no more: a report
// beside another patient's images is a trap.
func (w *mainWindow) followReports(st *app.State) {
	if r := w.reports; r != nil && !slices.ContainsFunc(st.Studies, func(x *study.Study) bool { return x.UID == r.study }) {
		w.stopReports()
	}
}

// noReports says why there is no report to read.
func (w *mainWindow) noReports() app.Message {
	if why := w.session.NoReports(); why != nil {
		return *why
	}
	return app.Message{}
}

// Sizes of the window in units at 100 % of text.
const (
	reportWidth, reportHeight = 900, 700
	reportList                = 0.28 // share of the list
)

func newReportWindow(w *mainWindow, reports []*app.Report) *reportWindow {
	r := &reportWindow{main: w, reports: reports}
	r.window = w.fyne.NewWindow(lang.L("Report"))
	r.text, r.note = widget.NewLabel(""), widget.NewLabel("")
	r.text.Wrapping, r.text.Selectable = fyne.TextWrapWord, true
	r.note.Wrapping, r.note.Importance = fyne.TextWrapWord, widget.WarningImportance
	r.copy = widget.NewButtonWithIcon(lang.L("Copy all"), theme.ContentCopyIcon(), func() { w.copyText(r.whole(r.now)) })
	r.open = widget.NewButtonWithIcon(lang.L("Show the PDF document"), theme.DocumentIcon(), r.showPDF)
	r.list = widget.NewList(func() int { return len(r.reports) },
		func() fyne.CanvasObject { l := widget.NewLabel(""); l.Truncation = fyne.TextTruncateEllipsis; return l },
		func(i widget.ListItemID, o fyne.CanvasObject) { o.(*widget.Label).SetText(reportTitle(r.reports[i])) })
	r.list.OnSelected = func(i widget.ListItemID) { r.show(r.reports[i]) }
	line := widget.NewLabel(lang.L(app.Disclaimer))
	line.Importance = widget.WarningImportance
	closing := widget.NewButton(lang.L("Close"), func() { r.window.Close() })
	foot := container.NewVBox(container.NewBorder(nil, nil, container.NewHBox(r.copy, r.open), closing), line)
	page := container.NewBorder(r.note, foot, nil, nil, container.NewVScroll(r.text))
	body := fyne.CanvasObject(page)
	if len(reports) > 1 {
		split := container.NewHSplit(r.list, page)
		split.Offset = reportList
		body = split
	}
	r.window.SetContent(container.NewPadded(body))
	r.window.Resize(fyne.NewSize(scaled(reportWidth), scaled(reportHeight)))
	r.window.SetOnClosed(func() {
		if w.reports == r {
			w.reports = nil
		}
	})
	c := r.window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			r.window.Close()
		}
	})
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyW, Modifier: ctrl}, func(fyne.Shortcut) { r.window.Close() })
	r.list.Select(0)
	if r.now == nil {
		r.show(reports[0])
	}
	return r
}

func (r *reportWindow) show(x *app.Report) {
	r.now = x
	lines := reportText(x)
	if len(lines) > maxReportLines {
		more := lang.L("{{.Count}} lines more: copy all to see them elsewhere.", map[string]any{"Count": len(lines) - maxReportLines})
		lines = append(lines[:maxReportLines:maxReportLines], more)
	}
	r.text.SetText(strings.Join(lines, "\n"))
	note := ""
	switch {
	case x.Fault != nil:
		note = say(*x.Fault)
	case x.IsPDF() && r.main.session.State().Demo:
		note = lang.L("The demo mode cannot mask what stands in a PDF document; it is not opened.")
	case x.IsPDF():
		note = lang.L("This report is a PDF document. It is written to a private folder of yours and shown by the program that shows PDF files.")
	}
	r.note.SetText(note)
	setVisible(r.note, note != "")
	setVisible(r.open, x.IsPDF() && !r.main.session.State().Demo)
	setVisible(r.copy, len(x.Lines) > 0)
}

// showPDF has the system's program show the document.
func (r *reportWindow) showPDF() {
	if path, ok := r.main.session.ShowPDF(r.now); ok {
		r.note.SetText(lang.L("Written to {{.Path}}; deleted when Lightbox closes.", map[string]any{"Path": path}))
		_ = r.main.fyne.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}) // without such a program the sentence is enough
	}
}

// whole is a report as it is copied.
func (r *reportWindow) whole(x *app.Report) string {
	return strings.Join(append(reportText(x), "", lang.L(app.Disclaimer)), "\n") + "\n"
}

// reportTitle names a report in a line.
func reportTitle(r *app.Report) string {
	title := r.Title
	switch {
	case r.Fault != nil:
		title = lang.L("cannot be read")
	case r.IsPDF():
		title = join(" · ", title, "PDF")
	case title == "":
		title = lang.L("Report")
	}
	return join(" · ", title, join(" ", dicomDate(r.Date), dicomTime(r.Time)))
}

// reportText is a report in lines of text: its title and remarks, then its tree, each
// level indented.
func reportText(r *app.Report) (out []string) {
	if r.Fault != nil {
		return nil
	}
	var remarks []string
	for _, m := range r.Remarks {
		remarks = append(remarks, say(m))
	}
	out = lines(join(" · ", readableName(r.PatientName), r.PatientID), reportTitle(r), strings.Join(remarks, " · "))
	for _, l := range r.Lines {
		indent := strings.Repeat("    ", l.Depth)
		value := l.Value
		if l.Said != nil {
			value = join(" ", say(*l.Said), value)
		}
		switch {
		case l.Heading:
			out = append(out, "", indent+strings.ToUpper(l.Name))
		case strings.ContainsAny(value, "\r\n"):
			out = append(out, indent+l.Name+":")
			for _, text := range strings.FieldsFunc(value, func(c rune) bool { return c == '\r' || c == '\n' }) {
				out = append(out, indent+"    "+text)
			}
		case l.Name == "":
			out = append(out, indent+value)
		default:
			out = append(out, indent+l.Name+": "+value)
		}
	}
	return out
}
