package viewport

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// line is one line of outlined text: a rim of four dark copies under the text.
type line struct {
	copies [5]*canvas.Text
}

func newLine(size float32, align fyne.TextAlign, bold bool) *line {
	l := &line{}
	for i := range l.copies {
		var c color.Color = rimColour
		if i == len(l.copies)-1 {
			c = overlayColour
		}
		t := canvas.NewText("", c)
		t.TextSize = size
		t.Alignment = align
		t.TextStyle.Bold = bold
		l.copies[i] = t
	}
	return l
}

// set changes the text, its colour and its size; it returns whether there was a
// change.
func (l *line) set(text string, colour color.Color, size float32) bool {
	top := l.copies[len(l.copies)-1]
	if top.Text == text && top.Color == colour && top.TextSize == size {
		return false
	}
	for _, t := range l.copies {
		t.Text, t.TextSize = text, size
		if colour == cautionColour {
			t.TextStyle = cautionStyle
		} else if top.Color == cautionColour {
			t.TextStyle = fyne.TextStyle{}
		}
	}
	top.Color = colour
	return true
}

// rimOffsets puts four copies around the text and the text itself last, on top.
var rimOffsets = [5]fyne.Delta{{DX: 1, DY: 1}, {DX: -1, DY: -1}, {DX: 1, DY: -1}, {DX: -1, DY: 1}, {}}

// place lays the line out in a box.
func (l *line) place(pos fyne.Position, size fyne.Size) {
	for i, t := range l.copies {
		t.Move(pos.Add(rimOffsets[i]))
		t.Resize(size)
	}
}

func (l *line) refresh() {
	for _, t := range l.copies {
		t.Refresh()
	}
}

// shows tells whether a line says a text in letters of a size, or did.
func (l *line) shows(text string, size float32) bool {
	return l.copies[0].Text == text && l.copies[0].TextSize == size
}

// hide takes the line off the screen, or puts it back.
func (l *line) hide(hidden bool) {
	for _, t := range l.copies {
		if t.Hidden != hidden {
			t.Hidden = hidden
		}
	}
}

// Shorten cuts text with an ellipsis so that it is at most width wide.
func Shorten(text string, width, size float32, style fyne.TextStyle) string {
	if text == "" || fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // the longest prefix that fits lies between
	for low < high {
		mid := (low + high + 1) / 2
		if fyne.MeasureText(string(runes[:mid])+"…", size, style).Width <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return string(runes[:low]) + "…"
}
