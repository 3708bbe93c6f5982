package jpeg2000

import (
	"encoding/binary"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// The markers that are read here (ITU-T T.800, table A.2).
const (
	markerSOC = 0xFF4F
	markerSIZ = 0xFF51
	markerCOD = 0xFF52
	markerCOC = 0xFF53
	markerSOT = 0xFF90
	markerSOD = 0xFF93
	markerEOC = 0xFFD9
)

// component is a component of SIZ: its depth and how far apart its samples
// are on the reference grid.
type component struct {
	bits   int
	signed bool
	dx, dy int
}

// size is SIZ (T.800, A.5.1) in the reference grid's units.
type size struct {
	x0, y0, x1, y1         int // the image
	tileX0, tileY0         int // the first tile's corner
	tileWidth, tileHeight  int
	tileColumns, tileRows  int
	components             []component
	rows, columns, samples int // the picture
	bits                   int
}

// coding is what COD and COC say of a component (T.800, A.6.1, A.6.2).
type coding struct {
	layers, levels int
	transform      bool // the multiple component transform; of COD alone
	blockW, blockH int  // log2 of a code-block's sides
	lossy          bool // 9-7 wavelet
	precincts      []byte
}

// header is the main header, and what tile-part headers change of it.
type header struct {
	size
	coding      []coding // by component; nil until COD
	lossy       bool     // anywhere
	transformed bool     // anywhere
	packets     int      // at most so many in a tile
}

func corrupt(format string, args ...any) error {
	return fault.New(fault.Corrupt, "", format, args...)
}

// segment is one marker segment.
type segment struct {
	marker int
	body   []byte // without the length
	next   int    // where the following marker is
}

// segmentAt reads the marker segment at a place. SOC, SOD and EOC have no body.
func segmentAt(data []byte, at int) (segment, error) {
	if at+2 > len(data) {
		return segment{}, fault.New(fault.Truncated, "", "the JPEG 2000 data end in a header")
	}
	s := segment{marker: int(binary.BigEndian.Uint16(data[at:])), next: at + 2}
	switch {
	case s.marker < 0xFF00:
		return s, corrupt("no JPEG 2000 marker at byte %d", at)
	case s.marker == markerSOC, s.marker == markerSOD, s.marker == markerEOC, s.marker >= 0xFF30 && s.marker <= 0xFF3F:
		return s, nil
	case at+4 > len(data):
		return s, fault.New(fault.Truncated, "", "the JPEG 2000 data end in a header")
	}
	n := int(binary.BigEndian.Uint16(data[at+2:]))
	if n < 2 {
		return s, corrupt("a JPEG 2000 marker segment of %d bytes", n)
	}
	if s.next = at + 2 + n; s.next > len(data) {
		return s, fault.New(fault.Truncated, "", "the JPEG 2000 data end in a header")
	}
	s.body = data[at+4 : s.next]
	return s, nil
}

// readHeader reads the main header and gives where the first tile-part is.
func readHeader(data []byte, maxBytes int64) (*header, int, error) {
	h := &header{}
	at := 2
	for range maxHeaderSegments {
		s, err := segmentAt(data, at)
		if err == nil && h.components == nil && s.marker != markerSIZ {
			err = corrupt("JPEG 2000 data that do not begin with their size")
		}
		if err != nil {
			return nil, 0, err
		}
		switch s.marker {
		case markerSIZ:
			err = h.readSIZ(s.body, maxBytes)
		case markerSOT:
			if h.coding == nil {
				return nil, 0, corrupt("JPEG 2000 data without coding parameters")
			}
			return h, at, nil
		case markerSOC, markerSOD, markerEOC:
			err = corrupt("JPEG 2000 marker %04X in the main header", s.marker)
		default:
			err = h.readCoding(s)
		}
		if err != nil {
			return nil, 0, err
		}
		at = s.next
	}
	return nil, 0, corrupt("a JPEG 2000 header of more than %d marker segments", maxHeaderSegments)
}

// readSIZ holds the size against the limits before anything depends on it.
func (h *header) readSIZ(b []byte, maxBytes int64) error {
	if h.components != nil || len(b) < 36 {
		return corrupt("the JPEG 2000 size contradicts itself")
	}
	var v [8]int
	for i := range v {
		u := binary.BigEndian.Uint32(b[2+4*i:])
		if u > 1<<31-1 {
			return fault.New(fault.TooLarge, "", "JPEG 2000 with a coordinate of %d", u)
		}
		v[i] = int(u)
	}
	h.x1, h.y1, h.x0, h.y0, h.tileWidth, h.tileHeight, h.tileX0, h.tileY0 = v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	n := int(binary.BigEndian.Uint16(b[34:]))
	switch {
	case h.x1 <= h.x0, h.y1 <= h.y0, n == 0, len(b) != 36+3*n, h.tileWidth == 0, h.tileHeight == 0,
		h.tileX0 > h.x0, h.tileY0 > h.y0, h.tileX0+h.tileWidth <= h.x0, h.tileY0+h.tileHeight <= h.y0:
		return corrupt("the JPEG 2000 size contradicts itself")
	case n > 4:
		return fault.New(fault.TooLarge, "", "JPEG 2000 with %d components", n)
	}
	for i := range n {
		c := b[36+3*i:]
		h.components = append(h.components, component{bits: int(c[0]&0x7F) + 1, signed: c[0]&0x80 != 0, dx: int(c[1]), dy: int(c[2])})
	}
	if err := h.shape(); err != nil {
		return err
	}
	if err := codec.Check(h.rows, h.columns, h.samples, h.bits, maxBytes); err != nil {
		return err
	}
	h.tileColumns, h.tileRows = ceilDiv(h.x1-h.tileX0, h.tileWidth), ceilDiv(h.y1-h.tileY0, h.tileHeight)
	if h.tileColumns > maxTiles || h.tileRows > maxTiles || h.tileColumns*h.tileRows > maxTiles {
		return fault.New(fault.TooLarge, "", "JPEG 2000 with %d × %d tiles", h.tileColumns, h.tileRows)
	}
	return nil
}

// shape finds the picture that the components make up. Components that are all
// spaced alike are taken sample by sample; of others, the finest must have one
// sample at each point of the grid.
func (h *header) shape() error {
	first := h.components[0]
	finest := first
	alike := true
	for _, c := range h.components {
		if c.dx == 0 || c.dy == 0 {
			return corrupt("a JPEG 2000 component without samples")
		}
		if c.bits > maxPrecision {
			return fault.New(fault.Syntax, "", "JPEG 2000 with %d bits", c.bits)
		}
		if c.signed != first.signed {
			return fault.New(fault.Syntax, "", "JPEG 2000 with signed and unsigned components")
		}
		alike = alike && c.dx == first.dx && c.dy == first.dy
		finest.dx, finest.dy = min(finest.dx, c.dx), min(finest.dy, c.dy)
		h.bits = max(h.bits, c.bits)
	}
	if !alike && (finest.dx != 1 || finest.dy != 1 || h.x0 != 0 || h.y0 != 0) {
		return fault.New(fault.Syntax, "", "JPEG 2000 with components that are spaced unlike, and not from a full one at the origin")
	}
	h.columns, h.rows, h.samples = finest.span(h.x0, h.x1, finest.dx), finest.span(h.y0, h.y1, finest.dy), len(h.components)
	return nil
}

// span is the number of samples d apart from a to b on the grid.
func (component) span(a, b, d int) int { return ceilDiv(b, d) - ceilDiv(a, d) }

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// readCoding reads COD and COC, of the main header or a tile's.
func (h *header) readCoding(s segment) error {
	switch s.marker {
	case markerCOD:
		return h.readCOD(s.body)
	case markerCOC:
		return h.readCOC(s.body)
	}
	return nil
}

func (h *header) readCOD(b []byte) error {
	if len(b) < 10 {
		return corrupt("the JPEG 2000 coding parameters are too short")
	}
	c := coding{layers: int(binary.BigEndian.Uint16(b[2:])), transform: b[4] != 0}
	if err := c.read(b[0], b[5:]); err != nil {
		return err
	}
	if c.layers == 0 {
		return corrupt("JPEG 2000 without layers")
	}
	h.coding = nil
	for range h.components {
		h.coding = append(h.coding, c)
	}
	h.lossy = h.lossy || c.lossy
	h.transformed = h.transformed || c.transform
	return h.checkWork()
}

func (h *header) readCOC(b []byte) error {
	if len(b) < 7 || int(b[0]) >= h.samples {
		return corrupt("the JPEG 2000 coding parameters of a component contradict themselves")
	}
	if h.coding == nil {
		return corrupt("JPEG 2000 coding parameters of a component before those of all")
	}
	c := h.coding[b[0]]
	if err := c.read(b[1], b[2:]); err != nil {
		return err
	}
	h.coding[b[0]] = c
	h.lossy = h.lossy || c.lossy
	return h.checkWork()
}

// read reads SPcod or SPcoc (T.800, table A.15, A.20).
func (c *coding) read(style byte, b []byte) error {
	c.levels, c.blockW, c.blockH, c.lossy = int(b[0]), int(b[1])+2, int(b[2])+2, b[4] == 0
	if c.levels > maxLevels || c.blockW > 10 || c.blockH > 10 || c.blockW+c.blockH > 12 || b[4] > 1 {
		return corrupt("the JPEG 2000 coding parameters are out of range")
	}
	if c.precincts = nil; style&1 != 0 {
		if len(b) < 5+c.levels+1 {
			return corrupt("JPEG 2000 precincts of %d resolutions in %d bytes", c.levels+1, len(b)-5)
		}
		c.precincts = b[5 : 5+c.levels+1]
	}
	return nil
}
