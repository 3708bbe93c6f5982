package ui

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/app/training"
)

// Pages of the window of a training.
const (
	pageCurves = iota
	pageResult
)

// trainWindow shows a training: what is going on, its curves, what was left aside,
// and how it ended.
type trainWindow struct {
	fyne   fyne.App
	window fyne.Window
	course *training.Course
	relay  *training.Relay
	post   func(func())
	open   func(path string) error
	stop   context.CancelFunc
	result chan error // of the training; nil before it is begun

	chosen  int  // number of the network whose curves are shown; 0 follows the training
	closing bool // the window closes when the training has ended
	dialog  dialog.Dialog

	stage, pace   *canvas.Text
	bar           *partBar
	column        *fyne.Container // networks and notes
	rows          *networkRows
	notes         *trainNotes
	loss, quality *captionedChart
	pages         *tabRow
	curves        fyne.CanvasObject
	outcome       *trainOutcome
	cancel        *widget.Button
	folder        *widget.Button
}

func newTrainWindow(a fyne.App, t training.Task, post func(func())) *trainWindow {
	w := &trainWindow{fyne: a, course: training.NewCourse(t), post: post, open: func(path string) error { return openFile(a, path) }, stop: func() {}}
	w.relay = training.NewRelay(post, w.take)
	w.window = a.NewWindow(lang.L("Training {{.Model}}: {{.Folder}}", map[string]any{"Model": t.Model, "Folder": app.Printable(t.Folder)}) + " — Lightbox")
	w.window.SetPadded(false)
	w.window.SetContent(w.content())
	w.window.SetCloseIntercept(func() { w.ask(true) })
	w.window.Canvas().SetOnTypedKey(w.typedKey)
	w.window.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyQ, Modifier: ctrl}, func(fyne.Shortcut) { w.ask(true) })
	w.show()
	return w
}

// content makes what is in the window.
func (w *trainWindow) content() fyne.CanvasObject {
	t := w.course.Task()
	title := colouredText(lang.L("Training the model {{.Model}}", map[string]any{"Model": t.Model}), theme.ColorNameForeground, 18, true)
	where := colouredText(lang.L("Results go to {{.Folder}}", map[string]any{"Folder": app.Printable(t.Folder)}), colourQuiet, 12, false)
	w.stage = colouredText("", theme.ColorNameForeground, 15, false)
	w.pace = colouredText("", colourQuiet, 12, false)
	w.bar = newPartBar(headBar)
	line := func(o fyne.CanvasObject) fyne.CanvasObject { return container.New(&narrow{}, o) } // a long path must not widen the window
	head := container.NewVBox(line(title), line(where), line(w.stage), line(w.pace), w.bar.object)

	w.rows = newNetworkRows(w.choose)
	w.notes = newTrainNotes()
	w.loss, w.quality = newCaptionedChart(), newCaptionedChart()
	w.curves = container.NewGridWithRows(2, w.loss.object, w.quality.object)
	w.outcome = newTrainOutcome(w.fyne)
	w.outcome.object.Hide()
	w.pages = newTabRow([]string{lang.L("Curves"), lang.L("Result")}, w.turn)

	w.column = container.New(&trainColumn{}, w.rows.object, w.notes.box.object)
	right := container.NewBorder(w.pages, nil, nil, nil, container.NewStack(w.curves, w.outcome.object))
	w.cancel = widget.NewButtonWithIcon(lang.L("Cancel…"), theme.CancelIcon(), func() { w.ask(false) })
	w.folder = widget.NewButtonWithIcon(lang.L("Open the folder"), theme.FolderOpenIcon(), w.openFolder)
	w.folder.Hide()
	foot := container.NewBorder(nil, nil, colouredText(lang.L(app.Disclaimer), colourCaution, 11, false), container.NewHBox(w.folder, w.cancel))
	body := container.NewBorder(nil, nil, container.NewBorder(nil, nil, nil, newTrainGap(), w.column), nil, right)
	return container.New(&margins{}, container.NewBorder(container.NewVBox(head, widget.NewSeparator()), foot, nil, nil, body))
}

// take takes events in and shows what they change.
func (w *trainWindow) take(events []training.Event) {
	for _, e := range events {
		w.course.Take(e)
	}
	w.show()
}

// shown is the network whose curves are shown; nil before there is one.
func (w *trainWindow) shown() *training.Network {
	if all := w.course.Networks(); w.chosen > 0 && w.chosen <= len(all) && all[w.chosen-1].State != training.Waiting {
		return all[w.chosen-1]
	}
	return w.course.Current()
}

// show draws everything that changes while a training goes on.
func (w *trainWindow) show() {
	what, part := w.course.Now()
	setText(w.stage, say(what))
	line := ""
	if pace, ok := w.course.Pace(); ok {
		line = say(pace)
	}
	setText(w.pace, line)
	// Of what has no known end there is no moving bar: each of its pictures would
	// take processor time from the training.
	if math.IsNaN(part) {
		part = 0
	}
	w.bar.set(part, theme.ColorNamePrimary)
	if w.rows.show(w.course.Networks(), w.shown()) {
		w.column.Refresh() // they need more room
	}
	w.notes.show(w.course)
	w.showCurves()
	w.showButtons()
}

func (w *trainWindow) showCurves() {
	n := w.shown()
	if n == nil {
		w.loss.set(lang.L("The curves begin with the first step of the first network."), nil)
		w.quality.set("", nil)
		return
	}
	about := func(what string) string {
		return say(app.Say("{{.Name}}: {{.Value}}", "Name", say(n.Name()), "Value", what))
	}
	w.loss.set(about(lang.L("cross-entropy of the batches in nats, each before its step; smoothed over about 20 steps. The lower, the better the network knows the pictures that it learns from.")), lossDiagram(w.course.Networks(), n))
	w.quality.set(about(say(n.MeasuredOn())), qualityDiagram(w.course.Networks(), n))
}

func (w *trainWindow) showButtons() {
	end := w.course.Ending()
	if end == nil {
		if w.course.Stopping() {
			w.cancel.Disable()
		}
		return
	}
	w.cancel.SetText(lang.L("Close"))
	w.cancel.Enable()
	if end.Summary != nil {
		w.folder.Show()
	}
}

// choose shows the curves of a network, by its number; 0 follows the training.
func (w *trainWindow) choose(number int) {
	if w.chosen == number {
		number = 0
	}
	w.chosen = number
	w.show()
}

// turn opens a page.
func (w *trainWindow) turn(page int) {
	w.pages.choose(page)
	if page == pageResult {
		w.curves.Hide()
		w.outcome.object.Show()
	} else {
		w.outcome.object.Hide()
		w.curves.Show()
	}
}

// typedKey: Escape asks as Cancel does, or answers no; F8 turns the pages; up and
// down choose a network.
func (w *trainWindow) typedKey(e *fyne.KeyEvent) {
	if w.dialog != nil {
		if e.Name == fyne.KeyEscape {
			w.dialog.Hide()
		}
		return
	}
	n := w.shown()
	switch {
	case e.Name == fyne.KeyEscape && w.course.Ending() == nil:
		w.ask(false)
	case e.Name == fyne.KeyF8:
		w.turn(1 - w.pages.chosen)
	case n == nil:
	case e.Name == fyne.KeyUp && n.Number > 1:
		w.choose(n.Number - 1)
	case e.Name == fyne.KeyDown && n.Number < len(w.course.Networks()):
		w.choose(n.Number + 1)
	}
}

// ask asks whether to stop the training, and closes the window afterwards if that
// is wanted. Of a training that has ended there is nothing to ask.
func (w *trainWindow) ask(closing bool) {
	switch {
	case w.course.Ending() != nil:
		w.window.Close()
		return
	case w.course.Stopping():
		w.closing = w.closing || closing
		return
	case w.dialog != nil:
		return
	}
	question := newProse(theme.ColorNameForeground)
	command := newProse(theme.ColorNamePrimary)
	question.Text = say(w.course.Question())
	buttons := []fyne.CanvasObject{}
	if w.course.Keeps() {
		command.Text = w.course.Task().Resume
		buttons = append(buttons, w.copyButton())
	}
	d := dialog.NewCustomWithoutButtons(lang.L("Stop training?"), newProseBox(question, command).object, w.window)
	yes := widget.NewButton(lang.L("Stop training"), func() {
		d.Hide()
		w.closing = closing
		w.stop()
		w.stopped()
	})
	yes.Importance = widget.DangerImportance
	no := widget.NewButton(lang.L("Go on training"), d.Hide)
	d.SetButtons(append(buttons, no, yes))
	d.Resize(dialogSize(w.window, 640, 210))
	d.SetOnClosed(func() { w.dialog = nil })
	w.dialog = d
	d.Show()
}

// copyButton copies the command that goes on with the training.
func (w *trainWindow) copyButton() *widget.Button {
	return widget.NewButtonWithIcon(lang.L("Copy the command"), theme.ContentCopyIcon(), func() { w.fyne.Clipboard().SetContent(w.course.Task().Resume) })
}

// stopped shows that the training is being stopped, by whomever.
func (w *trainWindow) stopped() {
	if w.course.Ending() == nil {
		w.course.Stop()
		w.show()
	}
}

// ended shows how the training ended.
func (w *trainWindow) ended(s *training.Summary, err error) {
	w.relay.Flush()
	w.course.End(s, err)
	w.stop()
	if w.dialog != nil {
		w.dialog.Hide() // there is nothing to stop any more
	}
	if w.closing {
		w.window.Close()
		return
	}
	w.outcome.show(w.course, w.copyButton)
	w.turn(pageResult)
	w.show()
}

func (w *trainWindow) openFolder() {
	path, err := filepath.Abs(w.course.Task().Folder)
	if err == nil {
		err = w.open(path)
	}
	if err != nil {
		d := dialog.NewInformation(lang.L("Open the folder"), fmt.Sprintf("%s\n%v", app.Printable(path), err), w.window)
		d.SetOnClosed(func() { w.dialog = nil })
		w.dialog = d
		d.Show()
	}
}
