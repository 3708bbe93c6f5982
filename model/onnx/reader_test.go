package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

// What follows reads ONNX files by the numbers of onnx.proto alone; it shares
// nothing with the writer.

// file is a ModelProto.
type file struct {
	ir, opset                    int64
	producer, version, doc, name string
	metadata                     map[string]string
	keys                         []string // of the metadata, in their order
	nodes                        []node
	tensors                      map[string]parameter
	inputs, outputs              []put
}

type node struct {
	in, out    []string
	name, op   string
	attributes map[string]setting
}

// setting is what an attribute holds, by its type.
type setting struct {
	kind    int64
	integer int64
	float   float32
	text    string
	list    []int64
}

type parameter struct {
	dims    []int64
	element int64
	raw     []byte
}

// put is an input or output; a symbolic dimension is a text.
type put struct {
	name    string
	element int64
	dims    []any
}

// field is one field of a message: number holds varints and fixed values.
type field struct {
	id, wire int
	number   uint64
	bytes    []byte
}

func (f field) text() string { return string(f.bytes) }

// fields splits a message; what is no message panics, which fails the test.
func fields(b []byte) (all []field) {
	varint := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			panic(fmt.Sprintf("no varint at % x", b[:min(8, len(b))]))
		}
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		tag := varint()
		f := field{id: int(tag >> 3), wire: int(tag & 7)}
		switch f.wire {
		case 0:
			f.number = varint()
		case 2:
			n := varint()
			f.bytes, b = b[:n], b[n:]
		case 5:
			f.number, b = uint64(binary.LittleEndian.Uint32(b)), b[4:]
		default:
			panic(fmt.Sprintf("wire type %d", f.wire))
		}
		all = append(all, f)
	}
	return all
}

func read(t *testing.T, data []byte) file {
	t.Helper()
	m := file{metadata: map[string]string{}, tensors: map[string]parameter{}}
	for _, f := range fields(data) {
		switch f.id {
		case 1:
			m.ir = int64(f.number)
		case 2:
			m.producer = f.text()
		case 3:
			m.version = f.text()
		case 6:
			m.doc = f.text()
		case 7:
			m.graph(t, f.bytes)
		case 8:
			for _, s := range fields(f.bytes) {
				if s.id == 2 {
					m.opset = int64(s.number)
				}
			}
		case 14:
			entry := fields(f.bytes)
			m.metadata[entry[0].text()] = entry[1].text()
			m.keys = append(m.keys, entry[0].text())
		default:
			t.Errorf("field %d in the model", f.id)
		}
	}
	return m
}

func (m *file) graph(t *testing.T, data []byte) {
	t.Helper()
	for _, f := range fields(data) {
		switch f.id {
		case 1:
			m.nodes = append(m.nodes, readNode(t, f.bytes))
		case 2:
			m.name = f.text()
		case 5:
			name, x := readTensor(t, f.bytes)
			if _, twice := m.tensors[name]; twice {
				t.Errorf("two tensors are called %s", name)
			}
			m.tensors[name] = x
		case 11:
			m.inputs = append(m.inputs, readPut(f.bytes))
		case 12:
			m.outputs = append(m.outputs, readPut(f.bytes))
		default:
			t.Errorf("field %d in the graph", f.id)
		}
	}
}

func readNode(t *testing.T, data []byte) node {
	t.Helper()
	n := node{attributes: map[string]setting{}}
	for _, f := range fields(data) {
		switch f.id {
		case 1:
			n.in = append(n.in, f.text())
		case 2:
			n.out = append(n.out, f.text())
		case 3:
			n.name = f.text()
		case 4:
			n.op = f.text()
		case 5:
			name, v := "", setting{}
			for _, a := range fields(f.bytes) {
				switch a.id {
				case 1:
					name = a.text()
				case 2:
					v.float = math.Float32frombits(uint32(a.number))
				case 3:
					v.integer = int64(a.number)
				case 4:
					v.text = a.text()
				case 8:
					v.list = append(v.list, int64(a.number))
				case 20:
					v.kind = int64(a.number)
				default:
					t.Errorf("field %d in attribute %s of %s", a.id, name, n.name)
				}
			}
			n.attributes[name] = v
		default:
			t.Errorf("field %d in a node", f.id)
		}
	}
	return n
}

func readTensor(t *testing.T, data []byte) (name string, x parameter) {
	t.Helper()
	for _, f := range fields(data) {
		switch f.id {
		case 1:
			x.dims = append(x.dims, int64(f.number))
		case 2:
			x.element = int64(f.number)
		case 8:
			name = f.text()
		case 9:
			x.raw = f.bytes
		default:
			t.Errorf("field %d in a tensor", f.id)
		}
	}
	size := int64(4)
	if x.element == 7 {
		size = 8
	}
	for _, d := range x.dims {
		size *= d
	}
	if int64(len(x.raw)) != size {
		t.Errorf("%s of %v, type %d, has %d bytes", name, x.dims, x.element, len(x.raw))
	}
	return name, x
}

func readPut(data []byte) (p put) {
	for _, f := range fields(data) {
		if f.id == 1 {
			p.name = f.text()
			continue
		}
		for _, kind := range fields(fields(f.bytes)[0].bytes) { // type, then tensor_type
			if kind.id == 1 {
				p.element = int64(kind.number)
				continue
			}
			for _, dim := range fields(kind.bytes) {
				if d := fields(dim.bytes)[0]; d.id == 1 {
					p.dims = append(p.dims, int(d.number))
				} else {
					p.dims = append(p.dims, d.text())
				}
			}
		}
	}
	return p
}

func (x parameter) floats() []float64 {
	v := make([]float64, len(x.raw)/4)
	for i := range v {
		v[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(x.raw[4*i:])))
	}
	return v
}

func (x parameter) integers() []int {
	v := make([]int, len(x.raw)/8)
	for i := range v {
		v[i] = int(binary.LittleEndian.Uint64(x.raw[8*i:]))
	}
	return v
}
