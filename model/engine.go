package model

import (
	"fmt"
	"runtime"
	"sync"

	// Gorgonia refuses to start on Go versions this module does not vouch for.
	_ "go4.org/unsafe/assume-no-moving-gc"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// engine runs one network forward. A Gorgonia graph has a fixed batch size
// and its machine serves one goroutine, so the engine keeps idle machines per
// batch size and makes another when none is idle. Machines only read the
// weights, which they share.
type engine struct {
	net *Network

	mu   sync.Mutex
	idle map[int][]*machine
}

func newEngine(net *Network) *engine {
	return &engine{net: net, idle: map[int][]*machine{}}
}

// logits runs one batch: prepared holds batch pictures of 784 values each.
func (e *engine) logits(prepared []float32, batch int) ([]float64, error) {
	if batch < 1 || len(prepared) != batch*inputPixels {
		return nil, fmt.Errorf("%w: %d values for a batch of %d", ErrBadImage, len(prepared), batch)
	}
	m, err := e.take(batch)
	if err != nil {
		return nil, err
	}
	out, err := m.run(prepared)
	if err != nil {
		m.close() // its state is unknown: let it go rather than reuse it
		return nil, err
	}
	e.put(m)
	return out, nil
}

func (e *engine) take(batch int) (*machine, error) {
	e.mu.Lock()
	free := e.idle[batch]
	if n := len(free); n > 0 {
		m := free[n-1]
		e.idle[batch] = free[:n-1]
		e.mu.Unlock()
		return m, nil
	}
	e.mu.Unlock()
	return Building(func() (*machine, error) { return newMachine(e.net, batch) })
}

// put keeps at most as many idle machines as can run at a time.
func (e *engine) put(m *machine) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.idle[m.batch]) < runtime.GOMAXPROCS(0) {
		e.idle[m.batch] = append(e.idle[m.batch], m)
		return
	}
	m.close()
}

// machine is one compiled graph with its input buffer. Not safe for
// concurrent use.
type machine struct {
	batch  int
	vm     gorgonia.VM
	input  []float32
	logits gorgonia.Value
}

func newMachine(net *Network, batch int) (*machine, error) {
	g := gorgonia.NewGraph()
	graph, err := BuildGraph(g, tensor.Float32, batch)
	if err != nil {
		return nil, err
	}
	m := &machine{batch: batch, input: make([]float32, batch*inputPixels)}
	for i, t := range net.Tensors() {
		value := tensor.New(tensor.WithShape(ParamShape(t)...), tensor.WithBacking(t.Data))
		if err := gorgonia.Let(graph.Params[i], value); err != nil {
			return nil, fmt.Errorf("model: cannot bind %s: %w", t.Name, err)
		}
	}
	value := tensor.New(tensor.WithShape(batch, 1, InputSize, InputSize), tensor.WithBacking(m.input))
	if err := gorgonia.Let(graph.Input, value); err != nil {
		return nil, fmt.Errorf("model: cannot bind the input: %w", err)
	}
	// Read must stand in the graph before the machine is compiled.
	gorgonia.Read(graph.Logits, &m.logits)
	m.vm = gorgonia.NewTapeMachine(g)
	return m, nil
}

func (m *machine) run(prepared []float32) ([]float64, error) {
	copy(m.input, prepared)
	if err := m.vm.RunAll(); err != nil {
		return nil, fmt.Errorf("model: network run failed: %w", err)
	}
	defer m.vm.Reset()
	data, ok := m.logits.Data().([]float32)
	if !ok { // Gorgonia hands out a scalar where a batch of one was asked for
		single, isScalar := m.logits.Data().(float32)
		if !isScalar {
			return nil, fmt.Errorf("model: network gave %T, not numbers", m.logits.Data())
		}
		data = []float32{single}
	}
	if len(data) != m.batch {
		return nil, fmt.Errorf("model: network gave %d logits for %d pictures", len(data), m.batch)
	}
	out := make([]float64, m.batch)
	for i, v := range data {
		out[i] = float64(v)
	}
	return out, nil
}

// close releases the machine; closing a tape machine cannot usefully fail,
// and nothing is left to do if it did.
func (m *machine) close() { _ = m.vm.Close() }
