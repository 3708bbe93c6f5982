package jpeg2000

import (
	"encoding/binary"

	"lightbox/vision/fault"
)

// tile is what the tile-parts found say of a tile.
type tile struct {
	parts, of int // tile-parts that are whole, and how many there are; 0 unknown
	cut       bool
}

// parts is what there is of the tile-parts.
type parts struct {
	tiles  []tile
	stop   int   // where the last tile-part ends that is whole, or the data
	inside bool  // the data break off inside a tile-part
	end    error // why not all tiles are whole; nil if they are, with or without an EOC
}

// walk goes over the tile-parts (T.800, A.4.2), reads the coding parameters in
// their headers and finds where the last of them ends.
func (h *header) walk(data []byte, at int) (*parts, error) {
	tiles := make([]tile, h.tileColumns*h.tileRows)
	for range maxHeaderSegments {
		if at+2 > len(data) || binary.BigEndian.Uint16(data[at:]) != markerSOT {
			break
		}
		s, serr := segmentAt(data, at)
		if serr != nil {
			return &parts{tiles, at, false, serr}, nil
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
		if err := h.readTileHeader(data, s.next); err != nil {
			return nil, err
		}
		switch at += length; {
		case length == 0: // up to the end
			if at = endOfCode(data); at < 0 {
				t.cut, at = true, len(data)
			}
			t.parts++
		case at > len(data):
			t.cut = true
			return &parts{tiles, len(data), true, fault.New(fault.Truncated, "", "the JPEG 2000 data end %d bytes before the end of tile %d of %d", at-len(data), which+1, len(tiles))}, nil
		default:
			t.parts++
		}
	}
	for i, t := range tiles {
		if !t.whole() {
			return &parts{tiles, at, t.cut, fault.New(fault.Truncated, "", "the JPEG 2000 data end before tile %d of %d is whole", i+1, len(tiles))}, nil
		}
	}
	return &parts{tiles, at, false, nil}, nil
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
// header that is cut says nothing more.
func (h *header) readTileHeader(data []byte, at int) error {
	main := *h
	main.coding = append([]coding{}, h.coding...)
	for range maxHeaderSegments {
		s, err := segmentAt(data, at)
		if fault.KindOf(err) == fault.Truncated || s.marker == markerSOD {
			break
		}
		if err == nil {
			err = main.readCoding(s)
		}
		if err != nil {
			return err
		}
		at = s.next
	}
	h.lossy, h.transformed = main.lossy, main.transformed
	return nil
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
