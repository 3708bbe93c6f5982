package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// tagBrowser lists what the file on screen says of itself. The search has the
// focus; arrows move through what it finds.
type tagBrowser struct {
	window *mainWindow
	rows   []tagRow
	found  []int // rows that match, in their order
	at     int   // the selected one, in found; -1 without

	search  *tagSearch
	count   *widget.Label
	header  *tagLine
	list    *widget.List
	detail  *widget.Label
	note    *widget.Label
	buttons []*widget.Button
	dialog  dialog.Dialog
	columns tagColumns
}

// showTags reads the tags of the file on screen in the background and shows
// them.
func (w *mainWindow) showTags() {
	b := newTagBrowser(w)
	stop := w.session.ReadTags(b.show)
	if stop == nil {
		return
	}
	b.open()
	b.dialog.SetOnClosed(stop)
}

func newTagBrowser(w *mainWindow) *tagBrowser {
	b := &tagBrowser{window: w, at: -1}
	b.search = newTagSearch(b)
	b.count = widget.NewLabel(lang.L(string(app.StageReading)) + "…")
	b.header = newTagLine(&b.columns)
	b.header.title()
	b.list = widget.NewList(func() int { return len(b.found) },
		func() fyne.CanvasObject { return newTagLine(&b.columns) },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if line, ok := o.(*tagLine); ok && i < len(b.found) {
				line.show(&b.rows[b.found[i]])
			}
		})
	b.list.HideSeparators = true
	b.list.OnSelected = b.selected
	b.detail = widget.NewLabel("")
	b.detail.Wrapping, b.detail.Selectable = fyne.TextWrapBreak, true
	b.note = widget.NewLabel("")
	b.note.Wrapping, b.note.Importance = fyne.TextWrapWord, widget.WarningImportance
	b.note.Hide()
	return b
}

// detailLines is how many lines of the selected value are shown below the list.
const detailLines = 4

// open shows the dialog, empty until the file is read.
func (b *tagBrowser) open() {
	w := b.window
	title := lang.L("DICOM tags") + " — " + w.session.State().Title()
	b.buttons = []*widget.Button{
		widget.NewButtonWithIcon(lang.L("Copy row"), theme.ContentCopyIcon(), b.copyRow),
		widget.NewButtonWithIcon(lang.L("Copy value"), theme.ContentCopyIcon(), b.copyValue),
		widget.NewButtonWithIcon(lang.L("Copy all found"), theme.ContentCopyIcon(), b.copyAll),
	}
	b.enable()
	closing := widget.NewButton(lang.L("Close"), func() { b.dialog.Hide() })
	buttons := container.NewHBox(b.buttons[0], b.buttons[1], b.buttons[2])
	line := widget.NewLabel("X").MinSize().Height
	detail := container.NewVScroll(b.detail)
	detail.SetMinSize(fyne.NewSize(0, line*detailLines*0.8))
	body := container.NewBorder(
		container.NewVBox(container.NewBorder(nil, nil, nil, b.count, b.search), b.note, b.header, widget.NewSeparator()),
		container.NewVBox(widget.NewSeparator(), detail, container.NewBorder(nil, nil, buttons, closing)),
		nil, nil, b.list)
	b.dialog = dialog.NewCustomWithoutButtons(title, container.New(&ofWindow{w.window.Canvas()}, body), w.window)
	w.show(b.dialog)
	w.window.Canvas().Focus(b.search)
}

// show takes what was read.
func (b *tagBrowser) show(l *app.TagList) {
	if b.rows = rowsOf(l.Tags); b.rows == nil {
		b.rows = []tagRow{}
	}
	b.columns.fit(b.rows)
	b.header.Refresh()
	switch {
	case l.Fault != nil && len(l.Tags) > 0:
		b.note.SetText(lang.L("The list is not complete.") + " " + say(*l.Fault))
		b.note.Show()
	case l.Fault != nil:
		b.note.SetText(say(*l.Fault))
		b.note.Show()
	case !l.DICOM:
		b.note.Importance = widget.MediumImportance
		b.note.SetText(lang.L("This file is no DICOM object and has no tags. Its header says this much."))
		b.note.Show()
	}
	b.filter()
}

// filter lists the rows that match what is typed.
func (b *tagBrowser) filter() {
	if b.rows == nil {
		return // still being read; what is typed meanwhile counts when it is there
	}
	q := newQuery(b.search.Text)
	b.found = make([]int, 0, len(b.rows))
	for i := range b.rows {
		if q.matches(&b.rows[i]) {
			b.found = append(b.found, i)
		}
	}
	if len(q) == 0 {
		b.count.SetText(lang.L("{{.Count}} elements", map[string]any{"Count": len(b.rows)}))
	} else {
		b.count.SetText(lang.L("{{.Found}} of {{.Count}} elements", map[string]any{"Found": len(b.found), "Count": len(b.rows)}))
	}
	b.list.UnselectAll()
	b.at = -1
	b.detail.SetText("")
	b.list.Refresh()
	b.list.ScrollToTop()
	if len(b.found) > 0 && len(q) > 0 {
		b.list.Select(0)
	}
	b.enable()
}

func (b *tagBrowser) enable() {
	for i, button := range b.buttons {
		if b.at >= 0 || i == 2 && len(b.found) > 0 {
			button.Enable()
		} else {
			button.Disable()
		}
	}
}

// selected shows the whole value of a row below the list.
func (b *tagBrowser) selected(i widget.ListItemID) {
	if i < 0 || i >= len(b.found) {
		return
	}
	b.at = i
	b.detail.SetText(place(b.rows, b.found[i]) + "\n" + b.rows[b.found[i]].value)
	b.enable()
	// A click gives the list the focus; keys are the search's.
	b.window.window.Canvas().Focus(b.search)
}

// move selects another row.
func (b *tagBrowser) move(by int) {
	if len(b.found) == 0 {
		return
	}
	if b.at < 0 {
		by = 0
	}
	b.list.Select(min(max(max(b.at, 0)+by, 0), len(b.found)-1))
}

func (b *tagBrowser) copy(text string) { b.window.copyText(text) }

func (b *tagBrowser) copyRow() {
	if b.at >= 0 {
		b.copy(b.rows[b.found[b.at]].line())
	}
}

func (b *tagBrowser) copyValue() {
	if b.at >= 0 {
		b.copy(b.rows[b.found[b.at]].value)
	}
}

// copyAll copies the rows that were found as a table.
func (b *tagBrowser) copyAll() {
	var out strings.Builder
	for _, i := range b.found {
		out.WriteString(b.rows[i].line())
		out.WriteByte('\n')
	}
	b.copy(out.String())
}

// tagSearch is the entry of the tag browser. Ctrl+C copies the selected row where no
// text is.
type tagSearch struct {
	searchEntry
	browser *tagBrowser
}

func newTagSearch(b *tagBrowser) *tagSearch {
	s := &tagSearch{browser: b}
	s.typed = b.typed
	s.ExtendBaseWidget(s)
	s.look(lang.L("Search tag, name, VR or value"), b.filter)
	return s
}

// typed moves through the list, or closes it.
func (b *tagBrowser) typed(k *fyne.KeyEvent) bool {
	page := max(1, int(b.list.Size().Height/max(1, b.header.MinSize().Height))-2)
	switch k.Name {
	case fyne.KeyEscape:
		b.dialog.Hide()
	case fyne.KeyDown:
		b.move(1)
	case fyne.KeyUp:
		b.move(-1)
	case fyne.KeyPageDown:
		b.move(page)
	case fyne.KeyPageUp:
		b.move(-page)
	default:
		return false
	}
	return true
}

// TypedShortcut copies the row unless text of the search is selected.
func (s *tagSearch) TypedShortcut(c fyne.Shortcut) {
	if _, ok := c.(*fyne.ShortcutCopy); ok && s.SelectedText() == "" {
		s.browser.copyRow()
		return
	}
	s.Entry.TypedShortcut(c)
}
