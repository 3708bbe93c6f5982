package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/ui/tools"
	"lightbox/ui/viewport"
)

// paneBox is a pane with its caption, its fidelity badge and the permanent line.
type paneBox struct {
	*paneHead
	hand   *tools.Hand
	window fyne.Window  // of a detached pane; nil in the main window
	glass  *image.Point // where the magnifier is; nil without
	over   string       // ID of the mark under the pointer

	painted     paintedPane // what is drawn
	annotated   annotated   // what annotations were made of
	annotations []viewport.Annotation

	pane   *viewport.Pane
	object fyne.CanvasObject
	probe  *canvas.Text
}

func newPaneBox(w *mainWindow, i int, letters *viewport.Letters) *paneBox {
	b := &paneBox{paneHead: newPaneHead(w, i), probe: colouredText("", theme.ColorNameForeground, 12, false)}
	b.hand = tools.New(&paneHost{w, i, b})
	b.pane = viewport.New(w.intentions(i, b), letters)
	w.arm(b)
	under := container.New(&underLayout{}, b.probe, colouredText(lang.L(app.Disclaimer), colourCaution, disclaimerSize, false))
	b.object = container.New(&paneLayout{}, container.NewPadded(b.paneHead), b.pane, container.NewPadded(under))
	return b
}

// showProbe draws the value under the cursor.
func (b *paneBox) showProbe(p *app.Pane) { setText(b.probe, probeText(p)) }
