package ui

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/app/training"
)

// trainOutcome is the page that says how a training ended.
type trainOutcome struct {
	object *fyne.Container
	fyne   fyne.App
}

func newTrainOutcome(a fyne.App) *trainOutcome {
	o := &trainOutcome{fyne: a}
	wait := newProse(colourQuiet)
	wait.Text = lang.L("Here stand, at the end, the figures on held-out pictures with their intervals, and the files that were written.")
	o.object = container.NewStack(newProseBox(wait).object)
	return o
}

// page puts words and other things one below the other, and scrolls.
type page struct {
	parts   []*prose
	objects []fyne.CanvasObject
}

func (p *page) add(objects ...fyne.CanvasObject) { p.objects = append(p.objects, objects...) }

// say adds a paragraph.
func (p *page) say(text string, colour fyne.ThemeColorName) {
	w := newProse(colour)
	w.Text = text
	p.parts = append(p.parts, w)
	gap := canvas.NewRectangle(color.Transparent)
	gap.SetMinSize(fyne.NewSize(0, 6))
	p.add(w.lines, gap)
}

func (p *page) box() fyne.CanvasObject {
	b := newProseBox(p.parts...)
	b.body.Objects = p.objects
	return b.object
}

// show says how the training ended. copyButton makes the button that copies the
// command.
func (o *trainOutcome) show(c *training.Course, copyButton func() *widget.Button) {
	p := &page{}
	end := c.Ending()
	what, _ := c.Now()
	p.add(colouredText(say(what), theme.ColorNameForeground, 15, true))
	for _, m := range end.Words(c.Task().Folder) {
		p.say(say(m), colourCaution)
	}
	if end.Kept {
		p.say(c.Task().Resume, theme.ColorNamePrimary)
		p.add(container.NewHBox(copyButton()))
	}
	if s := end.Summary; s != nil {
		summarise(p, s, c.Task().Folder)
	}
	o.object.Objects = []fyne.CanvasObject{p.box()}
	o.object.Refresh()
}

// summarise adds what a training made.
func summarise(p *page, s *training.Summary, folder string) {
	p.say(s.Model+" "+s.Version+" · "+lang.L(s.Finding)+"\n"+lang.L("Weights SHA-256: {{.SHA256}}", map[string]any{"SHA256": s.SHA256}), colourQuiet)
	p.say(lang.L("On pictures that a network had not seen:"), theme.ColorNameForeground)
	head := []string{""}
	for _, m := range training.FigureColumns() {
		head = append(head, say(m))
	}
	rows := [][]string{head}
	for _, f := range s.Figures {
		rows = append(rows, append([]string{say(f.Name)}, f.Cells()...))
	}
	p.add(newTextTable(rows))
	p.say("", colourQuiet)
	if m, ok := s.Threshold(); ok {
		p.say(say(m), colourQuiet)
	}
	for _, m := range s.Remarks {
		p.say(say(m), theme.ColorNameForeground)
	}
	p.say(lang.L("Written to {{.Folder}}:", map[string]any{"Folder": app.Printable(folder)})+"\n"+strings.Join(s.Files, "\n"), theme.ColorNameForeground)
}

// textTable lays words out in rows and columns: the first to the left, the others,
// which are numbers, to the right. Letters are as small as they must be to fit.
type textTable struct{ columns int }

// Sizes of a table in units.
const (
	tableText  = 12
	tableGap   = 16
	tableSpace = 5 // between the lines
)

// newTextTable makes a table of rows of equal length, the first of which heads it.
func newTextTable(rows [][]string) fyne.CanvasObject {
	var objects []fyne.CanvasObject
	for i, row := range rows {
		for _, word := range row {
			colour := theme.ColorNameForeground
			if i == 0 {
				colour = colourQuiet
			}
			objects = append(objects, colouredText(word, colour, tableText, false))
		}
	}
	return container.New(&textTable{len(rows[0])}, objects...)
}

// widths are what the columns take with letters of a size.
func (t *textTable) widths(objects []fyne.CanvasObject, size float32) (columns []float32, sum float32) {
	columns = make([]float32, t.columns)
	for i, o := range objects {
		c := o.(*canvas.Text)
		columns[i%t.columns] = max(columns[i%t.columns], fyne.MeasureText(c.Text, size, c.TextStyle).Width)
	}
	for _, w := range columns {
		sum += w + tableGap
	}
	return columns, sum - tableGap
}

// MinSize is part of fyne.Layout. A table asks for no width.
func (t *textTable) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, float32(len(objects)/t.columns)*(lineHeight(tableText)+tableSpace))
}

// Layout is part of fyne.Layout.
func (t *textTable) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	text := scaled(tableText)
	columns, sum := t.widths(objects, text)
	for text > smallest && sum > size.Width {
		text -= 0.5
		columns, sum = t.widths(objects, text)
	}
	height := lineHeight(tableText) + tableSpace
	x := float32(0)
	for i, o := range objects {
		c := o.(*canvas.Text)
		column := i % t.columns
		if column == 0 {
			x = 0
		}
		c.TextSize = text
		w := fyne.MeasureText(c.Text, text, c.TextStyle).Width
		left := x
		if column > 0 {
			left = x + columns[column] - w
		}
		c.Move(fyne.NewPos(left, float32(i/t.columns)*height))
		c.Resize(fyne.NewSize(w, height))
		c.Refresh()
		x += columns[column] + tableGap
	}
}
