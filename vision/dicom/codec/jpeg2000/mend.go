package jpeg2000

import "encoding/binary"

// mend gives a stream that ends all the tiles it begins. OpenJPEG decodes what
// there is of a tile when it is told not to be strict, but up to 2.5.2 it reads
// beyond its buffer when the data end where a tile-part's should begin (its
// issue 1533). So where a tile-part breaks off or those behind it are missing,
// zeros are put, one byte for each packet, and the length is set right: a zero
// bit is the header of an empty packet (T.800, B.10.3). The tile then ends with
// what it has; the code-blocks that the cut goes through are left out.
func (h *header) mend(data []byte, p *parts) []byte {
	out := append(make([]byte, 0, len(data)+h.packets+64), data[:p.first]...)
	for i, at := range p.starts {
		end := len(data)
		if i+1 < len(p.starts) {
			end = p.starts[i+1]
		}
		which := int(binary.BigEndian.Uint16(data[at+4:]))
		t := p.tiles[which]
		part := data[at:min(end, p.stop)]
		from := len(out)
		if out = append(out, part...); t.whole() || t.last != at {
			continue
		}
		if head := p.body - at; i == len(p.starts)-1 && head > len(part) { // not even its header is whole
			out = out[:from]
			continue
		}
		out = append(out, make([]byte, h.packets+64)...)
		binary.BigEndian.PutUint32(out[from+6:], uint32(len(out)-from))
	}
	return out
}
