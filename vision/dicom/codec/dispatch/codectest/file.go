// Package codectest is what the tests of the codecs share: a reader of
// encapsulated frames that knows nothing of vision/dicom, pictures to compress,
// and reference tools run as child processes. No program imports it.
package codectest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"strconv"
	"strings"
)

// File is the part of a DICOM file that a codec's test needs.
type File struct {
	Syntax, Photometric          string
	Rows, Columns, Samples       int
	Allocated, Stored, PlaneWise int
	Count                        int      // Number of Frames
	Frames                       [][]byte // encapsulated: the codestreams; native: one frame each, as stored
	Packed                       []byte   // native: all frames as they stand
}

// Read reads a file in explicit little endian, with or without preamble.
func Read(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(b)
}

// Parse is Read for bytes.
func Parse(b []byte) (*File, error) {
	if len(b) > 132 && string(b[128:132]) == "DICM" {
		b = b[132:]
	}
	f := &File{Samples: 1, Count: 1}
	for len(b) >= 8 {
		e, rest, err := next(b)
		if err != nil {
			return nil, err
		}
		if e.tag == 0x7FE00010 {
			return f, f.pixels(e, rest)
		}
		f.take(e)
		b = rest
	}
	return nil, errors.New("no pixel data")
}

const undefined = 0xFFFFFFFF

type element struct {
	tag, length uint32
	value       []byte
}

// next reads one element. A sequence of undefined length is passed over.
func next(b []byte) (element, []byte, error) {
	e := element{tag: uint32(binary.LittleEndian.Uint16(b))<<16 | uint32(binary.LittleEndian.Uint16(b[2:]))}
	head := 8
	if strings.Contains("OB OD OF OL OV OW SQ SV UC UN UR UT UV", string(b[4:6])) {
		head = 12
	}
	if len(b) < head {
		return e, nil, errors.New("cut in an element")
	}
	if e.length = uint32(binary.LittleEndian.Uint16(b[6:])); head == 12 {
		e.length = binary.LittleEndian.Uint32(b[8:])
	}
	b = b[head:]
	if e.tag == 0x7FE00010 {
		return e, b, nil
	}
	if e.length == undefined {
		// Good enough for the files at hand: none holds the delimiter in a value.
		i := bytes.Index(b, []byte("\xFE\xFF\xDD\xE0\x00\x00\x00\x00"))
		for depth := 1; i >= 0; { // nested ones end with the same delimiter
			depth += bytes.Count(b[:i], []byte("SQ\x00\x00\xFF\xFF\xFF\xFF")) + bytes.Count(b[:i], []byte("UN\x00\x00\xFF\xFF\xFF\xFF")) - 1
			b = b[i+8:]
			if depth == 0 {
				return e, b, nil
			}
			i = bytes.Index(b, []byte("\xFE\xFF\xDD\xE0\x00\x00\x00\x00"))
		}
		return e, nil, errors.New("a sequence without end")
	}
	if int(e.length) > len(b) {
		return e, nil, errors.New("cut in a value")
	}
	e.value = b[:e.length]
	return e, b[e.length:], nil
}

func (f *File) take(e element) {
	text := strings.TrimRight(string(e.value), " \x00")
	short := 0
	if len(e.value) >= 2 {
		short = int(binary.LittleEndian.Uint16(e.value))
	}
	switch e.tag {
	case 0x00020010:
		f.Syntax = text
	case 0x00280002:
		f.Samples = short
	case 0x00280004:
		f.Photometric = text
	case 0x00280006:
		f.PlaneWise = short
	case 0x00280008:
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
			f.Count = n
		}
	case 0x00280010:
		f.Rows = short
	case 0x00280011:
		f.Columns = short
	case 0x00280100:
		f.Allocated = short
	case 0x00280101:
		f.Stored = short
	}
}

func (f *File) pixels(e element, b []byte) error {
	if e.length != undefined {
		size := (f.Rows*f.Columns*f.Samples*f.Allocated + 7) / 8
		if f.Packed = b; f.Allocated == 1 {
			return nil
		}
		if len(b) < size*f.Count || size == 0 {
			return errors.New("short pixel data")
		}
		for i := range f.Count {
			f.Frames = append(f.Frames, b[i*size:(i+1)*size])
		}
		return nil
	}
	var items [][]byte
	var starts []int // of the items after the table, in its terms
	at := 0
	for len(b) >= 8 && binary.LittleEndian.Uint32(b) == 0xE000FFFE {
		// The last fragment may be cut.
		n := min(int(binary.LittleEndian.Uint32(b[4:])), len(b)-8)
		if items = append(items, b[8:8+n]); len(items) > 1 {
			starts = append(starts, at)
			at += 8 + n
		}
		b = b[8+n:]
	}
	if len(items) < 2 {
		return errors.New("no fragments")
	}
	table, items := items[0], items[1:]
	for i, item := range items {
		begins := i == 0 || len(items) == f.Count
		for j := 0; j+4 <= len(table) && f.Count > 1; j += 4 {
			begins = begins || int(binary.LittleEndian.Uint32(table[j:])) == starts[i]
		}
		if begins {
			f.Frames = append(f.Frames, nil)
		}
		last := &f.Frames[len(f.Frames)-1]
		*last = append((*last)[:len(*last):len(*last)], item...)
	}
	return nil
}

// ByPixel gives a native frame with its colours by pixel.
func (f *File) ByPixel(frame int) []byte {
	in := f.Frames[frame]
	if f.Samples == 1 || f.PlaneWise == 0 {
		return in
	}
	w := f.Allocated / 8
	out := make([]byte, len(in))
	pixels := f.Rows * f.Columns
	for s := range f.Samples {
		for p := range pixels {
			copy(out[(p*f.Samples+s)*w:], in[(s*pixels+p)*w:][:w])
		}
	}
	return out
}
