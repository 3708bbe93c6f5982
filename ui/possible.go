package ui

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/vision/fault"
)

// possible tells whether an action can be done now, and else why not.
func (w *mainWindow) possible(a *action) (ok bool, why app.Message) {
	st := w.session.State()
	switch {
	case (a.needScan || a.needStack) && st.Scan == nil && st.Stack() == nil:
		why = app.Say("No scan is open")
	case a.needScan && st.Scan == nil:
		why = app.Say("There is no picture")
	case a.needStack && st.Stack() == nil:
		why = app.Say("No stack is open")
	case a.why != nil:
		why = a.why()
	}
	return why.Text == "", why
}

// run does the action if it can be done now, and else says why not. A defect in it
// costs a sentence, not the window.
func (w *mainWindow) run(a *action) {
	if w.dialog != nil {
		return
	}
	if ok, why := w.possible(a); !ok {
		w.refuse(a, why)
		return
	}
	var err error
	func() {
		defer fault.Contain("", &err)
		a.do()
	}()
	w.session.Report(err)
}

// refuse says in the status line why an action cannot be done.
func (w *mainWindow) refuse(a *action, why app.Message) {
	w.tell(lang.L(a.name) + ": " + say(why))
}

// tellTime is how long a sentence stays in the status line.
const tellTime = 5 * time.Second

// tell says something in the status line for a while.
func (w *mainWindow) tell(text string) {
	w.tellings++
	id, bar := w.tellings, w.status
	bar.tell(text)
	w.after(tellTime, func() {
		if id == w.tellings {
			bar.tell("")
		}
	})
}
