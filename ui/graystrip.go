package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// newGrayStrip says how the grayscale view came about.
func newGrayStrip() fyne.CanvasObject {
	l := smallLabel(widget.MediumImportance)
	l.SetText(lang.L("The same picture in one channel, at the scan's own depth, before any window. " +
		"Colour is turned to gray by OpenCV (0.299 R + 0.587 G + 0.114 B). " +
		"The filter works on these values, and the model reads them at the scan's default window."))
	return container.NewVScroll(l)
}
