package tools

import (
	"image"
	"testing"

	"fyne.io/fyne/v2/driver/desktop"
)

// pixelsOf is what a pointer looks like, nil for one of the system's.
func pixelsOf(t *testing.T, c desktop.Cursor, scale float32) (m *image.NRGBA, x, y int) {
	t.Helper()
	s, ok := c.(shape)
	if !ok {
		return nil, 0, 0
	}
	at := s.At(scale)
	if at != s.At(scale) {
		t.Errorf("%+v is another pointer each time", s)
	}
	picture, x, y := at.Image()
	return picture.(*image.NRGBA), x, y
}

// Each tool has a pointer of its own, on any screen: it can be told from all others, is
// seen on black and on white, and points with a pixel of its own.
func TestEveryToolHasItsPointer(t *testing.T) {
	for _, scale := range []float32{1, 1.5, 2, 3} {
		seen, systems := map[Kind]*image.NRGBA{}, map[desktop.Cursor]Kind{}
		for _, k := range Kinds {
			about, _ := New(&fake{}).AboutTool(k)
			m, x, y := pixelsOf(t, about.Cursor, scale)
			if m == nil {
				if other, taken := systems[about.Cursor]; taken || about.Cursor == desktop.PointerCursor {
					t.Errorf("%s has the pointer of %q, or of what can be taken", k, other)
				}
				systems[about.Cursor] = k
				continue
			}
			if !image.Pt(x, y).In(m.Rect) {
				t.Errorf("%s at %g points with %d, %d of %v", k, scale, x, y, m.Rect)
			}
			light, dark, between := 0, 0, 0
			for i := 0; i < len(m.Pix); i += 4 {
				switch level, alpha := m.Pix[i], m.Pix[i+3]; {
				case alpha > 220 && level > 220:
					light++
				case alpha > 180 && level < 40:
					dark++
				case alpha > 0:
					between++
				}
			}
			if light < int(20*scale) || dark < int(20*scale) {
				t.Errorf("%s at %g has %d light and %d dark pixels", k, scale, light, dark)
			}
			if scale >= 2 && between > 2*(light+dark) {
				t.Errorf("%s at %g is blurred: %d pixels between, %d light, %d dark", k, scale, between, light, dark)
			}
			for other, o := range seen {
				if n := differing(m, o); n < int(25*scale*scale) {
					t.Errorf("at %g %s and %s differ in %d pixels", scale, k, other, n)
				}
			}
			seen[k] = m
		}
		if len(seen) < 15 {
			t.Fatalf("only %d tools have a pointer that is drawn", len(seen))
		}
	}
}

// differing counts the pixels in which two pictures differ much.
func differing(a, b *image.NRGBA) (n int) {
	for y := range max(a.Rect.Dy(), b.Rect.Dy()) {
		for x := range max(a.Rect.Dx(), b.Rect.Dx()) {
			p, q := a.NRGBAAt(x, y), b.NRGBAAt(x, y)
			if max(p.A, q.A)-min(p.A, q.A) > 127 || min(p.A, q.A) > 127 && max(p.R, q.R)-min(p.R, q.R) > 127 {
				n++
			}
		}
	}
	return n
}

// A denser screen gets a larger picture, drawn anew, and not more than it needs.
func TestPointersFollowTheScreen(t *testing.T) {
	s := shapeOf("scroll").(shape)
	sizes := map[float32]int{}
	for _, scale := range []float32{0, 0.5, 1, 1.1, 2, 4, 1000} {
		m, _, _ := s.At(scale).Image()
		sizes[scale] = m.Bounds().Dx()
	}
	if sizes[0] != sizes[1] || sizes[0.5] != sizes[1] || sizes[1.1] != sizes[1] || sizes[1000] != sizes[4] || sizes[1] < 24 || sizes[1] > 32 || sizes[2] < 48 || sizes[4] > 128 {
		t.Errorf("sizes %v", sizes)
	}
	small, _, _ := s.At(1).Image()
	large, _, _ := s.At(2).Image()
	doubled := image.NewNRGBA(large.Bounds())
	for y := range doubled.Rect.Dy() {
		for x := range doubled.Rect.Dx() {
			doubled.Set(x, y, small.At(x/2, y/2))
		}
	}
	if differing(doubled, large.(*image.NRGBA)) == 0 {
		t.Error("the pointer of a dense screen is that of another, enlarged")
	}
}
