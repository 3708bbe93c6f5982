package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// beside puts a diagram beside what belongs to it: words or controls, then the
// diagram, which gets a share of the width. It asks for no width; where there is
// less than least, or the diagram is hidden, the rest has it all. With large text the
// diagram stands below.
type beside struct {
	share, least float32
	first        bool    // the diagram stands to the left of the words
	prose        float32 // least height of words beyond what they ask for, in units at 100 %
}

// besideGap is between the two, in units.
const besideGap = 12

// With large text: least heights in units at 100 % of words, beyond what they ask
// for, and of the diagram; and the most of the whole that this takes.
const (
	leastProse  = 50
	leastFigure = 90
	maxFigure   = 0.6
)

func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	height := objects[0].MinSize().Height
	if !largeText() {
		height += scaled(b.prose)
	} else {
		height += scaled(leastProse)
		if objects[1].Visible() {
			height += besideGap + scaled(leastFigure)
		}
	}
	return fyne.NewSize(0, height)
}

func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	words, figure := objects[0], objects[1]
	if largeText() && figure.Visible() {
		below := max(size.Height-words.MinSize().Height-scaled(leastProse)-besideGap, scaled(leastFigure))
		below = min(below, size.Height*maxFigure)
		words.Move(fyne.NewPos(0, 0))
		words.Resize(fyne.NewSize(size.Width, size.Height-below-besideGap))
		figure.Move(fyne.NewPos(0, size.Height-below))
		figure.Resize(fyne.NewSize(size.Width, below))
		return
	}
	if !figure.Visible() || size.Width < b.least {
		words.Move(fyne.NewPos(0, 0))
		words.Resize(size)
		figure.Resize(fyne.NewSize(0, 0))
		figure.Move(fyne.NewPos(size.Width, 0))
		return
	}
	width := size.Width * b.share
	figure.Resize(fyne.NewSize(width, size.Height))
	words.Resize(fyne.NewSize(size.Width-width-besideGap, size.Height))
	if b.first {
		figure.Move(fyne.NewPos(0, 0))
		words.Move(fyne.NewPos(width+besideGap, 0))
	} else {
		figure.Move(fyne.NewPos(size.Width-width, 0))
		words.Move(fyne.NewPos(0, 0))
	}
}

// fitText makes the letters of a line smaller, down to least, until it is no
// wider than width; largest is a size at 100 %, least one that can just be read.
// Hinted letters do not shrink evenly: it goes step by step.
func fitText(t *canvas.Text, width, largest, least float32) {
	want := scaled(largest)
	for want > least && fyne.MeasureText(t.Text, want, t.TextStyle).Width > width {
		want -= 0.5
	}
	if t.TextSize != want {
		t.TextSize = want
		t.Refresh()
	}
}
