package kernel

import (
	"fmt"
	"sync"
)

// Conv is a convolution with a square kernel.
type Conv struct {
	In, Out int // channels
	Kernel  int // side of the kernel
	Stride  int
	Pad     int // zeros around the picture
}

// Size is how many places of n pixels the kernel is put to.
func (c Conv) Size(n int) int { return (n+2*c.Pad-c.Kernel)/c.Stride + 1 }

// Weights is the number of weights.
func (c Conv) Weights() int { return c.Kernel * c.Kernel * c.In * c.Out }

// Convolution is a convolution of pictures of one size. It is safe for
// concurrent use but for SetWeights.
type Convolution struct {
	Conv
	Rows, Columns       int // of the input
	OutRows, OutColumns int

	paddedRow int     // floats of a row of the padded input
	off       []int32 // of the taps in it
	packed    []float32

	phases []phase // of the gradient of the input
	border border  // of the padded gradient of the output

	// covers says that the kernel has the size of the picture: one output pixel,
	// and the batch is what matrix products are made of (cover.go).
	covers bool
}

// phase is the part of the input's gradient whose rows and columns have the
// same remainder by the stride: a convolution of the output's gradient with
// those weights that led from there.
type phase struct {
	row, column   int // the first
	rows, columns int
	taps          [][2]int // of the kernel: row, column
	off           []int32
	packed        []float32
}

// border is how many rows and columns of zeros are put around a picture.
type border struct{ top, left, bottom, right int }

// NewConvolution plans c for pictures of rows × columns. Out must be a multiple
// of [Lanes]; so must In, if the gradient of the input is wanted.
func NewConvolution(c Conv, rows, columns int) (*Convolution, error) {
	if c.In < 1 || c.Out < 1 || c.Out%Lanes != 0 || c.Kernel < 1 || c.Stride < 1 || c.Pad < 0 || c.Pad >= c.Kernel {
		return nil, fmt.Errorf("kernel: impossible convolution %+v", c)
	}
	v := &Convolution{Conv: c, Rows: rows, Columns: columns, OutRows: c.Size(rows), OutColumns: c.Size(columns)}
	if rows+2*c.Pad < c.Kernel || columns+2*c.Pad < c.Kernel {
		return nil, fmt.Errorf("kernel: a picture of %d × %d is too small for %+v", rows, columns, c)
	}
	v.paddedRow = (columns + 2*c.Pad) * c.In
	for ky := range c.Kernel {
		for kx := range c.Kernel {
			for i := range c.In {
				v.off = append(v.off, int32(ky*v.paddedRow+kx*c.In+i))
			}
		}
	}
	v.packed = make([]float32, c.Weights())
	v.covers = c.Pad == 0 && rows == c.Kernel && columns == c.Kernel
	switch {
	case c.In%Lanes != 0: // no gradient of the input
	case v.covers:
		v.planCoveredGradient()
	default:
		v.planGradient()
	}
	return v, nil
}

// Covers tells whether the kernel has the size of the picture: then a batch is worked
// on as a whole.
func (c *Convolution) Covers() bool { return c.covers }

// planGradient finds the phases: y = stride·o + k − pad, so an output row o
// meets the input rows y of one remainder through every stride-th k.
func (c *Convolution) planGradient() {
	type way struct{ k, shift int }
	ways := func(first int) (w []way) {
		for k := range c.Kernel {
			if (first+c.Pad-k)%c.Stride == 0 {
				w = append(w, way{k, (first + c.Pad - k) / c.Stride})
			}
		}
		return w
	}
	grow := func(low, high *int, w []way, count, have int) {
		for _, at := range w {
			*low, *high = max(*low, -at.shift), max(*high, count-1+at.shift-(have-1))
		}
	}
	for row := range min(c.Stride, c.Rows) {
		for column := range min(c.Stride, c.Columns) {
			p := phase{row: row, column: column, rows: (c.Rows - row + c.Stride - 1) / c.Stride, columns: (c.Columns - column + c.Stride - 1) / c.Stride}
			down, across := ways(row), ways(column)
			if len(down) == 0 || len(across) == 0 {
				continue // nothing led from there
			}
			grow(&c.border.top, &c.border.bottom, down, p.rows, c.OutRows)
			grow(&c.border.left, &c.border.right, across, p.columns, c.OutColumns)
			for _, d := range down {
				for _, a := range across {
					p.taps = append(p.taps, [2]int{d.k, a.k})
				}
			}
			p.packed = make([]float32, len(p.taps)*c.Out*c.In)
			c.phases = append(c.phases, p)
		}
	}
	line := (c.OutColumns + c.border.left + c.border.right) * c.Out
	for i := range c.phases {
		p := &c.phases[i]
		for _, t := range p.taps {
			dy, dx := (p.row+c.Pad-t[0])/c.Stride+c.border.top, (p.column+c.Pad-t[1])/c.Stride+c.border.left
			for o := range c.Out {
				p.off = append(p.off, int32(dy*line+dx*c.Out+o))
			}
		}
	}
}

// SetWeights takes over weights of (Kernel, Kernel, In, Out), for Forward and,
// if gradient is set, for BackwardInput.
func (c *Convolution) SetWeights(w []float32, gradient bool) {
	pack(c.packed, w, len(c.off), c.Out, c.OutColumns)
	if !gradient {
		return
	}
	turned := scratch(c.Weights())
	defer release(turned)
	if c.covers {
		c.turnCovered(*turned, w)
		return
	}
	for i := range c.phases {
		p := &c.phases[i]
		at := *turned
		for _, t := range p.taps {
			from := w[(t[0]*c.Kernel+t[1])*c.In*c.Out:]
			for o := range c.Out {
				for in := range c.In {
					at[in] = from[in*c.Out+o]
				}
				at = at[c.In:]
			}
		}
		pack(p.packed, *turned, len(p.off), c.In, p.columns)
	}
}

// Forward convolves images pictures of src into dst, adds bias (nil for none)
// and, with relu, rectifies.
func (c *Convolution) Forward(dst, src, bias []float32, images int, relu bool) {
	c.forward(dst, src, bias, images, relu, 0)
}

// ForwardAdd is Forward, but adds to what dst holds before it rectifies.
func (c *Convolution) ForwardAdd(dst, src, bias []float32, images int, relu bool) {
	c.forward(dst, src, bias, images, relu, modeAdd)
}

func (c *Convolution) forward(dst, src, bias []float32, images int, relu bool, mode int) {
	a := convArgs{
		mode:   mode,
		packed: c.packed, bias: bias, off: c.off, outc: c.Out, images: 1, rows: c.OutRows, columns: c.OutColumns, planned: c.OutColumns,
		inRow: c.Stride * c.paddedRow, inStep: c.Stride * c.In, outRow: c.OutColumns * c.Out, outStep: c.Out,
	}
	if relu {
		a.mode |= modeReLU
	}
	in, out := c.Rows*c.Columns*c.In, c.OutRows*c.OutColumns*c.Out
	a.outImage = out
	if c.covers {
		matrix(a, dst, src, images, in, out)
		return
	}
	if c.Pad == 0 {
		a.inImage = in
		Parallel(images, func(from, to int) {
			a := a
			a.images, a.in, a.out = to-from, src[from*in:to*in], dst[from*out:to*out]
			conv(&a)
		})
		return
	}
	Parallel(images, func(from, to int) {
		a := a
		padded := scratch((c.Rows + 2*c.Pad) * c.paddedRow)
		defer release(padded)
		for n := from; n < to; n++ {
			pad(*padded, src[n*in:(n+1)*in], c.Rows, c.Columns, c.In, border{c.Pad, c.Pad, c.Pad, c.Pad})
			a.in, a.out = *padded, dst[n*out:(n+1)*out]
			conv(&a)
		}
	})
}

// BackwardInput makes dx, the gradient of the input, from dy, that of the
// output, by the weights of SetWeights.
func (c *Convolution) BackwardInput(dx, dy []float32, images int) {
	in, out := c.Rows*c.Columns*c.In, c.OutRows*c.OutColumns*c.Out
	if c.covers {
		c.coveredInput(dx, dy, images)
		return
	}
	b := c.border
	line := (c.OutColumns + b.left + b.right) * c.Out
	Parallel(images, func(from, to int) {
		padded := scratch((c.OutRows + b.top + b.bottom) * line)
		defer release(padded)
		for n := from; n < to; n++ {
			pad(*padded, dy[n*out:(n+1)*out], c.OutRows, c.OutColumns, c.Out, b)
			to := dx[n*in : (n+1)*in]
			if len(c.phases) < c.Stride*c.Stride {
				clear(to)
			}
			for _, p := range c.phases {
				conv(&convArgs{
					in: *padded, packed: p.packed, out: to[(p.row*c.Columns+p.column)*c.In:], off: p.off, outc: c.In,
					images: 1, rows: p.rows, columns: p.columns, planned: p.columns, inRow: line, inStep: c.Out,
					outRow: c.Stride * c.Columns * c.In, outStep: c.Stride * c.In,
				})
			}
		}
	})
}

// bandFloats is how much of a picture is worked on at a time, so that it stays
// in the second cache of a core.
const bandFloats = 1 << 17

// gradientParts is in how many parts the images of a batch are summed: always
// the same, so that the sum is the same on however many cores.
const gradientParts = 4

// BackwardWeights makes dw and, if it is not nil, db: the gradients of the
// weights and of the bias from the input x and dy, that of the output.
func (c *Convolution) BackwardWeights(dw, db, x, dy []float32, images int) {
	if db != nil {
		channelSums(db, dy, c.Out)
	}
	if c.covers {
		c.coveredWeights(dw, x, dy, images)
		return
	}
	in, out := c.Rows*c.Columns*c.In, c.OutRows*c.OutColumns*c.Out
	band := max(1, bandFloats/(c.Stride*c.paddedRow+c.OutColumns*c.Out))
	parts := make([]*[]float32, gradientParts)
	ParallelParts(images, gradientParts, func(part, from, to int) {
		sums := scratch(c.Weights())
		clear(*sums)
		parts[part] = sums
		padded := scratch((c.Rows + 2*c.Pad) * c.paddedRow)
		defer release(padded)
		for n := from; n < to; n++ {
			source := x[n*in : (n+1)*in]
			if c.Pad > 0 {
				pad(*padded, source, c.Rows, c.Columns, c.In, border{c.Pad, c.Pad, c.Pad, c.Pad})
				source = *padded
			}
			for y := 0; y < c.OutRows; y += band {
				convWeights(&convWeightsArgs{
					in: source[y*c.Stride*c.paddedRow:], dy: dy[n*out+y*c.OutColumns*c.Out:], dw: *sums, off: c.off, outc: c.Out,
					rows: min(band, c.OutRows-y), columns: c.OutColumns,
					inRow: c.Stride * c.paddedRow, inStep: c.Stride * c.In, dyRow: c.OutColumns * c.Out,
				})
			}
		}
	})
	clear(dw)
	for _, part := range parts {
		if part != nil {
			for i, v := range *part {
				dw[i] += v
			}
			release(part)
		}
	}
}

// channelSums adds up the pixels of x, picture by picture in float32 and these
// in float64.
func channelSums(sums, x []float32, c int) {
	total := make([]float64, c)
	sum, squares := make([]float32, c), make([]float32, c)
	const run = 4096 // pixels
	for ; len(x) > 0; x = x[min(run*c, len(x)):] {
		stats(x[:min(run*c, len(x))], c, sum, squares)
		for i, v := range sum {
			total[i] += float64(v)
		}
	}
	for i, v := range total {
		sums[i] = float32(v)
	}
}

// pad copies a picture into the middle of zeros.
func pad(dst, src []float32, rows, columns, channels int, b border) {
	row := columns * channels
	left, right := b.left*channels, b.right*channels
	line := left + row + right
	clear(dst[:b.top*line])
	at := b.top * line
	for y := range rows {
		clear(dst[at : at+left])
		copy(dst[at+left:], src[y*row:(y+1)*row])
		clear(dst[at+left+row : at+line])
		at += line
	}
	clear(dst[at : at+b.bottom*line])
}

var scratches sync.Pool

// scratch gives n floats that hold anything.
func scratch(n int) *[]float32 {
	if s, ok := scratches.Get().(*[]float32); ok && cap(*s) >= n {
		*s = (*s)[:n]
		return s
	}
	s := make([]float32, n)
	return &s
}

func release(s *[]float32) { scratches.Put(s) }

// Modes of a convolution.
const (
	modeReLU = 1 << iota // negative results become zero
	modeAdd              // results are added to what is there
)

// convArgs is a convolution without borders: every place that off leads to
// exists. Strides count floats. packed is (len(off), outc), as pack wrote it.
type convArgs struct {
	in, packed, bias, out []float32
	off                   []int32 // from an output pixel's first input
	outc                  int
	images, rows, columns int
	planned               int // columns, as pack was told
	mode                  int
	inImage, inRow, inStep,
	outImage, outRow, outStep int
}

// convWeightsArgs adds the gradient of the weights for a band of rows to dw,
// (len(off), outc).
type convWeightsArgs struct {
	in, dy, dw           []float32
	off                  []int32
	outc                 int
	rows, columns        int
	inRow, inStep, dyRow int
}
