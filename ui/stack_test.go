package ui

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/tools"
	"lightbox/vision/dicom/dicomtest"
)

// openSeries opens a stack of n slices and waits until all are decoded.
func (b *bench) openSeries(n int) string {
	b.t.Helper()
	folder := series(b.t, n, 32)
	b.window.session.Open(folder)
	b.until("the whole stack", func(st *app.State) bool {
		return ready(st) && st.Frames() == n && len(st.Loaded) == n && st.Busy == nil
	})
	b.capture()
	return folder
}

// at waits until a frame of the stack is on screen, counted from 0.
func (b *bench) at(frame int) {
	b.t.Helper()
	b.until("a frame", func(st *app.State) bool { return st.Frame == frame && ready(st) && st.ShownFrame() == frame })
	if got := b.window.session.State().Scan.Stored.Value(0, 0, 0); got != frame {
		b.t.Errorf("the picture is that of slice %d, want %d", got, frame)
	}
}

func (b *bench) key(k fyne.KeyName) {
	b.window.panes.boxes[paneOriginal].pane.TypedKey(&fyne.KeyEvent{Name: k})
}

func TestWheelAndKeysGoThroughTheStack(t *testing.T) {
	b := newBench(t)
	b.openSeries(12)
	wheel := func(dy float32) {
		b.window.panes.boxes[paneGray].pane.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, dy)})
	}
	zoom := b.window.session.State().Viewport.Zoom
	wheel(-25) // towards the reader
	b.at(1)
	for range 4 { // a touchpad sends parts of a notch
		wheel(-12.5)
	}
	b.at(3)
	wheel(25)
	b.at(2)
	if got := b.window.session.State().Viewport.Zoom; got != zoom {
		t.Errorf("the wheel zoomed from %g to %g", zoom, got)
	}
	b.window.panes.boxes[0].hand.Wheel(1, b.window.wheelZooms(ctrl), image.Point{})
	if got := b.window.session.State().Viewport.Zoom; got <= zoom || b.window.session.State().Frame != 2 {
		t.Errorf("Ctrl and the wheel: zoom %g, frame %d", got, b.window.session.State().Frame)
	}
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{
		{fyne.KeyDown, 3}, {fyne.KeyRight, 4}, {fyne.KeyUp, 3}, {fyne.KeyLeft, 2}, {fyne.KeyEnd, 11}, {fyne.KeyDown, 11}, {fyne.KeyHome, 0}, {fyne.KeyUp, 0},
	} {
		b.key(step.key)
		b.at(step.want)
		if got, want := corners(b.window.session.State().Pane, b.window.session.State(), annotationsFull).BottomLeft[0], "Image "; !strings.HasPrefix(got, want) {
			t.Errorf("after %s the corner says %q", step.key, got)
		}
	}
	// Keys work wherever the focus is not on an entry.
	b.window.window.Canvas().Unfocus()
	b.window.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyDown})
	b.at(1)
	b.key(fyne.KeyS)
	b.window.panes.boxes[0].hand.Drag(tools.Event{Button: desktop.MouseButtonPrimary, DY: 600})
	b.until("the end by the scroll tool", func(st *app.State) bool { return st.Frame == 11 })
}

// A single film keeps the wheel for zooming, and all the room.
func TestASingleFilmIsAsBefore(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	if b.window.series.object.Visible() || b.window.stack.object.Visible() {
		t.Error("a list of one film is shown")
	}
	zoom := b.window.session.State().Viewport.Zoom
	b.window.panes.boxes[paneGray].pane.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 25)})
	if got := b.window.session.State().Viewport.Zoom; got <= zoom {
		t.Errorf("the wheel went from zoom %g to %g", zoom, got)
	}
	b.key(fyne.KeyF4)
	b.capture()
	if !b.window.series.object.Visible() || b.window.series.current != 1 {
		t.Error("F4 does not show the list")
	}
	widths := map[int]bool{}
	for kind := range paneCount {
		widths[paneRect(b, kind).Dx()] = true
	}
	if len(widths) != 1 {
		t.Errorf("pane widths differ: %v", widths)
	}
	b.key(fyne.KeyF4)
	if b.window.series.object.Visible() {
		t.Error("F4 does not hide the list")
	}
}

func TestSliderShowsWhatIsLoaded(t *testing.T) {
	loaded := map[int]bool{0: true, 1: true, 5: true}
	var went []int
	track := newFrameTrack(func(i int) { went = append(went, i) }, func(i int) bool { return loaded[i] })
	test.NewTempApp(t).Settings().SetTheme(newTheme(&app.Settings{}))
	track.Resize(fyne.NewSize(100+knobWidth, trackHeight))
	track.show(10, 0)
	img := track.draw(100, 4)
	full := rgba(theme.Color(colourLoaded))
	for x := range 100 {
		if got, want := img.At(x, 1).(color.RGBA) == full, loaded[x/10]; got != want {
			t.Fatalf("column %d: filled %v, want %v", x, got, want)
		}
	}
	// More frames than pixels: a column is filled when all of its frames are.
	track.show(1000, 0)
	loaded = map[int]bool{}
	for i := range 1000 {
		loaded[i] = i != 555
	}
	img = track.draw(100, 4)
	for x := range 100 {
		if got, want := img.At(x, 1).(color.RGBA) == full, x != 55; got != want {
			t.Fatalf("column %d of 1000 frames: filled %v, want %v", x, got, want)
		}
	}
	track.show(11, 0)
	for frame, x := range map[int]float32{0: -50, 3: knobWidth/2 + 32, 10: 5000} {
		track.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 5)}})
		if got := went[len(went)-1]; got != frame {
			t.Errorf("at %g lies frame %d, want %d", x, got, frame)
		}
	}
}

func TestSliderAndCine(t *testing.T) {
	b := newBench(t)
	b.openSeries(6)
	bar := b.window.stack
	if !bar.object.Visible() || bar.number.Text != "1/6" {
		t.Fatalf("bar visible %v, number %q", bar.object.Visible(), bar.number.Text)
	}
	bar.track.goTo(4)
	b.at(4)
	if bar.number.Text != "5/6" || bar.track.knob.Position().X <= bar.track.Size().Width/2 {
		t.Errorf("the number is %q, the knob at %g", bar.number.Text, bar.track.knob.Position().X)
	}
	// A frame that is not decoded yet is shown by its number, in another colour.
	st := b.window.session.State()
	st.Frame = 2
	st.Loaded = map[app.Frame]bool{}
	b.window.changed(app.FrameChanged)
	if bar.number.Text != "3/6" || bar.number.Color != theme.Color(colourCaution) {
		t.Errorf("while frame 3 is waited for the number is %q", bar.number.Text)
	}
	b.window.session.ScrollTo(5)
	b.at(5)
	seen := map[int]bool{}
	b.window.session.Listen(func(e app.Event) {
		if e == app.FrameShown {
			seen[b.window.session.State().ShownFrame()] = true
		}
	})
	bar.rate.SetText("60")
	bar.rate.FocusLost()
	test.Tap(bar.play)
	if !b.window.session.State().Playing || bar.play.Icon != theme.MediaPauseIcon() {
		t.Error("the button does not play")
	}
	b.until("every frame played and the rate measured", func(*app.State) bool { return len(seen) == 6 && bar.measured.Text != "" })
	b.key(fyne.KeyEscape)
	if b.window.session.State().Playing || bar.play.Icon != theme.MediaPlayIcon() || bar.measured.Text != "" {
		t.Error("Escape does not pause")
	}
	b.key(fyne.KeyC)
	if !b.window.session.State().Playing {
		t.Error("C does not play")
	}
	b.key(fyne.KeyC)
	bar.rate.SetText("1000")
	bar.rate.FocusLost()
	if bar.rate.Text != "60" || b.window.session.State().Problem == nil {
		t.Errorf("an impossible rate is taken: %q", bar.rate.Text)
	}
}

// stackRows are the rows of stacks that are in sight, from top to bottom.
func (b *bench) stackRows() []*stackRow {
	var out []*stackRow
	for _, v := range b.window.series.views {
		if r, ok := v.(*stackRow); ok {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *stackRow) int { return a.stack - b.stack })
	return out
}

func TestThumbnailsAppearAndSelect(t *testing.T) {
	b := newBench(t)
	folder := series(t, 5, 32)
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	other := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	for i := range 3 {
		write("b"+string(rune('0'+i)), slice(32, 50+i, other(0x0020000E, "UI", "1.2.3.5"), other(0x0008103E, "LO", "LUNG"), other(0x00200011, "IS", "7")))
	}
	report := dicomtest.Image{Rows: 1, Columns: 1, Stored: 8, Omit: []uint32{0x7FE00010, 0x00280010, 0x00280011}}
	report.Extra = []dicomtest.Element{other(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.11"), other(0x00080060, "CS", "SR"),
		other(0x0020000D, "UI", "1.2.3"), other(0x0020000E, "UI", "1.2.3.6"), other(0x00080018, "UI", "1.2.3.6.1")}
	write("report", report.Bytes())
	b.window.session.Open(folder)
	thumbs := func() (n int) {
		for _, r := range b.stackRows() {
			if r.thumb != nil && r.thumb.Image != nil {
				n++
			}
		}
		return n
	}
	b.until("both stacks with their thumbnails", func(st *app.State) bool {
		b.capture()
		return ready(st) && len(st.Stacks) == 2 && len(st.Stacks[0].Frames) == 3 && len(st.Stacks[1].Frames) == 5 && thumbs() == 2
	})
	rows := b.stackRows()
	if got := rows[0].full[0]; got != "CT · LUNG · 3" {
		t.Errorf("caption %q", got)
	}
	if got := rows[1].full[0]; got != "CT · HEAD 1.5 mm · 5" {
		t.Errorf("caption %q", got)
	}
	if len(b.window.series.rows) != 4 || b.window.series.rows[0].kind != rowStudy {
		t.Errorf("rows %+v", b.window.series.rows)
	}
	for _, r := range b.window.series.views {
		if text, ok := r.(*textRow); ok && strings.Contains(text.full[0], "SR") && !strings.Contains(text.tip(), "without an image") {
			t.Errorf("the report's tooltip is %q", text.tip())
		}
	}
	to := 0
	if b.window.session.State().StackIndex == 0 {
		to = 1
	}
	test.Tap(rows[to])
	b.until("the other stack", func(st *app.State) bool { return ready(st) && st.StackIndex == to })
	b.capture()
	for i, r := range b.stackRows() {
		if framed := r.frame.StrokeColor == theme.Color(theme.ColorNamePrimary); framed != (i == to) {
			t.Errorf("row %d framed: %v", i, framed)
		}
	}
	b.key(map[int]fyne.KeyName{0: fyne.KeyPageDown, 1: fyne.KeyPageUp}[to])
	b.until("the first again", func(st *app.State) bool { return ready(st) && st.StackIndex == 1-to })
	b.window.annotations = annotationsOff
	b.window.series.cull()
	for _, r := range b.window.series.views {
		if text, ok := r.(*textRow); ok && strings.Contains(text.full[1], "PHANTOM") {
			t.Error("the patient's name stays with the annotations off")
		}
	}
}

// A frame that cannot be decoded shows a sentence, never its neighbour.
func TestAFaultStandsInThePanes(t *testing.T) {
	b := newBench(t)
	folder := series(t, 5, 32)
	data := slice(32, 2)
	if err := os.WriteFile(filepath.Join(folder, "002.dcm"), data[:len(data)-32*32*2+10], 0o644); err != nil {
		t.Fatal(err)
	}
	b.window.session.Open(folder)
	b.until("the stack", func(st *app.State) bool { return ready(st) && st.Frames() == 5 })
	b.window.session.ScrollTo(2)
	b.until("a sentence", func(st *app.State) bool { return st.FrameFault != nil })
	img := b.capture()
	c := corners(b.window.session.State().Pane, b.window.session.State(), annotationsOff)
	if !strings.Contains(c.Centre, "002.dcm") || !slices.Equal(c.BottomLeft, []string{"Image 3/5"}) {
		t.Errorf("centre %q, bottom left %q", c.Centre, c.BottomLeft)
	}
	if got := b.window.result.badge.Text; got != "Not assessed: there is no picture" || b.window.result.value.Text != "" {
		t.Errorf("the result says %q %q", got, b.window.result.value.Text)
	}
	r := paneRect(b, paneGray)
	lit := 0
	for x := r.Min.X; x < r.Max.X; x++ {
		for y := r.Min.Y + r.Dy()/2 - 40; y < r.Min.Y+r.Dy()/2+40; y++ {
			if v := color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y; v > 200 {
				lit++
			}
		}
	}
	if lit < 100 {
		t.Errorf("only %d bright pixels in the middle of a pane: is the sentence there?", lit)
	}
	b.key(fyne.KeyDown) // needs no picture
	b.at(3)
}

// overlaid is a film with an overlay plane whose every pixel is set.
func overlaid(size int) []byte {
	m := dicomtest.Image{Rows: size, Columns: size, Stored: 12}
	us := func(tag uint32, v int) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: "US", Value: []uint16{uint16(v)}}
	}
	bits := make([]byte, size*size/8)
	for i := range bits {
		bits[i] = 0xff
	}
	m.Extra = []dicomtest.Element{
		us(0x60000010, size), us(0x60000011, size), {Tag: 0x60000040, VR: "CS", Value: "G"}, {Tag: 0x60000050, VR: "SS", Value: []byte{1, 0, 1, 0}},
		us(0x60000100, 1), us(0x60000102, 0), {Tag: 0x60003000, VR: "OW", Value: bits},
	}
	return m.Bytes()
}

func TestOverlayPlanesAreDrawnAndHidden(t *testing.T) {
	b := newBench(t)
	b.open("overlay.dcm", overlaid(32))
	b.until("an open scan", ready)
	b.capture()
	if b.window.session.State().Scan.Overlay == nil {
		t.Fatalf("no overlay was read; notes %v", b.window.session.State().Scan.Notes)
	}
	white := func(kind int) bool {
		r := paneRect(b, kind)
		return color.GrayModel.Convert(b.capture().At(r.Min.X+r.Dx()/2+20, r.Min.Y+r.Dy()/2+20)).(color.Gray).Y == 255
	}
	for kind := range paneCount {
		if !white(kind) {
			t.Errorf("pane %d does not show the overlay", kind)
		}
	}
	b.window.toggleOverlays()
	for kind := range paneCount {
		if white(kind) {
			t.Errorf("pane %d does not hide the overlay", kind)
		}
	}
}

// Rows that are missing are hatched whatever else is hidden, and said.
func TestMissingRowsAreSaid(t *testing.T) {
	b := newBench(t)
	data := radiograph()
	b.open("cut.dcm", data[:len(data)-240*100*2])
	b.until("an open scan", func(st *app.State) bool { return st.Scan != nil && st.Settled() })
	b.window.toggleOverlays()
	b.capture()
	st := b.window.session.State()
	c := corners(st.Pane, st, annotationsFull)
	if want := "INCOMPLETE: 200 of 300 rows"; c.BottomLeft[0] != want || !slices.Contains(c.Caution, want) {
		t.Errorf("bottom left %q, caution %q", c.BottomLeft, c.Caution)
	}
	if text, faithful := fidelity(st.Pane); faithful || !strings.Contains(text, "incomplete") {
		t.Errorf("badge %q", text)
	}
	if n := b.window.status.notes; !n.Visible() || !strings.Contains(n.notes[0], "cut.dcm") {
		t.Errorf("notes %q", n.notes)
	}
	if marks := b.window.panes.marks.get(st.Scan, false); marks == nil || marks.Decoded != 200 {
		t.Error("hiding overlays hides the hatching")
	}
}

func TestNotesOnAStackAreVisible(t *testing.T) {
	b := newBench(t)
	folder := series(t, 9, 32)
	if err := os.Remove(filepath.Join(folder, "004.dcm")); err != nil {
		t.Fatal(err)
	}
	b.window.session.Open(folder)
	b.until("the stack", func(st *app.State) bool { return ready(st) && st.Frames() == 8 && !st.Indexing })
	b.capture()
	n := b.window.status.notes
	if !n.Visible() || len(n.notes) != 1 || !strings.Contains(n.notes[0], "Slices may be missing") {
		t.Errorf("notes %q", n.notes)
	}
	rows := b.stackRows()
	if len(rows) != 1 || !rows[0].warning.Visible() || !strings.Contains(rows[0].tip(), "Slices may be missing") {
		t.Error("the thumbnail has no sign of it")
	}
}

// Texts in another character set than the file says: the doubt is said, and
// what was done about it.
func TestCharacterSets(t *testing.T) {
	b := newBench(t)
	m := dicomtest.Chest(64, 64, 10)
	m.Extra = []dicomtest.Element{{Tag: 0x00080005, VR: "CS", Value: "ISO_IR 100"},
		{Tag: 0x00100010, VR: "PN", Value: "\xd5\xc5\xc8\xfd^\xb2\xe2\xca\xd4"}} // 张三^测试
	b.open("gb.dcm", m.Bytes())
	b.until("an open scan", ready)
	st := b.window.session.State()
	if c := corners(st.Pane, st, annotationsFull); len(c.Caution) != 1 || c.TopLeft[1] != c.Caution[0] || !strings.Contains(c.Caution[0], "Ctrl+G") {
		t.Errorf("top left %q, caution %q", c.TopLeft, c.Caution)
	}
	for _, a := range b.window.actions {
		if a.name == "Read texts as GB18030" {
			b.window.run(a)
		}
	}
	if c := corners(st.Pane, st, annotationsFull); c.TopLeft[0] != "张三 测试" || c.TopLeft[1] != "texts read as GB18030" {
		t.Errorf("top left %q", c.TopLeft)
	}
	if got := b.window.studyPatient(st.Stack().Study); got != "张三 测试" {
		t.Errorf("the list says %q", got)
	}
}

func TestCaptionsOfColourAndDeepScans(t *testing.T) {
	b := newBench(t)
	deep := dicomtest.Image{Rows: 32, Columns: 32, Allocated: 32, Stored: 32, Raw: make([]byte, 32*32*4)}
	for i := range 32 * 32 {
		deep.Raw[4*i+2] = byte(i) // 65,536 times as much
	}
	b.open("deep.dcm", deep.Bytes())
	b.until("an open scan", ready)
	if got := b.window.panes.boxes[paneGray].caption.Text; !strings.Contains(got, "65,536 steps") {
		t.Errorf("caption %q", got)
	}
	if got, faithful := fidelity(b.window.session.State().Pane); faithful || !strings.Contains(got, "32 bit in 16-bit steps") {
		t.Errorf("badge %q", got)
	}
	b.window.session.SetCursor(0, b.window.session.State().Centre(), true)
	st := b.window.session.State()
	if got, want := probeText(st.Panes[paneOriginal]), strconv.Itoa(65536*int(byte(st.Cursor.Y*32+st.Cursor.X))); got != want {
		t.Errorf("under the cursor is %q, want %s", got, want)
	}
	ybr := dicomtest.Image{Rows: 32, Columns: 32, Samples: 3, Photometric: "YBR_FULL", Stored: 8, Values: make([]uint16, 3*32*32)}
	for i := range 32 * 32 {
		ybr.Values[3*i], ybr.Values[3*i+1], ybr.Values[3*i+2] = 100, 128, 128 // gray
	}
	b.open("ybr.dcm", ybr.Bytes())
	b.until("the next scan", func(st *app.State) bool { return ready(st) && strings.HasSuffix(st.Scan.Path, "ybr.dcm") })
	b.window.session.SetCursor(0, b.window.session.State().Centre(), true)
	if got := probeText(st.Panes[paneOriginal]); got != "R 100 G 100 B 100" {
		t.Errorf("under the cursor is %q", got)
	}
	if got := probeText(st.Panes[paneGray]); got != "100" {
		t.Errorf("under the cursor in gray is %q", got)
	}
}

// Toolbar and menu follow what can be done.
func TestActionsFollowTheStack(t *testing.T) {
	b := newBench(t)
	find := func(name string) *action {
		for _, a := range b.window.actions {
			if a.name == name {
				return a
			}
		}
		t.Fatalf("no action %q", name)
		return nil
	}
	if ok, why := b.window.possible(find("Next image")); ok || why.Text != "No scan is open" {
		t.Errorf("an empty window has a next image, or none because of %q", why.Text)
	}
	b.openSeries(3)
	if ok, _ := b.window.possible(find("Next image")); !ok || b.window.window.MainMenu().Items[2].Items[0].Disabled {
		t.Error("the stack's actions are not there")
	}
	b.key(fyne.KeyS)
	if b.window.tool != tools.Scroll || b.button("scroll-tool").Importance != widget.HighImportance {
		t.Error("S does not choose the scroll tool")
	}
}
