package onnx

import (
	"fmt"

	_ "go4.org/unsafe/assume-no-moving-gc"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"lightbox/model"
)

// stock is source-28 written with Gorgonia's own operators alone, as its
// documentation would have it.
type stock struct {
	vm     gorgonia.VM
	input  []float32
	logits gorgonia.Value
}

func newStock(n *model.Network, batch int) (*stock, error) {
	return model.Building(func() (*stock, error) {
		g := gorgonia.NewGraph()
		s := &stock{input: make([]float32, batch*model.InputSize*model.InputSize)}
		bind := func(name string, data []float32, shape ...int) *gorgonia.Node {
			return gorgonia.NewTensor(g, tensor.Float32, len(shape), gorgonia.WithName(name), gorgonia.WithShape(shape...),
				gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
		}
		var err error
		must := func(node *gorgonia.Node, problem error) *gorgonia.Node {
			if err == nil && problem != nil {
				err = fmt.Errorf("stock graph: %w", problem)
			}
			return node
		}
		w := n.Tensors()
		x := bind("input", s.input, batch, 1, model.InputSize, model.InputSize)
		for i := 0; i < 4 && err == nil; i += 2 {
			weights, channels := bind(w[i].Name, w[i].Data, w[i].Shape...), w[i].Shape[0]
			x = must(gorgonia.Conv2d(x, weights, tensor.Shape{3, 3}, []int{0, 0}, []int{1, 1}, []int{1, 1}))
			if err != nil {
				break
			}
			x = must(gorgonia.BroadcastAdd(x, bind(w[i+1].Name, w[i+1].Data, 1, channels, 1, 1), nil, []byte{0, 2, 3}))
			x = must(gorgonia.MaxPool2D(must(gorgonia.Rectify(x)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
		}
		if err != nil {
			return nil, err
		}
		x = must(gorgonia.Reshape(x, tensor.Shape{batch, w[4].Shape[0]}))
		for i := 4; i < 8 && err == nil; i += 2 {
			x = must(gorgonia.Mul(x, bind(w[i].Name, w[i].Data, w[i].Shape...)))
			if err != nil {
				break
			}
			if x = must(gorgonia.BroadcastAdd(x, bind(w[i+1].Name, w[i+1].Data, 1, w[i+1].Shape[0]), nil, []byte{0})); i == 4 && err == nil {
				x = must(gorgonia.Rectify(x))
			}
		}
		if err != nil {
			return nil, err
		}
		gorgonia.Read(x, &s.logits)
		s.vm = gorgonia.NewTapeMachine(g)
		return s, nil
	})
}

func (s *stock) run(x []float32) ([]float32, error) {
	copy(s.input, x)
	if err := s.vm.RunAll(); err != nil {
		return nil, err
	}
	defer s.vm.Reset()
	switch v := s.logits.Data().(type) {
	case []float32:
		return append([]float32(nil), v...), nil
	case float32: // of a batch of one
		return []float32{v}, nil
	}
	return nil, fmt.Errorf("stock graph: %T", s.logits.Data())
}

func (s *stock) close() { _ = s.vm.Close() }
