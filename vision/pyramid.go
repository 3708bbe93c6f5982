package vision

import "sync"

// Pyramid is an image with its half-size reductions, made when they are first
// asked for. Drawing smaller than 1:1 takes the level next above the wanted
// size, so that fine structure is averaged and not skipped over.
//
// A pyramid is safe for concurrent use.
type Pyramid struct {
	Base *Image

	mu     sync.Mutex
	levels []*Image // levels[0] is Base in ordered values

	only      *Image // the only level of a preview, instead of levels
	onlyLevel int
}

// NewPyramid makes the pyramid of m, which must not change afterwards.
func NewPyramid(m *Image) *Pyramid { return &Pyramid{Base: m} }

// Level returns the image reduced by 2^n in both directions in ordered values,
// or the smallest one there is; of a preview, its one level.
func (p *Pyramid) Level(n int) (img *Image, level int) {
	if p.only != nil {
		return p.only, p.onlyLevel
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.levels) == 0 {
		p.levels = append(p.levels, ordered(p.Base))
	}
	for len(p.levels) <= n {
		last := p.levels[len(p.levels)-1]
		if min(last.Rows, last.Columns) < 2 {
			break
		}
		p.levels = append(p.levels, halve(last))
	}
	n = min(n, len(p.levels)-1)
	return p.levels[n], n
}

// ordered returns m with values that sort like their numbers; unsigned images
// are that already and are shared.
func ordered(m *Image) *Image {
	if !m.Signed {
		return m
	}
	out := NewImage(m.Rows, m.Columns, m.Samples, m.Depth, false)
	for i, p := range m.Pix {
		out.Pix[i] = p ^ m.bias()
	}
	return out
}

// halve averages blocks of 2 × 2 pixels, rounding to nearest. An odd last row
// or column is dropped, half a pixel of the reduced image at most.
func halve(m *Image) *Image {
	out := NewImage(m.Rows/2, m.Columns/2, m.Samples, m.Depth, m.Signed)
	stride := m.Columns * m.Samples
	i := 0
	for y := range out.Rows {
		top := m.Pix[2*y*stride : (2*y+1)*stride]
		bottom := m.Pix[(2*y+1)*stride : (2*y+2)*stride]
		for x := range out.Columns {
			for c := range m.Samples {
				a := 2*x*m.Samples + c
				b := a + m.Samples
				out.Pix[i] = uint16((uint32(top[a]) + uint32(top[b]) + uint32(bottom[a]) + uint32(bottom[b]) + 2) / 4)
				i++
			}
		}
	}
	return out
}

// levelAt is the level that is drawn at a zoom: the one next above the wanted size.
func levelAt(zoom float64) (level int) {
	for ; zoom <= 0.5; zoom *= 2 {
		level++
	}
	return level
}
