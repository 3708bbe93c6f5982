package jpeg

import (
	"bytes"
	"encoding/binary"
)

// bits reads an entropy-coded segment bit by bit, the most significant first.
//
// The bytes stuffed after 0xFF are taken out before, in one pass at the speed
// of a memory search, so that the loops that decode symbols can load eight
// bytes at a time without looking at them. These loops keep the fields in
// locals: while acc holds n ≥ 32 bits a code and its extra bits (at most 16
// each) are there.
//
// Past the end there are zeros; overrun tells whether any were used.
type bits struct {
	buf []byte // the segment and 8 zeros
	pos int    // next byte of buf to be loaded; grows past the end
	acc uint64 // bits to be read, aligned to the top
	n   uint   // how many of acc's bits are counted as read from buf
}

// load gives acc and n with at least 56 bits, and the position after them. The
// bits of acc below the n counted are those of the next bytes already, which
// does no harm as they are or-ed in again.
func load(buf []byte, pos int, acc uint64, n uint) (uint64, uint, int) {
	if pos <= len(buf)-8 {
		acc |= binary.BigEndian.Uint64(buf[pos:]) >> (n & 63)
	}
	return acc, n | 56, pos + int((63-n)>>3)
}

func (b *bits) fill() { b.acc, b.n, b.pos = load(b.buf, b.pos, b.acc, b.n) }

// overrun tells whether more bits were taken than the segment has.
func (b *bits) overrun() bool { return b.pos*8-int(b.n) > (len(b.buf)-8)*8 }

// take reads k ≤ 16 bits.
func (b *bits) take(k uint) uint32 {
	if b.n < 32 {
		b.fill()
	}
	v := uint32(b.acc >> 1 >> ((63 - k) & 63))
	b.acc <<= k & 63
	b.n -= k
	return v
}

// symbol reads a Huffman code and gives its entry, 0 for a code that the table
// does not have. The extra bits remain to be read.
func (b *bits) symbol(h *huffman) entry {
	if b.n < 32 {
		b.fill()
	}
	e := h.fast[b.acc>>(64-fastBits)]
	if e == 0 {
		if e = h.long(b.acc); e == 0 {
			return 0
		}
	}
	b.acc <<= e.length() & 63
	b.n -= e.length()
	return e
}

// open starts reading at data[pos], and gives the position of the marker at
// which the segment ends, or that of the end of data.
func (b *bits) open(data []byte, pos int) int {
	if b.buf == nil {
		b.buf = make([]byte, 0, len(data)-pos+8)
	}
	b.buf = b.buf[:0]
	for pos < len(data) {
		i := bytes.IndexByte(data[pos:], 0xFF)
		if i < 0 {
			b.buf = append(b.buf, data[pos:]...)
			pos = len(data)
			break
		}
		b.buf = append(b.buf, data[pos:pos+i]...)
		pos += i
		next := pos + 1
		for next < len(data) && data[next] == 0xFF { // fill bytes
			next++
		}
		if next < len(data) && data[next] != 0 {
			break
		}
		if next == len(data) { // a marker cut off
			pos = next
			break
		}
		b.buf = append(b.buf, 0xFF)
		pos = next + 1
	}
	b.buf = append(b.buf, 0, 0, 0, 0, 0, 0, 0, 0)
	b.pos, b.acc, b.n = 0, 0, 0
	return pos
}
