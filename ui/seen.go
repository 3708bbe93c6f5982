package ui

import (
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// minSeen is the least side of the picture of what the network saw, in Fyne's
// units: single pixels can be told apart.
const minSeen = 320

// showSeen shows the very input of the networks, pixel for pixel.
func (w *mainWindow) showSeen() {
	st := w.session.State()
	title := lang.L("What the network saw")
	seen, ok := st.Reading.Seen(st.Scan)
	if !ok {
		w.show(dialog.NewInformation(title, lang.L("There is no result for this picture: no network has read it."), w.window))
		return
	}
	picture := canvas.NewImageFromImage(seenPicture(seen))
	picture.ScaleMode = canvas.ImageScalePixels // nothing is smoothed that the network did not smooth
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSize(minSeen, minSeen))
	text := widget.NewLabel(seenText(&st.Reading, seen))
	text.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustom(title, lang.L("Close"), container.New(&seenLayout{}, picture, container.NewVScroll(text)), w.window)
	d.Resize(w.largeSize())
	w.show(d)
}

// seenText describes the picture line by line.
func seenText(r *app.Reading, s app.Seen) string {
	return fmt.Sprintf("%s %s\n\n", r.Model, r.Version) +
		lang.L("{{.Columns}}×{{.Rows}} values, each drawn as one square.", map[string]any{"Columns": s.Picture.Columns, "Rows": s.Picture.Rows}) + "\n\n" +
		say(s.Part) + "\n\n" + say(s.Standardised) + "\n\n" +
		lang.L("Values from {{.Least}} (black) to {{.Most}} (white).", map[string]any{"Least": signed(s.Least), "Most": signed(s.Most)}) + "\n\n" +
		say(s.Views) + "\n\n" +
		lang.L("What cannot be seen here, the network cannot have used.")
}

func signed(v float64) string {
	if v < 0 {
		return "-" + trimmed(-v)
	}
	return trimmed(v)
}

// seenPicture draws the smallest value black and the largest white.
func seenPicture(s app.Seen) image.Image {
	m := image.NewGray(image.Rect(0, 0, s.Picture.Columns, s.Picture.Rows))
	if s.Most > s.Least {
		for i, v := range s.Picture.Pix {
			m.SetGray(i%s.Picture.Columns, i/s.Picture.Columns, color.Gray{Y: uint8(255*(float64(v)-s.Least)/(s.Most-s.Least) + 0.5)})
		}
	}
	return m
}

// seenLayout lays a square as large as can be beside a text.
type seenLayout struct{}

// seenTextWidth is the least width of the text in Fyne's units.
const seenTextWidth = 260

func (*seenLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	s := objects[0].MinSize()
	return fyne.NewSize(s.Width+scaled(seenTextWidth), s.Height)
}

func (*seenLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	side := min(size.Height, size.Width-scaled(seenTextWidth))
	objects[0].Resize(fyne.NewSize(side, side))
	objects[0].Move(fyne.NewPos(0, (size.Height-side)/2))
	objects[1].Resize(fyne.NewSize(size.Width-side, size.Height))
	objects[1].Move(fyne.NewPos(side, 0))
}
