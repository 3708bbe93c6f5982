package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tabRow is a row of words of which one is chosen. It is lower than Fyne's own
// tabs: the strip under a pane has no height to give away.
type tabRow struct {
	widget.BaseWidget
	tabs   []*tabWord
	chosen int
	tapped func(int)
}

// newTabRow makes a row; choose is called when a word is tapped.
func newTabRow(words []string, choose func(int)) *tabRow {
	r := &tabRow{tapped: choose}
	for i, w := range words {
		r.tabs = append(r.tabs, newTabWord(w, func() { choose(i) }))
	}
	r.ExtendBaseWidget(r)
	r.choose(0)
	return r
}

// choose marks a word.
func (r *tabRow) choose(i int) {
	r.chosen = i
	for k, t := range r.tabs {
		t.mark(k == i)
	}
}

// typed goes along the row.
func (r *tabRow) typed(e *fyne.KeyEvent) bool {
	to, ok := map[fyne.KeyName]int{
		fyne.KeyLeft: r.chosen - 1, fyne.KeyRight: r.chosen + 1, fyne.KeyHome: 0, fyne.KeyEnd: len(r.tabs) - 1,
	}[e.Name]
	if ok {
		r.tapped((to + len(r.tabs)) % len(r.tabs))
	}
	return ok
}

// Sizes of a row of tabs in units; of words at 100 %.
const (
	tabText    = 12
	minTabText = 9
	tabHeight  = 20
	tabGap     = 10
)

// CreateRenderer is part of fyne.Widget.
func (r *tabRow) CreateRenderer() fyne.WidgetRenderer {
	objects := make([]fyne.CanvasObject, len(r.tabs))
	for i, t := range r.tabs {
		objects[i] = t
	}
	return &tabRowRenderer{row: r, objects: objects}
}

type tabRowRenderer struct {
	row     *tabRow
	objects []fyne.CanvasObject
}

func (r *tabRowRenderer) MinSize() fyne.Size { return fyne.NewSize(0, scaled(tabHeight)) }

// Layout makes the letters as small as they must be for all words to fit.
func (r *tabRowRenderer) Layout(size fyne.Size) {
	text := scaled(tabText)
	for text > minTabText && r.width(text) > size.Width {
		text -= 0.5
	}
	x := float32(0)
	for _, t := range r.row.tabs {
		w := fyne.MeasureText(t.text.Text, text, fyne.TextStyle{Bold: true}).Width
		t.text.TextSize = text
		t.Move(fyne.NewPos(x, 0))
		t.Resize(fyne.NewSize(w, size.Height))
		x += w + tabGap
	}
}

// width is what all words take with letters of a size. The chosen one is bold;
// all are measured so, and nothing moves when another is chosen.
func (r *tabRowRenderer) width(text float32) float32 {
	w := float32(-tabGap)
	for _, t := range r.row.tabs {
		w += fyne.MeasureText(t.text.Text, text, fyne.TextStyle{Bold: true}).Width + tabGap
	}
	return w
}

func (r *tabRowRenderer) Refresh() {
	r.Layout(r.row.Size())
	for _, t := range r.row.tabs {
		t.Refresh()
	}
}

func (r *tabRowRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *tabRowRenderer) Destroy() {}

// tabWord is one word of the row.
type tabWord struct {
	widget.BaseWidget
	text   *canvas.Text
	line   *canvas.Rectangle
	tapped func()
}

var (
	_ fyne.Tappable      = (*tabWord)(nil)
	_ desktop.Cursorable = (*tabWord)(nil)
)

func newTabWord(word string, tapped func()) *tabWord {
	t := &tabWord{text: colouredText(word, colourQuiet, tabText, false), line: canvas.NewRectangle(color.Transparent), tapped: tapped}
	t.ExtendBaseWidget(t)
	return t
}

func (t *tabWord) mark(chosen bool) {
	t.text.Color, t.line.FillColor = theme.Color(colourQuiet), color.Transparent
	t.text.TextStyle.Bold = chosen
	if chosen {
		t.text.Color, t.line.FillColor = theme.Color(theme.ColorNameForeground), theme.Color(theme.ColorNamePrimary)
	}
	t.text.Refresh()
	t.line.Refresh()
}

// Tapped chooses the word.
func (t *tabWord) Tapped(*fyne.PointEvent) { t.tapped() }

// Cursor shows that the word can be chosen.
func (t *tabWord) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is part of fyne.Widget.
func (t *tabWord) CreateRenderer() fyne.WidgetRenderer { return &tabWordRenderer{t} }

type tabWordRenderer struct{ word *tabWord }

func (r *tabWordRenderer) MinSize() fyne.Size { return fyne.NewSize(0, scaled(tabHeight)) }

func (r *tabWordRenderer) Layout(size fyne.Size) {
	r.word.text.Move(fyne.NewPos(0, 0))
	r.word.text.Resize(fyne.NewSize(size.Width, size.Height-2))
	r.word.line.Move(fyne.NewPos(0, size.Height-2))
	r.word.line.Resize(fyne.NewSize(size.Width, 2))
}

func (r *tabWordRenderer) Refresh() {
	r.word.text.Refresh()
	r.word.line.Refresh()
}

func (r *tabWordRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.word.text, r.word.line}
}

func (r *tabWordRenderer) Destroy() {}
