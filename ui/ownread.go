package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// ownRead has the reader's own read in the mode of the second reader: it stands in the
// place of the result until the result is revealed, and over it from then on.
type ownRead struct {
	window *mainWindow
	object *fyne.Container // the controls, or the result

	controls *fyne.Container
	question *canvas.Text // title and finding
	calls    map[app.Call]*tipButton
	likely   *likelihood
	percent  *canvas.Text
	keep     *tipButton
	reveal   *tipButton
	kept     *canvas.Text // what was kept, or what is to be known of the case

	shown *fyne.Container // the result under its bar
	bar   *fyne.Container
	reads *canvas.Text
	next  *tipButton
	again *tipButton

	of     *app.CaseLog // the case that the controls are about
	call   app.Call
	asking bool // for the read after the result was seen
	stage  app.Reveal
	mode   app.Mode
}

// callOrder are the calls as they stand beside each other.
var callOrder = []app.Call{app.CallAbsent, app.CallUnsure, app.CallPresent}

func callText(c app.Call) string {
	switch c {
	case app.CallAbsent:
		return lang.L("absent")
	case app.CallUnsure:
		return lang.L("unsure")
	case app.CallPresent:
		return lang.L("present")
	}
	return ""
}

// undecided is where the confidence begins, in percent: on neither side.
const undecided = 50

func newOwnRead(w *mainWindow, result fyne.CanvasObject) *ownRead {
	o := &ownRead{
		window:   w,
		question: colouredText("", theme.ColorNameForeground, findingText, true),
		percent:  colouredText("", theme.ColorNameForeground, 13, true),
		kept:     colouredText("", colourQuiet, rowText, false),
		reads:    colouredText("", colourQuiet, rowText, false),
		calls:    map[app.Call]*tipButton{},
		mode:     app.Direct, stage: app.RevealPlaces,
	}
	calls := container.NewGridWithColumns(len(callOrder))
	for _, c := range callOrder {
		b := newTipButton(w.tips, nil, callText(c), lang.L("What you see, before you see what the model says"), func() { o.choose(c) })
		b.Importance = widget.MediumImportance
		o.calls[c] = b
		calls.Add(b)
	}
	o.likely = newLikelihood(&w.tips.way, o.keepRead)
	o.likely.OnChanged = func(v float64) { setText(o.percent, percentText(int(v))) }
	o.keep = newTipButton(w.tips, theme.ConfirmIcon(), lang.L("Keep my read (Enter)"), lang.L("Writes down what you say and after how many seconds; it can be changed until the result is revealed"), o.keepRead)
	reveal := lang.L("Reveal") + w.keyTexts("reveal")
	tip := lang.L("Show the next stage of the result: the finding in words, then the number, then the places")
	o.reveal = newTipButton(w.tips, theme.VisibilityIcon(), reveal, tip, w.session.RevealNext)
	o.next = newTipButton(w.tips, theme.VisibilityIcon(), reveal, tip, w.session.RevealNext)
	o.again = newTipButton(w.tips, theme.DocumentCreateIcon(), lang.L("Read again"), lang.L("Say what you see now that you have seen the result"), o.ask)

	o.keep.Importance, o.reveal.Importance = widget.MediumImportance, widget.MediumImportance

	number := container.NewGridWrap(fyne.NewSize(44, o.percent.MinSize().Height), o.percent)
	slider := inOrder(nil, container.NewCenter(colouredText(lang.L("Confidence that it is there"), theme.ColorNameForeground, rowText, false)), o.likely, container.NewCenter(number), nil)
	o.controls = container.New(layout.NewCustomPaddedVBoxLayout(2), container.New(&fitted{findingText}, o.question), calls, slider,
		container.NewHBox(o.keep, o.reveal), container.New(&fitted{rowText}, o.kept))
	o.bar = inOrder(nil, nil, container.New(&fitted{rowText}, o.reads), container.NewHBox(o.next, o.again), nil)
	o.shown = inOrder(o.bar, nil, result, nil, nil)
	o.object = container.NewStack(o.controls, o.shown)
	o.controls.Hide()
	o.bar.Hide()
	w.proof.hidden = func() bool { return !w.session.State().Reveals(app.RevealNumber) }
	return o
}

// show draws the controls or the result, whichever is due.
func (o *ownRead) show(st *app.State) {
	c := st.Case()
	if c != o.of {
		o.begin(c)
	}
	second, stage := st.Mode == app.SecondReader, st.Revealed()
	reading := second && st.Scan != nil && (stage == app.RevealNothing || o.asking)
	bar := second && st.Scan != nil
	changed := reading != o.controls.Visible() || bar != o.bar.Visible()
	setVisible(o.controls, reading)
	setVisible(o.shown, !reading)
	setVisible(o.bar, bar)
	if second && c != nil {
		o.describe(st, c)
	}
	if stage != o.stage || st.Mode != o.mode { // what can be done hangs on it
		o.stage, o.mode = stage, st.Mode
		o.window.filter.showCurve()
		o.window.status.showModes(st)
		o.window.showButtons()
		o.window.showMenu()
	}
	if changed || second { // in the direct mode frames go by many times a second
		o.object.Refresh()
	}
}

// begin goes on with a case as it was left, or begins a new one.
func (o *ownRead) begin(c *app.CaseLog) {
	o.of, o.call, o.asking = c, app.CallNone, false
	confidence := undecided
	if c != nil && c.Before != nil {
		o.call, confidence = c.Before.Call, c.Before.Confidence
	}
	o.likely.SetValue(float64(confidence))
	setText(o.percent, percentText(confidence))
}

// describe words the controls and the bar.
func (o *ownRead) describe(st *app.State, c *app.CaseLog) {
	title := lang.L("Your read first")
	if o.asking {
		title = lang.L("Your read now that you saw the result")
	}
	setText(o.question, join(" · ", title, lang.L(o.window.session.Finding())))
	for call, b := range o.calls {
		importance := widget.MediumImportance
		if call == o.call {
			importance = widget.HighImportance
		}
		if b.Importance != importance {
			b.Importance = importance
			b.Refresh()
		}
	}
	o.keep.allow(o.call != app.CallNone, app.Say("Choose absent, unsure or present first."))
	why := st.CannotReveal()
	for _, b := range []*tipButton{o.reveal, o.next} {
		b.allow(why.Text == "", why)
	}
	setVisible(o.reveal, !o.asking)
	setVisible(o.next, !st.Reveals(app.RevealPlaces))
	kept, colour := "", colourQuiet
	switch {
	case o.asking:
	case c.Before != nil:
		kept = lang.L("Kept") + ": " + readText(c.Before)
	case !c.Seen.IsZero():
		kept, colour = lang.L("Its result was on screen before, in the direct mode."), colourCaution
	}
	o.kept.Color = theme.Color(colour)
	setText(o.kept, kept)
	var reads []string
	if c.Before != nil {
		reads = append(reads, lang.L("Your read")+": "+readText(c.Before))
	}
	if c.After != nil {
		reads = append(reads, lang.L("after the result")+": "+readText(c.After))
	}
	setText(o.reads, join(" · ", reads...))
	for _, x := range []*fyne.Container{o.controls, o.bar} {
		x.Refresh() // the sizes of the letters depend on their number
	}
}

// percentText is a confidence; what it is of stands beside it.
func percentText(confidence int) string { return fmt.Sprintf("%d %%", confidence) }

func readText(r *app.OwnRead) string {
	return callText(r.Call) + ", " + lang.L("{{.Confidence}} % sure that it is there", map[string]any{"Confidence": r.Confidence})
}

func (o *ownRead) choose(c app.Call) {
	o.call = c
	o.show(o.window.session.State())
}

// ask opens the controls again, for the read after the result was seen.
func (o *ownRead) ask() {
	o.asking = true
	if c := o.of; c != nil && c.After != nil {
		o.call = c.After.Call
		o.likely.SetValue(float64(c.After.Confidence))
	}
	o.show(o.window.session.State())
}

// keepRead writes down what the reader says, if anything was said.
func (o *ownRead) keepRead() {
	if o.call == app.CallNone || !o.controls.Visible() {
		return
	}
	o.asking = false
	o.window.session.Read(o.call, int(o.likely.Value))
	o.window.focusPane()
}

// enter takes the Enter key where it keeps a read.
func (o *ownRead) enter(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyReturn && e.Name != fyne.KeyEnter || !o.controls.Visible() || o.call == app.CallNone {
		return false
	}
	o.keepRead()
	return true
}

// likelihood is the slider of the confidence; Enter keeps the read.
type likelihood struct {
	keySlider
	enter func()
}

func newLikelihood(way *way, enter func()) *likelihood {
	l := &likelihood{enter: enter}
	l.way, l.Min, l.Max, l.Step = way, 0, 100, 1
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey keeps the read with Enter, and is a slider's else.
func (l *likelihood) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		l.enter()
		return
	}
	l.keySlider.TypedKey(e)
}

// fitted is one line of text with letters small enough for the width that there is.
type fitted struct{ size float32 }

// MinSize asks for no width: a long text must not push the panes apart.
func (f *fitted) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, lineHeight(f.size))
}

// Layout is part of fyne.Layout.
func (f *fitted) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	t := objects[0].(*canvas.Text)
	fitText(t, size.Width, f.size, smallest)
	t.Move(fyne.NewPos(0, 0))
	t.Resize(size)
}
