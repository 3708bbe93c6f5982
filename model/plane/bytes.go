package plane

// Bytes is a plane in a quarter of the memory: 0 is 0, 255 is 1.
type Bytes []uint8

// Bytes rounds p to 256 levels.
func (p Plane) Bytes() Bytes {
	b := make(Bytes, len(p.Pix))
	for i, v := range p.Pix {
		b[i] = uint8(min(max(v, 0), 1)*255 + 0.5)
	}
	return b
}

// Square gives a square plane its floats back.
func (b Bytes) Square(side int) Plane {
	p := New(side, side)
	for i, v := range b[:side*side] {
		p.Pix[i] = float32(v) / 255
	}
	return p
}
