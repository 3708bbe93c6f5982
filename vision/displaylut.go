package vision

// DisplayLUT maps ordered pixel values (pattern XOR bias, see Image) to grey
// levels of the screen: modality, window and polarity in one table.
type DisplayLUT struct {
	Level [1 << 16]uint8
}

// transfer is where a pixel's number ends up under window v, 0 black … 1 white.
func (s *Scan) transfer(v VOI, invert bool) func(number int) float64 {
	value := s.Modality.Value
	if s.shown != nil {
		value = s.shown
	}
	return func(number int) float64 {
		y := throughOutput(s.output, v.Apply(value(number)))
		if invert {
			return 1 - y
		}
		return y
	}
}

// Inverted combines the file's polarity with the user's.
func (s *Scan) Inverted(user bool) bool { return s.Inverse != user }

// DisplayLUT builds the table for a view of the scan (the scan's values, its
// gray or its blurred view) under window v; userInvert comes on top of the
// file's own polarity.
func (s *Scan) DisplayLUT(m *Image, v VOI, userInvert bool) *DisplayLUT {
	lut := new(DisplayLUT)
	levels := s.outputLevels(m, v, userInvert, 255)
	for i, y := range levels {
		lut.Level[i] = uint8(y)
	}
	return lut
}

// outputLevels tabulates the transfer over every ordered value of m's depth,
// rounded to the nearest of top+1 levels. Entries past the depth repeat the
// last one; they are never looked up.
func (s *Scan) outputLevels(m *Image, v VOI, userInvert bool, top int) []uint16 {
	f := s.transfer(v, s.Inverted(userInvert))
	bias := m.bias()
	out := make([]uint16, 1<<16)
	n := 1 << 16
	if m.Depth == 8 && !m.Signed {
		n = 1 << 8
	}
	for k := range n {
		out[k] = uint16(f(m.number(uint16(k)^bias))*float64(top) + 0.5)
	}
	for k := n; k < len(out); k++ {
		out[k] = out[n-1]
	}
	return out
}
