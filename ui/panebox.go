package ui

import (
	"image"
	"image/color"

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
	hand   *tools.Hand
	window fyne.Window  // of a detached pane; nil in the main window
	glass  *image.Point // where the magnifier is; nil without
	over   string       // ID of the mark under the pointer

	annotated   annotated // what annotations were made of
	annotations []viewport.Annotation

	pane    *viewport.Pane
	object  fyne.CanvasObject
	head    *fyne.Container
	caption *canvas.Text
	badge   *canvas.Text
	mark    *canvas.Circle // beside the badge: filled green is faithful, hollow amber is not
	probe   *canvas.Text
}

func newPaneBox(w *mainWindow, i int) *paneBox {
	b := &paneBox{
		caption: colouredText("", theme.ColorNameForeground, 12, true),
		badge:   colouredText("", colourQuiet, 11, false),
		probe:   colouredText("", theme.ColorNameForeground, 12, false),
	}
	b.hand = tools.New(&paneHost{w, i, b})
	b.pane = viewport.New(w.intentions(i, b))
	w.arm(b)
	b.mark = canvas.NewCircle(color.Transparent)
	b.mark.StrokeWidth = 2
	b.head = container.New(&captionLayout{}, b.caption, b.badge, b.mark)
	under := container.New(&underLayout{}, b.probe, colouredText(lang.L(app.Disclaimer), colourCaution, disclaimerSize, false))
	b.object = container.New(&paneLayout{}, container.NewPadded(b.head), b.pane, container.NewPadded(under))
	return b
}

// show draws caption and badge.
func (b *paneBox) show(p *app.Pane) {
	if text := caption(p); text != b.caption.Text {
		b.caption.Text = text
		b.head.Refresh() // the size of its letters depends on its length
	}
	text, faithful := fidelity(p)
	setText(b.badge, text)
	b.mark.FillColor, b.mark.StrokeColor = color.Transparent, theme.Color(colourCaution)
	if faithful {
		b.mark.FillColor, b.mark.StrokeColor = theme.Color(theme.ColorNameSuccess), theme.Color(theme.ColorNameSuccess)
	}
	b.mark.Hidden = text == ""
	b.mark.Refresh()
}

// showProbe draws the value under the cursor.
func (b *paneBox) showProbe(p *app.Pane) { setText(b.probe, probeText(p)) }

// captionLayout stacks the caption over its badge and, where it is too long
// for the pane, makes its letters smaller instead of cutting what it names.
type captionLayout struct{}

const (
	captionSize    = 12
	minCaptionSize = 8
)

func (*captionLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(10, fyne.MeasureText("Mg", scaled(captionSize), fyne.TextStyle{}).Height+objects[1].MinSize().Height)
}

func (*captionLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	caption, badge := objects[0].(*canvas.Text), objects[1].(*canvas.Text)
	want := scaled(captionSize)
	// Hinted letters do not shrink evenly: step down until the text fits.
	for want > minCaptionSize && fyne.MeasureText(caption.Text, want, caption.TextStyle).Width > size.Width {
		want -= 0.5
	}
	if caption.TextSize != want {
		caption.TextSize = want
		caption.Refresh()
	}
	height := fyne.MeasureText("Mg", scaled(captionSize), fyne.TextStyle{}).Height
	caption.Move(fyne.NewPos(0, 0))
	caption.Resize(fyne.NewSize(size.Width, height))
	const mark = 9
	badge.Move(fyne.NewPos(mark+4, height))
	badge.Resize(fyne.NewSize(size.Width-mark-4, size.Height-height))
	objects[2].Move(fyne.NewPos(0, height+(size.Height-height-mark)/2))
	objects[2].Resize(fyne.NewSize(mark, mark))
}
