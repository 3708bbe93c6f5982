package vision

import (
	"fmt"
	"image"
)

// Image is one frame's pixels, row-major, one or three samples a pixel.
//
// Values are kept in 16 bits whatever their depth: for Signed images in two's
// complement. Depth says how many bits OpenCV works in, 8 or 16.
type Image struct {
	Rows, Columns int
	Samples       int // 1 gray, 3 red-green-blue by pixel
	Depth         int // 8 or 16
	Signed        bool
	Pix           []uint16 // Rows × Columns × Samples
}

// NewImage allocates an image of zeros.
func NewImage(rows, columns, samples, depth int, signed bool) *Image {
	return &Image{
		Rows: rows, Columns: columns, Samples: samples, Depth: depth, Signed: signed,
		Pix: make([]uint16, rows*columns*samples),
	}
}

// Value returns sample c of the pixel in column x and row y. The position must
// lie inside the image.
func (m *Image) Value(x, y, c int) int {
	return m.number(m.Pix[(y*m.Columns+x)*m.Samples+c])
}

// Bounds is the whole image.
func (m *Image) Bounds() image.Rectangle { return image.Rect(0, 0, m.Columns, m.Rows) }

// Contains tells whether column x and row y lie inside the image.
func (m *Image) Contains(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.Columns && y < m.Rows
}

func (m *Image) number(p uint16) int {
	if m.Signed {
		return int(int16(p))
	}
	return int(p)
}

// bias is what turns a stored pattern into one that sorts like its number:
// ordered = pattern XOR bias. Lookup tables and interpolation work on ordered
// values, so that signed and unsigned scans take the same code.
func (m *Image) bias() uint16 {
	if m.Signed {
		return 0x8000
	}
	return 0
}

func (m *Image) String() string {
	kind := "gray"
	if m.Samples == 3 {
		kind = "RGB"
	}
	return fmt.Sprintf("%d×%d %s %d bit", m.Columns, m.Rows, kind, m.Depth)
}
