package vision

import "context"

// ModelInput returns what the network is given of a scan: the gray view at the
// scan's default window in floating point, 0 black … 1 white, polarity brought
// to MONOCHROME2. No 8-bit step lies in between, and neither the user's window
// nor the zoom, inversion or blur plays a part.
func (s *Scan) ModelInput(ctx context.Context) (rows, columns int, pix []float32, err error) {
	g, err := s.Gray(ctx)
	if err != nil {
		return 0, 0, nil, err
	}
	return g.Rows, g.Columns, g.ModelInput(), nil
}

// ModelInput is what [Scan.ModelInput] makes of the scan's gray view, made of g,
// which may be filtered: Rows × Columns values row by row.
func (g *Gray) ModelInput() []float32 {
	s := g.scan
	f := s.transfer(s.VOIs[0], s.Inverted(false))
	bias := g.bias()
	table := make([]float32, 1<<16)
	for k := range table {
		table[k] = float32(f(g.number(uint16(k) ^ bias)))
	}
	pix := make([]float32, len(g.Pix))
	for i, p := range g.Pix {
		pix[i] = table[p^bias]
	}
	return pix
}

// What counts as colour: gray pictures are often stored as RGB, and JPEG gives
// them a tinge.
const (
	colourDifference = 24.0 / 255 // between the largest and the smallest channel
	colourShare      = 0.01       // of the pixels
)

// Colourful tells whether the scan shows colours, not merely three equal
// channels.
func (s *Scan) Colourful() bool {
	m := s.Values
	if m.Samples != 3 {
		return false
	}
	limit := colourDifference * float64(uint32(1)<<uint(m.Depth)-1)
	n := 0
	for i := 0; i < len(m.Pix); i += 3 {
		r, g, b := m.Pix[i], m.Pix[i+1], m.Pix[i+2]
		if float64(max(r, g, b)-min(r, g, b)) > limit {
			n++
		}
	}
	return float64(n) > colourShare*float64(len(m.Pix)/3)
}
