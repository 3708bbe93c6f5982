package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// caseChooser lists the open studies as cases: they are put in order, left out, and
// gone through from the first on.
type caseChooser struct {
	window *mainWindow
	rows   []chosenCase
	at     int // the selected one, -1 without

	list   *caseRows
	up     *widget.Button
	down   *widget.Button
	leave  *widget.Button
	start  *widget.Button
	dialog dialog.Dialog
}

// chosenCase is a study that is a case or is left out.
type chosenCase struct {
	app.StudyCase
	out bool
}

// showCaseList asks which studies are to be gone through, or ends going through them.
func (w *mainWindow) showCaseList() {
	if w.endCases() {
		return
	}
	newCaseChooser(w).open()
}

func newCaseChooser(w *mainWindow) *caseChooser {
	c := &caseChooser{window: w, at: -1}
	for _, s := range w.session.Studies() {
		c.rows = append(c.rows, chosenCase{StudyCase: s})
	}
	c.list = newCaseRows(c)
	c.up = widget.NewButtonWithIcon(lang.L("Move up"), theme.MoveUpIcon(), func() { c.move(-1) })
	c.down = widget.NewButtonWithIcon(lang.L("Move down"), theme.MoveDownIcon(), func() { c.move(1) })
	c.leave = widget.NewButtonWithIcon(lang.L("Leave out or take in"), theme.VisibilityOffIcon(), c.toggle)
	c.start = widget.NewButtonWithIcon(lang.L("Start"), theme.MediaPlayIcon(), c.begin)
	c.start.Importance = widget.HighImportance
	return c
}

func (c *caseChooser) open() {
	w := c.window
	why := smallLabel(widget.MediumImportance)
	why.SetText(lang.L("Page Up and Page Down go from case to case, Esc ends the list. Here the arrow keys choose a case, Page Up and Page Down move it, Space leaves it out, Enter starts."))
	closing := widget.NewButton(lang.L("Close"), func() { c.dialog.Hide() })
	buttons := container.NewBorder(nil, nil, container.NewHBox(c.up, c.down, c.leave), container.NewHBox(closing, c.start))
	c.dialog = dialog.NewCustomWithoutButtons(lang.L("Case list"), container.NewBorder(why, buttons, nil, nil, c.list), w.window)
	c.dialog.Resize(w.largeSize())
	w.show(c.dialog)
	if len(c.rows) > 0 {
		c.list.Select(0)
	}
	c.enable()
	w.window.Canvas().Focus(c.list)
}

// text names row i: by the number that it has among the cases, and by its study.
func (c *caseChooser) text(i int) string {
	name := studyTitle(c.rows[i].Study)
	if c.window.session.State().Demo {
		name = c.rows[i].Name
	}
	if c.rows[i].out {
		return "—   " + name
	}
	n := 1
	for _, r := range c.rows[:i] {
		if !r.out {
			n++
		}
	}
	return join(" · ", lang.L("Case {{.Number}}", map[string]any{"Number": n}), name)
}

// chosen are the studies in their order.
func (c *caseChooser) chosen() (ids []string) {
	for _, r := range c.rows {
		if !r.out {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func (c *caseChooser) move(by int) {
	to := c.at + by
	if c.at < 0 || to < 0 || to >= len(c.rows) {
		return
	}
	c.rows[c.at], c.rows[to] = c.rows[to], c.rows[c.at]
	c.list.Refresh()
	c.list.Select(to)
}

func (c *caseChooser) toggle() {
	if c.at >= 0 {
		c.rows[c.at].out = !c.rows[c.at].out
		c.list.Refresh()
		c.enable()
	}
}

func (c *caseChooser) begin() {
	if ids := c.chosen(); len(ids) > 0 {
		c.dialog.Hide()
		c.window.session.StartCases(ids)
		c.window.focusPane()
	}
}

// enable brings the buttons to what can be done.
func (c *caseChooser) enable() {
	for b, ok := range map[*widget.Button]bool{
		c.up: c.at > 0, c.down: c.at >= 0 && c.at < len(c.rows)-1, c.leave: c.at >= 0, c.start: len(c.chosen()) > 0,
	} {
		if ok {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}

// caseRows is the list with keys of its own.
type caseRows struct {
	widget.List
	chooser *caseChooser
}

func newCaseRows(c *caseChooser) *caseRows {
	l := &caseRows{chooser: c}
	l.Length = func() int { return len(c.rows) }
	l.CreateItem = func() fyne.CanvasObject { return widget.NewLabel("") }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if label, ok := o.(*widget.Label); ok && i < len(c.rows) {
			label.Importance = widget.MediumImportance
			if c.rows[i].out {
				label.Importance = widget.LowImportance
			}
			label.SetText(c.text(i))
		}
	}
	l.OnSelected = func(i widget.ListItemID) {
		c.at = i
		c.enable()
	}
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey chooses, moves and leaves out cases, starts and closes.
func (l *caseRows) TypedKey(e *fyne.KeyEvent) {
	c := l.chooser
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown:
		by := 1
		if e.Name == fyne.KeyUp {
			by = -1
		}
		if len(c.rows) > 0 {
			l.Select(min(max(c.at+by, 0), len(c.rows)-1))
		}
	case fyne.KeyPageUp:
		c.move(-1)
	case fyne.KeyPageDown:
		c.move(1)
	case fyne.KeySpace:
		c.toggle()
	case fyne.KeyReturn, fyne.KeyEnter:
		c.begin()
	case fyne.KeyEscape:
		c.dialog.Hide()
	}
}
