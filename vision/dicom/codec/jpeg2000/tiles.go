package jpeg2000

import (
	"encoding/binary"

	"lightbox/vision/fault"
)

// tile is what the tile-parts found say of a tile.
type tile struct {
	parts, of int // tile-parts that are whole, and how many there are; 0 unknown
	cut       bool
	last      int // where the last tile-part begins that there is
}

// parts is what there is of the tile-parts.
type parts struct {
	tiles  []tile
	starts []int // where each tile-part begins
	first  int   // where the first begins
	body   int   // where the header of the last ends
	stop   int   // where the last tile-part ends that is whole, or the data
	inside bool  // the data break off inside a tile-part
	end    error // why not all tiles are whole; nil if they are, with or without an EOC
}

// walk goes over the tile-parts (T.800, A.4.2), reads the coding parameters in
// their headers and finds where the last of them ends.
func (h *header) walk(data []byte, at int) (*parts, error) {
	tiles := make([]tile, h.tileColumns*h.tileRows)
	p := &parts{tiles: tiles, first: at, stop: at}
	for range maxHeaderSegments {
		if at+2 > len(data) || binary.BigEndian.Uint16(data[at:]) != markerSOT {
			break
		}
		s, serr := segmentAt(data, at)
		if serr != nil {
			p.end = serr
			return p, nil
		}
		if len(s.body) != 8 {
			return nil, corrupt("a JPEG 2000 tile header of %d bytes", len(s.body))
		}
		which, length := int(binary.BigEndian.Uint16(s.body)), int(binary.BigEndian.Uint32(s.body[2:]))
		if which >= len(tiles) || length > 0 && length < 12 {
			return nil, corrupt("JPEG 2000 tile %d of %d, %d bytes long", which+1, len(tiles), length)
		}
		t := &tiles[which]
		if n := int(s.body[7]); n > 0 {
			t.of = n
		}
		var err error
		if p.body, err = h.readTileHeader(data, s.next); err != nil {
			return nil, err
		}
		p.starts, t.last = append(p.starts, at), at
		switch at += length; {
		case length == 0: // up to the end
			if at = endOfCode(data); at < 0 {
				t.cut, p.inside, at = true, true, len(data)
			}
			t.parts++
		case at > len(data):
			t.cut, p.inside, p.stop = true, true, len(data)
			p.end = fault.New(fault.Truncated, "", "the JPEG 2000 data end %d bytes before the end of tile %d of %d", at-len(data), which+1, len(tiles))
			return p, nil
		default:
			t.parts++
		}
		p.stop = at
	}
	for i, t := range tiles {
		if !t.whole() {
			p.end = fault.New(fault.Truncated, "", "the JPEG 2000 data end before tile %d of %d is whole", i+1, len(tiles))
			break
		}
	}
	return p, nil
}

func (t tile) whole() bool { return t.parts > 0 && t.parts >= t.of && !t.cut }

// endOfCode finds EOC at the end of the data, behind which there may be a
// fragment's padding; -1 if there is none.
func endOfCode(data []byte) int {
	n := len(data)
	for n > 0 && data[n-1] == 0 {
		n--
	}
	if n >= 2 && binary.BigEndian.Uint16(data[n-2:]) == markerEOC {
		return n - 2
	}
	return -1
}

// readTileHeader reads what a tile-part's header changes, up to its data. A
// header that is cut says nothing more. The end is behind SOD, or past the data.
func (h *header) readTileHeader(data []byte, at int) (end int, err error) {
	main := *h
	main.coding = append([]coding{}, h.coding...)
	for range maxHeaderSegments {
		s, err := segmentAt(data, at)
		if fault.KindOf(err) == fault.Truncated {
			return len(data) + 1, nil
		}
		if err == nil && s.marker != markerSOD {
			err = main.readCoding(s)
		}
		if err != nil {
			return 0, err
		}
		if at = s.next; s.marker == markerSOD {
			break
		}
	}
	h.lossy, h.transformed, h.packets = main.lossy, main.transformed, main.packets
	return at, nil
}

// rowsAbove is the number of rows above the first tile that is not whole.
func (h *header) rowsAbove(tiles []tile) int {
	for i, t := range tiles {
		if t.whole() {
			continue
		}
		y := max(h.tileY0+i/h.tileColumns*h.tileHeight, h.y0)
		rows := h.rows
		for _, c := range h.components {
			rows = min(rows, c.span(h.y0, y, c.dy)*ceilDiv(h.rows, c.span(h.y0, h.y1, c.dy)))
		}
		return rows
	}
	return h.rows
}
