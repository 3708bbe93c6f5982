package vision

import (
	"image"
	"math"

	"gocv.io/x/gocv"
)

// equalised is OpenCV's CLAHE at the depth of src. Its histograms span the depth,
// so the values are stretched over that from the least to the greatest of src, and
// the result is brought back between these: it stays in src's units.
//
// OpenCV measures the clip limit against the share of each of its 256 or 65,536
// levels, most of which a scan of 12 bits never takes; it is made as much larger as
// fewer levels are in use, so that it means the same at every depth.
//
// Padding is given values of its tile before, in their proportions: the tile's
// histogram has then the shape of that of its other pixels alone.
func equalised(dst, src *Image, mask []float32, c CLAHE) error {
	low, high := extent(src, mask)
	if low >= high {
		copy(dst.Pix, src.Pix)
		return nil
	}
	span, top := high-low, 1<<src.Depth-1
	stretched := NewImage(src.Rows, src.Columns, 1, src.Depth, false)
	table := make([]uint16, 1<<16)
	for k := range table {
		v := min(max(src.number(uint16(k))-low, 0), span) // padding can lie outside
		table[k] = uint16((v*top + span/2) / span)
	}
	for i, p := range src.Pix {
		stretched.Pix[i] = table[p]
	}
	if mask != nil {
		fillPadding(stretched, mask, c.Tiles)
	}
	operator := gocv.NewCLAHEWithParams(c.Clip*float64(top+1)/float64(span+1), image.Pt(c.Tiles, c.Tiles))
	defer func() { _ = operator.Close() }() // never fails
	result := NewImage(src.Rows, src.Columns, 1, src.Depth, false)
	err := through(result, stretched, func(m gocv.Mat, out *gocv.Mat) error { return operator.Apply(m, out) })
	if err != nil {
		return err
	}
	for k := range top + 1 {
		table[k] = uint16(low + (k*span+top/2)/top)
	}
	for i, p := range result.Pix {
		dst.Pix[i] = table[p]
	}
	return nil
}

// extent is the least and the greatest number of the pixels inside the mask; without
// any, low is above high.
func extent(m *Image, mask []float32) (low, high int) {
	low, high = math.MaxInt, math.MinInt
	for i, p := range m.Pix {
		if mask == nil || mask[i] != 0 {
			v := m.number(p)
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

// fillPadding gives the padding pixels of each tile the values of its other pixels,
// taken evenly; in a tile of padding only, those of the whole picture.
func fillPadding(m *Image, mask []float32, tiles int) {
	width, height := tileSize(m.Columns, m.Rows, tiles)
	everywhere := inMask(m, mask, m.Bounds())
	for y := 0; y < m.Rows; y += height {
		for x := 0; x < m.Columns; x += width {
			tile := image.Rect(x, y, x+width, y+height).Intersect(m.Bounds())
			body := inMask(m, mask, tile)
			empty := tile.Dx()*tile.Dy() - len(body)
			if len(body) == 0 {
				body = everywhere
			}
			k := 0
			for iy := tile.Min.Y; iy < tile.Max.Y; iy++ {
				for i := iy*m.Columns + tile.Min.X; i < iy*m.Columns+tile.Max.X; i++ {
					if mask[i] == 0 {
						m.Pix[i] = body[k*len(body)/empty]
						k++
					}
				}
			}
		}
	}
}

// inMask lists the values inside the mask within a part of m.
func inMask(m *Image, mask []float32, part image.Rectangle) []uint16 {
	var out []uint16
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for i := y*m.Columns + part.Min.X; i < y*m.Columns+part.Max.X; i++ {
			if mask[i] != 0 {
				out = append(out, m.Pix[i])
			}
		}
	}
	return out
}

// tileSize is how OpenCV 4 cuts a picture: where its sides are no multiples of the
// number of tiles, both are extended (beyond the right and bottom edge, mirrored)
// to the next one.
func tileSize(columns, rows, tiles int) (width, height int) {
	if columns%tiles == 0 && rows%tiles == 0 {
		return columns / tiles, rows / tiles
	}
	return columns/tiles + 1, rows/tiles + 1
}
