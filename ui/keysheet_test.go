package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lightbox/ui/keys"
)

// texts are what the sheet shows, and where.
func (s *keySheet) texts() []*canvas.Text {
	var out []*canvas.Text
	for _, l := range slices.Concat(s.page.lines, s.page.again) {
		for _, o := range l.objects {
			if t, ok := o.(*canvas.Text); ok {
				out = append(out, t)
			}
		}
	}
	return out
}

func (s *keySheet) says(text string) bool {
	return slices.ContainsFunc(s.texts(), func(t *canvas.Text) bool { return t.Text == text })
}

// The sheet has every action with its main key and every part of the mouse, of the
// profile that is in force.
func TestTheSheetHasEveryKey(t *testing.T) {
	b := newBench(t)
	w := b.window
	for _, p := range keys.Profiles() {
		b.use(p.ID, map[string][]string{"fit": {"Ctrl+J"}, "settings": {}})
		s := w.newKeySheet()
		for _, a := range w.actions {
			if a.id == "settings" {
				if s.says("Settings") {
					t.Error("an action without a key is on the sheet of keys")
				}
				continue
			}
			if !s.says(a.keyText()) || !s.says(strings.TrimSuffix(a.name, "…")) {
				t.Errorf("%s: the sheet lacks %q %q", p.ID, a.name, a.keyText())
			}
		}
		if !s.says("Ctrl+J") || s.says("Ctrl+0") {
			t.Error("a key of one's own is not on the sheet")
		}
		w.dialog.Hide()
	}
	b.use("bir-strict", nil)
	s := w.newKeySheet()
	full := ""
	for _, x := range s.texts() {
		full += x.Text + " "
	}
	for _, want := range []string{"at the start: go through the images of the stack", "4 times faster", "4 times finer", "double click"} {
		if !strings.Contains(full, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
}

// What is typed finds names, tips and keys, in the language of the window.
func TestTheSheetIsSearched(t *testing.T) {
	b := newBench(t)
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	for language, cases := range map[string]map[string][2]string{
		"en": {"  INVERT ": {"Invert", "Wider"}, "ctrl+o": {"Open scan", "Invert"}, "percentile": {"Automatic window", "Wider"}, "wheel": {"wheel", "left drag"}},
		"zh": {"反相": {"反相", "热图"}, "f7": {"热图", "反相"}, "滚轮": {"滚轮", "左键拖动"}},
	} {
		b.window.session.Settings().Language = language
		b.window.applySettings()
		s := b.window.newKeySheet()
		for typed, c := range cases {
			s.search.SetText(typed)
			if !s.says(c[0]) || s.says(c[1]) {
				t.Errorf("%s: %q finds %q %v, %q %v", language, typed, c[0], s.says(c[0]), c[1], s.says(c[1]))
			}
		}
		s.search.SetText("qwertz")
		if !s.none.Visible() || len(s.texts()) != 0 {
			t.Error("what matches nothing is not said")
		}
		if s.search.SetText(""); s.none.Visible() {
			t.Error("nothing matches nothing typed")
		}
		b.window.dialog.Hide()
	}
	b.window.session.Settings().Language = "en"
	b.window.applySettings()
	for typed, want := range map[string]string{"f11": "full-screen", "shift+f1": "about", "esc": "reset"} {
		if found := b.window.actionsLike(typed); !slices.ContainsFunc(found, func(a *action) bool { return a.id == want }) {
			t.Errorf("%q does not find %s among %d", typed, want, len(found))
		}
	}
}

// Columns are of about one height, and nothing lies over anything else or beside the
// page, at the sizes of common screens.
func TestTheSheetIsLaidOut(t *testing.T) {
	b := newBench(t)
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	for _, language := range []string{"en", "zh"} {
		b.window.session.Settings().Language = language
		b.window.applySettings()
		for size, columns := range map[fyne.Size]int{fyne.NewSize(1600, 1000): 4, fyne.NewSize(1280, 800): 3, fyne.NewSize(640, 480): 1} {
			b.window.window.Resize(size)
			s := b.window.newKeySheet()
			b.capture()
			ends := map[float32]float32{} // of the columns
			for _, l := range slices.Concat(s.page.lines, s.page.again) {
				ends[l.at.X] = max(ends[l.at.X], l.at.Y+l.height)
			}
			if len(ends) < columns {
				t.Errorf("%s %v: %d columns, want %d", language, size, len(ends), columns)
			}
			all := s.texts()
			for i, x := range all {
				box := func(t *canvas.Text) (x0, y0, x1, y1 float32) {
					w := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle).Width
					x0 = t.Position().X
					if t.Alignment == fyne.TextAlignCenter {
						x0 += (t.Size().Width - w) / 2
					}
					return x0, t.Position().Y, x0 + w, t.Position().Y + t.TextSize
				}
				x0, y0, x1, y1 := box(x)
				if x0 < -0.5 || x1 > s.page.Size().Width+0.5 || y1 > s.page.Size().Height {
					t.Errorf("%s %v: %q lies beside the page", language, size, x.Text)
				}
				for _, o := range all[:i] {
					if a0, b0, a1, b1 := box(o); a0 < x1 && x0 < a1 && b0 < y1 && y0 < b1 {
						t.Errorf("%s %v: %q lies over %q", language, size, x.Text, o.Text)
					}
				}
			}
			for x, end := range ends {
				if len(ends) > 1 && x < s.page.Size().Width/2 && end < s.page.height*0.7 {
					t.Errorf("%s %v: the column at %g ends at %g of %g", language, size, x, end, s.page.height)
				}
			}
			b.window.dialog.Hide()
		}
	}
}

// Arrows scroll, Escape closes, and the way to the page of keys leads on.
func TestTheSheetIsLeft(t *testing.T) {
	b := newBench(t)
	b.window.window.Resize(fyne.NewSize(700, 420))
	b.window.run(b.action("Keys…"))
	b.window.dialog.Hide()
	s := b.window.newKeySheet()
	b.capture()
	b.press("PageDown")
	if s.scroll.Offset.Y <= 0 {
		t.Error("a page down scrolls nowhere")
	}
	if b.press("Esc"); b.window.dialog != nil {
		t.Error("Escape does not close the sheet")
	}
}
