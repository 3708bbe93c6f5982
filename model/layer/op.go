package layer

import (
	"fmt"
	"hash"
	"hash/fnv"
	"sync/atomic"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// op is an operator on float32 tensors whose shapes are known when the graph
// is built.
type op struct {
	name  string
	id    uint64 // operators that hold state must not be merged
	in    []int  // dimensions of the inputs
	shape tensor.Shape
	// out is the operator's own memory, used again in every run: a machine forgets
	// what it has allocated between two runs. One graph serves one machine.
	out *tensor.Dense

	// run fills out.
	run func(out []float32, in [][]float32) error
	// gradients makes the gradient of each input; nil for operators that are
	// gradients themselves.
	gradients func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error)
	// fixed are inputs without a gradient.
	fixed []bool
}

var (
	_ gorgonia.SDOp            = (*op)(nil)
	_ gorgonia.UsePreallocDoer = (*op)(nil)
)

var ids atomic.Uint64

// apply puts o into the graph.
func apply(o *op, in ...*gorgonia.Node) (*gorgonia.Node, error) {
	o.id = ids.Add(1)
	for _, n := range in {
		if n.Dtype() != tensor.Float32 {
			return nil, fmt.Errorf("layer: %s computes in float32, not %v", o.name, n.Dtype())
		}
		o.in = append(o.in, n.Shape().Dims())
	}
	out, err := gorgonia.ApplyOp(o, in...)
	if err != nil {
		return nil, fmt.Errorf("layer: %s: %w", o.name, err)
	}
	return out, nil
}

func (o *op) Arity() int { return len(o.in) }

func (o *op) Type() hm.Type {
	of := func(dims int) hm.Type { return gorgonia.TensorType{Dims: dims, Of: tensor.Float32} }
	var t []hm.Type
	for _, dims := range o.in {
		t = append(t, of(dims))
	}
	return hm.NewFnType(append(t, of(o.shape.Dims()))...)
}

func (o *op) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return o.shape.Clone(), nil }

func (o *op) Do(in ...gorgonia.Value) (gorgonia.Value, error) {
	if o.out == nil {
		o.out = tensor.New(tensor.WithShape(o.shape...), tensor.Of(tensor.Float32))
	}
	return o.UsePreallocDo(o.out, in...)
}

// UsePreallocDo refuses memory of another shape, as registers that held
// something else have it; the machine then calls Do.
func (o *op) UsePreallocDo(out gorgonia.Value, in ...gorgonia.Value) (gorgonia.Value, error) {
	if !out.Shape().Eq(o.shape) {
		return nil, fmt.Errorf("layer: %s: no room for %v in %v", o.name, o.shape, out.Shape())
	}
	values := make([][]float32, len(in))
	for i, v := range in {
		data, ok := v.Data().([]float32)
		if !ok {
			return nil, fmt.Errorf("layer: %s: input %d holds %T, not float32", o.name, i, v.Data())
		}
		values[i] = data
	}
	data, ok := out.Data().([]float32)
	if !ok || len(data) != o.shape.TotalSize() {
		return nil, fmt.Errorf("layer: %s: no room for %v", o.name, o.shape)
	}
	if err := o.run(data, values); err != nil {
		return nil, fmt.Errorf("layer: %s: %w", o.name, err)
	}
	return out, nil
}

func (o *op) ReturnsPtr() bool     { return true }
func (o *op) CallsExtern() bool    { return false }
func (o *op) OverwritesInput() int { return -1 }

// WriteHash cannot fail: a hash.Hash never returns an error.
func (o *op) WriteHash(h hash.Hash) { _, _ = fmt.Fprintf(h, "%s %d", o.name, o.id) }

func (o *op) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func (o *op) String() string { return o.name }

func (o *op) DiffWRT(inputs int) []bool {
	wrt := make([]bool, inputs)
	for i := range wrt {
		wrt[i] = o.gradients != nil && (i >= len(o.fixed) || !o.fixed[i])
	}
	return wrt
}

func (o *op) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if o.gradients == nil {
		return nil, fmt.Errorf("layer: %s has no gradient", o.name)
	}
	return o.gradients(in, out, grad)
}
