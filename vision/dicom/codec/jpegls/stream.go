package jpegls

import (
	"bytes"
	"encoding/binary"

	"lightbox/vision/fault"
)

// The markers of a JPEG-LS stream (ITU-T T.87, C.1.1).
const (
	markerSOI   = 0xD8
	markerEOI   = 0xD9
	markerSOS   = 0xDA
	markerDRI   = 0xDD
	markerAPP8  = 0xE8
	markerCOM   = 0xFE
	markerSOF55 = 0xF7
	markerLSE   = 0xF8
)

// stream is what the marker segments say.
type stream struct {
	rows, columns, bits int
	components          []byte // identifiers, in the order of the frame header
	scans               []scan
	ended               bool // there is an EOI
	transform           bool // an HP colour transform is announced
}

func (s *stream) samples() int { return len(s.components) }

// scan is one scan with what it needs to stand alone.
type scan struct {
	samples    []int  // which components of the picture it holds
	tables     []byte // the LSE, DRI and colour transform segments in force
	near       byte   // greatest error of a sample
	interleave byte   // 0 none, 1 by line, 2 by sample
	data       []byte // entropy-coded, with restart markers, without the marker behind
}

// parse reads all marker segments. Entropy-coded data are passed over: in
// them, a 0xFF is followed by a byte below 0x80 (T.87, A.1).
func parse(data []byte) (*stream, error) {
	if len(data) < 2 || data[0] != 0xFF || data[1] != markerSOI {
		return nil, fault.New(fault.Corrupt, "", "JPEG-LS data without a start of image")
	}
	s := &stream{}
	var tables []byte
	for at := 2; ; {
		marker, body, next, err := segment(data, at)
		if err != nil {
			if len(s.scans) > 0 {
				return s, nil // what is behind the last whole scan cannot matter
			}
			return nil, err
		}
		at = next
		switch marker {
		case markerEOI:
			s.ended = true
			return s, nil
		case markerSOS:
			at += entropy(data[next:])
			err = s.scan(body, tables, data[next:at])
		default:
			tables, err = s.other(marker, body, tables)
		}
		if err != nil {
			return nil, err
		}
	}
}

// other reads a marker segment that is no scan, and gives the tables then in
// force.
func (s *stream) other(marker byte, body, tables []byte) ([]byte, error) {
	switch {
	case marker == markerSOF55:
		return tables, s.frame(body)
	case marker == markerLSE:
		if err := preset(body); err != nil || body[0] != 1 {
			return tables, err
		}
		return join(tables, marker, body), nil
	case marker == markerDRI:
		return join(tables, marker, body), nil
	case marker == markerAPP8 && len(body) >= 5 && string(body[:4]) == "mrfx":
		s.transform = s.transform || body[4] != 0
		return join(tables, marker, body), nil
	case marker >= 0xE0 && marker <= 0xEF, marker == markerCOM:
		return tables, nil
	}
	return tables, fault.New(fault.Corrupt, "", "marker %02X in JPEG-LS data", marker)
}

// maxTables bounds what is copied before each scan; presets, restart interval
// and transform have 35 bytes together.
const maxTables = 4096

func join(tables []byte, marker byte, body []byte) []byte {
	if len(tables)+len(body) > maxTables {
		return tables
	}
	n := len(body) + 2
	return append(append(tables[:len(tables):len(tables)], 0xFF, marker, byte(n>>8), byte(n)), body...)
}

// segment reads the marker at a place, the bytes of its segment after the
// length, and where it ends.
func segment(data []byte, at int) (marker byte, body []byte, next int, err error) {
	short := fault.New(fault.Truncated, "", "the JPEG-LS data end in their header")
	if at >= len(data) {
		return 0, nil, 0, short
	}
	if data[at] != 0xFF {
		return 0, nil, 0, fault.New(fault.Corrupt, "", "no JPEG-LS marker at byte %d", at)
	}
	for at < len(data) && data[at] == 0xFF { // fill bytes may precede a marker
		at++
	}
	if at >= len(data) {
		return 0, nil, 0, short
	}
	if marker = data[at]; marker == markerEOI {
		return marker, nil, at + 1, nil
	}
	if at+3 > len(data) {
		return 0, nil, 0, short
	}
	n := int(binary.BigEndian.Uint16(data[at+1:]))
	if n < 2 {
		return 0, nil, 0, fault.New(fault.Corrupt, "", "a JPEG-LS marker segment of %d bytes", n)
	}
	if at+1+n > len(data) {
		return 0, nil, 0, short
	}
	return marker, data[at+3 : at+1+n], at + 1 + n, nil
}

// entropy is the length of entropy-coded data up to the next marker other than
// a restart.
func entropy(data []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], 0xFF)
		if i < 0 {
			return len(data)
		}
		at += i
		if at+1 >= len(data) {
			return at // a lone 0xFF is half a marker
		}
		if c := data[at+1]; c >= 0x80 && (c < 0xD0 || c > 0xD7) {
			return at
		}
		at += 2
	}
}

// frame reads SOF55 (T.87, C.2.2).
func (s *stream) frame(b []byte) error {
	if s.components != nil || len(b) < 6 || len(b) < 6+3*int(b[5]) {
		return fault.New(fault.Corrupt, "", "the JPEG-LS frame header contradicts itself")
	}
	s.bits = int(b[0])
	s.rows, s.columns = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	for i := range int(b[5]) {
		c := b[6+3*i:]
		if bytes.IndexByte(s.components, c[0]) >= 0 {
			return fault.New(fault.Corrupt, "", "JPEG-LS component %d is there twice", c[0])
		}
		if c[1] != b[7] {
			return fault.New(fault.Syntax, "", "JPEG-LS with subsampled components")
		}
		s.components = append(s.components, c[0])
	}
	if len(s.components) == 0 {
		return fault.New(fault.Corrupt, "", "a JPEG-LS frame without components")
	}
	return nil
}

// scan reads SOS (T.87, C.2.3).
func (s *stream) scan(b, tables, data []byte) error {
	if len(b) < 1 || len(b) < 4+2*int(b[0]) || b[0] == 0 {
		return fault.New(fault.Corrupt, "", "the JPEG-LS scan header contradicts itself")
	}
	n := int(b[0])
	tail := b[1+2*n:]
	c := scan{tables: tables, near: tail[0], interleave: tail[1], data: data}
	for i := range n {
		which := bytes.IndexByte(s.components, b[1+2*i])
		if which < 0 || s.scanned(which) {
			return fault.New(fault.Corrupt, "", "a JPEG-LS scan of component %d, which is not awaited", b[1+2*i])
		}
		if b[2+2*i] != 0 {
			return fault.New(fault.Syntax, "", "JPEG-LS with mapping tables")
		}
		c.samples = append(c.samples, which)
	}
	switch {
	case tail[2]&15 != 0:
		return fault.New(fault.Syntax, "", "JPEG-LS with a point transform")
	case n == 1:
		c.interleave = 0 // some encoders write another mode, which then means the same
	case c.interleave != 1 && c.interleave != 2:
		return fault.New(fault.Corrupt, "", "a JPEG-LS scan of %d components that are not interleaved", n)
	}
	s.scans = append(s.scans, c)
	return nil
}

func (s *stream) scanned(component int) bool {
	for _, c := range s.scans {
		for _, k := range c.samples {
			if k == component {
				return true
			}
		}
	}
	return false
}

// preset refuses the parameter segments that change the picture in ways that
// are not read here (T.87, C.2.4.1): sizes above 65535 and extensions.
// Mapping tables are refused where a scan uses one.
func preset(b []byte) error {
	if len(b) == 0 || b[0] == 0 || b[0] > 3 {
		return fault.New(fault.Syntax, "", "JPEG-LS with extended parameters")
	}
	return nil
}

// charLS1 is a scan of up to 7 bits with the thresholds stated that CharLS 1,
// and with it DCMTK, takes for the default: its formula lacks the branch for
// MAXVAL below 128 of T.87, C.2.4.1.1.1. ok is false where the scan has others.
func (c scan) charLS1(bits int) (other scan, ok bool) {
	if bits > 7 || bytes.Contains(c.tables, []byte{0xFF, markerLSE}) {
		return c, false
	}
	largest, near := 1<<bits-1, int(c.near)
	body := []byte{1}
	for _, v := range []int{largest, 2 + 3*near, 3 + 5*near, 4 + 7*near, 64} {
		if v > largest && v != 64 { // thresholds out of range are NEAR + 1
			v = near + 1
		}
		body = binary.BigEndian.AppendUint16(body, uint16(v))
	}
	c.tables = join(c.tables, markerLSE, body)
	return c, true
}

// alone writes a stream of one scan: its components only, nothing else.
func (s *stream) alone(c scan) []byte {
	out := make([]byte, 0, len(c.data)+len(c.tables)+40+5*len(c.samples))
	out = append(append(out, 0xFF, markerSOI), c.tables...)
	n := byte(len(c.samples))
	out = append(out, 0xFF, markerSOF55, 0, 8+3*n, byte(s.bits), byte(s.rows>>8), byte(s.rows), byte(s.columns>>8), byte(s.columns), n)
	for i := range n {
		out = append(out, i+1, 0x11, 0)
	}
	out = append(out, 0xFF, markerSOS, 0, 6+2*n, n)
	for i := range n {
		out = append(out, i+1, 0)
	}
	out = append(append(out, c.near, c.interleave, 0), c.data...)
	return append(out, 0xFF, markerEOI)
}
