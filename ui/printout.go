package ui

import (
	"image"
	"image/draw"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// Sizes of a printed page.
const (
	pageShort, pageLong = 210.0, 297.0 // mm: A4 (ISO 216)
	pageMargin          = 10.0         // mm
	pageDots            = 300.0        // pixels an inch
	pageUnit            = 3.0          // pixels for one of Fyne's units: letters of 8 pt
	pageGap             = 12           // pixels between panes
	leastPictures       = 0.4          // of the page's height: what is said of the result gives way
)

func pagePixels(mm float64) int { return int(math.Round(mm / 25.4 * pageDots)) }

// printout is a page that is being drawn, with what is left of it.
type printout struct {
	picture *image.RGBA
	free    image.Rectangle
	letters *viewport.Letters
}

// newPrintout is an empty one, upright or not.
func newPrintout(l *viewport.Letters, landscape bool) *printout {
	width, height := pagePixels(pageShort), pagePixels(pageLong)
	if landscape {
		width, height = height, width
	}
	p := &printout{picture: image.NewRGBA(image.Rect(0, 0, width, height)), letters: l}
	draw.Draw(p.picture, p.picture.Rect, image.White, image.Point{}, draw.Src)
	p.free = p.picture.Rect.Inset(pagePixels(pageMargin))
	return p
}

// strip is text for the page, as wide as something on it.
func (p *printout) strip(width int) *strip {
	s := newStrip(p.letters, width, pageUnit)
	s.paper = true
	return s
}

// points is the size of the paper, in 1/72 inch.
func (p *printout) points() (width, height float64) {
	return float64(p.picture.Rect.Dx()) / pageDots * 72, float64(p.picture.Rect.Dy()) / pageDots * 72
}

// pageOfPanes draws the panes of the layout as on screen, whose they are, and what the
// result says as far as it is revealed.
func (w *mainWindow) pageOfPanes(now time.Time) *printout {
	st := w.session.State()
	shape := w.panes.object.Size()
	p := newPrintout(w.panes.letters, shape.Width > shape.Height)
	head, foot := p.strip(p.free.Dx()), p.strip(p.free.Dx())
	if st.Scan != nil {
		c := corners(st.Pane, st, w.annotations)
		addPatient(head, &c)
	}
	w.fillFoot(foot, now)
	foot.cut(p.free.Dy() - head.height() - int(leastPictures*float64(p.picture.Rect.Dy())))
	head.draw(p.picture, p.free.Min.X, p.free.Min.Y)
	foot.draw(p.picture, p.free.Min.X, p.free.Max.Y-foot.height())
	p.free.Min.Y += head.height()
	p.free.Max.Y -= foot.height()
	boxes, under := gridOn(p.free, st), 0
	for i, box := range boxes {
		under = max(under, w.underPane(p, st.Panes[i], box.Dx()).height())
	}
	for i, box := range boxes {
		w.printPane(p, st.Panes[i], box, under)
	}
	return p
}

// gridOn is where the panes of the layout lie on a part of the page.
func gridOn(free image.Rectangle, st *app.State) (out []image.Rectangle) {
	places := make([]fyne.CanvasObject, len(st.Panes))
	for i := range places {
		places[i] = canvas.NewRectangle(nil)
	}
	(&paneGrid{st.Layout}).Layout(places, fyne.NewSize(float32(free.Dx()), float32(free.Dy())))
	for _, o := range places {
		at := image.Pt(int(o.Position().X), int(o.Position().Y)).Add(free.Min)
		out = append(out, image.Rectangle{Min: at, Max: at.Add(image.Pt(int(o.Size().Width), int(o.Size().Height)))}.Inset(pageGap/2))
	}
	return out
}

// fillFoot says what the result is, when this was printed, and that it is not for
// diagnosis: what comes last is left out where there is no room.
func (w *mainWindow) fillFoot(s *strip, now time.Time) {
	st, r := w.session.State(), w.result
	s.add(lang.L(app.Disclaimer)+" · "+lang.L("Printed {{.Time}}", map[string]any{"Time": now.Format("2006-01-02 15:04")})+" · Lightbox "+app.Version, viewport.CautionColour, true)
	switch {
	case st.Scan == nil:
	case st.Reveals(app.RevealNumber):
		s.add(join(" · ", join(" ", r.value.Text, r.finding.Text), r.badge.Text, r.interval.Text), viewport.TextColour, true)
		s.add(join(" · ", r.set.Text, r.prevalence.Text), viewport.TextColour, false)
		s.add(r.detail.Text, viewport.CautionColour, false)
	case st.Reveals(app.RevealFinding):
		s.add(r.finding.Text, viewport.TextColour, true)
	}
	if st.Reveals(app.RevealPlaces) {
		l := legend(st, w.annotations)
		s.addLegend(&l)
	}
	if st.Scan != nil && st.Reveals(app.RevealNumber) {
		s.add(r.model.Text, viewport.TextColour, false)
	}
}

// underPane is what stands below a pane on a page.
func (w *mainWindow) underPane(p *printout, pane *app.Pane, width int) *strip {
	st, s := w.session.State(), p.strip(width)
	c := corners(pane, st, w.annotations)
	if pane.Scan == nil || pane.Picture() == nil {
		s.add(c.Centre, viewport.TextColour, false)
		return s
	}
	w.addView(s, pane, &c)
	if !pane.SameFrame(st.Pane) {
		addPatient(s, &c)
	}
	s.addBlock(c.BottomLeft, c.Caution)
	w.addLasting(s, pane, &c)
	return s
}

// printPane draws a pane into a box of the page, and below it, in a part of the box that
// is as high for all panes, what it shows.
func (w *mainWindow) printPane(p *printout, pane *app.Pane, box image.Rectangle, under int) {
	q := *pane
	if pane.Scan != nil && pane.Picture() != nil {
		var size image.Point
		size, q.Viewport = printedView(pane, box.Size().Sub(image.Pt(0, under)))
		q.FitToPane = false
		if size.X <= 0 || size.Y <= 0 {
			return
		}
		s := w.still(&q)
		s.Unit = pageUnit
		m := image.NewRGBA(image.Rectangle{Max: size})
		s.Draw(m)
		at := image.Pt(box.Min.X+(box.Dx()-size.X)/2, box.Min.Y)
		draw.Draw(p.picture, m.Rect.Add(at), m, image.Point{}, draw.Src)
	}
	w.underPane(p, &q, box.Dx()).draw(p.picture, box.Min.X, box.Max.Y-under)
}

// printedView is how large a pane is within some room of the page, and its viewport
// there: the same part of the image as on screen.
func printedView(p *app.Pane, room image.Point) (size image.Point, view vision.Viewport) {
	if p.FitToPane && p.Area.Zoom == 0 || p.Size.X <= 0 || p.Size.Y <= 0 {
		return room, p.Fitted(room.X, room.Y)
	}
	factor := math.Min(float64(room.X)/float64(p.Size.X), float64(room.Y)/float64(p.Size.Y))
	view = p.Viewport
	view.Zoom *= factor
	return image.Pt(int(float64(p.Size.X)*factor), int(float64(p.Size.Y)*factor)), view
}

// print writes the panes as a page into the folder of exports and opens it where the
// system has something to open it with: from there it is printed.
func (w *mainWindow) print() {
	w.inExportFolder(lang.L("Print"), func(folder string) {
		p := w.pageOfPanes(time.Now())
		named := w.namesPatient(w.session.State().Pane)
		width, height := p.points()
		w.session.ExportPage(folder, app.ExportName(w.session.State().Scan)+".page", p.picture, width, height, func(path string) {
			told := app.Say("The page was written to {{.Path}}; print it from the program that shows it.", "Path", w.shownPath(path))
			if named {
				told = app.Say("The page, with the patient's data, was written to {{.Path}}; print it from the program that shows it.", "Path", w.shownPath(path))
			}
			w.session.Tell(told)
			_ = openFile(w.fyne, path) // without such a program the sentence is enough
		})
	})
}
