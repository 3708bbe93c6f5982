package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"strings"

	"lightbox/ui/viewport"
)

// Sizes of a strip in units.
const (
	stripText   = 11
	stripMargin = 6
	stripRamp   = 90 // width of a bar of colours
)

// strip is lines of text below a picture, light on black, or dark on white paper.
type strip struct {
	letters     *viewport.Letters
	width, unit float64
	paper       bool
	lines       []stripLine
}

type stripLine struct {
	text  string
	style viewport.Style
	ramp  *viewport.Legend // a bar of colours in the place of text
	sign  color.NRGBA      // of a square before the text; none for no square
}

func newStrip(l *viewport.Letters, width int, unit float64) *strip {
	return &strip{letters: l, width: float64(width), unit: unit}
}

// Colours on paper of text and of what is a caution.
var (
	inkColour     = color.NRGBA{R: 0x10, G: 0x10, B: 0x10, A: 0xff}
	inkForCaution = color.NRGBA{R: 0xa0, G: 0x2c, B: 0x10, A: 0xff}
)

func (s *strip) style(c color.Color, bold bool) viewport.Style {
	switch {
	case s.paper && c == color.Color(viewport.CautionColour):
		c = inkForCaution
	case s.paper:
		c = inkColour
	}
	return viewport.Style{Size: float64(scaled(stripText)) * s.unit, Bold: bold, Colour: c}
}

// add puts a text below the others, in as many lines as it needs; an empty one is none.
func (s *strip) add(text string, c color.Color, bold bool) {
	if text == "" {
		return
	}
	style := s.style(c, bold)
	for _, line := range s.letters.Wrap(text, s.width-2*stripMargin*s.unit, style) {
		s.lines = append(s.lines, stripLine{text: line, style: style})
	}
}

// addBlock puts the lines of a corner into one text, but for those that stand elsewhere.
func (s *strip) addBlock(block, but []string) {
	rest := slices.DeleteFunc(slices.Clone(block), func(text string) bool { return slices.Contains(but, text) })
	s.add(strings.Join(rest, " · "), viewport.TextColour, false)
}

// addLegend says what is drawn over the picture.
func (s *strip) addLegend(l *viewport.Legend) {
	if l.High != "" {
		s.lines = append(s.lines, stripLine{style: s.style(viewport.TextColour, false), ramp: l})
	}
	for _, line := range l.Lines {
		var c color.Color = viewport.TextColour
		switch {
		case line.Caution:
			c = viewport.CautionColour
		case line.Colour.A > 0:
			c = line.Colour
		}
		n := len(s.lines)
		s.add(line.Text, c, line.Caution)
		if s.paper && n < len(s.lines) { // on white their own colour cannot be read
			s.lines[n].sign = line.Colour
		}
	}
}

// cut leaves out the last lines, so that the strip is at most so many pixels high. The
// first stays.
func (s *strip) cut(height int) {
	for len(s.lines) > 1 && s.height() > height {
		s.lines = s.lines[:len(s.lines)-1]
	}
}

// height is that of the strip in pixels.
func (s *strip) height() int {
	sum := 2 * stripMargin * s.unit
	for _, l := range s.lines {
		sum += s.letters.Height(l.style)
	}
	return int(math.Ceil(sum))
}

// draw sets the strip with its upper left corner at (left, top).
func (s *strip) draw(dst *image.RGBA, left, top int) {
	ground := image.Black
	if s.paper {
		ground = image.White
	}
	draw.Draw(dst, image.Rect(left, top, left+int(s.width), top+s.height()), ground, image.Point{}, draw.Src)
	y := float64(top) + stripMargin*s.unit
	for _, l := range s.lines {
		x, height := float64(left)+stripMargin*s.unit, s.letters.Height(l.style)
		switch {
		case l.ramp != nil:
			s.drawRamp(dst, l, x, y)
		case l.sign.A > 0:
			box := image.Rect(int(x), int(y+height*0.25), int(x+height*0.5), int(y+height*0.75))
			draw.Draw(dst, box, image.NewUniform(l.sign), image.Point{}, draw.Src)
			x += height * 0.75
			fallthrough
		default:
			s.letters.Draw(dst, l.text, x, y, l.style)
		}
		y += height
	}
}

// drawRamp draws a bar of colours with what its ends mean.
func (s *strip) drawRamp(dst *image.RGBA, l stripLine, x, y float64) {
	height := s.letters.Height(l.style)
	s.letters.Draw(dst, l.ramp.Low, x, y, l.style)
	x += s.letters.Width(l.ramp.Low, l.style) + stripMargin*s.unit
	bar := image.Rect(int(x), int(y+height*0.25), int(x+stripRamp*s.unit), int(y+height*0.75))
	colours := viewport.RampPicture(l.ramp.Both)
	for i := bar.Min.X; i < bar.Max.X; i++ {
		c := colours.At((i-bar.Min.X)*colours.Bounds().Dx()/bar.Dx(), 0)
		draw.Draw(dst, image.Rect(i, bar.Min.Y, i+1, bar.Max.Y), image.NewUniform(c), image.Point{}, draw.Src)
	}
	s.letters.Draw(dst, l.ramp.High, float64(bar.Max.X)+stripMargin*s.unit, y, l.style)
}
