package ui

import "fyne.io/fyne/v2"

// paneLayout stacks caption, picture, value line and strip. The strip has a share
// of the height; it is the same under all panes, so that the three images are
// equally large.
type paneLayout struct{}

// The strip's share of a pane's height, and its bounds in units: lower, its
// diagrams cannot be read; higher, it only takes room from the picture.
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

func (*paneLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, minStripHeight)
	for i, o := range objects {
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		if i < 3 {
			size.Height += m.Height
		}
	}
	return size
}

func (*paneLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, pane, under, strip := objects[0], objects[1], objects[2], objects[3]
	put := func(o fyne.CanvasObject, y, height float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
	}
	top, line, bottom := head.MinSize().Height, under.MinSize().Height, stripHeight(size.Height)
	put(head, 0, top)
	put(pane, top, max(size.Height-top-line-bottom, 0))
	put(under, size.Height-bottom-line, line)
	put(strip, size.Height-bottom, bottom)
}
