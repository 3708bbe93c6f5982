package ui

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/ui/tools"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// at is a position in a pane, in Fyne's units, of a place in its image.
func (b *bench) place(pane int, x, y float64) fyne.Position {
	p := b.window.session.State().Panes[pane]
	sx, sy := p.Viewport.ToScreen(x, y, p.Size.X, p.Size.Y)
	return fyne.NewPos(float32(sx), float32(sy)) // one unit is one pixel in the test driver
}

func (b *bench) mouse(at fyne.Position, button desktop.MouseButton) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: button}
}

// dragIn drags with the left button from place to place of a pane's image.
func (b *bench) dragIn(pane int, x0, y0, x1, y1 float64) {
	b.t.Helper()
	p := b.window.panes.boxes[pane].pane
	from, to := b.place(pane, x0, y0), b.place(pane, x1, y1)
	p.MouseDown(b.mouse(from, desktop.MouseButtonPrimary))
	const parts = 4
	for i := 1; i <= parts; i++ {
		step := fyne.NewPos(from.X+(to.X-from.X)*float32(i)/parts, from.Y+(to.Y-from.Y)*float32(i)/parts)
		p.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: step}, Dragged: fyne.NewDelta((to.X-from.X)/parts, (to.Y-from.Y)/parts)})
	}
	p.MouseUp(b.mouse(to, desktop.MouseButtonPrimary))
	p.DragEnd()
}

func (b *bench) marks() []marks.Mark {
	st := b.window.session.State()
	return st.Marks(st.Pane)
}

// labels are the texts beside the marks in a pane.
func (b *bench) labels(pane int) string {
	p := b.window.session.State().Panes[pane]
	var out []string
	for _, a := range b.window.annotationsOf(pane, p) {
		out = append(out, a.Label...)
	}
	return strings.Join(out, "|")
}

// A length is drawn, measured with its source, shown in all panes, moved by its end,
// taken back and done again.
func TestALengthFromTheFirstDragToRedo(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.press("D")
	if b.window.tool != tools.Length || !strings.Contains(b.window.status.cursor.Text, "Length") {
		t.Errorf("tool %s, the status line says %q", b.window.tool, b.window.status.cursor.Text)
	}
	b.dragIn(paneGray, 50, 60, 150, 60)
	list := b.marks()
	if len(list) != 1 || list[0].Kind != marks.Length || math.Abs(list[0].Points[1].X-list[0].Points[0].X-100) > 1 {
		t.Fatalf("marks %+v", list)
	}
	if b.window.session.State().Active != paneGray {
		t.Error("the pane that was drawn in is not the active one")
	}
	for pane := range paneCount {
		if got := b.labels(pane); !strings.HasPrefix(got, "Length 20.0 mm") || !strings.Contains(got, "at detector") {
			t.Errorf("pane %d says %q", pane, got)
		}
	}
	b.dragIn(paneOriginal, list[0].Points[1].X, list[0].Points[1].Y, 200, 60) // its end
	if list = b.marks(); len(list) != 1 || math.Abs(list[0].Points[1].X-200) > 1 {
		t.Errorf("after moving the end: %+v", list)
	}
	b.press("Ctrl+Z")
	if list = b.marks(); len(list) != 1 || math.Abs(list[0].Points[1].X-150) > 1 {
		t.Errorf("after undo: %+v", list)
	}
	if !strings.Contains(b.window.status.hint.Text, "measure") {
		t.Errorf("undo says %q", b.window.status.hint.Text)
	}
	b.press("Ctrl+Z")
	b.press("Ctrl+Shift+Z")
	if len(b.marks()) != 1 {
		t.Errorf("after redo: %+v", b.marks())
	}
	b.window.session.SelectMark(b.marks()[0].ID)
	b.press("Del")
	if len(b.marks()) != 0 {
		t.Error("Del does not delete the selected mark")
	}
}

func TestRegionsAngleAndTextAreAsked(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.press("E")
	b.dragIn(paneOriginal, 40, 40, 80, 90)
	if got := b.labels(paneOriginal); !strings.Contains(got, "Mean") || !strings.Contains(got, "SD") {
		t.Errorf("an ellipse says %q", got)
	}
	b.press("Shift+T")
	b.dragIn(paneOriginal, 100, 100, 100, 100)
	if b.window.dialog == nil {
		t.Fatal("nobody asks for the words of a text")
	}
	b.window.dialog.Hide()
	if len(b.marks()) != 1 {
		t.Error("a text without words was kept")
	}
	b.press("Shift+C") // the film says PA, and so is measured at once
	for _, x := range []float64{80, 150, 40, 200} {
		b.dragIn(paneOriginal, x, 150, x, 150)
	}
	if got := b.labels(paneOriginal); !strings.Contains(got, "0.44") {
		t.Errorf("the cardiothoracic ratio is told as %q", got)
	}
}

// A film that is not known to be a PA one is measured only if the reader says so.
func TestTheRatioOfAnAPFilmIsAskedFor(t *testing.T) {
	b := newBench(t)
	m := dicomtest.Chest(300, 240, 10)
	m.Extra = []dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: "CR"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"}, {Tag: 0x00185101, VR: "CS", Value: "AP"}}
	b.open("ap.dcm", m.Bytes())
	b.until("an open scan", ready)
	b.capture()
	b.press("Shift+C")
	for _, x := range []float64{80, 150, 40, 200} {
		b.dragIn(paneOriginal, x, 150, x, 150)
	}
	if b.window.dialog == nil {
		t.Fatalf("marks %+v, and nobody asks", b.marks())
	}
	if got := b.labels(paneOriginal); strings.Contains(got, "0.4") {
		t.Errorf("measured before it was confirmed: %q", got)
	}
}

func TestLayoutsByKeys(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for _, x := range []struct {
		key   string
		panes int
	}{{"F5", 4}, {"F3", 3}, {"F12", 2}, {"F2", 3}} {
		b.press(x.key)
		b.capture()
		b.until(x.key, func(st *app.State) bool { return st.Settled() && len(st.Panes) == x.panes })
		b.capture()
		seen := map[image.Rectangle]bool{}
		for _, r := range b.window.panes.rects() {
			if r.Dx() < 50 || r.Dy() < 50 || seen[r] {
				t.Errorf("%s: pane at %v", x.key, r)
			}
			seen[r] = true
		}
		if len(seen) != x.panes {
			t.Errorf("%s: %d panes", x.key, len(seen))
		}
		if w := b.window.window.Canvas().Focused(); w == nil {
			t.Errorf("%s: the keyboard is nowhere", x.key)
		}
	}
	b.press("Ctrl+Z")
	if got := b.window.session.State().Layout; got != app.LayoutCompare {
		t.Errorf("undo brings %s", got)
	}
}

// A detached pane goes on to follow, and comes back with its window.
func TestAPaneIsDetached(t *testing.T) {
	b := newBench(t)
	b.openSeries(4)
	b.window.session.Activate(paneBlur)
	b.press("Ctrl+D")
	box := b.window.panes.boxes[paneBlur]
	if box.window == nil || b.window.panes.attached() != 2 {
		t.Fatal("nothing was detached")
	}
	b.window.session.ScrollTo(2)
	b.at(2)
	if box.pane.PictureRect().Empty() {
		box.window.Canvas().Capture()
	}
	b.window.attach(box)
	b.capture()
	if b.window.panes.attached() != 3 || box.window != nil {
		t.Error("it did not come back")
	}
	b.press("Ctrl+D") // and with another layout too
	b.press("F12")
	if b.window.panes.attached() != 2 {
		t.Errorf("%d panes after the layout changed", b.window.panes.attached())
	}
}

// What hands and other programs do to a window: nothing is lost, nothing freezes.
func TestRoughHandling(t *testing.T) {
	b := newBench(t)
	b.openSeries(12)
	sizes := []fyne.Size{{Width: 200, Height: 200}, {Width: 3840, Height: 2160}, {Width: 640, Height: 400}, {Width: 1200, Height: 760}}
	for i, size := range sizes {
		b.window.window.Resize(size)
		if size.Width > 300 { // Fyne's painter for tests panics on what is clipped away altogether
			b.capture()
		}
		b.press([]string{"F5", "F3", "F12", "F2"}[i])
		b.until("the panes", func(st *app.State) bool { return st.Settled() })
	}
	// A key held down sends hundreds.
	for range 300 {
		b.press("↓")
		b.press("Shift+I")
		b.press("Ctrl++")
	}
	b.press("Esc")
	// Drags go out of the pane and of the window, and end there.
	for _, key := range []string{"W", "Z", "T", "S", "D", "E", "Shift+P", "M", "Shift+W", "J", "V"} {
		b.press(key)
		b.dragIn(paneOriginal, 5, 5, 1e5, -1e5)
		b.dragIn(paneGray, -1e4, 1e4, 16, 16)
		b.press("Esc")
	}
	// A pane is gone while its stack loads.
	b.window.session.Open(series(t, 6, 64))
	b.press("F5")
	b.press("F12")
	b.press("F2")
	b.until("the other stack", func(st *app.State) bool { return ready(st) && st.Frames() == 6 && st.Settled() })
	b.capture()
}

// A study that is opened twice is the same study once more.
func TestAStudyOpenedTwice(t *testing.T) {
	b := newBench(t)
	folder := b.openSeries(5)
	b.window.session.Open(folder)
	b.window.session.Open(folder)
	b.until("the stack again", func(st *app.State) bool { return ready(st) && st.Frames() == 5 && !st.Indexing })
	b.window.session.OpenAll([]string{folder, folder})
	b.until("the stack once more", func(st *app.State) bool { return ready(st) && !st.Indexing && len(st.Stacks) == 1 })
}

// Five hundred marks on one image are drawn and can still be worked with.
func TestFiveHundredMarks(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for i := range 500 {
		x, y := float64(10+i%22*10), float64(10+i/22*12)
		b.window.session.AddMark(marks.Mark{Kind: []marks.Kind{marks.Length, marks.Ellipse, marks.Arrow}[i%3], Points: []marks.Point{{X: x, Y: y}, {X: x + 8, Y: y + 6}}, Name: fmt.Sprint(i)})
	}
	began := time.Now()
	b.capture()
	b.window.session.DragWindow(3, 0, 1)
	b.capture()
	if d := time.Since(began); d > 20*time.Second {
		t.Errorf("two pictures took %v", d)
	}
	if n := len(b.marks()); n != 500 {
		t.Errorf("%d marks", n)
	}
	b.window.showMarks()
	b.capture()
	b.window.dialog.Hide()
}

// Frames of one series that differ in size are stacks of their own, and a pane goes
// from one to the other.
func TestFramesThatDifferInSize(t *testing.T) {
	b := newBench(t)
	b.openSeries(3)
	b.window.session.OpenAll([]string{series(t, 3, 32), series(t, 2, 48)})
	b.until("two stacks", func(st *app.State) bool { return ready(st) && len(st.Stacks) == 2 && !st.Indexing })
	for range 3 {
		b.window.session.Step(1)
		b.until("a stack", ready)
		b.window.session.Step(-1)
		b.until("the other", ready)
		b.capture()
	}
}

// The list of series fills its room when the window was small and is large again.
func TestThePanelGrowsWithTheWindow(t *testing.T) {
	b := newBench(t)
	var paths []string
	for i := range 7 {
		paths = append(paths, series(t, 1, 32+16*i))
	}
	b.window.session.OpenAll(paths)
	b.until("all series", func(st *app.State) bool { return ready(st) && len(st.Stacks) == len(paths) && !st.Indexing })
	inSight := func() int { b.capture(); return len(b.window.series.views) }
	before := inSight()
	b.window.window.Resize(fyne.NewSize(1200, 500))
	if n := inSight(); n >= before {
		t.Errorf("%d rows in a low window, %d in a high one", n, before)
	}
	b.window.window.Resize(fyne.NewSize(1200, 760))
	if n := inSight(); n != before {
		t.Errorf("%d rows after it was low, %d before", n, before)
	}
}

func TestPresetsSayWhyNot(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	before := b.window.session.State().VOI
	b.press("3")
	if b.window.session.State().VOI != before || !strings.Contains(b.window.status.hint.Text, "Hounsfield") {
		t.Errorf("window %s, said %q", b.window.session.State().VOI.Label(), b.window.status.hint.Text)
	}
	b.openSeries(2)
	b.press("Alt+R")
	if !b.window.session.State().Viewport.Turn.Identity() || !strings.Contains(b.window.status.hint.Text, "CT") {
		t.Errorf("a CT was turned, or nobody says why not: %q", b.window.status.hint.Text)
	}
}

// Letters and marks follow the image when it is turned.
func TestTurning(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.press("Alt+R")
	st := b.window.session.State()
	if got := corners(st.Pane, st, annotationsFull).Edges; got != [4]string{"R", "H", "L", "F"} {
		t.Errorf("edges %q after a quarter clockwise", got)
	}
	b.capture()
	b.press("Alt+F")
	if got := corners(st.Pane, st, annotationsFull).Edges; got != [4]string{"R", "F", "L", "H"} {
		t.Errorf("edges %q after a flip", got)
	}
	for range 2 {
		b.press("Ctrl+Z")
	}
	if st.Viewport.Turn != (vision.Turn{}) {
		t.Errorf("undo leaves %+v", st.Viewport.Turn)
	}
}

// The presets stand behind the file's own windows, and are called by their names.
func TestPresetsAreChosenFromTheList(t *testing.T) {
	b := newBench(t)
	m := dicomtest.Thorax{Size: 64, Slices: 1, Nodule: 20, Date: "20240301", Patient: "PHANTOM^EVE"}
	b.open("ct.dcm", m.Slice(0))
	b.until("a slice", ready)
	list := b.window.voi.choice
	n := len(b.window.session.State().Scan.VOIs)
	if len(list.Options) != n+7 || !strings.Contains(list.Options[n+4], "Lung") {
		t.Fatalf("%q", list.Options)
	}
	list.SetSelectedIndex(n + 4)
	st := b.window.session.State()
	if c, w := st.VOI.Window(); c != -500 || w != 1500 || st.VOI.Source != vision.SourcePreset || list.SelectedIndex() != n+4 {
		t.Errorf("W %g L %g (%s), the list shows %q", w, c, st.VOI.Source, list.Selected)
	}
	b.press("1")
	if list.SelectedIndex() != 0 {
		t.Errorf("the list shows %q", list.Selected)
	}
	b.window.session.SetWindow(1, 99)
	if list.Selected != "" || list.PlaceHolder != "manual" {
		t.Errorf("the list shows %q", list.Selected)
	}
	b.press("7")
	if list.SelectedIndex() != n+4 {
		t.Errorf("the key chooses %q", list.Selected)
	}
}
