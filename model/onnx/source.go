package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"lightbox/model"
)

// ErrNoPart marks the name of a network that a model does not have.
var ErrNoPart = errors.New("no such network")

// Model writes one of the networks of m, by the name that [model.Model.Parts]
// gives it; the empty name is the first that answers. What its weights file says
// about finding, population and preprocessing goes into the metadata.
func Model(m *model.Model, part string) ([]byte, error) {
	meta := m.Meta
	preprocessing, err := json.Marshal(meta.Preprocessing)
	if err != nil {
		return nil, fmt.Errorf("onnx: cannot write the preprocessing: %w", err)
	}
	properties := map[string]string{
		"architecture": meta.Architecture, "finding": meta.Finding, "population": meta.Population,
		"mirror_averaging": strconv.FormatBool(meta.MirrorAveraging), "preprocessing": string(preprocessing),
	}
	doc := "The input is a picture prepared as the metadata say under preprocessing; the output is a logit, which ranks pictures and is no probability."
	if meta.MirrorAveraging {
		doc += " Lightbox takes the mean of the logits of a picture and its left-right mirror image."
	}
	info := Info{Name: meta.Name, Version: meta.Version, SHA256: m.SHA256(), Doc: doc, Properties: properties}
	if net, ok := m.Network(); ok && (part == "" || part == meta.Name) {
		return Network(net, info)
	}
	var names []string
	for _, p := range m.Parts() {
		if p.Name == part || part == "" && p.Name == "1" {
			info.Name += " " + p.Name
			return Net(p.Net, p.Weights, info)
		}
		names = append(names, p.Name)
	}
	return nil, fmt.Errorf("%w as %q: %s has %s", ErrNoPart, part, meta.Name, strings.Join(names, ", "))
}

// Network writes the source document's CNN. The weights of its convolutions have
// ONNX's own order already; those of its dense layers are turned from (input,
// output) to (output, input), the only order that OpenCV 4.6 reads. Weights of the
// wrong sizes, or that are no numbers, give an error that wraps
// [model.ErrBadWeights].
func Network(n *model.Network, info Info) ([]byte, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	g := newGraph(info.Name, 1, model.InputSize)
	w := make([]string, 0, 8)
	for _, t := range n.Tensors() {
		if len(t.Shape) == 2 {
			in, out := t.Shape[0], t.Shape[1]
			t.Shape, t.Data = []int{out, in}, outputFirst(t.Data, 1, in, out)
		}
		w = append(w, g.floats(t.Name, t.Data, t.Shape...))
	}
	dense := func(name, x, weight, bias string) string {
		return g.node("Gemm", name, []string{x, weight, bias}, integer("transB", 1))
	}
	x := InputName
	for i, name := range []string{"conv1", "conv2"} {
		x = g.node("Conv", name, []string{x, w[2*i], w[2*i+1]}, list("kernel_shape", 3, 3))
		x = g.node("Relu", name, []string{x})
		x = g.node("MaxPool", name, []string{x}, list("kernel_shape", 2, 2), list("strides", 2, 2))
	}
	x = g.node("Flatten", "dense1", []string{x})
	x = g.node("Relu", "dense1", []string{dense("dense1", x, w[4], w[5])})
	g.end(dense("dense2", x, w[6], w[7]), 1, 1, 1)
	return g.file(info)
}
