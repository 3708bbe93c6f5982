package viewport

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Letters sets text into pictures. In a window Fyne does that; pictures that leave the
// program are drawn without one. A Letters belongs to one goroutine.
type Letters struct {
	plain, bold []*sfnt.Font // one after the other: the first that has a letter is used
	faces       map[faceKey][]font.Face
	buffer      sfnt.Buffer
}

type faceKey struct {
	size float64 // pixels
	bold bool
}

// NewLetters takes fonts (TrueType or OpenType) in the order in which letters are
// looked for.
func NewLetters(plain, bold [][]byte) (*Letters, error) {
	l := &Letters{faces: map[faceKey][]font.Face{}}
	for _, set := range []struct {
		from [][]byte
		to   *[]*sfnt.Font
	}{{plain, &l.plain}, {bold, &l.bold}} {
		for _, data := range set.from {
			f, err := opentype.Parse(data)
			if err != nil {
				return nil, fmt.Errorf("a font cannot be read: %w", err)
			}
			*set.to = append(*set.to, f)
		}
	}
	if len(l.plain) == 0 || len(l.bold) == 0 {
		return nil, fmt.Errorf("there is no font")
	}
	return l, nil
}

// Style is how text is set: size in pixels of the picture.
type Style struct {
	Size   float64
	Bold   bool
	Colour color.Color
	Rim    float64 // pixels that a dark rim reaches around the letters; 0 for none
}

// maxFaces is how many sizes are kept.
const maxFaces = 32

func (l *Letters) faceOf(s Style) []font.Face {
	key := faceKey{s.Size, s.Bold}
	if faces := l.faces[key]; faces != nil {
		return faces
	}
	if len(l.faces) >= maxFaces {
		clear(l.faces)
	}
	var faces []font.Face
	for _, f := range l.fonts(s.Bold) {
		if face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: s.Size, DPI: 72, Hinting: font.HintingNone}); err == nil {
			faces = append(faces, face)
		}
	}
	l.faces[key] = faces
	return faces
}

func (l *Letters) fonts(bold bool) []*sfnt.Font {
	if bold {
		return l.bold
	}
	return l.plain
}

// face is the first that has a letter, else the first: it draws what stands for
// letters that there are not.
func (l *Letters) face(r rune, s Style, faces []font.Face) font.Face {
	for i, f := range l.fonts(s.Bold) {
		if n, err := f.GlyphIndex(&l.buffer, r); err == nil && n != 0 && i < len(faces) {
			return faces[i]
		}
	}
	return faces[0]
}

// Height is that of a line in pixels.
func (l *Letters) Height(s Style) float64 {
	m := l.faceOf(s)[0].Metrics()
	return float64(m.Ascent+m.Descent) / 64
}

// Width is that of a text in pixels.
func (l *Letters) Width(text string, s Style) float64 {
	faces := l.faceOf(s)
	sum := fixed.Int26_6(0)
	for _, r := range text {
		if a, ok := l.face(r, s, faces).GlyphAdvance(r); ok {
			sum += a
		}
	}
	return float64(sum) / 64
}

// Wrap breaks text into lines at most width pixels wide, as [Wrap] does.
func (l *Letters) Wrap(text string, width float64, s Style) []string {
	return wrapBy(text, func(r []rune) bool { return l.Width(string(r), s) <= width })
}

// Draw sets a line of text with its upper left corner at (x, y).
func (l *Letters) Draw(dst draw.Image, text string, x, y float64, s Style) {
	if s.Rim > 0 {
		for _, o := range rimOffsets[:len(rimOffsets)-1] {
			l.set(dst, text, x+float64(o.DX)*s.Rim, y+float64(o.DY)*s.Rim, s, rimColour)
		}
	}
	l.set(dst, text, x, y, s, s.Colour)
}

func (l *Letters) set(dst draw.Image, text string, x, y float64, s Style, c color.Color) {
	faces := l.faceOf(s)
	ink := image.NewUniform(c)
	// Letters stand on whole pixels, as Fyne sets them.
	dot := fixed.Point26_6{X: fixed.I(int(math.Round(x))), Y: fixed.I(int(math.Round(y))) + fixed.I(faces[0].Metrics().Ascent.Ceil())}
	for _, r := range text {
		at, mask, from, advance, ok := l.face(r, s, faces).Glyph(dot, r)
		if ok {
			draw.DrawMask(dst, at, ink, image.Point{}, mask, from, draw.Over)
		}
		dot.X += advance
	}
}
