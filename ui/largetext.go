package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// fromLarge is the size of text from which on what stands side by side under the
// panes stands one below the other; 1 is 100 %.
const fromLarge = 1.4

// largeText tells whether text is that large.
func largeText() bool { return scaled(1) >= fromLarge }

// newStripScroll is a strip: a head of a fixed height over text that has the rest.
// Where the strip is too low for both it scrolls.
func newStripScroll(head, text fyne.CanvasObject) *stripScroll {
	s := &stripScroll{body: container.New(&stripLayout{}, head, text)}
	s.scroll = container.NewVScroll(s.body)
	return s
}

// stripScroll scrolls a strip.
type stripScroll struct {
	scroll *container.Scroll
	body   *fyne.Container
}

// fit lays the strip out anew when its head needs more room or less.
func (s *stripScroll) fit() {
	s.body.Refresh()
	s.scroll.Refresh()
}

// leastText is the least height of the text in units at 100 %.
const leastText = 40

type stripLayout struct{}

// MinSize is part of fyne.Layout. A strip asks for no width.
func (*stripLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height+scaled(leastText))
}

// Layout is part of fyne.Layout.
func (*stripLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	height := objects[0].MinSize().Height
	objects[0].Resize(fyne.NewSize(size.Width, height))
	objects[1].Move(fyne.NewPos(0, height))
	objects[1].Resize(fyne.NewSize(size.Width, max(size.Height-height, 0)))
}

// underLayout lays out the line under a picture: the values under the cursor at the
// left, the permanent line at the right. With large text the values stand above.
type underLayout struct{}

// Sizes of the letters of the permanent line: as they are at 100 % where there is
// room, and the smallest; and of what lies between it and the values.
const (
	disclaimerSize    = 11
	minDisclaimerSize = 8
	underGap          = 8
)

// MinSize is part of fyne.Layout. The line asks for no width.
func (*underLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	probe, line := objects[0].MinSize().Height, lineHeight(disclaimerSize)
	if largeText() {
		return fyne.NewSize(0, probe+line)
	}
	return fyne.NewSize(0, max(probe, line))
}

// Layout is part of fyne.Layout.
func (*underLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	probe, line := objects[0].(*canvas.Text), objects[1].(*canvas.Text)
	fitText(line, size.Width, disclaimerSize, minDisclaimerSize)
	width := min(fyne.MeasureText(line.Text, line.TextSize, line.TextStyle).Width, size.Width)
	top, height := float32(0), size.Height
	if largeText() {
		top = probe.MinSize().Height
		height = size.Height - top
	}
	line.Move(fyne.NewPos(size.Width-width, top))
	line.Resize(fyne.NewSize(width, height))
	probe.Move(fyne.NewPos(0, 0))
	probe.Resize(fyne.NewSize(max(size.Width-width-underGap, 0), size.Height-top))
	if largeText() {
		probe.Resize(fyne.NewSize(size.Width, top))
	}
}

// panelRoom is the width of the list of stacks until the user changes it: half of
// what the letters gain, so that the panes keep theirs.
func panelRoom() float32 { return (panelWidth + scaled(panelWidth)) / 2 }
