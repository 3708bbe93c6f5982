package arch

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// trained are random weights whose normalisations do something.
func trained(t *testing.T, n *Net, r *rand.Rand) Weights {
	t.Helper()
	w, err := NewWeights(n, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range w {
		if len(p.Shape) == 1 {
			for i := range p.Data {
				p.Data[i] += 0.3 * r.Float32()
			}
		}
	}
	return w
}

// TestPatches: pictures that differ in a square, wherever it lies, get the same
// logits as by a run of the whole network.
func TestPatches(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for _, c := range []struct{ side, size, channels int }{{32, 5, 1}, {33, 8, 1}, {48, 12, 2}, {24, 1, 1}, {24, 24, 1}, {24, 40, 1}} {
		net := ResNet("toy", c.side, c.channels, 16, 32, 32)
		p, err := NewPlan(net, trained(t, net, r))
		if err != nil {
			t.Fatal(err)
		}
		const images = 5
		q, err := p.NewPatches(c.size, images)
		if err != nil {
			t.Fatal(err)
		}
		size := c.side * c.side * c.channels
		picture := make([]float32, size)
		for i := range picture {
			picture[i] = float32(r.NormFloat64())
		}
		run := p.NewRun(images)
		if got, want := q.Base(picture)[0], run.Forward(picture, 1)[0]; got != want {
			t.Fatalf("%+v: the picture itself: %v, not %v", c, got, want)
		}
		for range 12 {
			n := 1 + r.IntN(images)
			var pictures []float32
			at := make([]image.Point, n)
			for k := range at {
				at[k] = image.Pt(r.IntN(c.side+c.size)-c.size, r.IntN(c.side+c.size)-c.size)
				changed := append([]float32(nil), picture...)
				for y := max(at[k].Y, 0); y < min(at[k].Y+c.size, c.side); y++ {
					for x := max(at[k].X, 0); x < min(at[k].X+c.size, c.side); x++ {
						for i := range c.channels {
							changed[(y*c.side+x)*c.channels+i] = 3 * float32(r.NormFloat64())
						}
					}
				}
				pictures = append(pictures, changed...)
			}
			want := append([]float32(nil), run.Forward(pictures, n)...)
			for k, z := range q.Forward(pictures, at) {
				if math.Abs(float64(z-want[k])) > 1e-4*math.Max(1, math.Abs(float64(want[k]))) {
					t.Fatalf("%+v at %v: %v, not %v", c, at[k], z, want[k])
				}
			}
		}
	}
}

func TestPatchesOfOthers(t *testing.T) {
	net := UNet("toy", 16, 1, 16, 32)
	p, err := NewPlan(net, trained(t, net, rand.New(rand.NewPCG(7, 2))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.NewPatches(4, 1); err == nil {
		t.Error("a network that enlarges was taken")
	}
}

// BenchmarkPatches compares squares of an eighth of the side, read as patches and
// as whole pictures.
func BenchmarkPatches(b *testing.B) {
	const side, size, images = 96, 12, 16
	net := ResNet("toy", side, 1, 32, 48, 96, 128)
	w, err := NewWeights(net, rand.New(rand.NewPCG(7, 3)))
	if err != nil {
		b.Fatal(err)
	}
	p, err := NewPlan(net, w)
	if err != nil {
		b.Fatal(err)
	}
	pictures, at := make([]float32, images*side*side), make([]image.Point, images)
	for n := range at {
		at[n] = image.Pt(5*n, 80-5*n)
	}
	q, err := p.NewPatches(size, images)
	if err != nil {
		b.Fatal(err)
	}
	q.Base(pictures[:side*side])
	b.Run("patches", func(b *testing.B) {
		for b.Loop() {
			q.Forward(pictures, at)
		}
	})
	run := p.NewRun(images)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			run.Forward(pictures, images)
		}
	})
}
