package ui

import (
	"math"

	"fyne.io/fyne/v2"

	"lightbox/app"
)

// paneLayout stacks caption, picture and value line.
type paneLayout struct{}

func (*paneLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height += m.Height
	}
	return size
}

func (*paneLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, pane, under := objects[0], objects[1], objects[2]
	put := func(o fyne.CanvasObject, y, height float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
	}
	top, line := head.MinSize().Height, under.MinSize().Height
	put(head, 0, top)
	put(pane, top, max(size.Height-top-line, 0))
	put(under, size.Height-line, line)
}

// withDock puts the strips below the panes. They have a share of the height; in
// the layout of three each lies under its pane.
type withDock struct{}

// The strips' share of the height, and its bounds in units: lower, their
// diagrams cannot be read; higher, they only take room from the pictures.
const (
	stripShare     = 0.2
	minStripHeight = 150
	maxStripHeight = 210
	maxStripShare  = 0.38 // with large text: what does not fit in is scrolled to
)

func stripHeight(whole float32) float32 {
	height := min(max(whole*stripShare, scaled(minStripHeight)), scaled(maxStripHeight))
	return max(min(height, whole*maxStripShare), minStripHeight)
}

func (*withDock) MinSize(objects []fyne.CanvasObject) fyne.Size {
	panes, dock := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(panes.Width, dock.Width), panes.Height+minStripHeight)
}

func (*withDock) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	bottom := float32(0)
	if objects[1].Visible() {
		bottom = stripHeight(size.Height)
		objects[1].Move(fyne.NewPos(0, size.Height-bottom))
		objects[1].Resize(fyne.NewSize(size.Width, bottom))
	}
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(size.Width, max(size.Height-bottom, 0)))
}

// paneGap lies between panes, in units.
const paneGap = 2

// largeShare is the part of the width that the large pane has beside its strip.
const largeShare = 0.72

// paneGrid lays panes out, equally large to the pixel where they are equal: linked
// panes must not differ.
type paneGrid struct{ layout app.Layout }

// shape is how many columns and rows there are.
func (g *paneGrid) shape(n int) (columns, rows int) {
	switch g.layout {
	case app.LayoutQuad:
		return 2, (n + 1) / 2
	case app.LayoutLarge:
		return 2, max(n-1, 1)
	}
	return max(n, 1), 1
}

// MinSize is that of as many of the largest of them; in a strip panes may be
// smaller.
func (g *paneGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		s.Width, s.Height = max(s.Width, m.Width), max(s.Height, m.Height)
	}
	columns, rows := g.shape(len(objects))
	return fyne.NewSize(s.Width*float32(columns)+paneGap*float32(columns-1), s.Height*float32(rows)+paneGap*float32(rows-1))
}

func (g *paneGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	columns, rows := g.shape(len(objects))
	width, height := share(size.Width, columns), share(size.Height, rows)
	for i, o := range objects {
		column, row := i%columns, i/columns
		x, y, w, h := float32(column)*(width+paneGap), float32(row)*(height+paneGap), width, height
		if g.layout == app.LayoutLarge {
			large := float32(math.Floor(float64(size.Width * largeShare)))
			x, y, w, h = 0, 0, large, size.Height
			if i > 0 {
				x, y, w, h = large+paneGap, float32(i-1)*(height+paneGap), size.Width-large-paneGap, height
			}
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
}

// share is the whole units that each of n has of a length with gaps between them.
func share(length float32, n int) float32 {
	return float32(math.Floor(float64((length - paneGap*float32(n-1)) / float32(n))))
}

// stacked lays what is visible out from top to bottom without gaps.
type stacked struct{}

func (*stacked) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			s.Width, s.Height = max(s.Width, m.Width), s.Height+m.Height
		}
	}
	return s
}

func (*stacked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if o.Visible() {
			h := o.MinSize().Height
			o.Move(fyne.NewPos(0, y))
			o.Resize(fyne.NewSize(size.Width, h))
			y += h
		}
	}
}
