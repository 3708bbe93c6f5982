package ui

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/ui/viewport"
)

// plant gives the result on screen an explanation of our own: one place of a map
// of 8 × 6, over a part of the picture, speaks for the finding, and the lungs are
// a rectangle.
func (b *bench) plant(column, row int, over model.Box, lungs image.Rectangle) {
	b.t.Helper()
	st := b.window.session.State()
	if st.Reading.Status != app.Result {
		b.t.Fatalf("no result: %+v", st.Reading)
	}
	x := &model.Explanation{Influence: plane.New(6, 8), Over: over, Within: model.WholePicture, Lungs: plane.New(100, 100)}
	x.Influence.Pix[row*8+column] = 2
	for y := lungs.Min.Y; y < lungs.Max.Y; y++ {
		for i := lungs.Min.X; i < lungs.Max.X; i++ {
			x.Lungs.Pix[y*100+i] = 1
		}
	}
	st.Reading.Explanation = x
	b.window.session.SetOverlay(app.Overlay{Peek: true}) // whatever is not there yet, so that it is made
	b.window.session.SetOverlay(app.Overlay{})
}

// difference is where two pictures of the window differ within a rectangle: the
// centre of it, and how many pixels.
func difference(a, b image.Image, r image.Rectangle) (x, y, n float64) {
	var weight float64
	for py := r.Min.Y; py < r.Max.Y; py++ {
		for px := r.Min.X; px < r.Max.X; px++ {
			r0, g0, b0, _ := a.At(px, py).RGBA()
			r1, g1, b1, _ := b.At(px, py).RGBA()
			w := math.Abs(float64(r0)-float64(r1)) + math.Abs(float64(g0)-float64(g1)) + math.Abs(float64(b0)-float64(b1))
			if w > 0 {
				n++
			}
			weight += w
			x += w * (float64(px-r.Min.X) + 0.5)
			y += w * (float64(py-r.Min.Y) + 0.5)
		}
	}
	return x / weight, y / weight, n
}

// A place of the map, and the edges of the lungs, appear at their places of all
// three panes, whole, enlarged and moved.
func TestWhatTheResultHangsOnLiesInPlace(t *testing.T) {
	b := newBench(t)
	b.openRadiograph() // 240 × 300 pixels
	b.window.annotations = annotationsOff
	over := model.Box{X0: 0.1, Y0: 0.2, X1: 0.9, Y1: 0.8}
	const column, row = 5, 2
	b.plant(column, row, over, image.Rect(40, 20, 70, 60))
	u, v := over.Of((column+0.5)/8, (row+0.5)/6)
	s := b.window.session
	st := s.State()
	s.SetWindow(511, 1e6) // one gray: colours are equally strong wherever they are
	for name, move := range map[string]func(){
		"whole":    func() { s.Fit() },
		"1:1":      func() { s.ZoomTo(1, s.State().Centre()) },
		"enlarged": func() { s.Fit(); s.ZoomBy(1.7, s.State().Centre()); s.PanBy(-60, 45.5) },
	} {
		s.SetOverlay(app.Overlay{})
		move()
		bare := b.capture()
		s.SetOverlay(app.Overlay{HeatMap: true})
		hot := b.capture()
		s.SetOverlay(app.Overlay{Outlines: true})
		outlined := b.capture()
		for kind := range paneCount {
			r := paneRect(b, kind)
			x, y := st.Viewport.ToScreen(u*240, v*300, r.Dx(), r.Dy())
			w, h := 0.8*240/8*st.Viewport.Zoom, 0.6*300/6*st.Viewport.Zoom // of a place, on the screen
			around := image.Rect(int(x-1.2*w), int(y-1.2*h), int(x+1.2*w), int(y+1.2*h)).Add(r.Min)
			if !around.In(r) || around.Max.Y > r.Min.Y+r.Dy()*3/4 {
				t.Fatalf("%s: the place is not in sight, or under the legend: %v of %v", name, around, r)
			}
			gx, gy, n := difference(bare, hot, around)
			gx, gy = gx+float64(around.Min.X-r.Min.X), gy+float64(around.Min.Y-r.Min.Y)
			if math.Abs(gx-x) > 1 || math.Abs(gy-y) > 1 || n < w*h {
				t.Errorf("%s, pane %d: the map lights up at (%.1f, %.1f), want (%.1f, %.1f); %v pixels", name, kind, gx, gy, x, y, n)
			}
			// Half of the scale lies half a place to the left and to the right of it.
			for _, dx := range []float64{-w / 2, w / 2} {
				if !coloured(outlined, r.Min, x+dx, y, viewport.HotColour) {
					t.Errorf("%s, pane %d: no outline at (%.1f, %.1f)", name, kind, x+dx, y)
				}
			}
			// The left and the lower edge of the lungs.
			left, middle := st.Viewport.ToScreen(0.4*240, 0.4*300, r.Dx(), r.Dy())
			across, bottom := st.Viewport.ToScreen(0.5*240, 0.6*300, r.Dx(), r.Dy())
			for _, at := range [][2]float64{{left, middle}, {across, bottom}} {
				if !coloured(outlined, r.Min, at[0], at[1], viewport.LungsColour) {
					t.Errorf("%s, pane %d: no outline of the lungs at %v", name, kind, at)
				}
			}
		}
	}
}

// coloured tells whether a line of a colour runs within a pixel of a point: the
// scan is gray, so that any colour is the line's.
func coloured(m image.Image, origin image.Point, x, y float64, want color.NRGBA) bool {
	tinge := func(c color.NRGBA) (a, b float64) { return float64(c.R) - float64(c.G), float64(c.G) - float64(c.B) }
	wa, wb := tinge(want)
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			a, b := tinge(color.NRGBAModel.Convert(m.At(origin.X+int(x)+dx, origin.Y+int(y)+dy)).(color.NRGBA))
			if a*wa+b*wb > 0.5*(wa*wa+wb*wb) {
				return true
			}
		}
	}
	return false
}

func TestKeysOfTheOverlay(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	st := b.window.session.State()
	pane := b.window.panes.boxes[paneOriginal].pane
	f7 := &fyne.KeyEvent{Name: fyne.KeyF7}
	if !st.Overlay.Outlines || st.Overlay.Heat() {
		t.Errorf("to begin with: %+v", st.Overlay)
	}
	b.key(fyne.KeyH)
	if !st.Overlay.HeatMap || b.window.why.overlay != st.Overlay {
		t.Error("H does not show the heat map")
	}
	b.key(fyne.KeyH)
	if st.Overlay.Heat() {
		t.Error("H does not hide it again")
	}
	pane.KeyDown(f7)
	pane.TypedKey(f7) // as the window sends it
	if !st.Overlay.Peek || !b.window.why.overlay.Peek {
		t.Error("F7 does not show the heat map while it is held")
	}
	pane.KeyUp(&fyne.KeyEvent{Name: fyne.KeyH})
	if !st.Overlay.Peek {
		t.Error("another key ends it")
	}
	pane.KeyUp(f7)
	if st.Overlay.Peek || b.window.why.overlay.Peek {
		t.Error("F7 does not hide it when it is let go")
	}
	pane.KeyDown(f7)
	pane.FocusLost()
	if st.Overlay.Peek {
		t.Error("it stays although the release of the key goes elsewhere")
	}
	b.window.showSeen()
	b.window.held(fyne.KeyF7, true)
	if st.Overlay.Peek {
		t.Error("a dialog is open, the heat map is shown behind it")
	}
	b.window.dialog.Hide()
	// From the menu, where nothing is held.
	var later func()
	b.window.after = func(_ time.Duration, f func()) { later = f }
	b.window.run(b.action("Peek at the heat map"))
	if !st.Overlay.Peek || later == nil {
		t.Fatal("the menu does not show it")
	}
	if later(); st.Overlay.Peek {
		t.Error("it is not hidden again")
	}
	b.window.run(b.action("Outlines"))
	if st.Overlay.Outlines || drawing(st) != nil {
		t.Error("the outlines stay")
	}
	if st.Overlay.Method != app.GradCAM {
		t.Error("Grad-CAM is not what is shown first")
	}
	b.key(fyne.KeyG)
	if st.Overlay.Method != app.Occlusion {
		t.Error("G does not ask for the occlusion map")
	}
	b.window.run(b.action("What speaks against"))
	if !st.Overlay.Against || !st.Overlay.HeatMap {
		t.Errorf("%+v", st.Overlay)
	}
	b.until("the occlusion map", func(st *app.State) bool { w := st.Why(); return w != nil && len(w.Map.Pix) > 0 })
	if d := drawing(st); d == nil || d.Heat == nil || !d.Heat.Against {
		t.Errorf("%+v", d)
	}
	b.key(fyne.KeyG)
	if st.Overlay.Method != app.GradCAM {
		t.Error("G does not go back")
	}
	for _, x := range b.window.buttons {
		if x.action.on != nil && (x.button.Importance != 0) != x.action.on() && x.action.on() {
			t.Errorf("the button of %q does not show that it is on", x.action.name)
		}
	}
}

// The caveat stands with each heat map and each outline of influence, whatever
// the level of the annotations, and the report says what is drawn.
func TestTheCaveatIsAlwaysThere(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	st := b.window.session.State()
	// The lungs end half a place beside the middle of the one that lights up: an
	// eighth of a tent lies beyond.
	b.plant(3, 3, model.WholePicture, image.Rect(0, 0, 50, 100))
	says := func() string {
		text := ""
		for _, l := range corners(st.Pane, st, b.window.annotations).Legend.Lines {
			text += l.Text + "\n"
			if strings.Contains(l.Text, "not where disease is") && !l.Caution {
				t.Error("the caveat is no warning")
			}
		}
		return text
	}
	for _, level := range []annotations{annotationsFull, annotationsMinimal, annotationsOff} {
		b.window.annotations = level
		for _, o := range []app.Overlay{{HeatMap: true}, {Peek: true}, {Outlines: true}} {
			b.window.session.SetOverlay(o)
			if text := says(); !strings.Contains(text, "not where disease is") || o.Heat() && !strings.Contains(text, "In the lungs: 88 %") {
				t.Errorf("%+v, annotations %d: %q", o, level, text)
			}
			p := overlayOf(st)
			if p == nil || p.HeatMap != o.Heat() || p.Hot != o.Outlines || p.Lungs != o.Outlines || p.Method != "grad-cam" || p.Most != 2 || !strings.Contains(p.Caveat, "not where disease is") || p.Inside == nil {
				t.Errorf("%+v is reported as %+v", o, p)
			}
		}
		b.window.session.SetOverlay(app.Overlay{})
		if text := says(); text != "" || drawing(st) != nil {
			t.Errorf("nothing is drawn, but said: %q", text)
		}
	}
}

// Where there is no result nothing is drawn and nothing is painted again.
func TestNothingIsDrawnOverAScanWithoutResult(t *testing.T) {
	b := newBench(t)
	b.window.session.SetOverlay(app.Overlay{Outlines: true, HeatMap: true, Method: app.Occlusion})
	b.openSeries(3)
	st := b.window.session.State()
	if st.Reading.Status != app.Refused {
		t.Fatalf("%+v", st.Reading)
	}
	if drawing(st) != nil || overlayOf(st) != nil || len(corners(st.Pane, st, annotationsFull).Legend.Lines) > 0 || st.Busy != nil {
		t.Error("something is drawn over a scan that was refused")
	}
	if b.window.why.why != nil {
		t.Error("the panes were painted with something")
	}
	b.window.showSeen()
	if b.window.dialog == nil {
		t.Fatal("no sentence says that no network saw it")
	}
	b.window.dialog.Hide()
}

func TestWhatTheNetworkSaw(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	st := b.window.session.State()
	seen, ok := st.Reading.Seen(st.Scan)
	if !ok {
		t.Fatal("nothing was seen")
	}
	m := seenPicture(seen)
	if m.Bounds().Dx() != seen.Picture.Columns || m.Bounds().Dy() != seen.Picture.Rows {
		t.Errorf("%v for %d×%d", m.Bounds(), seen.Picture.Columns, seen.Picture.Rows)
	}
	for i, v := range seen.Picture.Pix {
		want := 255 * (float64(v) - seen.Least) / (seen.Most - seen.Least)
		if got := m.At(i%96, i/96).(color.Gray).Y; math.Abs(float64(got)-want) > 0.51 {
			t.Fatalf("value %v is drawn as %d", v, got)
		}
	}
	text := seenText(&st.Reading, seen)
	for _, want := range []string{"96×96", "240×300", "Standardised in the lungs", "Values from -", "mirror image"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
	b.window.run(b.action("What the network saw…"))
	if b.window.dialog == nil {
		t.Fatal("no dialog")
	}
	b.capture()
	b.window.dialog.Hide()
}
