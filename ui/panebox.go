package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// paneBox is a pane with its caption, its fidelity badge and the permanent line.
type paneBox struct {
	*paneHead
	pane   *viewport.Pane
	object fyne.CanvasObject
	probe  *canvas.Text
}

func newPaneBox(pane *viewport.Pane, head *paneHead) *paneBox {
	b := &paneBox{paneHead: head, pane: pane, probe: colouredText("", theme.ColorNameForeground, 12, false)}
	under := container.New(&narrow{}, container.NewBorder(nil, nil, b.probe, colouredText(lang.L(app.Disclaimer), colourCaution, 11, false)))
	b.object = container.New(&paneLayout{}, container.NewPadded(head), pane, container.NewPadded(under))
	return b
}

// showProbe draws the value under the cursor.
func (b *paneBox) showProbe(p *app.Pane) { setText(b.probe, probeText(p)) }
