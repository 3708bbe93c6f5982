package onnx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
)

// Names of the input and the output of every model that is written here.
const (
	InputName  = "input"
	OutputName = "logit"
)

// What a model says of itself.
const (
	producer = "Lightbox"
	// irVersion is that of ONNX 1.10, the first with this operator set's final
	// form and old enough for OpenCV 4.6.
	irVersion = 8
	opset     = 13
	batchName = "batch"
)

// elements of tensors (TensorProto.DataType).
const (
	elementFloat   = 1
	elementInteger = 7
)

// maxBytes is the most a protocol buffer may hold.
const maxBytes = math.MaxInt32

// ErrTooLarge marks a network whose weights do not fit into one ONNX file.
var ErrTooLarge = errors.New("the network is too large for an ONNX file")

// Info is what a model says of itself beside its graph; what is empty is left
// out.
type Info struct {
	Name    string
	Version string
	SHA256  string // of weights and preprocessing, in hex
	// Doc tells people what goes in and what comes out.
	Doc string
	// Properties are further entries of the metadata.
	Properties map[string]string
}

// graph collects nodes and weights (GraphProto) and keeps the first error.
type graph struct {
	name     string
	nodes    message
	tensors  message
	in, out  message
	taken    map[string]bool
	tooLarge bool
}

func newGraph(name string, channels, side int) *graph {
	if name == "" {
		name = "network"
	}
	g := &graph{name: name, taken: map[string]bool{InputName: true, OutputName: true}}
	g.in = value(InputName, channels, side, side)
	return g
}

// value describes an input or output of a batch (ValueInfoProto).
func value(name string, dims ...int) message {
	var shape, first message
	first.text(2, batchName)
	shape.bytes(1, first)
	for _, d := range dims {
		var dim message
		dim.integer(1, int64(d))
		shape.bytes(1, dim)
	}
	var tensor, kind, v message
	tensor.integer(1, elementFloat)
	tensor.bytes(2, shape)
	kind.bytes(1, tensor)
	v.text(1, name)
	v.bytes(2, kind)
	return v
}

// free is name, numbered if something else has it.
func (g *graph) free(name string) string {
	unique := name
	for i := 2; g.taken[unique]; i++ {
		unique = fmt.Sprintf("%s.%d", name, i)
	}
	g.taken[unique] = true
	return unique
}

// node adds an operator (NodeProto) and gives the name of its output.
func (g *graph) node(op, name string, in []string, attributes ...message) string {
	out := g.free(name + "/" + op)
	g.nodeTo(out, op, out, in, attributes...)
	return out
}

func (g *graph) nodeTo(out, op, name string, in []string, attributes ...message) {
	var m message
	for _, n := range in {
		m.text(1, n)
	}
	m.text(2, out)
	m.text(3, name)
	m.text(4, op)
	for _, a := range attributes {
		m.bytes(5, a)
	}
	g.nodes.bytes(1, m)
}

// floats adds weights (TensorProto) and gives their name.
func (g *graph) floats(name string, data []float32, dims ...int) string {
	if g.tooLarge = g.tooLarge || len(g.tensors) > maxBytes-4*len(data)-1<<20; g.tooLarge {
		return name
	}
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return g.tensor(name, elementFloat, raw, dims)
}

// integers adds a list of whole numbers and gives its name.
func (g *graph) integers(name string, values ...int) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return g.tensor(name, elementInteger, raw, []int{len(values)})
}

func (g *graph) tensor(name string, element int64, raw []byte, dims []int) string {
	name = g.free(name)
	var m message
	for _, d := range dims {
		m.integer(1, int64(d))
	}
	m.integer(2, element)
	m.text(8, name)
	m.bytes(9, raw)
	g.tensors.bytes(5, m)
	return name
}

// end makes x the output: its shape for one picture without sides of one.
func (g *graph) end(x string, channels, rows, columns int) {
	var dims []int
	if channels > 1 {
		dims = append(dims, channels)
	}
	if rows > 1 || columns > 1 {
		dims = append(dims, rows, columns)
	}
	shape := g.integers(OutputName+".shape", append([]int{-1}, dims...)...)
	g.nodeTo(OutputName, "Reshape", g.free(OutputName+"/Reshape"), []string{x, shape})
	g.out = value(OutputName, dims...)
}

// file is the whole model (ModelProto).
func (g *graph) file(info Info) ([]byte, error) {
	if g.tooLarge {
		return nil, fmt.Errorf("onnx: %s: %w", g.name, ErrTooLarge)
	}
	var inner message
	inner = append(inner, g.nodes...)
	inner.text(2, g.name)
	inner = append(inner, g.tensors...)
	inner.bytes(11, g.in)
	inner.bytes(12, g.out)

	m := head()
	if info.Version != "" {
		m.text(3, info.Version)
	}
	if info.Doc != "" {
		m.text(6, info.Doc)
	}
	m.bytes(7, inner)
	var set message
	set.text(1, "")
	set.integer(2, opset)
	m.bytes(8, set)
	for _, p := range info.entries() {
		var entry message
		entry.text(1, p[0])
		entry.text(2, p[1])
		m.bytes(14, entry)
	}
	return m, nil
}

// head is how every file begins.
func head() message {
	var m message
	m.integer(1, irVersion)
	m.text(2, producer)
	return m
}

// entries are the metadata in a fixed order.
func (i Info) entries() (all [][2]string) {
	add := func(key, text string) {
		if text != "" {
			all = append(all, [2]string{key, text})
		}
	}
	add("name", i.Name)
	add("version", i.Version)
	add("weights_sha256", i.SHA256)
	for _, key := range slices.Sorted(maps.Keys(i.Properties)) {
		add(key, i.Properties[key])
	}
	return all
}

// IsExport tells whether the file at path begins as the files of this package do.
func IsExport(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read: nothing is lost by a failing close
	want := head()
	begins := make([]byte, len(want))
	_, err = io.ReadFull(f, begins)
	return err == nil && bytes.Equal(begins, want)
}
