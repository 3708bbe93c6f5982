package ui

import (
	"image"
	"weak"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lightbox/app"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// paneSet is the panes of the window, laid out as the session has them.
type paneSet struct {
	window *mainWindow
	all    []*paneBox // that were ever made
	boxes  []*paneBox // in the order of State.Panes
	object *fyne.Container

	over     *viewport.Drawing
	overOf   whyShown // what it is of
	overMade bool

	luts    lutCache
	marks   markCache
	letters *viewport.Letters // over the pictures, in the window and where they leave it
}

func newPaneSet(w *mainWindow) *paneSet {
	s := &paneSet{window: w, object: container.New(&paneGrid{}), letters: newLetters()}
	s.build()
	return s
}

// build puts as many panes as there are where they belong. Those that were made once
// are used again, whatever the layout was in between: each is a texture.
func (s *paneSet) build() {
	st := s.window.session.State()
	for i := len(s.all); i < len(st.Panes); i++ {
		s.all = append(s.all, newPaneBox(s.window, i, s.letters))
	}
	for _, gone := range s.all[len(st.Panes):] {
		gone.leave()
	}
	s.boxes = s.all[:len(st.Panes)]
	s.object.Objects = nil
	for _, b := range s.boxes {
		if b.window == nil {
			s.object.Objects = append(s.object.Objects, b.object)
		}
	}
	s.object.Layout = &paneGrid{st.Layout}
	s.object.Refresh()
}

// leave lets go of what a pane shows that is not in the layout: it holds no picture
// longer than it is seen.
func (b *paneBox) leave() {
	if d := b.window; d != nil {
		b.window = nil
		d.SetCloseIntercept(nil)
		d.Close()
	}
	b.hand.Cancel()
	b.glass, b.over, b.annotated, b.annotations = nil, "", annotated{}, nil
	b.painted = paintedPane{}
	b.pane.SetCorners(viewport.Corners{})
	b.pane.Draw(viewport.Picture{})
}

// attached is how many panes are in the main window.
func (s *paneSet) attached() int { return len(s.object.Objects) }

// show draws all panes with their text.
func (s *paneSet) show() {
	for i := range s.window.session.State().Panes {
		s.showOne(i)
	}
	s.showCursor()
}

// showOne draws one pane.
func (s *paneSet) showOne(i int) {
	w, st := s.window, s.window.session.State()
	if i >= len(st.Panes) || i >= len(s.boxes) {
		return
	}
	p, box := st.Panes[i], s.boxes[i]
	if p.Scan == nil && p.Picture() != nil {
		return // another stack is being opened: what is drawn stays until its picture is there
	}
	picture := viewport.Picture{Pyramid: p.Picture(), Place: placeOf(p), Marks: s.marks.get(p.Scan, !w.noOverlays)}
	if st.IsRead(p) {
		picture.Drawing = s.drawing(st)
	}
	if p.Presented != nil {
		picture.Shutter = p.Presented.Shutter
	}
	if picture.Pyramid != nil {
		picture.LUT = s.luts.get(p, picture.Pyramid.Base)
		picture.Annotations = w.annotationsOf(i, p)
	}
	if box.glass != nil {
		picture.Loupe = &viewport.Loupe{At: *box.glass}
	}
	box.pane.SetCorners(corners(p, st, w.annotations))
	box.pane.SetActive(i == st.Active && len(st.Panes) > 1)
	if now := paintedBy(p, &picture); now != box.painted {
		box.painted = now
		box.pane.Draw(picture)
	}
	box.show(p)
}

// paintedPane is all that the pixels of a pane depend on: one that stays the same is not
// painted again, and no texture sent to the graphics card.
type paintedPane struct {
	pyramid     *vision.Pyramid
	lut         *vision.DisplayLUT
	marks       *vision.Scan
	shutter     *vision.ShutterMask
	drawing     *viewport.Drawing
	annotations *viewport.Annotation // the first of them: a list is made anew with each change
	count       int
	viewport    vision.Viewport
	fit         bool
	size        image.Point
	glass       image.Point
	hasGlass    bool
}

func paintedBy(p *app.Pane, picture *viewport.Picture) paintedPane {
	now := paintedPane{
		pyramid: picture.Pyramid, lut: picture.LUT, marks: picture.Marks, shutter: picture.Shutter, drawing: picture.Drawing, count: len(picture.Annotations),
		viewport: p.Viewport, fit: p.FitToPane, size: p.Size,
	}
	if now.count > 0 {
		now.annotations = &picture.Annotations[0]
	}
	if picture.Loupe != nil {
		now.glass, now.hasGlass = picture.Loupe.At, true
	}
	return now
}

// repaint paints all panes, whether anything in them changed or not.
func (s *paneSet) repaint() {
	for _, b := range s.boxes {
		b.painted = paintedPane{count: -1}
	}
	s.show()
}

// drawing is what is drawn over the pictures of the result on screen, the same as
// before as long as that does not change: lines are not found again then.
func (s *paneSet) drawing(st *app.State) *viewport.Drawing {
	if now := (whyShown{st.Why(), st.Overlay}); now != s.overOf || !s.overMade {
		s.overOf, s.overMade, s.over = now, true, drawing(st)
	}
	return s.over
}

// placeOf gives the viewport of a pane of a size that only the painter knows.
func placeOf(p *app.Pane) func(width, height int) vision.Viewport {
	return func(width, height int) vision.Viewport {
		if p.FitToPane && p.Scan != nil {
			return p.Fitted(width, height)
		}
		return p.Viewport
	}
}

// showCursor draws the linked cursor and the values under it.
func (s *paneSet) showCursor() {
	for i, p := range s.window.session.State().Panes {
		x, y := p.Viewport.ToScreen(float64(p.Cursor.X)+0.5, float64(p.Cursor.Y)+0.5, p.Size.X, p.Size.Y)
		s.boxes[i].pane.SetCross(x, y, p.InImage && p.Scan != nil)
		s.boxes[i].showProbe(p)
	}
}

// active is the pane that keys act on.
func (s *paneSet) active() *viewport.Pane { return s.boxes[s.window.session.State().Active].pane }

// markCache has scans without their overlay planes, for when they are hidden; the
// hatching of missing rows stays. A pane that shows one keeps it, the cache does not.
type markCache map[weak.Pointer[vision.Scan]]weak.Pointer[vision.Scan]

// maxMarks is how many scans without overlays are remembered.
const maxMarks = 8

func (c *markCache) get(s *vision.Scan, overlays bool) *vision.Scan {
	if s == nil || overlays || s.Overlay == nil {
		return s
	}
	key := weak.Make(s)
	if bare := (*c)[key].Value(); bare != nil {
		return bare
	}
	if *c == nil || len(*c) >= maxMarks {
		*c = markCache{}
	}
	bare := *s
	bare.Overlay = nil
	(*c)[key] = weak.Make(&bare)
	return &bare
}

// Picture rectangles in the window, in the order of the panes.
func (s *paneSet) rects() (all []image.Rectangle) {
	for _, b := range s.boxes {
		all = append(all, b.pane.PictureRect())
	}
	return all
}
