// Package dicomtest writes small DICOM files for tests. It shares no code with
// the reader and does not know the DICOM module, so that the two can disagree;
// it is no writer for anything that leaves a test.
package dicomtest

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"math"
	"sort"
)

// The transfer syntaxes that File encodes; any other UID is written as
// explicit little endian (PS3.5 annex A).
const (
	ImplicitLE = "1.2.840.10008.1.2"
	ExplicitLE = "1.2.840.10008.1.2.1"
	DeflatedLE = "1.2.840.10008.1.2.1.99"
	ExplicitBE = "1.2.840.10008.1.2.2"
)

// Undefined is the Element.Length that writes a sequence, its items or fragments
// with delimiters instead of lengths.
const Undefined = 0xFFFFFFFF

// Element is one data element. Exactly one of Value and Items is used.
type Element struct {
	Tag   uint32 // gggg<<16 | eeee
	VR    string
	Value any // nil, string, []byte (as stored), int, []int, []uint16, []float64
	Items [][]Element

	// Length, if not 0, is written instead of the true length.
	Length uint32
	// Fragments are encapsulated pixel data, the offset table first.
	Fragments [][]byte
}

// Set is a list of elements that Bytes puts in order.
type Set []Element

// With returns the set with elements replaced or added, those of the same tag
// replaced.
func (s Set) With(elements ...Element) Set {
	out := append(Set{}, s...)
	for _, e := range elements {
		out = append(out.Without(e.Tag), e)
	}
	return out
}

// Without returns the set without the elements of these tags.
func (s Set) Without(tags ...uint32) Set {
	var out Set
	for _, e := range s {
		drop := false
		for _, t := range tags {
			drop = drop || e.Tag == t
		}
		if !drop {
			out = append(out, e)
		}
	}
	return out
}

// File gives a DICOM file (PS3.10 section 7): preamble, file meta information
// and the set in the given transfer syntax. With s nil, body follows the meta
// information as it stands.
func File(syntax string, s Set, body ...byte) []byte {
	meta := Set{
		{Tag: 0x00020001, VR: "OB", Value: []byte{0, 1}},
		{Tag: 0x00020010, VR: "UI", Value: syntax},
		{Tag: 0x00020012, VR: "UI", Value: "1.2.826.0.1.3680043.10.1"},
	}
	little := writer{explicit: true, o: binary.LittleEndian}
	encoded := little.set(meta)
	out := append(make([]byte, 128), "DICM"...)
	out = append(out, little.set(Set{{Tag: 0x00020000, VR: "UL", Value: len(encoded)}})...)
	out = append(out, encoded...)
	if s == nil {
		return append(out, body...)
	}
	return append(out, Body(syntax, s)...)
}

// Body gives the data set alone, as files without preamble hold it.
func Body(syntax string, s Set) []byte {
	w := writer{explicit: syntax != ImplicitLE, o: binary.LittleEndian}
	if syntax == ExplicitBE {
		w.o = binary.BigEndian
	}
	b := w.set(s)
	if syntax == DeflatedLE {
		return Deflate(b)
	}
	return b
}

// Deflate compresses as PS3.5 A.5 asks, padded to an even length.
func Deflate(b []byte) []byte {
	var buf bytes.Buffer
	z, err := flate.NewWriter(&buf, flate.BestCompression)
	if err == nil {
		_, err = z.Write(b)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // a bytes.Buffer does not fail
	}
	if buf.Len()%2 != 0 {
		buf.WriteByte(0)
	}
	return buf.Bytes()
}

type writer struct {
	explicit bool
	o        interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}
}

func (w writer) set(s []Element) []byte {
	s = append([]Element{}, s...)
	sort.SliceStable(s, func(i, j int) bool { return s[i].Tag < s[j].Tag })
	var out []byte
	for _, e := range s {
		out = append(out, w.element(e)...)
	}
	return out
}

func (w writer) element(e Element) []byte {
	value := w.value(e)
	n := uint32(len(value))
	if e.Length != 0 {
		n = e.Length
	}
	b := w.tag(nil, e.Tag)
	switch e.VR {
	case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
		if w.explicit {
			b = append(b, e.VR[0], e.VR[1], 0, 0)
		}
		b = w.o.AppendUint32(b, n)
	default:
		if w.explicit {
			b = append(b, e.VR...)
			b = w.o.AppendUint16(b, uint16(n))
		} else {
			b = w.o.AppendUint32(b, n)
		}
	}
	return append(b, value...)
}

func (w writer) tag(b []byte, t uint32) []byte {
	return w.o.AppendUint16(w.o.AppendUint16(b, uint16(t>>16)), uint16(t))
}

func (w writer) value(e Element) []byte {
	var b []byte
	for _, f := range e.Fragments {
		b = append(w.o.AppendUint32(w.tag(b, 0xFFFEE000), uint32(len(f))), f...)
	}
	if e.Fragments != nil {
		return w.o.AppendUint32(w.tag(b, 0xFFFEE0DD), 0)
	}
	if e.VR == "SQ" || e.Items != nil {
		return w.items(e)
	}
	switch v := e.Value.(type) {
	case nil:
	case []byte:
		b = v
	case string:
		if b = []byte(v); len(b)%2 != 0 {
			pad := byte(' ')
			if e.VR == "UI" {
				pad = 0
			}
			b = append(b, pad)
		}
	case int:
		b = w.number(b, e.VR, v)
	case []int:
		for _, n := range v {
			b = w.number(b, e.VR, n)
		}
	case []uint16:
		for _, n := range v {
			b = w.o.AppendUint16(b, n)
		}
	case []float64:
		for _, f := range v {
			if e.VR == "FL" || e.VR == "OF" {
				b = w.o.AppendUint32(b, math.Float32bits(float32(f)))
			} else {
				b = w.o.AppendUint64(b, math.Float64bits(f))
			}
		}
	default:
		panic(fmt.Sprintf("dicomtest: no encoding for %T", v))
	}
	return b
}

func (w writer) number(b []byte, vr string, n int) []byte {
	if vr == "UL" || vr == "SL" {
		return w.o.AppendUint32(b, uint32(n))
	}
	return w.o.AppendUint16(b, uint16(n))
}

func (w writer) items(e Element) []byte {
	if e.VR == "UN" {
		// The items of an UN are implicit little endian (PS3.5 section 6.2.2).
		w = writer{o: binary.LittleEndian}
	}
	var b []byte
	for _, item := range e.Items {
		body := w.set(item)
		b = w.tag(b, 0xFFFEE000)
		if e.Length != Undefined {
			b = append(w.o.AppendUint32(b, uint32(len(body))), body...)
			continue
		}
		b = append(w.o.AppendUint32(b, Undefined), body...)
		b = w.o.AppendUint32(w.tag(b, 0xFFFEE00D), 0)
	}
	if e.Length == Undefined {
		b = w.o.AppendUint32(w.tag(b, 0xFFFEE0DD), 0)
	}
	return b
}
