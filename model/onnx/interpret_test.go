package onnx

import (
	"fmt"
	"math"
)

// array is a value on its way through a graph: up to four dimensions, channels
// before rows.
type array struct {
	dims []int
	data []float64
}

func newArray(dims ...int) array {
	size := 1
	for _, d := range dims {
		size *= d
	}
	return array{dims, make([]float64, size)}
}

// at is the place of image n, channel c, row y, column x.
func (a array) at(n, c, y, x int) int { return ((n*a.dims[1]+c)*a.dims[2]+y)*a.dims[3] + x }

// each calls f for every place of a.
func (a array) each(f func(i, n, c, y, x int)) {
	for i := range a.data {
		x := i / 1 % a.dims[3]
		y := i / a.dims[3] % a.dims[2]
		c := i / (a.dims[3] * a.dims[2]) % a.dims[1]
		f(i, i/(a.dims[3]*a.dims[2]*a.dims[1]), c, y, x)
	}
}

// interpret runs a graph as docs/Operators.md of ONNX describes its operators,
// with plain loops in float64, so that there is something to compare with where
// no other runtime is installed.
func (m file) interpret(input array) array {
	values := map[string]array{"input": input}
	for name, x := range m.tensors {
		if x.element == 1 {
			dims := make([]int, len(x.dims))
			for i, d := range x.dims {
				dims[i] = int(d)
			}
			values[name] = array{dims, x.floats()}
		}
	}
	for _, n := range m.nodes {
		in := make([]array, len(n.in))
		for i, name := range n.in {
			in[i] = values[name]
		}
		values[n.out[0]] = n.run(in, m.tensors)
	}
	return values["logit"]
}

func (n node) run(in []array, tensors map[string]parameter) array {
	x := in[0]
	switch n.op {
	case "Conv":
		return n.conv(in)
	case "BatchNormalization":
		y := newArray(x.dims...)
		y.each(func(i, _, c, _, _ int) {
			scale := in[1].data[c] / math.Sqrt(in[4].data[c]+float64(n.attributes["epsilon"].float))
			y.data[i] = (x.data[i]-in[3].data[c])*scale + in[2].data[c]
		})
		return y
	case "Relu":
		y := newArray(x.dims...)
		for i, v := range x.data {
			y.data[i] = math.Max(v, 0)
		}
		return y
	case "Add":
		y := newArray(x.dims...)
		y.each(func(i, _, c, _, _ int) {
			if k := i; len(in[1].data) == len(x.data) {
				y.data[i] = x.data[i] + in[1].data[k]
			} else {
				y.data[i] = x.data[i] + in[1].data[c] // (channels, 1, 1)
			}
		})
		return y
	case "MaxPool":
		y := newArray(x.dims[0], x.dims[1], x.dims[2]/2, x.dims[3]/2)
		y.each(func(i, image, c, row, column int) {
			at := x.at(image, c, 2*row, 2*column)
			y.data[i] = max(x.data[at], x.data[at+1], x.data[at+x.dims[3]], x.data[at+x.dims[3]+1])
		})
		return y
	case "GlobalAveragePool":
		y := newArray(x.dims[0], x.dims[1], 1, 1)
		x.each(func(i, image, c, _, _ int) { y.data[image*x.dims[1]+c] += x.data[i] / float64(x.dims[2]*x.dims[3]) })
		return y
	case "Resize":
		s := in[2].data
		y := newArray(x.dims[0], x.dims[1], x.dims[2]*int(s[2]), x.dims[3]*int(s[3]))
		y.each(func(i, image, c, row, column int) {
			y.data[i] = x.data[x.at(image, c, row/int(s[2]), column/int(s[3]))]
		})
		return y
	case "Concat":
		y := newArray(x.dims[0], x.dims[1]+in[1].dims[1], x.dims[2], x.dims[3])
		y.each(func(i, image, c, row, column int) {
			if c < x.dims[1] {
				y.data[i] = x.data[x.at(image, c, row, column)]
			} else {
				y.data[i] = in[1].data[in[1].at(image, c-x.dims[1], row, column)]
			}
		})
		return y
	case "Flatten":
		return array{[]int{x.dims[0], len(x.data) / x.dims[0]}, x.data}
	case "Gemm":
		w := in[1]
		inputs, outputs, perInput, perOutput := w.dims[0], w.dims[1], w.dims[1], 1
		if n.attributes["transB"].integer == 1 {
			inputs, outputs, perInput, perOutput = w.dims[1], w.dims[0], 1, w.dims[1]
		}
		y := newArray(x.dims[0], outputs)
		for i := range y.data {
			row, column := i/outputs, i%outputs
			y.data[i] = in[2].data[column]
			for k := range inputs {
				y.data[i] += x.data[row*inputs+k] * w.data[k*perInput+column*perOutput]
			}
		}
		return y
	case "Reshape":
		dims := tensors[n.in[1]].integers()
		dims[0] = x.dims[0] // −1
		return array{dims, x.data}
	}
	panic(fmt.Sprintf("operator %s", n.op))
}

func (n node) conv(in []array) array {
	x, w := in[0], in[1]
	stride, pad := 1, 0
	if s := n.attributes["strides"].list; s != nil {
		stride = int(s[0])
	}
	if p := n.attributes["pads"].list; p != nil {
		pad = int(p[0])
	}
	side := w.dims[2]
	y := newArray(x.dims[0], w.dims[0], (x.dims[2]+2*pad-side)/stride+1, (x.dims[3]+2*pad-side)/stride+1)
	y.each(func(i, image, o, row, column int) {
		sum := 0.0
		if len(in) == 3 {
			sum = in[2].data[o]
		}
		for c := range x.dims[1] {
			for ky := range side {
				for kx := range side {
					sy, sx := row*stride+ky-pad, column*stride+kx-pad
					if sy >= 0 && sy < x.dims[2] && sx >= 0 && sx < x.dims[3] {
						sum += x.data[x.at(image, c, sy, sx)] * w.data[w.at(o, c, ky, kx)]
					}
				}
			}
		}
		y.data[i] = sum
	})
	return y
}
