package arch

import "lightbox/model/kernel"

// ResNet is a residual network with one logit: a stem of stride 2 and one block
// of two convolutions for each width, all but the first of stride 2. The last one
// is not rectified: each place speaks for or against, and the logit has no bound.
// Source: He et al., CVPR 2016.
func ResNet(name string, side, channels int, widths ...int) *Net {
	n := New(name, side, channels)
	x := n.Norm(n.Conv(0, "stem", kernel.Conv{In: channels, Out: widths[0], Kernel: 3, Stride: 2, Pad: 1}), "stem.norm")
	in := widths[0]
	for i, out := range widths {
		block, stride := "block"+string(rune('1'+i)), 2
		if i == 0 {
			stride = 1
		}
		y := n.Norm(n.Conv(x, block+".a", kernel.Conv{In: in, Out: out, Kernel: 3, Stride: stride, Pad: 1}), block+".a.norm")
		y = n.Conv(y, block+".b", kernel.Conv{In: out, Out: out, Kernel: 3, Stride: 1, Pad: 1})
		if stride != 1 || in != out {
			x = n.NormOnly(n.Conv(x, block+".skip", kernel.Conv{In: in, Out: out, Kernel: 1, Stride: stride}), block+".skip.norm")
		}
		x = n.NormAdd(y, x, block+".b.norm")
		in = out
	}
	n.Layers[x].ReLU = false
	n.Dense(n.Mean(x), "logit")
	return n
}

// UNet is a network with one logit for each pixel: two convolutions at each
// width but the first, each half the side of the one before, and back up with
// what was found on the way down beside it.
// Source: Ronneberger et al., MICCAI 2015.
func UNet(name string, side, channels int, widths ...int) *Net {
	n := New(name, side, channels)
	conv := func(x int, name string, in, out int) int {
		return n.Norm(n.Conv(x, name, kernel.Conv{In: in, Out: out, Kernel: 3, Stride: 1, Pad: 1}), name+".norm")
	}
	level := func(i int) string { return string(rune('1' + i)) }
	x, in := 0, channels
	down := make([]int, len(widths))
	for i, out := range widths {
		if i > 0 {
			x = n.MaxPool(x)
		}
		x = conv(x, "down"+level(i)+".a", in, out)
		if i > 0 {
			x = conv(x, "down"+level(i)+".b", out, out)
		}
		down[i], in = x, out
	}
	for i := len(widths) - 2; i >= 0; i-- {
		x = conv(n.Concat(n.Upsample(x), down[i]), "up"+level(i), in+widths[i], widths[i])
		in = widths[i]
	}
	n.Dense(x, "logit")
	return n
}
