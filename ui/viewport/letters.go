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

// Letters sets text into pictures. Fyne makes a texture of each line, and of each copy
// of a rim; over a picture that changes with every frame that would take longer than the
// picture. A Letters belongs to one goroutine.
type Letters struct {
	plain, bold []*sfnt.Font // one after the other: the first that has a letter is used
	faces       map[faceKey][]font.Face
	glyphs      map[glyphKey]glyph
	buffer      sfnt.Buffer
}

type faceKey struct {
	size float64 // pixels
	bold bool
}

// glyphKey names a letter in its place between two pixels.
type glyphKey struct {
	face    faceKey
	letter  rune
	quarter uint8 // of a pixel that it stands to the right
}

// glyph is a letter as it covers pixels; its bounds are from the dot, on whole pixels.
type glyph struct {
	cover   *image.Alpha // nil for a space
	advance fixed.Int26_6
}

// Limits of what is kept.
const (
	maxFaces  = 32
	maxGlyphs = 4096
)

// NewLetters takes fonts (TrueType or OpenType) in the order in which letters are
// looked for.
func NewLetters(plain, bold [][]byte) (*Letters, error) {
	l := &Letters{faces: map[faceKey][]font.Face{}, glyphs: map[glyphKey]glyph{}}
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
	Rim    float64 // pixels that a dark rim reaches around the letters, made whole; 0 for none
}

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
	sum := fixed.Int26_6(0)
	for _, r := range text {
		sum += l.glyph(r, 0, s).advance
	}
	return float64(sum) / 64
}

// Wrap breaks text into lines at most width pixels wide, as [Wrap] does.
func (l *Letters) Wrap(text string, width float64, s Style) []string {
	return wrapBy(text, func(r []rune) bool { return l.Width(string(r), s) <= width })
}

// Draw sets a line of text with its upper left corner at (x, y). Letters stand on whole
// pixels, as Fyne sets them.
func (l *Letters) Draw(dst draw.Image, text string, x, y float64, s Style) {
	lay(dst, l.cover(text, s), wholePixel(x, y), s)
}

// lay draws what covers pixels, with its rim.
func lay(dst draw.Image, cover *image.Alpha, at image.Point, s Style) {
	set := func(by image.Point, c color.Color) {
		to := cover.Rect.Add(at).Add(by)
		draw.DrawMask(dst, to, image.NewUniform(c), image.Point{}, cover, cover.Rect.Min, draw.Over)
	}
	if rim := s.rim(); rim > 0 {
		for _, o := range rimOffsets {
			set(o.Mul(rim), rimColour)
		}
	}
	set(image.Point{}, s.Colour)
}

// rimOffsets are the places of the copies that make a rim.
var rimOffsets = [4]image.Point{{X: 1, Y: 1}, {X: -1, Y: -1}, {X: 1, Y: -1}, {X: -1, Y: 1}}

func (s Style) rim() int { return int(math.Round(s.Rim)) }

func wholePixel(x, y float64) image.Point { return image.Pt(int(math.Round(x)), int(math.Round(y))) }

// cover is how much of each pixel a line of text covers; its upper left corner is (0, 0),
// beyond which letters may reach.
func (l *Letters) cover(text string, s Style) *image.Alpha {
	type placed struct {
		of *image.Alpha
		at image.Point
	}
	var all []placed
	var bounds image.Rectangle
	dot := fixed.I(0)
	base := l.faceOf(s)[0].Metrics().Ascent.Ceil()
	for _, r := range text {
		const quarter = 16 // of a pixel, in sixty-fourths
		near := dot + quarter/2
		g := l.glyph(r, uint8(near&63/quarter), s)
		if g.cover != nil {
			at := image.Pt(near.Floor(), base)
			all = append(all, placed{g.cover, at})
			bounds = bounds.Union(g.cover.Rect.Add(at))
		}
		dot += g.advance
	}
	line := image.NewAlpha(bounds)
	for _, p := range all {
		r := p.of.Rect
		for y := r.Min.Y; y < r.Max.Y; y++ {
			from := p.of.Pix[p.of.PixOffset(r.Min.X, y):][:r.Dx()]
			to := line.Pix[line.PixOffset(r.Min.X+p.at.X, y+p.at.Y):][:r.Dx()]
			for i, v := range from {
				to[i] += uint8((255 - int(to[i])) * int(v) / 255)
			}
		}
	}
	return line
}

// glyph is a letter, some quarters of a pixel to the right.
func (l *Letters) glyph(r rune, quarter uint8, s Style) glyph {
	key := glyphKey{faceKey{s.Size, s.Bold}, r, quarter}
	if g, ok := l.glyphs[key]; ok {
		return g
	}
	if len(l.glyphs) >= maxGlyphs {
		clear(l.glyphs)
	}
	var g glyph
	at, mask, from, advance, ok := l.face(r, s, l.faceOf(s)).Glyph(fixed.Point26_6{X: fixed.Int26_6(quarter) * 16}, r)
	if ok {
		g.advance = advance
		if !at.Empty() {
			g.cover = image.NewAlpha(at) // the face uses its own again for the next letter
			draw.Draw(g.cover, at, mask, from, draw.Src)
		}
	}
	l.glyphs[key] = g
	return g
}
