package vision

import (
	"image"
	"sync"
	"unsafe"

	"gocv.io/x/gocv"
)

// floatLevel is an image reduced by a power of two, one value a pixel.
type floatLevel struct {
	rows, columns int
	pix           []float32
}

// floatLevels gives the reductions of what f makes of the pixels of m, times a mask.
// They are made when they are first asked for; level 0 is made anew each time, for it
// is as large as the scan and the others are enough of most.
func floatLevels(mask []float32, m *Image, f func(uint16) float32) func(level int) *floatLevel {
	var mu sync.Mutex
	var made []*floatLevel // from level 1 on
	base := func() *floatLevel {
		l := &floatLevel{m.Rows, m.Columns, make([]float32, len(mask))}
		for i, v := range m.Pix {
			l.pix[i] = mask[i] * f(v)
		}
		return l
	}
	return func(level int) *floatLevel {
		if level == 0 {
			return base()
		}
		mu.Lock()
		defer mu.Unlock()
		for len(made) < level {
			last := (*floatLevel)(nil)
			if n := len(made); n > 0 {
				last = made[n-1]
			} else {
				last = base()
			}
			made = append(made, last.halve())
		}
		return made[level-1]
	}
}

// halve averages blocks of 2 × 2 pixels as halve does images.
func (l *floatLevel) halve() *floatLevel {
	out := &floatLevel{l.rows / 2, l.columns / 2, make([]float32, (l.rows/2)*(l.columns/2))}
	for y := range out.rows {
		top, bottom := l.pix[2*y*l.columns:][:l.columns], l.pix[(2*y+1)*l.columns:][:l.columns]
		row := out.pix[y*out.columns:][:out.columns]
		for x := range row {
			row[x] = (top[2*x] + top[2*x+1] + bottom[2*x] + bottom[2*x+1]) / 4
		}
	}
	return out
}

// blurred filters a part.
func (l *floatLevel) blurred(part image.Rectangle, weights []float64) ([]float32, error) {
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(l.pix))), len(l.pix)*4)
	m, err := gocv.NewMatFromBytes(l.rows, l.columns, gocv.MatTypeCV32F, raw)
	if err != nil {
		return nil, err
	}
	defer closeMat(&m)
	var out []float32
	err = onPart(m, part, len(weights)/2, func(in gocv.Mat, dst *gocv.Mat) error { return separable(in, dst, weights) }, func(dst *gocv.Mat) error {
		data, err := dst.DataPtrFloat32()
		out = append(out, data...)
		return err
	})
	return out, err
}
