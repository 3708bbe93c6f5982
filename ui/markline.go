package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/keys"
)

// markList is the list of marks, with the keys of the page.
type markList struct {
	widget.List
	page *markPage
}

var _ fyne.Shortcutable = (*markList)(nil)

func newMarkList(p *markPage) *markList {
	l := &markList{page: p}
	l.Length = func() int { return len(p.rows) }
	l.CreateItem = func() fyne.CanvasObject { return newMarkLine(p) }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if line, ok := o.(*markLine); ok && i < len(p.rows) {
			line.show(i)
		}
	}
	l.OnSelected = func(i widget.ListItemID) { p.at = i }
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey does what the page does with a key.
func (l *markList) TypedKey(e *fyne.KeyEvent) {
	l.page.typed(keys.Combination{Key: e.Name, Modifier: l.page.window.bound.modifiers() & shift})
}

// TypedShortcut does it with keys that have modifiers.
func (l *markList) TypedShortcut(s fyne.Shortcut) {
	if k, ok := s.(*desktop.CustomShortcut); ok {
		l.page.typed(keys.Combination{Key: k.KeyName, Modifier: k.Modifier})
	}
}

// markLine is a row of the list, or the line of titles above it.
type markLine struct {
	widget.BaseWidget
	page    *markPage
	row     int
	cells   [4]*widget.Label // name, kind, values, image
	caption *widget.Label    // of a stack, in the place of all cells
	buttons [4]*widget.Button
	doing   *fyne.Container
}

// Shares of the columns in what the buttons leave: name, kind, values and image.
var markShares = [4]float32{0.22, 0.18, 0.48, 0.12}

func newMarkLine(p *markPage) *markLine {
	l := &markLine{page: p, caption: widget.NewLabel("")}
	l.caption.TextStyle.Bold = true
	l.caption.Truncation = fyne.TextTruncateEllipsis
	for i := range l.cells {
		l.cells[i] = widget.NewLabel("")
		l.cells[i].Truncation = fyne.TextTruncateEllipsis
	}
	l.doing = container.NewHBox()
	for i, icon := range []fyne.Resource{theme.NavigateNextIcon(), theme.DocumentCreateIcon(), toolIcon("key"), theme.DeleteIcon()} {
		l.buttons[i] = widget.NewButtonWithIcon("", icon, func() { l.do(i) })
		l.buttons[i].Importance = widget.LowImportance
		l.doing.Add(l.buttons[i])
	}
	l.ExtendBaseWidget(l)
	return l
}

// do acts on the row of the line.
func (l *markLine) do(i int) {
	l.page.at = l.row
	[]func(){l.page.goTo, l.page.rename, l.page.toggleKey, l.page.remove}[i]()
}

// title makes it the line of titles.
func (l *markLine) title() {
	for i, text := range []string{lang.L("Name"), lang.L("Kind"), lang.L("Values"), lang.L("Image")} {
		l.cells[i].TextStyle.Bold = true
		l.cells[i].SetText(text)
	}
	l.caption.Hide()
	l.doing.Hide()
}

// show puts a row of the page into the line.
func (l *markLine) show(i int) {
	l.row = i
	r := &l.page.rows[i]
	setVisible(l.caption, r.title != "")
	setVisible(l.doing, r.title == "")
	for _, c := range l.cells {
		setVisible(c, r.title == "")
	}
	if r.title != "" {
		l.caption.SetText(r.title)
		return
	}
	name, kind, values, image := l.page.texts(r)
	for k, text := range []string{name, kind, values, image} {
		if l.cells[k].Text != text {
			l.cells[k].SetText(text)
		}
	}
	if key := l.page.window.session.State().IsKeyAt(r.at); (l.buttons[2].Importance == widget.HighImportance) != key {
		l.buttons[2].Importance = widget.LowImportance
		if key {
			l.buttons[2].Importance = widget.HighImportance
		}
		l.buttons[2].Refresh()
	}
	if r.isMark() == l.buttons[1].Disabled() {
		if r.isMark() {
			l.buttons[1].Enable()
		} else {
			l.buttons[1].Disable() // key images have no name
		}
	}
}

// CreateRenderer is part of fyne.Widget.
func (l *markLine) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{l.caption, l.doing}
	for _, c := range l.cells {
		objects = append(objects, c)
	}
	return &markLineRenderer{l, objects}
}

type markLineRenderer struct {
	line    *markLine
	objects []fyne.CanvasObject
}

func (r *markLineRenderer) MinSize() fyne.Size {
	return fyne.NewSize(0, max(r.line.caption.MinSize().Height, r.line.doing.MinSize().Height))
}

func (r *markLineRenderer) Layout(size fyne.Size) {
	l := r.line
	put := func(o fyne.CanvasObject, x, width float32) {
		height := o.MinSize().Height
		o.Move(fyne.NewPos(x, (size.Height-height)/2))
		o.Resize(fyne.NewSize(width, height))
	}
	put(l.caption, 0, size.Width)
	buttons := l.doing.MinSize().Width
	put(l.doing, size.Width-buttons, buttons)
	x := float32(0)
	for i, c := range l.cells {
		width := (size.Width - buttons) * markShares[i]
		put(c, x, width)
		x += width
	}
}

func (r *markLineRenderer) Refresh() {
	r.Layout(r.line.Size())
	for _, o := range r.objects {
		o.Refresh()
	}
}

func (r *markLineRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *markLineRenderer) Destroy() {}
