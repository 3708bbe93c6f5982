package jpeg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
)

// A throw-away reader of DICOM files, independent of package dicom: just
// enough for the files that these tests meet.

// dicomFile is what readDICOM finds in a file.
type dicomFile struct {
	syntax          string
	rows, cols      int
	samples, frames int
	allocated       int
	photometric     string
	planar          int
	pixels          []byte   // native
	fragments       [][]byte // encapsulated, without the offset table
}

var errDICOM = errors.New("not readable for the tests' own reader")

// readDICOM reads the top level of a little endian file.
func readDICOM(b []byte) (f dicomFile, err error) {
	defer func() {
		if recover() != nil {
			err = errDICOM
		}
	}()
	if len(b) < 132 || string(b[128:132]) != "DICM" {
		return f, errDICOM
	}
	f.samples, f.frames = 1, 1
	explicit := true
	for pos := 132; pos < len(b); {
		tag := uint32(binary.LittleEndian.Uint16(b[pos:]))<<16 | uint32(binary.LittleEndian.Uint16(b[pos+2:]))
		if tag>>16 != 2 {
			explicit = f.syntax != "1.2.840.10008.1.2"
		}
		var value []byte
		var length uint32
		value, length, pos = element(b, pos, explicit)
		number := func() int { return int(binary.LittleEndian.Uint16(value)) }
		text := strings.TrimRight(string(value), " \x00")
		switch tag {
		case 0x00020010:
			f.syntax = text
		case 0x00280002:
			f.samples = number()
		case 0x00280004:
			f.photometric = text
		case 0x00280006:
			f.planar = number()
		case 0x00280008:
			f.frames = 0
			for _, c := range strings.TrimSpace(text) {
				f.frames = f.frames*10 + int(c-'0')
			}
		case 0x00280010:
			f.rows = number()
		case 0x00280011:
			f.cols = number()
		case 0x00280100:
			f.allocated = number()
		case 0x7FE00010:
			if length != 0xFFFFFFFF {
				f.pixels = value
				return f, nil
			}
			f.fragments = items(b[pos:])
			return f, nil
		}
		if length == 0xFFFFFFFF {
			pos = skip(b, pos, explicit)
		}
	}
	return f, nil
}

// element gives an element's value, its length as it stands, and the position
// after its value; before it, if the length is undefined.
func element(b []byte, pos int, explicit bool) (value []byte, length uint32, after int) {
	length, after = binary.LittleEndian.Uint32(b[pos+4:]), pos+8
	if explicit && !bytes.HasPrefix(b[pos:], []byte{0xFE, 0xFF}) {
		switch string(b[pos+4 : pos+6]) {
		case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
			length, after = binary.LittleEndian.Uint32(b[pos+8:]), pos+12
		default:
			length = uint32(binary.LittleEndian.Uint16(b[pos+6:]))
		}
	}
	if length == 0xFFFFFFFF {
		return nil, length, after
	}
	return b[after : after+int(length)], length, after + int(length)
}

// skip gives the position after the delimiter of a sequence or an item.
func skip(b []byte, pos int, explicit bool) int {
	for {
		end := b[pos] == 0xFE && b[pos+1] == 0xFF && (b[pos+2] == 0x0D || b[pos+2] == 0xDD)
		_, length, after := element(b, pos, explicit)
		if pos = after; end {
			return pos
		}
		if length == 0xFFFFFFFF {
			pos = skip(b, pos, explicit)
		}
	}
}

// items gives the fragments of encapsulated pixel data.
func items(b []byte) (fragments [][]byte) {
	for first := true; b[2] == 0; first = false {
		n := binary.LittleEndian.Uint32(b[4:])
		if !first {
			fragments = append(fragments, b[8:8+n])
		}
		b = b[8+n:]
	}
	return fragments
}

// frame0 joins the fragments of the first frame: all of them, or up to the next
// one that begins as a JPEG stream does.
func (f dicomFile) frame0() []byte {
	var out []byte
	for i, p := range f.fragments {
		if i > 0 && f.frames > 1 && bytes.HasPrefix(p, []byte{0xFF, 0xD8}) {
			break
		}
		out = append(out, p...)
	}
	return out
}

// native gives native pixel data little endian by pixel.
func (f dicomFile) native() []byte {
	size := f.rows * f.cols * f.samples * f.allocated / 8
	if f.planar == 0 || f.samples == 1 {
		return f.pixels[:size]
	}
	out := make([]byte, 0, size)
	w := f.allocated / 8
	for i := range f.rows * f.cols {
		for k := range f.samples {
			at := (k*f.rows*f.cols + i) * w
			out = append(out, f.pixels[at:at+w]...)
		}
	}
	return out
}

// isJPEG tells whether a transfer syntax is one of ITU-T T.81.
func isJPEG(syntax string) bool {
	rest, ok := strings.CutPrefix(syntax, "1.2.840.10008.1.2.4.")
	return ok && (rest == "70" || len(rest) == 2 && rest >= "50" && rest <= "66")
}
