package ui

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/tools"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// bench is a window in Fyne's test driver. What background work posts is run
// by the test itself, so that everything happens on one goroutine as in the
// real window.
type bench struct {
	t      testing.TB
	window *mainWindow
	queue  chan func()
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchThat(t, func(app.Event) {})
}

// newBenchThat makes a window that hears of events after listener.
func newBenchThat(t testing.TB, listener func(app.Event)) *bench {
	t.Helper()
	return newBenchWith(t, &app.Settings{Language: "en"}, listener)
}

// newBenchWith makes a window with settings.
func newBenchWith(t testing.TB, settings *app.Settings, listener func(app.Event)) *bench {
	t.Helper()
	a := test.NewTempApp(t)
	b := &bench{t: t, queue: make(chan func(), 1000)}
	if err := useLanguage("en"); err != nil {
		t.Fatal(err)
	}
	a.Settings().SetTheme(newTheme(settings))
	network := app.NewNetwork("")
	session := app.NewSession(func(f func()) { b.queue <- f }, network, settings)
	session.Listen(listener)
	b.window = newMainWindow(a, session, network)
	b.window.after = func(d time.Duration, f func()) { time.AfterFunc(d, func() { b.queue <- f }) }
	b.window.window.Resize(fyne.NewSize(1200, 760))
	t.Cleanup(session.Close)
	return b
}

// until runs what is posted until a state is reached.
func (b *bench) until(what string, ok func(*app.State) bool) {
	b.t.Helper()
	timeout := time.After(2 * time.Minute)
	for !ok(b.window.session.State()) {
		select {
		case f := <-b.queue:
			f()
		case <-timeout:
			b.t.Fatalf("never came to: %s", what)
		}
	}
}

func (b *bench) open(name string, data []byte) string {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "病例", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.t.Fatal(err)
	}
	b.window.session.Open(path)
	return path
}

// The panes of the layout of three.
const (
	paneOriginal = iota
	paneGray
	paneBlur
	paneCount
)

// applied is what the Gaussian view on screen was made with.
func applied(st *app.State) vision.Blur {
	if f := st.Views.Filtered(vision.ViewGaussian); f != nil {
		return f.Of.Gaussian
	}
	return vision.Blur{}
}

// parameter is the row of the bar for a parameter of a filter.
func (b *bench) parameter(k vision.ViewKind, name vision.ParameterName) *parameterRow {
	b.t.Helper()
	for _, r := range b.window.filter.rows {
		if r.of == k && r.parameter.Name == name {
			return r
		}
	}
	b.t.Fatalf("%s has no %s", k, name)
	return nil
}

// button is the one of an action in the toolbar.
func (b *bench) button(id string) *tipButton {
	b.t.Helper()
	for _, x := range b.window.buttons {
		if x.action.id == id {
			return x.button
		}
	}
	b.t.Fatalf("no button of %s", id)
	return nil
}

func ready(st *app.State) bool {
	return st.Scan != nil && st.Settled() && st.Reading.Status != app.Running
}

// radiograph is a synthetic chest with everything that the corners show.
func radiograph() []byte {
	m := dicomtest.Chest(300, 240, 10)
	m.Extra = []dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "CR"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"}, {Tag: 0x00185101, VR: "CS", Value: "PA"},
		{Tag: 0x00080005, VR: "CS", Value: "ISO_IR 192"}, {Tag: 0x00100010, VR: "PN", Value: "PHANTOM^ADAM=体模^一"},
		{Tag: 0x00100020, VR: "LO", Value: "PH-1"}, {Tag: 0x00100030, VR: "DA", Value: "20200102"}, {Tag: 0x00100040, VR: "CS", Value: "O"},
		{Tag: 0x00101010, VR: "AS", Value: "040Y"}, {Tag: 0x00080080, VR: "LO", Value: "Test house"},
		{Tag: 0x00081030, VR: "LO", Value: "Chest"}, {Tag: 0x00080020, VR: "DA", Value: "20240203"}, {Tag: 0x00080030, VR: "TM", Value: "101112"},
		{Tag: 0x00200011, VR: "IS", Value: "3"}, {Tag: 0x00200020, VR: "CS", Value: `L\F`},
		{Tag: 0x00181164, VR: "DS", Value: `0.2\0.2`},
		dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900"),
	}
	return m.Bytes()
}

// capture is the window as it is painted.
func (b *bench) capture() image.Image {
	img := b.window.window.Canvas().Capture()
	for len(b.queue) > 0 { // painting told the panes' sizes
		(<-b.queue)()
	}
	return img
}

func (b *bench) openRadiograph() {
	b.t.Helper()
	b.open("片.dcm", radiograph())
	b.until("an open scan", ready)
	b.capture()
}

// paneRect is where the picture of a pane lies in the window.
func paneRect(b *bench, kind int) image.Rectangle {
	return b.window.panes.boxes[kind].pane.PictureRect()
}

func TestThreePanesShowTheThreeViews(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.annotations = annotationsOff
	b.window.session.SetOverlay(app.Overlay{})
	b.window.session.ZoomTo(1, b.window.session.State().Centre())
	img := b.capture()
	st := b.window.session.State()
	for kind := range paneCount {
		pyramid := st.Panes[kind].Picture()
		m, lut := pyramid.Base, st.Scan.DisplayLUT(pyramid.Base, st.VOI, false)
		r := paneRect(b, kind)
		compared := 0
		for y := r.Min.Y + 60; y < r.Max.Y-60; y++ {
			for x := r.Min.X + 60; x < r.Max.X-60; x++ {
				ix, iy := st.Viewport.ToImage(float64(x-r.Min.X)+0.5, float64(y-r.Min.Y)+0.5, r.Dx(), r.Dy())
				if !m.Contains(int(ix), int(iy)) || ix < 0 || iy < 0 {
					continue
				}
				want := lut.Level[uint16(m.Value(int(ix), int(iy), 0))]
				if got := color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y; got != want {
					t.Fatalf("pane %d: screen (%d, %d) is %d, want %d", kind, x, y, got, want)
				}
				compared++
			}
		}
		if compared < 10000 {
			t.Errorf("pane %d: only %d pixels compared", kind, compared)
		}
	}
}

func TestCaptionsNameWhatIsShown(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for kind, want := range map[int][]string{
		paneOriginal: {"Original", "DICOM CR 240×300", "10 bit", "MONOCHROME2"},
		paneGray:     {"Grayscale", "one channel"},
		paneBlur:     {"Gaussian blur", "5×5 px", "σ 0 (derived: 1 px)", "1×1 mm", "σ 0.2 mm", "at detector"},
	} {
		got := b.window.panes.boxes[kind].caption.Text
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("caption %q lacks %q", got, w)
			}
		}
	}
	if got := b.window.panes.boxes[paneBlur].badge.Text; !strings.Contains(got, "filtered σ 1 px") {
		t.Errorf("badge %q", got)
	}
	b.window.session.ZoomTo(1, image.Point{})
	if got := b.window.panes.boxes[paneOriginal].badge.Text; !strings.Contains(got, "faithful") {
		t.Errorf("badge at 1:1 is %q", got)
	}
	c := corners(b.window.session.State().Pane, b.window.session.State(), annotationsFull)
	want := []string{"体模 一 (PHANTOM ADAM)", "2020-01-02", "PH-1", "O · 40 Y"}
	if !slices.Equal(c.TopLeft, want) {
		t.Errorf("top left %q, want %q", c.TopLeft, want)
	}
	if c.Edges != [4]string{"H", "L", "F", "R"} {
		t.Errorf("edges %q", c.Edges)
	}
}

func TestDraggingSetsTheWindowOfAllPanes(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	r := paneRect(b, paneGray)
	start := fyne.NewPos(float32(r.Min.X+80), float32(r.Min.Y+80))
	before := b.window.session.State().VOI
	test.Drag(b.window.window.Canvas(), start, 60, 0)
	after := b.window.session.State().VOI
	if after.Width <= before.Width || after.Source != vision.SourceManual {
		t.Errorf("window went from %s to %s", before.Label(), after.Label())
	}
	for kind := range paneCount {
		text := corners(b.window.session.State().Pane, b.window.session.State(), annotationsFull).BottomLeft[0]
		if !strings.Contains(text, "manual") {
			t.Errorf("pane %d says %q", kind, text)
		}
	}
	if b.window.voi.width.Text != trimmed(after.Width) {
		t.Errorf("the entry says %s", b.window.voi.width.Text)
	}
	// The middle button moves, the right one zooms.
	pane := b.window.panes.boxes[paneOriginal].pane
	// Fyne tells drags with the right button as movements only.
	right := func(y float32) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(100, y)}, Button: desktop.MouseButtonSecondary}
	}
	pane.MouseDown(right(50))
	zoom := b.window.session.State().Viewport.Zoom
	pane.MouseMoved(right(150))
	pane.MouseUp(right(150))
	pane.MouseMoved(right(250)) // released: nothing more
	if got := b.window.session.State().Viewport.Zoom; got < 1.9*zoom || got > 2.1*zoom {
		t.Errorf("100 pixels down went from zoom %g to %g", zoom, got)
	}
	pane.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonTertiary})
	x := b.window.session.State().Viewport.CentreX
	pane.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(20, 0)})
	if b.window.session.State().Viewport.CentreX >= x {
		t.Error("the image did not follow the pointer")
	}
}

func TestKernelIsLiveAndImpossibleOnesAreRefused(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	f := b.window.filter
	kernel, sigma := b.parameter(vision.ViewGaussian, vision.Kernel), b.parameter(vision.ViewGaussian, vision.Sigma)
	for _, bad := range []string{"4", "0", "101", "x", "-3", ""} {
		kernel.entry.SetText(bad)
		if f.problem.Text == "" || b.window.session.State().Filters.Gaussian != vision.DefaultBlur {
			t.Errorf("kernel %q: message %q, filter %v", bad, f.problem.Text, b.window.session.State().Filters.Gaussian)
		}
	}
	kernel.entry.SetText("9")
	sigma.entry.SetText("2.5")
	if f.problem.Text != "" {
		t.Errorf("a possible filter is refused: %s", f.problem.Text)
	}
	b.until("the filter", func(st *app.State) bool { return applied(st) == vision.Blur{Kernel: 9, Sigma: 2.5} })
	if got := b.window.panes.boxes[paneBlur].caption.Text; !strings.Contains(got, "9×9 px, σ 2.5 (cut off by the kernel: 2.08 px)") {
		t.Errorf("caption %q", got)
	}
	if kernel.slider.Value != 4 || sigma.slider.Value != 25 {
		t.Errorf("sliders at %g and %g", kernel.slider.Value, sigma.slider.Value)
	}
	sigma.entry.SetText("-1")
	if f.problem.Text == "" {
		t.Error("a negative sigma is not refused")
	}
	kernel.slider.SetValue(10) // its radius
	b.until("kernel 21", func(st *app.State) bool { return applied(st).Kernel == 21 })
	if kernel.entry.Text != "21" {
		t.Errorf("the entry says %q", kernel.entry.Text)
	}
}

func TestTheProbabilityIsDrawnWithItsName(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	r := b.window.result
	st := b.window.session.State()
	if r.finding.Text != "Pneumonia or lung opacity" || r.value.Text == "" || r.badge.Text == "" || !strings.Contains(r.model.Text, st.Reading.Model) {
		t.Errorf("%q %q %q %q", r.finding.Text, r.value.Text, r.badge.Text, r.model.Text)
	}
	if !strings.Contains(r.model.Text+r.detail.Text, "adults") {
		t.Error("the population is not named")
	}
	reading := st.Reading
	reading.Calibrated, reading.Calibration, reading.Probability, reading.Score = false, nil, 0.9, 0.9
	r.show(&reading, true)
	if strings.Contains(r.value.Text, "%") || !strings.Contains(r.badge.Text, "uncalibrated") {
		t.Errorf("an uncalibrated score is shown as %q %q", r.value.Text, r.badge.Text)
	}
	reading.Calibrated = true
	r.show(&reading, true)
	if r.value.Text != "90 %" || strings.Contains(r.badge.Text, "uncalibrated") {
		t.Errorf("a calibrated probability is shown as %q %q", r.value.Text, r.badge.Text)
	}
}

func TestABadFileGivesASentenceAndKeepsTheScan(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	good := b.window.session.State().Scan
	data := radiograph()
	b.open("坏.dcm", data[:len(data)-240*300*2+100]) // cut within the first row
	b.until("a problem", func(st *app.State) bool { return st.Problem != nil })
	if b.window.session.State().Scan != good || !b.window.status.trouble.Visible() {
		t.Error("the open scan is gone or the sentence is not shown")
	}
	if text := b.window.status.problem.Text; !strings.Contains(text, "坏.dcm") || !strings.Contains(text, "incomplete") {
		t.Errorf("%q", text)
	}
	b.window.session.DismissProblem()
	if b.window.status.trouble.Visible() {
		t.Error("the sentence cannot be dismissed")
	}
}

// A filter that takes longer than the delay shows its stage, and Escape stops it.
func TestEscapeCancelsWhatTakesLong(t *testing.T) {
	b := newBench(t)
	b.open("large.dcm", dicomtest.Image{Rows: 6000, Columns: 6000, Stored: 12}.Bytes())
	b.until("an open scan", ready)
	before := applied(b.window.session.State())
	if err := b.window.session.SetBlur(vision.Blur{Kernel: 99, Sigma: 30}); err != nil {
		t.Fatal(err)
	}
	b.until("progress", func(st *app.State) bool { return st.Busy != nil || applied(st) != before })
	if b.window.session.State().Busy == nil {
		t.Skip("this machine filters 36 million pixels in less than the delay")
	}
	if !b.window.status.busy.Visible() || !strings.Contains(b.window.status.stage.Text, "Filtering") {
		t.Errorf("status %q", b.window.status.stage.Text)
	}
	b.window.panes.boxes[paneOriginal].pane.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	st := b.window.session.State()
	if st.Busy != nil || b.window.status.busy.Visible() || st.Filters.Gaussian != before {
		t.Errorf("after Escape: busy %v, filter %v", st.Busy, st.Filters.Gaussian)
	}
	if got := b.parameter(vision.ViewGaussian, vision.Kernel).entry.Text; got != "5" {
		t.Errorf("the entry says %q", got)
	}
}

func TestCursorIsLinked(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.panes.boxes[paneBlur].pane.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(150, 200)}})
	p, ok := b.window.session.State().Probe()
	if !ok {
		t.Fatal("no values under the pointer")
	}
	for kind := range paneCount {
		if b.window.panes.boxes[kind].probe.Text == "" {
			t.Errorf("pane %d shows no value", kind)
		}
	}
	if text := b.window.status.cursor.Text; !strings.Contains(text, "x ") || !strings.Contains(text, "Gaussian blur") {
		t.Errorf("%q for %+v", text, p)
	}
	b.window.panes.boxes[paneBlur].pane.MouseOut()
	if b.window.panes.boxes[paneOriginal].probe.Text != "" {
		t.Error("a value without a pointer")
	}
}

func TestKeysWork(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	pane := b.window.panes.boxes[paneOriginal].pane
	st := b.window.session.State()
	pane.TypedKey(&fyne.KeyEvent{Name: fyne.Key0})
	if st.VOI.Source != vision.SourceAuto {
		t.Errorf("0 gives %s", st.VOI.Label())
	}
	pane.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	if st.VOI.Source != vision.SourceFile {
		t.Errorf("1 gives %s", st.VOI.Label())
	}
	pane.TypedKey(&fyne.KeyEvent{Name: fyne.KeyZ})
	if b.window.tool != tools.Zoom || b.button("zoom-tool").Importance != widget.HighImportance {
		t.Error("Z does not choose the zoom tool")
	}
	pane.TypedKey(&fyne.KeyEvent{Name: fyne.KeyI})
	if b.window.annotations != annotationsMinimal {
		t.Error("I does not thin the annotations")
	}
}

// The language changes at once, with everything that is open.
func TestLanguageIsSwitchedLive(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.session.Settings().Language = "zh"
	b.window.applySettings()
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	for kind, box := range b.window.panes.boxes {
		if !strings.ContainsFunc(box.caption.Text, func(r rune) bool { return r >= 0x4e00 && r < 0xa000 }) {
			t.Errorf("pane %d is captioned %q", kind, box.caption.Text)
		}
	}
	if b.window.result.finding.Text == "Pneumonia or lung opacity" || b.window.result.value.Text == "" {
		t.Errorf("finding %q %q", b.window.result.finding.Text, b.window.result.value.Text)
	}
}

// hideNumbers takes off the screen what changes with each training.
func (b *bench) hideNumbers() {
	w := b.window
	w.result.show(&app.Reading{}, false)
	w.proof.show(app.Answer{}, false)
	w.filter.curve.Hide()
	w.filter.text.set(w.filter.words, "")
	w.filter.body.Refresh()
}

// The whole window, against a picture that was looked at.
func TestWindowLooksAsItShould(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.session.SetOverlay(app.Overlay{}) // what is drawn of the result changes with each training
	b.until("the curve", curved)
	b.hideNumbers()
	b.capture()
	test.AssertImageMatches(t, "window_en.png", b.capture())
	b.window.session.Settings().Language = "zh"
	b.window.applySettings()
	b.hideNumbers()
	b.capture()
	test.AssertImageMatches(t, "window_zh.png", b.capture())
	if err := useLanguage("en"); err != nil {
		t.Fatal(err)
	}
}

func TestEmptyWindow(t *testing.T) {
	b := newBench(t)
	b.capture()
	for _, a := range b.window.actions {
		if a.needScan {
			b.window.run(a) // nothing is open: nothing happens, nothing breaks
		}
	}
	if b.window.result.badge.Text != "No scan is open" {
		t.Errorf("%q", b.window.result.badge.Text)
	}
}
