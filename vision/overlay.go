package vision

import (
	"context"
	"image"
	"math"

	"lightbox/vision/dicom"
)

// Overlay marks pixels of an image that are drawn white over it: the union of
// the file's overlay planes on one frame (PS3.3 C.9.2).
type Overlay struct {
	Rows, Columns int
	Set           []bool
	Labels        []string // of the planes, where they have one
}

// overlayOf joins the overlay planes that lie on frame i, nil if none does.
// Parts outside the image are cut off. A plane that cannot be read is left out
// and returned as an error beside the others.
func overlayOf(ctx context.Context, f *dicom.File, i int) (*Overlay, error) {
	var out *Overlay
	var failed error
	for _, o := range f.Overlays {
		bits, err := f.OverlayBits(ctx, o, i)
		if err != nil {
			failed = err
			continue
		}
		if bits == nil {
			continue
		}
		if out == nil {
			out = &Overlay{Rows: f.Rows, Columns: f.Columns, Set: make([]bool, f.Rows*f.Columns)}
		}
		out.join(o, bits)
		if o.Label != "" {
			out.Labels = append(out.Labels, o.Label)
		}
	}
	return out, failed
}

func (m *Overlay) join(o dicom.Overlay, bits []byte) {
	for y := range o.Rows {
		for x, b := range bits[y*o.Columns : (y+1)*o.Columns] {
			ix, iy := x+o.Column, y+o.Row
			if b != 0 && ix >= 0 && iy >= 0 && ix < m.Columns && iy < m.Rows {
				m.Set[iy*m.Columns+ix] = true
			}
		}
	}
}

// Draw draws the overlay white over what Render drew with the same viewport. A
// screen pixel is white where any image pixel under it is marked, so that thin
// lines and letters survive at small sizes.
func (m *Overlay) Draw(dst *image.RGBA, v Viewport) {
	b := dst.Bounds()
	width, height := b.Dx(), b.Dy()
	cols, rows := v.spans(width, height, m.Columns, m.Rows)
	for y := range height {
		out := dst.Pix[y*dst.Stride:]
		for x := range width {
			if m.any(v.under(x, y, cols, rows)) {
				copy(out[4*x:], []byte{255, 255, 255, 255})
			}
		}
	}
}

func (m *Overlay) any(rows, cols span) bool {
	for y := rows.from; y < rows.to; y++ {
		for _, set := range m.Set[y*m.Columns+cols.from : y*m.Columns+cols.to] {
			if set {
				return true
			}
		}
	}
	return false
}

// span is the range of image columns or rows under a column or row of the
// screen, empty outside.
type span struct{ from, to int }

// spans gives, for a pane of width × height screen pixels, the image columns and
// the image rows under each line of screen pixels that they run across (see under).
func (v Viewport) spans(width, height, columns, rows int) (across, down []span) {
	v = v.snapped(width, height)
	along, aside := v.alongImage(width, height)
	zoomX, zoomY := v.zooms()
	return spans(along, v.CentreX, zoomX, columns), spans(aside, v.CentreY, zoomY, rows)
}

// under picks the image rows and columns under screen pixel (x, y) out of spans.
func (v Viewport) under(x, y int, across, down []span) (rows, cols span) {
	if v.Turn.Swaps() {
		x, y = y, x
	}
	return down[y], across[x]
}

func spans(n int, centre, zoom float64, size int) []span {
	out := make([]span, n)
	for i := range out {
		a := centre + (float64(i)-float64(n)/2)/zoom
		b := centre + (float64(i)+1-float64(n)/2)/zoom
		from, to := int(math.Floor(min(a, b))), int(math.Ceil(max(a, b)))
		if math.Abs(zoom) > 1 { // larger than pixels: the one under the middle
			from = int(math.Floor(centre + (float64(i)+0.5-float64(n)/2)/zoom))
			to = from + 1
		}
		out[i] = span{max(from, 0), max(min(to, size), max(from, 0))}
		if out[i].from >= size {
			out[i] = span{}
		}
	}
	return out
}
