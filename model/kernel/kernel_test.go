package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func noise(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// near fails where got differs from want by more than single precision makes of
// sums of so many terms.
func near(t *testing.T, what string, got []float32, want []float64, terms int) {
	t.Helper()
	tolerance := 4e-7 * math.Sqrt(float64(terms)) * 8
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= tolerance*(1+math.Abs(want[i]))) {
			t.Fatalf("%s[%d] = %g, want %g", what, i, got[i], want[i])
		}
	}
}

// The formula of a convolution and its gradients, in float64.
func convolution(c Conv, rows, columns, images int, x, w, bias, dy []float32) (y, dx, dw, db []float64) {
	or, oc := c.Size(rows), c.Size(columns)
	y, dx = make([]float64, images*or*oc*c.Out), make([]float64, len(x))
	dw, db = make([]float64, len(w)), make([]float64, c.Out)
	for n := range images {
		for r := range or {
			for k := range oc {
				for o := range c.Out {
					at := ((n*or+r)*oc+k)*c.Out + o
					y[at] = float64(bias[o])
					db[o] += float64(dy[at])
					for ky := range c.Kernel {
						for kx := range c.Kernel {
							iy, ix := r*c.Stride+ky-c.Pad, k*c.Stride+kx-c.Pad
							if iy < 0 || ix < 0 || iy >= rows || ix >= columns {
								continue
							}
							for i := range c.In {
								in := ((n*rows+iy)*columns+ix)*c.In + i
								wat := ((ky*c.Kernel+kx)*c.In+i)*c.Out + o
								y[at] += float64(x[in]) * float64(w[wat])
								dx[in] += float64(dy[at]) * float64(w[wat])
								dw[wat] += float64(dy[at]) * float64(x[in])
							}
						}
					}
				}
			}
		}
	}
	return y, dx, dw, db
}

func TestConvolutionEqualsTheFormula(t *testing.T) {
	for _, c := range []struct {
		Conv
		rows, columns int
	}{
		{Conv{1, 32, 3, 1, 0}, 28, 28},
		{Conv{32, 64, 3, 1, 0}, 13, 13},
		{Conv{1, 16, 5, 2, 2}, 17, 20},
		{Conv{16, 16, 3, 1, 1}, 9, 31},
		{Conv{16, 48, 3, 2, 1}, 12, 7},
		{Conv{48, 80, 1, 2, 0}, 7, 6},
		{Conv{64, 128, 1, 1, 0}, 3, 5},
		{Conv{32, 64, 3, 2, 1}, 6, 6},
		{Conv{16, 16, 4, 3, 1}, 11, 10},
		{Conv{32, 64, 5, 1, 0}, 5, 5}, // as large as the picture
		{Conv{16, 48, 3, 2, 0}, 3, 3},
		{Conv{3, 16, 4, 1, 0}, 4, 4},
	} {
		for _, images := range []int{1, 5, 33} {
			if images > 5 && c.rows > 5 {
				continue // slow by the formula, and nothing new
			}
			t.Run(fmt.Sprintf("%+v/%d", c, images), func(t *testing.T) {
				r := rand.New(rand.NewPCG(1, 2))
				x, w, bias := noise(r, images*c.rows*c.columns*c.In), noise(r, c.Weights()), noise(r, c.Out)
				dy := noise(r, images*c.Size(c.rows)*c.Size(c.columns)*c.Out)
				y, dx, dw, db := convolution(c.Conv, c.rows, c.columns, images, x, w, bias, dy)
				eachISA(t, func(t *testing.T) {
					v, err := NewConvolution(c.Conv, c.rows, c.columns)
					if err != nil {
						t.Fatal(err)
					}
					v.SetWeights(w, c.In%Lanes == 0)
					got := noise(r, len(y))
					v.Forward(got, x, bias, images, false)
					near(t, "y", got, y, len(v.off))
					v.Forward(got, x, bias, images, true)
					rectified := make([]float64, len(y))
					for i := range y {
						rectified[i] = max(y[i], 0)
					}
					near(t, "rectified y", got, rectified, len(v.off))
					v.Forward(got, x, bias, images, false)
					v.ForwardAdd(got, x, nil, images, true)
					for i := range y {
						rectified[i] = max(2*y[i]-float64(bias[i%c.Out]), 0)
					}
					near(t, "sum of y", got, rectified, len(v.off))
					gotW, gotB := noise(r, len(w)), noise(r, c.Out)
					v.BackwardWeights(gotW, gotB, x, dy, images)
					near(t, "dw", gotW, dw, images*c.rows*c.columns)
					near(t, "db", gotB, db, images*c.rows*c.columns)
					if c.In%Lanes == 0 {
						gotX := noise(r, len(x))
						v.BackwardInput(gotX, dy, images)
						near(t, "dx", gotX, dx, c.Kernel*c.Kernel*c.Out)
					}
				})
			})
		}
	}
}

// TestNormGradients compares with finite differences of the formula in float64, by
// the moments of the pixels themselves and by others.
func TestNormGradients(t *testing.T) {
	for _, relu := range []bool{false, true} {
		for _, fixed := range []bool{false, true} {
			t.Run(fmt.Sprintf("relu %v, fixed %v", relu, fixed), func(t *testing.T) { testNormGradients(t, relu, fixed) })
		}
	}
}

func testNormGradients(t *testing.T, relu, fixed bool) {
	const pixels, c = 37, 16
	r := rand.New(rand.NewPCG(3, 4))
	x, skip, dy := noise(r, pixels*c), noise(r, pixels*c), noise(r, pixels*c)
	gamma, beta := noise(r, c), noise(r, c)
	others := Moments{noise(r, c), noise(r, c)}
	for i, v := range others.Variance {
		others.Variance[i] = 0.5 + v*v
	}
	n := Norm{C: c, ReLU: relu, Epsilon: 1e-5}
	// loss is Σ dy·y, whose gradients are asked for.
	loss := func(x, skip, gamma, beta []float64) (sum float64) {
		for ch := range c {
			var mean, variance float64
			for p := range pixels {
				mean += x[p*c+ch] / pixels
			}
			for p := range pixels {
				d := x[p*c+ch] - mean
				variance += d * d / pixels
			}
			if fixed {
				mean, variance = float64(others.Mean[ch]), float64(others.Variance[ch])
			}
			for p := range pixels {
				y := (x[p*c+ch]-mean)/math.Sqrt(variance+1e-5)*gamma[ch] + beta[ch] + skip[p*c+ch]
				if relu {
					y = max(y, 0)
				}
				sum += y * float64(dy[p*c+ch])
			}
		}
		return sum
	}
	args := [4][]float64{wide(x), wide(skip), wide(gamma), wide(beta)}
	difference := func(of, i int) float64 {
		const h = 1e-6
		old := args[of][i]
		args[of][i] = old + h
		up := loss(args[0], args[1], args[2], args[3])
		args[of][i] = old - h
		down := loss(args[0], args[1], args[2], args[3])
		args[of][i] = old
		return (up - down) / (2 * h)
	}
	eachISA(t, func(t *testing.T) {
		y := make([]float32, len(x))
		m, backward := n.Measure(x), n.Backward
		if fixed {
			m, backward = others, n.BackwardFixed
		}
		n.Forward(y, x, skip, m, gamma, beta)
		dx, dskip, dgamma, dbeta := noise(r, len(x)), noise(r, len(x)), noise(r, c), noise(r, c)
		backward(dx, dskip, dgamma, dbeta, x, y, dy, m, gamma)
		for of, got := range [4][]float32{dx, dskip, dgamma, dbeta} {
			for i, v := range got {
				if want := difference(of, i); math.Abs(float64(v)-want) > 2e-4*(1+math.Abs(want)) {
					t.Fatalf("gradient %d[%d] = %g, want %g", of, i, v, want)
				}
			}
		}
	})
}

func wide(x []float32) []float64 {
	w := make([]float64, len(x))
	for i, v := range x {
		w[i] = float64(v)
	}
	return w
}

// TestMaxPool compares with the definition, on pictures with many ties.
func TestMaxPool(t *testing.T) {
	for _, size := range [][2]int{{7, 9}, {6, 8}, {2, 3}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) { testMaxPool(t, size[0], size[1]) })
	}
}

func testMaxPool(t *testing.T, rows, columns int) {
	const images, c = 3, 32
	r := rand.New(rand.NewPCG(5, 6))
	x := noise(r, images*rows*columns*c)
	for i := range x { // as a rectifier leaves them
		x[i] = max(x[i], 0)
	}
	dy := noise(r, images*(rows/2)*(columns/2)*c)
	wantY, wantDX := make([]float64, len(dy)), make([]float64, len(x))
	for i := range dy {
		ch, place := i%c, i/c
		column, row, image := place%(columns/2), place/(columns/2)%(rows/2), place/(columns/2)/(rows/2)
		best := -1
		for _, d := range [4][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			at := ((image*rows+2*row+d[0])*columns+2*column+d[1])*c + ch
			if best < 0 || x[at] > x[best] {
				best = at
			}
		}
		wantY[i], wantDX[best] = float64(x[best]), float64(dy[i])
	}
	eachISA(t, func(t *testing.T) {
		y, dx := make([]float32, len(dy)), noise(r, len(x))
		MaxPool(y, x, images, rows, columns, c)
		near(t, "pooled", y, wantY, 1)
		MaxPoolGradient(dx, x, y, dy, images, rows, columns, c)
		near(t, "gradient of the pooling", dx, wantDX, 1)
	})
}

func BenchmarkConvolution(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		Conv
		side, images int
	}{
		{Conv{1, 32, 3, 1, 0}, 28, 32}, {Conv{32, 64, 3, 1, 0}, 13, 1}, {Conv{32, 64, 3, 1, 0}, 13, 32}, {Conv{64, 64, 5, 1, 0}, 5, 1}, {Conv{64, 64, 5, 1, 0}, 5, 32},
		{Conv{32, 32, 3, 1, 1}, 48, 16}, {Conv{64, 64, 3, 1, 1}, 24, 16}, {Conv{96, 128, 3, 2, 1}, 12, 16}, {Conv{128, 128, 3, 1, 1}, 6, 16},
	} {
		v, err := NewConvolution(c.Conv, c.side, c.side)
		if err != nil {
			b.Fatal(err)
		}
		x, w := noise(r, c.images*c.side*c.side*c.In), noise(r, c.Weights())
		y := make([]float32, c.images*v.OutRows*v.OutColumns*c.Out)
		v.SetWeights(w, c.In%Lanes == 0)
		flop := 2 * float64(len(y)) * float64(len(v.off))
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%+v/%d/%d/%s", c.Conv, c.side, c.images, name), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
		run("forward", func() { v.Forward(y, x, nil, c.images, false) })
		if c.In%Lanes == 0 {
			run("input", func() { v.BackwardInput(x, y, c.images) })
		}
		run("weights", func() { v.BackwardWeights(w, nil, x, y, c.images) })
	}
}

// TestBias compares with the definition.
func TestBias(t *testing.T) {
	const pixels, c = 5000, 48
	r := rand.New(rand.NewPCG(7, 8))
	x, bias, dy := noise(r, pixels*c), noise(r, c), noise(r, pixels*c)
	for _, relu := range []bool{false, true} {
		wantY, wantDX, wantDB := make([]float64, len(x)), make([]float64, len(x)), make([]float64, c)
		for i := range x {
			wantY[i] = float64(x[i] + bias[i%c])
			switch {
			case relu && wantY[i] <= 0:
				wantY[i] = 0
			default:
				wantDX[i] = float64(dy[i])
				wantDB[i%c] += float64(dy[i])
			}
		}
		eachISA(t, func(t *testing.T) {
			y, dx, db := noise(r, len(x)), noise(r, len(x)), noise(r, c)
			Bias(y, x, bias, relu)
			near(t, "y", y, wantY, 1)
			BiasGradient(db, y, dy, relu)
			near(t, "db", db, wantDB, pixels)
			if relu {
				RectifierGradient(dx, y, dy, c)
				near(t, "dx", dx, wantDX, 1)
			}
		})
	}
}

// A rectifier or a pooling that made a number of NaN would hide an overflow.
func TestNaNStaysNaN(t *testing.T) {
	const c = 16
	nan := float32(math.NaN())
	eachISA(t, func(t *testing.T) {
		for at := range 4 {
			x, y := make([]float32, 4*c), make([]float32, c)
			x[at*c+3] = nan
			MaxPool(y, x, 1, 2, 2, c)
			if y[3] == y[3] || y[2] != 0 {
				t.Errorf("pooled %v from NaN at pixel %d", y[:4], at)
			}
		}
		x, y := make([]float32, c), make([]float32, c)
		x[3] = nan
		Bias(y, x, make([]float32, c), true)
		if y[3] == y[3] || y[2] != 0 {
			t.Errorf("rectified %v", y[:4])
		}
		v, err := NewConvolution(Conv{c, c, 1, 1, 0}, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		v.SetWeights(make([]float32, c*c), false)
		v.Forward(y, x, nil, 1, true)
		if y[3] == y[3] {
			t.Errorf("convolved %v", y[:4])
		}
	})
}
