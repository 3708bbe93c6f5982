package ui

import (
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox/app"
	"lightbox/model"
	"lightbox/vision"
)

var printed = time.Date(2026, 11, 29, 16, 30, 0, 0, time.UTC)

func (b *bench) printNow() *printout {
	b.t.Helper()
	return b.window.pageOfPanes(printed)
}

// A page is A4, white at its edges, and holds three pictures beside each other: each as
// wide as the others, each with the same part of the image as its pane.
func TestAPageHoldsThePanes(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.annotations = annotationsOff
	b.window.session.SetOverlay(app.Overlay{})
	p := b.printNow()
	if p.picture.Rect != image.Rect(0, 0, 3508, 2480) {
		t.Fatalf("the page is %v, A4 across at 300 dpi is 3508×2480", p.picture.Rect)
	}
	if w, h := p.points(); int(w) != 841 || int(h) != 595 {
		t.Errorf("the paper is %g×%g points", w, h)
	}
	white := color.RGBA{255, 255, 255, 255}
	for i := range 100 {
		for _, at := range []image.Point{{i * 35, 50}, {i * 35, 2440}, {60, i * 24}, {3460, i * 24}} {
			if c := p.picture.RGBAAt(at.X, at.Y); c != white {
				t.Fatalf("the margin at %v is %v", at, c)
			}
		}
	}
	st := b.window.session.State()
	boxes := gridOn(p.free, st)
	if len(boxes) != 3 || boxes[0].Dx() != boxes[1].Dx() || boxes[0].Max.X >= boxes[1].Min.X || boxes[1].Max.X >= boxes[2].Min.X {
		t.Fatalf("%v", boxes)
	}
	// The middle of a pane is the middle of its picture: the image is fitted.
	m := st.Scan.Values
	size, view := printedView(st.Panes[paneOriginal], image.Pt(boxes[0].Dx(), 1200))
	ix, iy := view.ToImage(float64(size.X)/2, float64(size.Y)/2, size.X, size.Y)
	if math.Abs(ix-float64(m.Columns)/2) > 0.5 || math.Abs(iy-float64(m.Rows)/2) > 0.5 || view.Zoom < 2 {
		t.Errorf("(%g, %g) lies in the middle, zoom %g", ix, iy, view.Zoom)
	}
	at := image.Pt(boxes[0].Min.X+boxes[0].Dx()/2, boxes[0].Min.Y+boxes[0].Dy()/3)
	if c := p.picture.RGBAAt(at.X, at.Y); c.R != c.G || c == white {
		t.Errorf("the picture at %v is %v", at, c)
	}
}

// A page shows the part of an image that the pane shows, also where a presentation state
// says which: fitted into the room, or magnified as on screen.
func TestAPageShowsThePartOfAState(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	p := *b.window.session.State().Panes[paneOriginal]
	p.FitToPane, p.Area = true, vision.Area{X0: 10, Y0: 20, X1: 50, Y1: 60}
	p.Viewport = p.Fitted(p.Size.X, p.Size.Y)
	size, view := printedView(&p, image.Pt(400, 800))
	if size != image.Pt(400, 800) || view.CentreX != 30 || view.CentreY != 40 || view.Zoom != 10 {
		t.Errorf("40 × 40 px in 400 × 800: %v, %+v", size, view)
	}
	p.Area.Zoom = 2
	p.Viewport = p.Fitted(p.Size.X, p.Size.Y)
	size, view = printedView(&p, p.Size.Mul(3))
	if size != p.Size.Mul(3) || view.CentreX != 30 || view.CentreY != 40 || view.Zoom != 6 {
		t.Errorf("magnified, at three times the size: %v, %+v", size, view)
	}
}

// footWords are what the foot of a page says.
func (b *bench) footWords() string {
	b.t.Helper()
	s := newStrip(b.window.panes.letters, 3000, 1)
	b.window.fillFoot(s, printed)
	var out []string
	for _, line := range s.lines {
		out = append(out, line.text)
	}
	return strings.Join(out, "\n")
}

// The result stands on the page with its name as far as it is revealed.
func TestAPageTellsWhatIsRevealed(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.plant(3, 2, model.WholePicture, image.Rect(20, 20, 70, 80))
	w := b.window
	for _, want := range []string{w.result.value.Text, w.result.finding.Text, w.result.badge.Text, "not for primary diagnosis", "Printed 2026-11-29 16:30"} {
		if want == "" || !strings.Contains(b.footWords(), want) {
			t.Errorf("%q lacks %q", b.footWords(), want)
		}
	}
	finding, value := w.result.finding.Text, w.result.value.Text
	w.session.SetMode(app.SecondReader)
	if text := b.footWords(); strings.Contains(text, finding) || strings.Contains(text, value+" ") || strings.Count(text, "\n") != 0 {
		t.Errorf("nothing is revealed: %q", text)
	}
	w.session.Read(app.CallAbsent, 10)
	w.session.RevealNext()
	if text := b.footWords(); !strings.Contains(text, w.result.finding.Text) || strings.Contains(text, w.result.badge.Text) {
		t.Errorf("the finding alone is revealed: %q", text)
	}
}

func TestPrint(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	folder := t.TempDir()
	b.window.session.Settings().ExportFolder = folder
	b.press("P")
	b.until("the page", func(st *app.State) bool { return st.Told != nil || st.Problem != nil })
	data, err := os.ReadFile(filepath.Join(folder, "片.page.pdf"))
	if err != nil || !strings.HasPrefix(string(data), "%PDF-1.4") {
		t.Errorf("%v, %d bytes", err, len(data))
	}
	if text := b.window.status.problem.Text; !strings.Contains(text, "片.page.pdf") || !strings.Contains(text, "patient's data") {
		t.Errorf("the status line says %q", text)
	}
}
