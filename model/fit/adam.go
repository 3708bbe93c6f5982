package fit

import (
	"math"

	"lightbox/model/arch"
	"lightbox/model/kernel"
)

// adam is Adam with decoupled weight decay, which spares everything of one
// dimension: biases and normalisations.
// Source: Loshchilov and Hutter, ICLR 2019, algorithm 2.
type adam struct {
	steps  int
	first  [][]float32 // moments of each learned tensor
	second [][]float32
}

// Constants of Kingma and Ba, ICLR 2015.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

func newAdam(w arch.Weights) (a adam) {
	for _, t := range w {
		if t.Learned {
			a.first = append(a.first, make([]float32, len(t.Data)))
			a.second = append(a.second, make([]float32, len(t.Data)))
		}
	}
	return a
}

// step moves the learned tensors of w along their gradients.
func (a *adam) step(w arch.Weights, gradients [][]float32, rate, decay, epsilon float64) {
	a.steps++
	bias1, bias2 := 1-math.Pow(beta1, float64(a.steps)), 1-math.Pow(beta2, float64(a.steps))
	u := update{rate: float32(rate / bias1), root: float32(1 / math.Sqrt(bias2)), epsilon: float32(epsilon)}
	next := 0
	for _, t := range w {
		if !t.Learned {
			continue
		}
		if u.keep = 1; len(t.Shape) > 1 {
			u.keep = float32(1 - rate*decay)
		}
		m, v, g := a.first[next], a.second[next], gradients[next]
		kernel.Parallel(len(g), func(from, to int) { u.apply(t.Data[from:to], m[from:to], v[from:to], g[from:to]) })
		next++
	}
}

// update is one step for values that are treated alike.
type update struct {
	keep, rate, root, epsilon float32
}

func (u update) apply(w, m, v, g []float32) {
	w, m, v = w[:len(g)], m[:len(g)], v[:len(g)]
	for k, d := range g {
		m[k] += (1 - beta1) * (d - m[k])
		v[k] += (1 - beta2) * (d*d - v[k])
		w[k] = w[k]*u.keep - u.rate*m[k]/(float32(math.Sqrt(float64(v[k])))*u.root+u.epsilon)
	}
}
