package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/ui/keys"
)

// markRow is a line of the list of marks: the title of a stack, a key image, or a mark.
type markRow struct {
	title string // of a stack; empty for the others
	at    app.MarkPlace
}

// isMark tells rows of marks from those of stacks and of key images.
func (r *markRow) isMark() bool { return r.at.Mark.Kind != "" }

// markPage lists all marks and key images of what is open, by stack.
type markPage struct {
	window *mainWindow
	rows   []markRow
	at     int // the row that keys act on, -1 without

	list   *markList
	empty  *widget.Label
	undo   *widget.Button
	undone int // how many changes made here can be taken back
	dialog dialog.Dialog
}

// showMarks opens it.
func (w *mainWindow) showMarks() *markPage {
	p := &markPage{window: w, at: -1}
	p.list = newMarkList(p)
	p.empty = widget.NewLabel(lang.L("No marks and no key images yet: D measures a length, K makes an image a key image."))
	p.empty.Wrapping = fyne.TextWrapWord
	hint := widget.NewLabel(lang.L("Enter goes to the image; rename, delete and key image have their own keys") + w.keyTexts("rename-mark", "delete-mark", "key-image"))
	hint.Truncation = fyne.TextTruncateEllipsis
	hint.Importance = widget.LowImportance
	export := widget.NewButton(lang.L("Export…"), func() {
		p.dialog.Hide()
		w.exportMarks()
	})
	p.undo = widget.NewButton(lang.L("Undo"), p.takeBack)
	p.undo.Disable()
	closing := widget.NewButton(lang.L("Close"), func() { p.dialog.Hide() })
	titles := newMarkLine(nil)
	titles.title()
	body := container.NewBorder(
		container.NewVBox(titles, widget.NewSeparator()),
		container.NewVBox(widget.NewSeparator(), hint, container.NewBorder(nil, nil, container.NewHBox(export, p.undo), closing)),
		nil, nil, container.NewStack(p.empty, p.list))
	p.dialog = dialog.NewCustomWithoutButtons(lang.L("Marks and key images"), container.New(&ofWindow{w.window.Canvas()}, body), w.window)
	p.refresh()
	w.show(p.dialog)
	w.afterDialog(p.dialog, w.focusPane)
	p.focus()
	return p
}

// focus gives the list the keyboard, at the row that it had.
func (p *markPage) focus() {
	p.window.window.Canvas().Focus(p.list)
	if p.row() != nil {
		p.list.Select(p.at)
	}
}

// refresh takes up what marks there are now.
func (p *markPage) refresh() {
	p.rows = markRows(p.window.session.State())
	p.list.UnselectAll()
	p.at = min(p.at, len(p.rows)-1)
	for p.row() == nil && p.at+1 < len(p.rows) {
		p.at++ // past the title
	}
	setVisible(p.empty, len(p.rows) == 0)
	p.list.Refresh()
}

// markRows are all marks and key images, by stack and frame; key images first.
func markRows(st *app.State) (rows []markRow) {
	all := append(st.KeyImages(), st.AllMarks()...)
	number := map[*app.Stack]int{}
	for i, k := range st.Stacks {
		number[k] = i
	}
	slices.SortStableFunc(all, func(a, b app.MarkPlace) int {
		return cmp.Or(cmp.Compare(number[a.Stack], number[b.Stack]), cmp.Compare(a.Frame, b.Frame))
	})
	for i, at := range all {
		if i == 0 || all[i-1].Stack != at.Stack {
			caption, label := stackCaption(st, at.Stack)
			rows = append(rows, markRow{title: join(" · ", dicomDate(cmp.Or(at.Stack.Series.Date, at.Stack.Study.Date)), caption, label), at: app.MarkPlace{Stack: at.Stack}})
		}
		rows = append(rows, markRow{at: at})
	}
	return rows
}

// texts are the columns of a row: name, kind, values and image.
func (p *markPage) texts(r *markRow) (name, kind, values, image string) {
	image = fmt.Sprintf("%d/%d", r.at.Frame+1, len(r.at.Stack.Frames))
	if !r.isMark() {
		return lang.L("Key image"), "", "", image
	}
	kind = lang.L(string(r.at.Mark.Kind.Term()))
	return p.window.session.State().MarkName(r.at.Mark), kind, p.values(r.at), image
}

// values are what a mark measures, where that can be said without reading its image.
func (p *markPage) values(at app.MarkPlace) string {
	r, ok := p.window.session.MeasureAt(at)
	switch {
	case !ok && at.Mark.Kind != marks.Text && at.Mark.Kind != marks.Arrow:
		return lang.L("go there to measure")
	case r.Refused != nil:
		return lang.L("Not measured.") + " " + say(app.FromMark(r.Refused.Sentence))
	}
	var parts []string
	for _, v := range r.Values {
		if v.Main {
			parts = append(parts, markValue(v))
		}
	}
	return strings.Join(parts, "   ")
}

// row is the one that keys act on; nil for a title.
func (p *markPage) row() *markRow {
	if p.at < 0 || p.at >= len(p.rows) || p.rows[p.at].title != "" {
		return nil
	}
	return &p.rows[p.at]
}

// goTo shows the image of the row, and its mark as the selected one.
func (p *markPage) goTo() {
	if r := p.row(); r != nil {
		p.dialog.Hide()
		p.window.session.GoTo(r.at)
		p.window.focusPane()
	}
}

// rename asks for another name and comes back.
func (p *markPage) rename() {
	r := p.row()
	if r == nil || !r.isMark() {
		return
	}
	w, at, row, undone := p.window, r.at, p.at, p.undone
	w.askName(at.Mark.Clone(), func(m marks.Mark, ok bool) {
		if ok {
			w.session.EndGesture()
			w.session.ChangeMarkAt(at, m)
			w.session.EndGesture()
			undone++
		}
		again := w.showMarks()
		again.at, again.undone = row, undone
		again.changed()
	})
}

// remove deletes a mark, or has an image be no key image.
func (p *markPage) remove() {
	switch r := p.row(); {
	case r == nil:
		return
	case r.isMark():
		p.window.session.RemoveMarkAt(r.at)
	default:
		p.window.session.ToggleKeyAt(r.at)
	}
	p.undone++
	p.changed()
}

// toggleKey makes the image of the row a key image, or one no longer.
func (p *markPage) toggleKey() {
	if r := p.row(); r != nil {
		p.window.session.ToggleKeyAt(r.at)
		p.undone++
		p.changed()
	}
}

// takeBack undoes the last change that was made here.
func (p *markPage) takeBack() {
	if p.undone > 0 {
		p.undone--
		p.window.undo()
		p.changed()
	}
}

// changed shows the list after a change.
func (p *markPage) changed() {
	p.refresh()
	if p.undone > 0 {
		p.undo.Enable()
	} else {
		p.undo.Disable()
	}
	p.focus()
}

// move makes another row the one that keys act on; titles are passed over.
func (p *markPage) move(to int) {
	step := 1
	if to < p.at {
		step = -1
	}
	to = min(max(to, 0), len(p.rows)-1)
	for to >= 0 && to < len(p.rows) && p.rows[to].title != "" {
		to += step
	}
	if to >= 0 && to < len(p.rows) {
		p.at = to
		p.list.Select(to)
	}
}

// typed does what a key does with a row: those of the actions on marks as on the image.
func (p *markPage) typed(k keys.Combination) {
	switch p.window.bound.profile.Action(k) {
	case "rename-mark":
		p.rename()
		return
	case "delete-mark":
		p.remove()
		return
	case "key-image":
		p.toggleKey()
		return
	}
	switch k.Key {
	case fyne.KeyEscape:
		p.dialog.Hide()
	case fyne.KeyReturn, fyne.KeyEnter:
		p.goTo()
	case fyne.KeyDown:
		p.move(p.at + 1)
	case fyne.KeyUp:
		p.move(p.at - 1)
	case fyne.KeyHome:
		p.move(1)
	case fyne.KeyEnd:
		p.move(len(p.rows) - 1)
	case fyne.KeyPageUp:
		p.move(p.at - markPageRows)
	case fyne.KeyPageDown:
		p.move(p.at + markPageRows)
	}
}

// markPageRows is how far the Page keys go.
const markPageRows = 15
