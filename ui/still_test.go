package ui

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"lightbox/app"
	"lightbox/app/marks"
	"lightbox/assets"
	"lightbox/model"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// pictureNow is the active pane's view as it would be exported.
func (b *bench) pictureNow() *image.RGBA {
	b.t.Helper()
	return b.window.pictureOf(b.window.session.State().Pane)
}

// words are the lines of the strip below an exported picture.
func (b *bench) stripWords() string {
	b.t.Helper()
	s := newStrip(b.window.panes.letters, 2000, 1)
	b.window.fillStrip(s, asFile(b.window.session.State().Pane))
	var out []string
	for _, line := range s.lines {
		out = append(out, line.text)
	}
	return strings.Join(out, "\n")
}

// Each pixel of the image is one of the picture: windowed, inverted and turned as asked.
func TestAnExportedPictureIsTheImage(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.annotations = annotationsOff
	s := b.window.session
	s.SetOverlay(app.Overlay{})
	s.ToggleInvert()
	s.Turn(func(vision.Turn) vision.Turn { return vision.Turn{Quarters: 1} })
	st := s.State()
	m := st.Picture().Base
	lut := st.Scan.DisplayLUT(m, st.VOI, true)
	got := b.pictureNow()
	left := (got.Rect.Dx() - m.Rows) / 2
	if got.Rect.Dx() < minStill || got.Rect.Dy() <= m.Columns {
		t.Fatalf("the picture is %v", got.Rect)
	}
	for y := range m.Rows {
		for x := range m.Columns {
			// A quarter clockwise: what was at the bottom is at the left.
			px := got.RGBAAt(left+m.Rows-1-y, x)
			if want := lut.Level[uint16(m.Value(x, y, 0))]; px.R != want || px.G != want || px.B != want || px.A != 255 {
				t.Fatalf("(%d, %d) is %v, want %d", x, y, px, want)
			}
		}
	}
}

// At 1:1 an exported picture is what the pane shows, marks and outlines included.
func TestAnExportedPictureIsThePane(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.plant(3, 2, model.WholePicture, image.Rect(20, 20, 70, 80))
	b.window.annotations = annotationsOff
	s := b.window.session
	o := s.State().Overlay
	o.Outlines, o.HeatMap = true, true
	s.SetOverlay(o)
	b.addRegion(40, 50, 90, 120)
	s.AddMark(marks.Mark{Kind: marks.Length, Points: []marks.Point{{X: 100, Y: 200}, {X: 180, Y: 230}}})
	s.SelectMark("")
	s.ZoomTo(1, s.State().Centre())
	s.Activate(paneGray) // the legend of the first covers it
	b.until("a picture", ready)
	b.capture()
	shown := b.capture()
	st := s.State()
	r := paneRect(b, paneGray)
	got := b.pictureNow()
	columns, rows := st.Scan.Values.Columns, st.Scan.Values.Rows
	left := (got.Rect.Dx() - columns) / 2
	compared, coloured := 0, 0
	for y := range rows {
		for x := range columns {
			sx, sy := st.Viewport.ToScreen(float64(x)+0.5, float64(y)+0.5, r.Dx(), r.Dy())
			at := image.Pt(r.Min.X+int(sx), r.Min.Y+int(sy))
			if sy > float64(r.Dy())*0.55 || !at.In(r.Inset(2)) { // the legend
				continue
			}
			want := color.RGBAModel.Convert(shown.At(at.X, at.Y)).(color.RGBA)
			px := got.RGBAAt(left+x, y)
			if px != want {
				t.Fatalf("(%d, %d) is %v, the pane shows %v", x, y, px, want)
			}
			compared++
			if px.R != px.B {
				coloured++
			}
		}
	}
	if compared < 20000 || coloured < 500 {
		t.Errorf("%d pixels compared, %d in colour", compared, coloured)
	}
}

// What must not be lost stands below the picture at every level; names go in the demo
// mode.
func TestTheStripOfAnExportedPicture(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for level, want := range map[annotations][]string{
		annotationsFull:    {"faithful", "Original · DICOM CR 240×300", "体模 一", "PH-1", "W 900 L 511", "not for primary diagnosis"},
		annotationsMinimal: {"faithful", "PH-1", "not for primary diagnosis"},
		annotationsOff:     {"faithful", "↑ H  → L  ↓ F  ← R", "not for primary diagnosis"},
	} {
		b.window.annotations = level
		text := b.stripWords()
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("level %d: %q lacks %q", level, text, w)
			}
		}
		if level == annotationsOff && strings.Contains(text, "PH-1") {
			t.Errorf("without annotations: %q", text)
		}
	}
	b.window.annotations = annotationsFull
	b.window.session.SetDemo(true)
	if text := b.stripWords(); strings.Contains(text, "体模") || strings.Contains(text, "PH-1") || !strings.Contains(text, "case 001") {
		t.Errorf("in the demo mode: %q", text)
	}
}

// A second reader's export tells no more than is revealed.
func TestAnExportedPictureRevealsNothing(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.plant(3, 2, model.WholePicture, image.Rect(20, 20, 70, 80))
	s := b.window.session
	s.SetOverlay(app.Overlay{})
	without, words := b.pictureNow(), b.stripWords()
	o := s.State().Overlay
	o.Outlines, o.HeatMap = true, true
	s.SetOverlay(o)
	if with := b.pictureNow(); with.Rect == without.Rect && differ(without, with, with.Rect) == 0 {
		t.Fatal("nothing of the result is drawn in the direct mode")
	}
	s.SetMode(app.SecondReader)
	if n := differ(without, b.pictureNow(), without.Rect); n != 0 || b.stripWords() != words {
		t.Errorf("%d pixels tell of the result; %q", n, b.stripWords())
	}
}

// The key writes into the folder that is remembered, under a name that is free, and says
// so; the file is known as an export of ours.
func TestExportAsSeen(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	folder := t.TempDir()
	b.window.session.Settings().ExportFolder = folder
	for _, name := range []string{"片.original.seen.png", "片.original.seen-2.png"} {
		b.window.session.DismissProblem()
		b.press("Ctrl+Shift+E")
		b.until("the picture", func(st *app.State) bool { return st.Told != nil || st.Problem != nil })
		path := filepath.Join(folder, name)
		if b.window.dialog != nil || !strings.Contains(b.window.status.problem.Text, path) {
			t.Errorf("the status line says %q", b.window.status.problem.Text)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(f)
		_ = f.Close()
		if err != nil || m.Bounds() != b.pictureNow().Rect || !vision.IsExport(path, app.Disclaimer) {
			t.Errorf("%s: %v, %v", name, err, m.Bounds())
		}
	}
	b.window.session.SetDemo(true)
	b.window.session.DismissProblem()
	b.press("Ctrl+Shift+E")
	b.until("the masked picture", func(st *app.State) bool { return st.Told != nil || st.Problem != nil })
	if _, err := os.Stat(filepath.Join(folder, "case 001.original.seen.png")); err != nil || strings.Contains(b.window.status.problem.Text, folder) {
		t.Errorf("in the demo mode: %v, %q", err, b.window.status.problem.Text)
	}
	b.window.session.Settings().ExportFolder = filepath.Join(folder, "gone")
	b.press("Ctrl+Shift+E")
	if b.window.dialog == nil {
		t.Error("nothing asks for a folder where the one that was used is gone")
	}
}

// All texts of both languages can be set: no letter of them looks like one that no font
// has.
func TestPicturesHaveAllLetters(t *testing.T) {
	b := newBench(t)
	l := b.window.panes.letters
	drawn := func(r rune, bold bool) string {
		m := image.NewRGBA(image.Rect(0, 0, 24, 24))
		l.Draw(m, string(r), 2, 0, viewport.Style{Size: 16, Bold: bold, Colour: color.White})
		return string(m.Pix)
	}
	var texts strings.Builder
	for _, language := range []string{"en", "zh"} {
		data, err := assets.Translation(language)
		if err != nil {
			t.Fatal(err)
		}
		texts.Write(data)
	}
	texts.WriteString("↑→↓←·²°×")
	for _, bold := range []bool{false, true} {
		missing, seen := drawn('\uFFFE', bold), map[rune]bool{}
		for _, r := range texts.String() {
			if unicode.IsSpace(r) || seen[r] {
				continue
			}
			seen[r] = true
			if m := drawn(r, bold); m == missing || m == drawn(' ', bold) {
				t.Errorf("no letter %q", r)
			}
		}
	}
}
