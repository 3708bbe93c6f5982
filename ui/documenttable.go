package ui

import (
	"image/color"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tableParts cuts Markdown into what is a table and what is not.
func tableParts(text string) (out []string) {
	inTable := false
	for _, line := range strings.SplitAfter(text, "\n") {
		if is := strings.HasPrefix(line, "|"); len(out) == 0 || is != inTable {
			out, inTable = append(out, ""), is
		}
		out[len(out)-1] += line
	}
	return out
}

// tableRule is the line below the head of a table.
var tableRule = regexp.MustCompile(`^\|[-:| ]+\|?$`)

// documentTable lays the cells of a table out: no wider than the document, so that
// long cells wrap, which Fyne's own tables do not do.
type documentTable struct {
	columns int
	natural []float32 // width of each column if nothing wraps
	width   float32   // that the table was laid out for
	height  float32
}

// Sizes of a table in units.
const (
	cellGap   = 6
	leastCell = 48 // width of a column at 100 %, however long the others are
)

// newDocumentTable makes a table of Markdown; rich makes its cells. Behind the cells
// of each row lies a line.
func newDocumentTable(text string, rich func(string) *widget.RichText) fyne.CanvasObject {
	var rows [][]string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if !tableRule.MatchString(line) {
			rows = append(rows, strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"))
		}
	}
	t := &documentTable{}
	for _, row := range rows {
		t.columns = max(t.columns, len(row))
	}
	t.natural = make([]float32, t.columns)
	var objects []fyne.CanvasObject
	for i, row := range rows {
		for c := range t.columns {
			cell := ""
			if c < len(row) {
				cell = strings.TrimSpace(row[c])
			}
			t.natural[c] = max(t.natural[c], fyne.MeasureText(cell, theme.TextSize(), fyne.TextStyle{Bold: true}).Width+4*theme.InnerPadding())
			if i == 0 && cell != "" {
				cell = "**" + cell + "**"
			}
			objects = append(objects, rich(cell))
		}
	}
	for range rows {
		line := canvas.NewRectangle(color.Transparent)
		line.FillColor = theme.Color(theme.ColorNameInputBorder)
		objects = append(objects, line)
	}
	return container.New(t, objects...)
}

// widths share a width out: columns that fit have what they need, the others share
// the rest by what they would need.
func (t *documentTable) widths(width float32) []float32 {
	out := make([]float32, t.columns)
	left, long, fair := width, float32(0), width/float32(t.columns)
	for i, w := range t.natural {
		if w <= fair {
			out[i] = w
			left -= w
		} else {
			long += w
		}
	}
	for i, w := range t.natural {
		if w > fair {
			out[i] = min(w, max(left*w/long, scaled(leastCell)))
		}
	}
	return out
}

// MinSize is part of fyne.Layout.
func (t *documentTable) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, t.height) }

// Layout is part of fyne.Layout.
func (t *documentTable) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if t.columns == 0 || size.Width == t.width {
		return
	}
	t.width = size.Width
	widths := t.widths(size.Width)
	rows := len(objects) / (t.columns + 1)
	y := float32(0)
	for r := range rows {
		x, height := float32(0), float32(0)
		for c, w := range widths {
			cell := objects[r*t.columns+c]
			cell.Move(fyne.NewPos(x, y))
			cell.Resize(fyne.NewSize(w, cell.Size().Height))
			height = max(height, cell.MinSize().Height)
			x += w
		}
		for c, w := range widths {
			objects[r*t.columns+c].Resize(fyne.NewSize(w, height))
		}
		y += height
		line := objects[rows*t.columns+r]
		line.Move(fyne.NewPos(0, y))
		line.Resize(fyne.NewSize(x, 1))
		y++
	}
	t.height = y + cellGap
}
