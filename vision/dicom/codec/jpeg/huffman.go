package jpeg

import "lightbox/vision/fault"

// fastBits is the length of the codes that are looked up in one step.
const fastBits = 10

// entry is what a Huffman code stands for, 0 where there is no code: from the
// low byte up the length of code and extra bits together, the run of zeros
// before the coefficient, the number of extra bits, the length of the code.
type entry uint32

func (e entry) total() uint  { return uint(e & 0xFF) }
func (e entry) run() int     { return int(e >> 8 & 0xFF) }
func (e entry) size() uint   { return uint(e >> 16 & 0xFF) }
func (e entry) length() uint { return uint(e >> 24) }

// value gives the signed number in the extra bits (T.81 F.2.2.1, EXTEND), where
// acc begins with the code.
func (e entry) value(acc uint64) int32 {
	x := acc << (e.length() & 63)
	size := e.size()
	v := int32(x >> 1 >> ((63 - size) & 63))
	// A first bit of 0 means a negative number.
	negative := int32(^(int64(x) >> 63))
	return v - (1<<(size&31)-1)&negative
}

// huffman is a Huffman table (T.81 annex C), made for decoding.
type huffman struct {
	fast [1 << fastBits]entry

	// For longer codes: the first 16-bit string, aligned left, that is no code
	// of up to this length; and what to add to a code for its index in entries.
	limit   [17]uint32
	offset  [17]int
	entries []entry

	largest byte // the largest symbol
}

// codes is a table as a DHT segment has it. It is made for decoding when a scan
// names it.
type codes struct {
	counts, symbols []byte
	ac              bool
	made            *huffman
}

// table gives the table for decoding, nil for none.
func (c *codes) table() (h *huffman, err error) {
	if c == nil {
		return nil, nil
	}
	if c.made == nil {
		c.made, err = newHuffman(c.counts, c.symbols, c.ac)
	}
	return c.made, err
}

// newHuffman makes a table for decoding: counts[i] codes of length i+1, and the symbols in the order of their codes. A DC table's symbols are the
// number of extra bits; those of an AC table have a run in their upper half.
func newHuffman(counts, symbols []byte, ac bool) (*huffman, error) {
	h := &huffman{entries: make([]entry, len(symbols))}
	code, k := uint32(0), 0
	for length := uint32(1); length <= 16; length++ {
		h.offset[length] = k - int(code)
		for range counts[length-1] {
			if code >= 1<<length {
				return nil, fault.New(fault.Corrupt, "", "a Huffman table of the JPEG stream has too many codes")
			}
			e := newEntry(symbols[k], length, ac)
			h.entries[k] = e
			h.largest = max(h.largest, symbols[k])
			if length <= fastBits {
				first := code << (fastBits - length)
				for i := range uint32(1) << (fastBits - length) {
					h.fast[first+i] = e
				}
			}
			code++
			k++
		}
		h.limit[length] = code << (16 - length)
		code <<= 1
	}
	return h, nil
}

func newEntry(symbol byte, length uint32, ac bool) entry {
	run, size := uint32(symbol>>4), uint32(symbol&15)
	if !ac {
		run, size = 0, uint32(symbol)
	}
	total := length + size
	if size >= 16 {
		// The difference 32768 of the lossless process has no extra bits
		// (T.81 H.1.2.2); larger ones are refused by those who use the table.
		total = length
	}
	return entry(length<<24 | size<<16 | run<<8 | total)
}

// long finds a code that fast does not have, at the top of acc.
func (h *huffman) long(acc uint64) entry {
	code := uint32(acc >> 48)
	for length := fastBits + 1; length <= 16; length++ {
		if code < h.limit[length] {
			return h.entries[int(code>>(16-length))+h.offset[length]]
		}
	}
	return 0
}
