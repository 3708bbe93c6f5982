package ui

import (
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// showModes draws what hangs on the mode, on what is revealed and on the list of cases.
func (w *mainWindow) showModes() {
	st := w.session.State()
	w.showReading()
	w.filter.showCurve()
	w.showWhy()
	w.status.showModes(st)
	w.showButtons()
	w.showMenu()
}

// showDemo draws everything anew when names are masked or shown again, and takes away
// what cannot be: open dialogs and tooltips, a sentence, and what was copied.
func (w *mainWindow) showDemo() {
	st := w.session.State()
	if st.Demo {
		if w.dialog != nil {
			w.dialog.Hide()
		}
		w.tips.forget()
		w.status.tell("")
		if c := w.fyne.Clipboard(); w.copied != "" && c.Content() == w.copied {
			c.SetContent("")
		}
	}
	w.stopReports()
	w.copied = ""
	w.demo.set(demoText(st))
	w.series.update()
	w.showMeasure()
	w.showAll()
	w.showMenu()
	w.window.Content().Refresh()
}

// copyText puts a text on the clipboard, and remembers which: the demo mode takes it
// away again.
func (w *mainWindow) copyText(text string) {
	w.copied = text
	w.fyne.Clipboard().SetContent(text)
}

func demoText(st *app.State) string {
	if st.Demo {
		return lang.L("DEMO")
	}
	return ""
}

func (w *mainWindow) toggleDemo() { w.session.SetDemo(!w.session.State().Demo) }

// withBadge puts the sign of the demo mode beside the toolbar.
func (w *mainWindow) withBadge(bar fyne.CanvasObject) fyne.CanvasObject {
	w.demo = newChip(chipYellow, 18)
	w.demo.set(demoText(w.session.State()))
	return inOrder(nil, nil, bar, w.demo.object, nil)
}

// toggleSecondReader changes when results are shown. At its first use it asks who
// reads.
func (w *mainWindow) toggleSecondReader() {
	switch {
	case w.session.State().Mode == app.SecondReader:
		w.session.SetMode(app.Direct)
	case w.session.Reader() == "":
		w.askReader(func() { w.session.SetMode(app.SecondReader) })
	default:
		w.session.SetMode(app.SecondReader)
	}
}

// askReader asks for the name of who reads, keeps it and goes on with next.
func (w *mainWindow) askReader(next func()) {
	name := widget.NewEntry()
	name.SetText(w.session.Reader())
	name.SetPlaceHolder(lang.L("name or initials"))
	why := smallLabel(widget.MediumImportance)
	why.SetText(lang.L("It stands in the export of a reader study beside what you say of each case, and is kept in the settings. It may stay empty."))
	var d *dialog.CustomDialog
	confirm := widget.NewButtonWithIcon(lang.L("Read first"), theme.ConfirmIcon(), func() {
		d.Hide()
		w.session.Report(w.session.KeepReader(name.Text))
		next()
	})
	confirm.Importance = widget.HighImportance
	name.OnSubmitted = func(string) { confirm.OnTapped() }
	cancel := widget.NewButtonWithIcon(lang.L("Cancel"), theme.CancelIcon(), func() { d.Hide() })
	d = dialog.NewCustomWithoutButtons(lang.L("Who reads?"), container.NewVBox(name, why), w.window)
	d.SetButtons([]fyne.CanvasObject{cancel, confirm})
	d.Resize(fyne.NewSize(460, 200))
	w.show(d)
	w.window.Canvas().Focus(name)
}

// modePage is the page of the settings about who reads, and the demo mode.
func (w *mainWindow) modePage() settingsPage {
	s := w.session.Settings()
	reader := widget.NewEntry()
	reader.SetText(s.Reader)
	reader.SetPlaceHolder(lang.L("name or initials"))
	demo := widget.NewCheck(lang.L("at each start"), nil)
	demo.SetChecked(s.DemoAtStart)
	form := widget.NewForm(widget.NewFormItem(lang.L("Reader"), reader), widget.NewFormItem(lang.L("Demo mode"), demo))
	return settingsPage{title: lang.L("Reading"), content: form, apply: func() {
		s.DemoAtStart = demo.Checked
		w.session.Report(w.session.KeepReader(reader.Text))
	}}
}

// unrevealed gives the reason why something cannot be done before a stage of the result
// is shown.
func (w *mainWindow) unrevealed(stage app.Reveal) func() app.Message {
	return func() app.Message {
		if w.session.State().Reveals(stage) {
			return app.Message{}
		}
		return app.Say("The result is not revealed so far.")
	}
}

// shownReading is the reading on screen if its number may be shown, else one without.
func (w *mainWindow) shownReading() *app.Reading {
	if st := w.session.State(); st.Reveals(app.RevealNumber) {
		return &st.Reading
	}
	return &app.Reading{}
}

// stageText says how much of a result is shown.
func stageText(stage app.Reveal) string {
	switch stage {
	case app.RevealNothing:
		return lang.L("result hidden")
	case app.RevealFinding:
		return lang.L("finding shown")
	case app.RevealNumber:
		return lang.L("number shown")
	}
	return lang.L("all shown")
}

// modeText names the mode in force, empty for the direct one.
func modeText(st *app.State) string {
	if st.Mode != app.SecondReader {
		return ""
	}
	if st.Scan == nil {
		return lang.L("Second reader")
	}
	return join(" · ", lang.L("Second reader"), stageText(st.Revealed()))
}

// showStability draws the curve; where no more than the finding is revealed, the words
// of the curve stand beside it.
func (w *mainWindow) showStability() {
	w.filter.showCurve()
	if st := w.session.State(); st.Reveals(app.RevealFinding) && !st.Reveals(app.RevealNumber) {
		w.showReading()
	}
}

// findingWords are what a result is told in before its number: what the model calls,
// that it may read, how stable the call is, and what limits it.
func findingWords(a app.Answer, stability string) (w stripWords) {
	w.finding = lang.L(a.Finding)
	w.badge = lang.L("No call: the model has no operating point")
	if m, ok := a.Called(); ok {
		w.badge = say(m)
	}
	w.set = lang.L("Eligible: the model may read this picture")
	w.prevalence = stability
	w.detail = paragraphs(a.Cautions...)
	return w
}

// stabilityText is the first sentence of the curve.
func stabilityText(st *app.State) string {
	if st.Stability == nil || st.Scan == nil {
		return ""
	}
	return say(st.Stability.Words(st.Scan.Spacing)[0])
}

// exportReaderStudy writes how the cases of this session were read.
func (w *mainWindow) exportReaderStudy() {
	d := dialog.NewFileSave(func(f fyne.URIWriteCloser, err error) {
		if err != nil {
			w.session.Report(err)
			return
		}
		if f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close() // the session writes it whole or not at all
		w.writeReaderStudy(path)
	}, w.window)
	d.SetFileName(app.StudyFileName(time.Now()))
	w.showChooser(d, lang.L("Export reader study"))
}

// writeReaderStudy writes it and says where.
func (w *mainWindow) writeReaderStudy(path string) {
	if err := w.session.ExportReaderStudy(path); err != nil {
		if left, statErr := os.Stat(path); statErr == nil && left.Size() == 0 {
			_ = os.Remove(path) // the dialog made it; the first error is the one to report
		}
		w.session.Report(err)
		return
	}
	w.tell(lang.L("{{.Count}} cases were written to {{.File}}.", map[string]any{"Count": len(w.session.CaseLogs()), "File": w.place(path)}))
}

// place is a path as it may be told: its folders can hold a patient's name.
func (w *mainWindow) place(path string) string {
	if w.session.State().Demo {
		return filepath.Base(path)
	}
	return path
}

// noCases is why there is no reader study.
func (w *mainWindow) noCases() app.Message {
	if len(w.session.CaseLogs()) == 0 {
		return app.Say("No case was looked at so far.")
	}
	return app.Message{}
}
