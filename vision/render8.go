package vision

import (
	"image"
	"image/png"
	"io"
)

// Picture8 draws a view of the scan (its Values, its gray or its blurred view)
// at full resolution in 8 bits: one image pixel is one pixel, gray for one
// sample, opaque RGBA for three. Pixels go through the table that Render takes
// (modality, window v, polarity), invert coming on top of the file's own
// polarity.
//
// Rows that could not be decoded are hatched, and with overlays set the file's
// overlay planes are drawn white, both as on the screen.
func (s *Scan) Picture8(m *Image, v VOI, invert, overlays bool) image.Image {
	lut := s.DisplayLUT(m, v, invert)
	r := image.Rect(0, 0, m.Columns, m.Rows)
	if m.Samples == 1 {
		out := image.NewGray(r)
		bias := m.bias()
		for i, p := range m.Pix {
			out.Pix[i] = lut.Level[p^bias]
		}
		if m == s.Values && s.Wide != nil {
			s.wide8(out.Pix, v, invert)
		}
		s.marks8(overlays, func(i int, level uint8) { out.Pix[i] = level })
		return out
	}
	out := image.NewRGBA(r)
	set := func(i int, r, g, b uint8) { copy(out.Pix[4*i:4*i+4], []uint8{r, g, b, 255}) }
	for i := range m.Columns * m.Rows {
		p := m.Pix[3*i : 3*i+3]
		set(i, lut.Level[p[0]], lut.Level[p[1]], lut.Level[p[2]])
	}
	s.marks8(overlays, func(i int, level uint8) { set(i, level, level, level) })
	return out
}

// wide8 sets the levels of values that the steps of Values only approximate,
// from the values themselves; what is not finite keeps the level of its step.
func (s *Scan) wide8(levels []uint8, v VOI, invert bool) {
	h := &s.Header
	inverted := s.Inverted(invert)
	for i, x := range s.Wide[:min(len(s.Wide), len(levels))] {
		y := v.Apply(h.RescaleSlope*x + h.RescaleIntercept)
		if inverted {
			y = 1 - y
		}
		if y >= 0 { // false for what is not a number
			levels[i] = uint8(y*255 + 0.5)
		}
	}
}

// marks8 is DrawMarks for a picture at full resolution: it sets pixel number i
// to a gray level.
func (s *Scan) marks8(overlays bool, set func(i int, level uint8)) {
	rows, columns := s.Stored.Rows, s.Stored.Columns
	for y := max(s.Decoded, 0); y < rows; y++ {
		for x := range columns {
			set(y*columns+x, hatchLevel(x, y))
		}
	}
	if !overlays || s.Overlay == nil {
		return
	}
	for i, marked := range s.Overlay.Set[:min(len(s.Overlay.Set), rows*columns)] {
		if marked {
			set(i, 255)
		}
	}
}

// WritePNG writes a picture as PNG with the comment in its text (iTXt), by which
// IsExport knows it again.
func WritePNG(w io.Writer, m image.Image, comment string) error {
	return writePNG(w, m, comment, png.DefaultCompression)
}

// Own is the first of the windows that the file itself brings, its VOI LUT or
// its first window, as it has it: not clamped. It is not ok where it has none.
func (s *Scan) Own() (v VOI, ok bool) {
	for _, v := range s.VOIs {
		if v.Source == SourceLUT || v.Source == SourceFile {
			return v.Free(), true
		}
	}
	return VOI{}, false
}

// Auto is the automatic window, not clamped; ok is false for colour, which has none.
func (s *Scan) Auto() (v VOI, ok bool) {
	for _, v := range s.VOIs {
		if v.Source == SourceAuto {
			return v.Free(), true
		}
	}
	return VOI{}, false
}
