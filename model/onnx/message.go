package onnx

import (
	"encoding/binary"
	"math"
)

// message is a protocol buffer in the making: fields are appended in order.
// Source: protobuf.dev/programming-guides/encoding.
type message []byte

// Wire types.
const (
	wireVarint = 0
	wireBytes  = 2
	wireFixed4 = 5
)

func (m *message) tag(field, wire int) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|uint64(wire))
}

func (m *message) integer(field int, v int64) {
	m.tag(field, wireVarint)
	*m = binary.AppendUvarint(*m, uint64(v)) // a negative one takes ten bytes, as the format wants
}

func (m *message) float(field int, v float32) {
	m.tag(field, wireFixed4)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(v))
}

func (m *message) bytes(field int, v []byte) {
	m.tag(field, wireBytes)
	*m = append(binary.AppendUvarint(*m, uint64(len(v))), v...)
}

func (m *message) text(field int, v string) { m.bytes(field, []byte(v)) }

// attribute types of onnx.proto, AttributeProto.AttributeType.
const (
	typeFloat   = 1
	typeInteger = 2
	typeText    = 3
	typeList    = 7
)

// attribute of an operator (AttributeProto).
func attribute(name string, kind int64, value func(*message)) message {
	var m message
	m.text(1, name)
	value(&m)
	m.integer(20, kind)
	return m
}

func floating(name string, v float32) message {
	return attribute(name, typeFloat, func(m *message) { m.float(2, v) })
}

func integer(name string, v int64) message {
	return attribute(name, typeInteger, func(m *message) { m.integer(3, v) })
}

func text(name, v string) message {
	return attribute(name, typeText, func(m *message) { m.text(4, v) })
}

func list(name string, values ...int) message {
	return attribute(name, typeList, func(m *message) {
		for _, v := range values {
			m.integer(8, int64(v))
		}
	})
}
