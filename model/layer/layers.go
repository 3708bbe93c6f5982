package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model/kernel"
)

// Conv convolves x, (images, rows, columns, In), with weight, (Kernel, Kernel,
// In, Out), without bias. The gradient of x exists where In is a multiple of
// kernel.Lanes; where it is not, x must be the input of the network.
func Conv(x, weight *gorgonia.Node, c kernel.Conv) (*gorgonia.Node, error) {
	s := x.Shape()
	if s.Dims() != 4 || s[3] != c.In || !weight.Shape().Eq(tensor.Shape{c.Kernel, c.Kernel, c.In, c.Out}) {
		return nil, fmt.Errorf("layer: %+v does not go with %v and weights of %v", c, s, weight.Shape())
	}
	plan, err := kernel.NewConvolution(c, s[1], s[2])
	if err != nil {
		return nil, err
	}
	images, inner := s[0], c.In%kernel.Lanes == 0
	return apply(&op{
		name: "Conv", shape: tensor.Shape{images, plan.OutRows, plan.OutColumns, c.Out}, fixed: []bool{!inner, false},
		run: func(out []float32, in [][]float32) error {
			plan.SetWeights(in[1], inner)
			plan.Forward(out, in[0], nil, images, false)
			return nil
		},
		gradients: func(in gorgonia.Nodes, _, grad *gorgonia.Node) (g gorgonia.Nodes, err error) {
			g = make(gorgonia.Nodes, 2)
			if inner {
				// The weights are an input so that the forward pass, which packs them,
				// has run before.
				if g[0], err = apply(&op{name: "ConvInputGradient", shape: s.Clone(), run: func(out []float32, in [][]float32) error {
					plan.BackwardInput(out, in[1], images)
					return nil
				}}, in[1], grad); err != nil {
					return nil, err
				}
			}
			g[1], err = apply(&op{name: "ConvWeightGradient", shape: weight.Shape().Clone(), run: func(out []float32, in [][]float32) error {
				plan.BackwardWeights(out, nil, in[0], in[1], images)
				return nil
			}}, in[0], grad)
			return g, err
		},
	}, x, weight)
}

// Bias adds bias, one value a channel, to x and, with relu, rectifies.
func Bias(x, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	s := x.Shape()
	c := s[s.Dims()-1]
	if c%kernel.Lanes != 0 || !bias.Shape().Eq(tensor.Shape{c}) {
		return nil, fmt.Errorf("layer: a bias of %v does not go with %v", bias.Shape(), s)
	}
	return apply(&op{
		name: "Bias", shape: s.Clone(),
		run: func(out []float32, in [][]float32) error {
			kernel.Bias(out, in[0], in[1], relu)
			return nil
		},
		gradients: func(_ gorgonia.Nodes, out, grad *gorgonia.Node) (g gorgonia.Nodes, err error) {
			g = gorgonia.Nodes{grad, nil}
			if relu {
				if g[0], err = apply(&op{name: "RectifierGradient", shape: s.Clone(), run: func(dx []float32, in [][]float32) error {
					kernel.RectifierGradient(dx, in[0], in[1], c)
					return nil
				}}, out, grad); err != nil {
					return nil, err
				}
			}
			g[1], err = apply(&op{name: "BiasGradient", shape: tensor.Shape{c}, run: func(db []float32, in [][]float32) error {
				kernel.BiasGradient(db, in[0], in[1], relu)
				return nil
			}}, out, grad)
			return g, err
		},
	}, x, bias)
}

// Statistics are what a normalisation has learned about its input without
// gradients: a running mean and variance of every channel.
type Statistics struct {
	kernel.Moments
	// Momentum is the weight of the newest batch.
	Momentum float32
	// Training normalises by the batch and learns from it; otherwise the
	// running moments are used.
	Training bool
}

// Epsilon is added to the variance of normalisations.
const Epsilon = 1e-5

// Norm is batch normalisation of x over images, rows and columns, with gamma
// and beta of one value a channel. skip is added before the rectifier; nil adds
// nothing.
func Norm(x, gamma, beta, skip *gorgonia.Node, relu bool, learned *Statistics) (*gorgonia.Node, error) {
	s := x.Shape()
	c := s[s.Dims()-1]
	n := kernel.Norm{C: c, ReLU: relu, Epsilon: Epsilon}
	st := &normState{norm: n, learned: learned}
	o := &op{name: "Norm", shape: s.Clone(), run: st.forward, gradients: st.gradients}
	if skip == nil {
		return apply(o, x, gamma, beta)
	}
	return apply(o, x, gamma, beta, skip)
}

// normState is what forward and gradient of one normalisation share. Its four
// gradients come of one computation: whichever is asked for first does it for
// all.
type normState struct {
	norm    kernel.Norm
	learned *Statistics
	used    kernel.Moments // in the last run
	ready   [4]bool
	found   [4][]float32 // of x, gamma, beta, skip
}

func (st *normState) forward(out []float32, in [][]float32) error {
	var skip []float32
	if len(in) == 4 {
		skip = in[3]
	}
	m := st.learned.Moments
	if st.learned.Training {
		m = st.norm.Measure(in[0])
		// The running variance is that of a sample, as Ioffe and Szegedy have it.
		pixels := float32(len(in[0]) / st.norm.C)
		for i, k := range m.Mean {
			st.learned.Mean[i] += st.learned.Momentum * (k - st.learned.Mean[i])
			st.learned.Variance[i] += st.learned.Momentum * (m.Variance[i]*pixels/max(pixels-1, 1) - st.learned.Variance[i])
		}
	}
	st.used = m
	st.norm.Forward(out, in[0], skip, m, in[1], in[2])
	return nil
}

func (st *normState) gradients(in gorgonia.Nodes, out, grad *gorgonia.Node) (g gorgonia.Nodes, err error) {
	g = make(gorgonia.Nodes, len(in))
	for i, n := range in {
		g[i], err = apply(&op{
			name: "NormGradient", shape: n.Shape().Clone(),
			run: func(to []float32, from [][]float32) error { return st.gradient(i, len(in) == 4, to, from) },
		}, in[0], in[1], out, grad)
		if err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (st *normState) gradient(which int, skip bool, to []float32, from [][]float32) error {
	if !st.ready[which] {
		x, gamma, y, dy := from[0], from[1], from[2], from[3]
		for i, n := range [4]int{len(x), len(gamma), len(gamma), len(x)} {
			if (i < 3 || skip) && len(st.found[i]) != n {
				st.found[i] = make([]float32, n)
			}
		}
		backward := st.norm.Backward
		if !st.learned.Training {
			backward = st.norm.BackwardFixed
		}
		backward(st.found[0], st.found[3], st.found[1], st.found[2], x, y, dy, st.used, gamma)
		st.ready = [4]bool{true, true, true, true}
	}
	copy(to, st.found[which])
	st.ready[which] = false
	return nil
}

// MaxPool takes the largest of every 2 × 2 pixels.
func MaxPool(x *gorgonia.Node) (*gorgonia.Node, error) {
	s := x.Shape()
	images, rows, columns, c := s[0], s[1], s[2], s[3]
	return apply(&op{
		name: "MaxPool", shape: tensor.Shape{images, rows / 2, columns / 2, c},
		run: func(out []float32, in [][]float32) error {
			kernel.MaxPool(out, in[0], images, rows, columns, c)
			return nil
		},
		gradients: func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			g, err := apply(&op{name: "MaxPoolGradient", shape: s.Clone(), run: func(dx []float32, in [][]float32) error {
				kernel.MaxPoolGradient(dx, in[0], in[1], in[2], images, rows, columns, c)
				return nil
			}}, in[0], out, grad)
			return gorgonia.Nodes{g}, err
		},
	}, x)
}

// Mean averages every channel over rows and columns: (images, channels).
func Mean(x *gorgonia.Node) (*gorgonia.Node, error) {
	s := x.Shape()
	images, pixels, c := s[0], s[1]*s[2], s[3]
	return apply(&op{
		name: "Mean", shape: tensor.Shape{images, c},
		run: func(out []float32, in [][]float32) error {
			kernel.Mean(out, in[0], images, pixels, c)
			return nil
		},
		gradients: func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			g, err := apply(&op{name: "MeanGradient", shape: s.Clone(), run: func(dx []float32, in [][]float32) error {
				kernel.MeanGradient(dx, in[0], images, pixels, c)
				return nil
			}}, grad)
			return gorgonia.Nodes{g}, err
		},
	}, x)
}

// Upsample repeats every pixel twice in both directions.
func Upsample(x *gorgonia.Node) (*gorgonia.Node, error) {
	s := x.Shape()
	images, rows, columns, c := s[0], s[1], s[2], s[3]
	return apply(&op{
		name: "Upsample", shape: tensor.Shape{images, 2 * rows, 2 * columns, c},
		run: func(out []float32, in [][]float32) error {
			kernel.Upsample(out, in[0], images, rows, columns, c)
			return nil
		},
		gradients: func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			g, err := apply(&op{name: "UpsampleGradient", shape: s.Clone(), run: func(dx []float32, in [][]float32) error {
				kernel.UpsampleGradient(dx, in[0], images, rows, columns, c)
				return nil
			}}, grad)
			return gorgonia.Nodes{g}, err
		},
	}, x)
}

// Concat puts the channels of b behind those of a.
func Concat(a, b *gorgonia.Node) (*gorgonia.Node, error) {
	sa, sb := a.Shape(), b.Shape()
	pixels := sa[0] * sa[1] * sa[2]
	ca, cb := sa[3], sb[3]
	part := func(s tensor.Shape, from, c int, grad *gorgonia.Node) (*gorgonia.Node, error) {
		return apply(&op{name: "ConcatGradient", shape: s.Clone(), run: func(dx []float32, in [][]float32) error {
			kernel.CopyChannels(dx, 0, c, in[0], from, ca+cb, c, pixels)
			return nil
		}}, grad)
	}
	return apply(&op{
		name: "Concat", shape: tensor.Shape{sa[0], sa[1], sa[2], ca + cb},
		run: func(out []float32, in [][]float32) error {
			kernel.CopyChannels(out, 0, ca+cb, in[0], 0, ca, ca, pixels)
			kernel.CopyChannels(out, ca, ca+cb, in[1], 0, cb, cb, pixels)
			return nil
		},
		gradients: func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (g gorgonia.Nodes, err error) {
			g = make(gorgonia.Nodes, 2)
			if g[0], err = part(sa, 0, ca, grad); err == nil {
				g[1], err = part(sb, ca, cb, grad)
			}
			return g, err
		},
	}, a, b)
}

// Dense multiplies rows of x, whose last dimension has the length of weight,
// with weight, and adds bias: one value a row, (all dimensions of x but the
// last). It is what makes logits.
func Dense(x, weight, bias *gorgonia.Node) (*gorgonia.Node, error) {
	s := x.Shape()
	c := s[s.Dims()-1]
	shape := tensor.Shape{s.TotalSize() / c}
	return apply(&op{
		name: "Dense", shape: shape,
		run: func(out []float32, in [][]float32) error {
			kernel.Dots(out, in[0], in[1], in[2][0])
			return nil
		},
		gradients: func(in gorgonia.Nodes, _, grad *gorgonia.Node) (g gorgonia.Nodes, err error) {
			g = make(gorgonia.Nodes, 3)
			if g[0], err = apply(&op{name: "DenseInputGradient", shape: s.Clone(), run: func(dx []float32, in [][]float32) error {
				kernel.DotsInputGradient(dx, in[0], in[1])
				return nil
			}}, in[1], grad); err != nil {
				return nil, err
			}
			if g[1], err = apply(&op{name: "DenseWeightGradient", shape: tensor.Shape{c}, run: func(dw []float32, in [][]float32) error {
				kernel.DotsWeightGradient(dw, in[0], in[1])
				return nil
			}}, in[0], grad); err != nil {
				return nil, err
			}
			g[2], err = apply(&op{name: "DenseBiasGradient", shape: tensor.Shape{1}, run: func(db []float32, in [][]float32) error {
				var sum float64
				for _, v := range in[0] {
					sum += float64(v)
				}
				db[0] = float32(sum)
				return nil
			}}, grad)
			return g, err
		},
	}, x, weight, bias)
}
