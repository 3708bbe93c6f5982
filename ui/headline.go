package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Sizes of the letters of the result, in units at 100 %: as they are where there is
// room, and the smallest that still can be read.
const (
	valueText   = 26
	findingText = 15
	badgeText   = 12
	rowText     = 12
	smallest    = 8

	headlineGap = 8
)

// headline lays out value, finding, badge, interval and buttons: the number
// large at the left, finding above name and interval, the buttons at the right
// of the finding. What is too long has smaller letters; nothing overlaps. With
// large text interval and buttons have lines of their own.
type headline struct{}

// lineHeight is that of letters of a size at 100 %.
func lineHeight(size float32) float32 {
	return fyne.MeasureText("Mg国", scaled(size), fyne.TextStyle{Bold: true}).Height
}

func (*headline) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if largeText() {
		height := lineHeight(findingText) + objects[4].MinSize().Height
		if objects[1].(*canvas.Text).Text != "" { // a number, and not a state
			height += lineHeight(badgeText)
		}
		if objects[3].(*canvas.Text).Text != "" {
			height += lineHeight(badgeText)
		}
		return fyne.NewSize(0, height)
	}
	upper := max(lineHeight(findingText), objects[4].MinSize().Height)
	return fyne.NewSize(objects[4].MinSize().Width, upper+lineHeight(badgeText))
}

func (*headline) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	value, finding, badge, interval := objects[0].(*canvas.Text), objects[1].(*canvas.Text), objects[2].(*canvas.Text), objects[3].(*canvas.Text)
	buttons := objects[4]
	b := buttons.MinSize()
	buttons.Resize(b)
	buttons.Move(fyne.NewPos(max(size.Width-b.Width, 0), 0))
	upper, lower := max(lineHeight(findingText), b.Height), lineHeight(badgeText)
	beside := b.Width + headlineGap // what is taken from the first line
	if largeText() {
		upper, beside = lineHeight(findingText), 0
		buttons.Move(fyne.NewPos(0, size.Height-b.Height))
	}

	left := float32(0)
	if value.Text != "" {
		w := fyne.MeasureText(value.Text, value.TextSize, value.TextStyle).Width
		value.Move(fyne.NewPos(0, 0))
		value.Resize(fyne.NewSize(w, upper+lower))
		left = w + headlineGap
	}
	beside = max(size.Width-left-beside, 1)
	if finding.Text == "" { // a state, not a number: it has the first line
		fitText(badge, beside, findingText, smallest)
		badge.Move(fyne.NewPos(left, 0))
		badge.Resize(fyne.NewSize(beside, upper))
		return
	}
	fitText(finding, beside, findingText, smallest)
	finding.Move(fyne.NewPos(left, 0))
	finding.Resize(fyne.NewSize(beside, upper))
	if largeText() {
		for i, t := range []*canvas.Text{badge, interval} {
			fitText(t, size.Width-left*float32(1-i), badgeText, smallest)
			t.Move(fyne.NewPos(left*float32(1-i), upper+float32(i)*lower))
			t.Resize(fyne.NewSize(size.Width, lower))
		}
		return
	}
	// Name and interval share the lower line.
	text := scaled(badgeText)
	width := func(t *canvas.Text) float32 { return fyne.MeasureText(t.Text, text, t.TextStyle).Width }
	for text > smallest && width(badge)+headlineGap+width(interval) > size.Width-left {
		text -= 0.5
	}
	x := left
	for _, t := range []*canvas.Text{badge, interval} {
		if t.TextSize != text {
			t.TextSize = text
			t.Refresh()
		}
		t.Move(fyne.NewPos(x, upper))
		t.Resize(fyne.NewSize(width(t), lower))
		x += width(t) + headlineGap
	}
}

// fittedRows stacks lines of text, each with letters small enough for the width;
// empty ones take no room.
type fittedRows struct{}

func (*fittedRows) MinSize(objects []fyne.CanvasObject) fyne.Size {
	height := float32(0)
	for _, o := range objects {
		if o.(*canvas.Text).Text != "" {
			height += lineHeight(rowText)
		}
	}
	return fyne.NewSize(0, height)
}

func (*fittedRows) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		t := o.(*canvas.Text)
		h := lineHeight(rowText)
		if t.Text == "" {
			h = 0
		}
		fitText(t, size.Width, rowText, smallest)
		t.Move(fyne.NewPos(0, y))
		t.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}
