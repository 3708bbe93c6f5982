package viewport

import (
	"image"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lightbox/assets"
)

func testLetters(t *testing.T) *Letters {
	t.Helper()
	font := theme.DefaultTheme().Font(fyne.TextStyle{}).Content()
	l, err := NewLetters([][]byte{font, assets.CJKFont()}, [][]byte{font, assets.CJKFont()})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Fyne measures Latin letters as we do: it sets them with the same font.
func TestLettersAreAsWideAsFynes(t *testing.T) {
	test.NewTempApp(t)
	l := testLetters(t)
	for _, text := range []string{"Mean 528.8 HU", "Area 4126.0 mm² (at detector)", "Research and demonstration — not for primary diagnosis"} {
		for _, size := range []float32{11, 14, 28} {
			want := float64(fyne.MeasureText(text, size, fyne.TextStyle{}).Width)
			if got := l.Width(text, Style{Size: float64(size)}); math.Abs(got-want) > 0.03*want {
				t.Errorf("%q at %g is %.1f px wide, Fyne says %.1f", text, size, got, want)
			}
		}
	}
}

// inked is the smallest box around all that is not black.
func inked(m *image.RGBA) (r image.Rectangle) {
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if m.RGBAAt(x, y).R > 40 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

// Letters of both fonts stand within the box that is measured for them, and fill it: a
// sign that stands for a missing letter would be the same for all.
func TestLettersStandInTheirBox(t *testing.T) {
	l := testLetters(t)
	s := Style{Size: 20, Colour: color.White}
	seen := map[string]bool{}
	for _, text := range []string{"H", "均", "值", "像"} {
		m := gray(0)
		l.Draw(m, text, 30, 40, s)
		box := image.Rect(30, 40, 30+int(l.Width(text, s))+2, 40+int(l.Height(s))+2)
		r := inked(m)
		if r.Dx() < 8 || r.Dy() < 12 || !r.In(box) {
			t.Errorf("%s fills %v of %v", text, r, box)
		}
		if key := string(m.Pix); seen[key] {
			t.Errorf("%s looks like another letter", text)
		} else {
			seen[key] = true
		}
	}
}

func TestLettersWrap(t *testing.T) {
	l := testLetters(t)
	s := Style{Size: 11}
	for _, text := range []string{"one two three four five six seven", "研究与演示用途，不用于原始诊断，不用于原始诊断"} {
		lines := l.Wrap(text, 90, s)
		if len(lines) < 2 {
			t.Errorf("%q is not broken", text)
		}
		for _, line := range lines {
			if w := l.Width(line, s); w > 90 {
				t.Errorf("%q is %.1f wide", line, w)
			}
		}
	}
}

func TestNoFont(t *testing.T) {
	if _, err := NewLetters(nil, nil); err == nil {
		t.Error("letters without a font")
	}
	if _, err := NewLetters([][]byte{[]byte("no font")}, nil); err == nil {
		t.Error("letters of what is no font")
	}
}
