package viewport

import (
	"image"
	"math"

	"lightbox/vision"
)

// Still is a picture as it is drawn outside a window: on paper, or into a file.
type Still struct {
	Picture Picture // its magnifying glass and Place are left out
	View    vision.Viewport
	Edges   [4]string // orientation letters: top, right, bottom, left
	// Unit is how many pixels one of Fyne's units is: widths of lines and sizes of
	// letters follow it.
	Unit    float64
	Letters *Letters
}

// Draw fills dst, whose corner must be (0, 0), as a pane of its size does: by the same
// functions, pixel for pixel, but for the letters of labels.
func (s *Still) Draw(dst *image.RGBA) {
	pen := &pen{}
	s.Picture.drawOn(dst, pen, s.View, s.Unit)
	width, height := dst.Rect.Dx(), dst.Rect.Dy()
	style := Style{Size: float64(labelSize()) * s.Unit, Rim: s.Unit}
	edges := s.edges(width, height)
	r := arranger{
		tracer: tracer{pen, s.View, width, height, s.Unit},
		measure: func(rows []string) (w, h float64) {
			for _, text := range rows {
				w = max(w, s.Letters.Width(text, style))
				h += s.Letters.Height(style)
			}
			return w + 2*labelRim*s.Unit, h
		},
	}
	for _, e := range edges {
		r.taken = append(r.taken, e.box)
	}
	list := r.arrange(s.Picture.Annotations)
	drawUnderLabels(dst, pen, list, s.Unit)
	for i := range list {
		list[i].label(func(text string, x, y float64, style Style) { s.Letters.Draw(dst, text, x, y, style) }, s.Unit)
	}
	for _, e := range edges {
		s.Letters.Draw(dst, e.text, e.box.x0, e.box.y0, s.edgeStyle())
	}
}

func (s *Still) edgeStyle() Style {
	return Style{Size: float64(edgeText()) * s.Unit, Bold: true, Colour: overlayColour, Rim: s.Unit}
}

// edge is an orientation letter with its place.
type edge struct {
	text string
	box  rect
}

// edges are the orientation letters in the middle of the sides.
func (s *Still) edges(width, height int) (out []edge) {
	style := s.edgeStyle()
	margin, w, h := overlayMargin*s.Unit, float64(width), float64(height)
	for i, text := range s.Edges {
		if text == "" {
			continue
		}
		tw, th := s.Letters.Width(text, style), s.Letters.Height(style)
		at := [4][2]float64{{(w - tw) / 2, margin}, {w - tw - margin, (h - th) / 2}, {(w - tw) / 2, h - th - margin}, {margin, (h - th) / 2}}[i]
		x, y := math.Max(at[0], 0), math.Max(at[1], 0)
		out = append(out, edge{text, rect{x, y, x + tw, y + th}})
	}
	return out
}

// Colours of text over pictures.
var (
	TextColour    = overlayColour
	CautionColour = cautionColour
)
