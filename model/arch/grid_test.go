package arch

import (
	"math"
	"testing"

	"lightbox/model/kernel"
)

// field is the first and the last pixel that a place of a layer is made of, as if
// the input had no edges.
func (n *Net) field(layer, place int) (first, last int) {
	first, last = place, place
	for at := layer; at > 0; at = n.Layers[at].In[0] {
		switch l := n.Layers[at]; l.Op {
		case Conv:
			first, last = first*l.Conv.Stride-l.Conv.Pad, last*l.Conv.Stride-l.Conv.Pad+l.Conv.Kernel-1
		case MaxPool:
			first, last = 2*first, 2*last+1
		}
	}
	return first, last
}

// TestGrid compares with the middle of the pixels that each place is made of,
// followed back through the layers.
func TestGrid(t *testing.T) {
	valid := New("valid", 28, 1)
	x := valid.MaxPool(valid.Conv(0, "a", kernel.Conv{In: 1, Out: 16, Kernel: 3, Stride: 1}))
	x = valid.Conv(x, "b", kernel.Conv{In: 16, Out: 16, Kernel: 3, Stride: 1})
	wide := New("wide", 64, 1)
	y := wide.Conv(wide.Conv(0, "a", kernel.Conv{In: 1, Out: 16, Kernel: 5, Stride: 3, Pad: 1}), "b", kernel.Conv{In: 16, Out: 16, Kernel: 4, Stride: 2, Pad: 2})
	residual := ResNet("residual", 96, 1, 32, 48, 96, 128)
	for _, c := range []struct {
		net   *Net
		layer int
	}{{valid, 0}, {valid, 1}, {valid, 2}, {valid, x}, {wide, y}, {residual, len(residual.Layers) - 3}, {residual, 5}} {
		g, ok := c.net.Grid(c.layer)
		for place := range 6 {
			first, last := c.net.field(c.layer, place)
			want := float64(first+last+1) / 2
			if got := g.First + float64(place)*g.Pitch; !ok || math.Abs(got-want) > 1e-9 {
				t.Errorf("%s, layer %d: place %d lies at %v, want %v", c.net.Name, c.layer, place, got, want)
			}
		}
	}
	unet := UNet("unet", 64, 1, 16, 32)
	if _, ok := unet.Grid(len(unet.Layers) - 1); ok {
		t.Error("a grid behind an operator that enlarges")
	}
	if low, high := (Grid{4, 2}).Span(11, 28); math.Abs(low-3./28) > 1e-12 || math.Abs(high-25./28) > 1e-12 {
		t.Errorf("from %v to %v", low, high)
	}
}
