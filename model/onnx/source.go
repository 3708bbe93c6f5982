package onnx

import (
	"encoding/json"
	"fmt"
	"strconv"

	"lightbox/model"
)

// Model writes the network of m; what its weights file says about finding,
// population, preprocessing and calibration goes into the metadata.
func Model(m *model.Model) ([]byte, error) {
	meta := m.Meta
	properties := map[string]string{
		"architecture": meta.Architecture, "finding": meta.Finding, "population": meta.Population,
		"mirror_averaging": strconv.FormatBool(meta.MirrorAveraging),
	}
	for key, value := range map[string]any{"preprocessing": meta.Preprocessing, "calibration": meta.Calibration} {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("onnx: cannot write %s: %w", key, err)
		}
		properties[key] = string(text)
	}
	doc := "The input is a picture prepared as the metadata say under preprocessing; the output is a logit, which ranks pictures and is no probability."
	if meta.MirrorAveraging {
		doc += " Lightbox takes the mean of the logits of a picture and its left-right mirror image."
	}
	return Network(m.Network(), Info{Name: meta.Name, Version: meta.Version, SHA256: m.SHA256(), Doc: doc, Properties: properties})
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
