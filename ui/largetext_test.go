package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lightbox/app"
)

// placed is a line of text and where its letters lie in the window.
type placed struct {
	text     *canvas.Text
	from, to fyne.Position
}

// lettersOf finds the lines of text in the objects that are visible.
func lettersOf(objects ...fyne.CanvasObject) []placed {
	var out []placed
	for _, o := range objects {
		t, ok := o.(*canvas.Text)
		if !ok || t.Text == "" || !t.Visible() {
			continue
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t)
		size := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle)
		out = append(out, placed{t, at, at.Add(fyne.NewPos(size.Width, min(size.Height, t.Size().Height)))})
	}
	return out
}

// At every size of text, in both languages and at two sizes of the window, the lines
// of the strip, the caption and the permanent line stay within their pane and off
// each other.
func TestTextFitsAtEverySize(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	w := b.window
	defer func() {
		*w.session.Settings() = app.Settings{Language: "en"}
		w.applySettings()
	}()
	for _, percent := range app.TextScales {
		for _, language := range []string{"en", "zh"} {
			for _, size := range []fyne.Size{{Width: 1600, Height: 1000}, {Width: 1280, Height: 800}} {
				s := w.session.Settings()
				s.TextScale, s.Language = percent, language
				w.applySettings()
				w.window.Resize(size)
				name := fmt.Sprintf("%d %% %s %g", percent, language, size.Width)
				r := w.result
				checkLetters(t, name, w.panes.boxes[paneOriginal], lettersOf(r.value, r.finding, r.badge, r.interval, r.set, r.prevalence))
				if b := lettersOf(r.badge); largeText() && len(b) == 1 {
					// Nothing stands in the strip, and then the result again.
					r.say("Decoding…")
					r.show(&w.session.State().Reading, true)
					buttons := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.head.Objects[4])
					if b = lettersOf(r.badge); buttons.Y < b[0].to.Y-1 {
						t.Errorf("%s: the buttons at %g cover %q, which ends at %g", name, buttons.Y, r.badge.Text, b[0].to.Y)
					}
				}
				for _, p := range w.panes.boxes {
					checkLetters(t, name, p, lettersOf(p.caption, p.badge))
				}
				if got, want := r.value.TextSize, float32(valueText*percent)/100; got != want {
					t.Errorf("%s: the number has size %g, want %g", name, got, want)
				}
			}
		}
	}
}

func checkLetters(t *testing.T, name string, p *paneBox, list []placed) {
	t.Helper()
	left := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.object).X
	right := left + p.object.Size().Width
	const slack = 1 // units: letters are hinted
	for i, a := range list {
		if a.from.X < left-slack || a.to.X > right+slack {
			t.Errorf("%s: %q reaches from %.0f to %.0f, its pane from %.0f to %.0f", name, a.text.Text, a.from.X, a.to.X, left, right)
		}
		for _, b := range list[:i] {
			if a.from.X < b.to.X-slack && b.from.X < a.to.X-slack && a.from.Y < b.to.Y-slack && b.from.Y < a.to.Y-slack {
				t.Errorf("%s: %q and %q overlap", name, a.text.Text, b.text.Text)
			}
		}
	}
}
