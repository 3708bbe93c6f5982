package jpeg

import (
	mathbits "math/bits"
	"sort"
)

// An encoder for the tests: sequential and lossless processes, with Huffman
// tables made for the picture. It shares no code with the decoder.

// stream is a JPEG stream being described.
type stream struct {
	sof        byte // SOF0, SOF1 or SOF3
	bits       int
	rows, cols int
	comps      []part
	restart    int  // MCUs
	apart      bool // a scan for each component
	predictor  int  // lossless
	shift      int  // lossless: point transform
	quant      [64]int
	skewed     bool // long codes instead of good ones
	dnl        bool // the rows are told after the first scan
	noEOI      bool
}

// part is a component of a stream with its samples, at its own size, or with
// its quantized coefficients by block, in zigzag order, padded to whole MCUs.
type part struct {
	h, v    int
	samples []uint16
	coefs   [][64]int
}

func (s *stream) lossless() bool { return s.sof == 0xC3 }

func (s *stream) factors() (h, v int) {
	for _, c := range s.comps {
		h, v = max(h, c.h), max(v, c.v)
	}
	return h, v
}

// size is the number of samples of a component.
func (s *stream) size(c part) (cols, rows int) {
	h, v := s.factors()
	return (s.cols*c.h + h - 1) / h, (s.rows*c.v + v - 1) / v
}

// mcus is the number of MCUs of a scan of all components.
func (s *stream) mcus() (x, y int) {
	h, v := s.factors()
	if !s.lossless() {
		h, v = 8*h, 8*v
	}
	return (s.cols + h - 1) / h, (s.rows + v - 1) / v
}

// token is a symbol with its extra bits, or a restart marker.
type token struct {
	table   int // 0 DC, 1 AC, rawBits, −1 restart
	symbol  byte
	extra   uint32
	extraOf int
}

// rawBits is the table of tokens that are extra bits only.
const rawBits = 2

func signed(table int, run, v int) token {
	size := mathbits.Len(uint(max(v, -v)))
	if v < 0 {
		v += 1<<size - 1
	}
	return token{table, byte(run<<4 | size), uint32(v), size}
}

// encode writes the stream.
func (s *stream) encode() []byte {
	var scans [][]token
	var members [][]int
	for i := range s.comps {
		if s.apart {
			members = append(members, []int{i})
		} else if i == 0 {
			members = [][]int{nil}
		}
		if !s.apart {
			members[0] = append(members[0], i)
		}
	}
	for _, m := range members {
		scans = append(scans, s.tokens(m))
	}
	out := s.headers()
	for i, tokens := range scans {
		start, end, low := 0, 63, 0
		if s.lossless() {
			start, end, low = s.predictor, 0, s.shift
		}
		out = append(out, s.scan(members[i], tokens, start, end, low)...)
		if i == 0 && s.dnl {
			out = append(out, marker(0xDC, []byte{byte(s.rows >> 8), byte(s.rows)})...)
		}
	}
	if s.noEOI {
		return out
	}
	return append(out, 0xFF, 0xD9)
}

// headers writes what comes before the first scan.
func (s *stream) headers() []byte {
	out := []byte{0xFF, 0xD8}
	if !s.lossless() {
		body := []byte{0x10}
		for _, q := range s.quant {
			body = append(body, byte(q>>8), byte(q))
		}
		if s.sof == 0xC0 { // 8 bits only
			body = []byte{0}
			for _, q := range s.quant {
				body = append(body, byte(q))
			}
		}
		out = append(out, marker(0xDB, body)...)
	}
	rows := s.rows
	if s.dnl {
		rows = 0
	}
	body := []byte{byte(s.bits), byte(rows >> 8), byte(rows), byte(s.cols >> 8), byte(s.cols), byte(len(s.comps))}
	for i, c := range s.comps {
		body = append(body, byte(i+1), byte(c.h<<4|c.v), 0)
	}
	out = append(out, marker(s.sof, body)...)
	if s.restart > 0 {
		out = append(out, marker(0xDD, []byte{byte(s.restart >> 8), byte(s.restart)})...)
	}
	return out
}

func marker(mark byte, body []byte) []byte {
	n := len(body) + 2
	return append([]byte{0xFF, mark, byte(n >> 8), byte(n)}, body...)
}

// scan writes tables, header and coded data of a scan.
func (s *stream) scan(members []int, tokens []token, start, end, high int) []byte {
	var out []byte
	var codes [2]map[byte][2]int
	for table := range 2 {
		count := map[byte]int{}
		for _, t := range tokens {
			if t.table == table {
				count[t.symbol]++
			}
		}
		if len(count) == 0 {
			continue
		}
		counts, symbols := lengths(count, s.skewed)
		codes[table] = canonical(counts, symbols)
		out = append(out, marker(0xC4, append(append([]byte{byte(table << 4)}, counts...), symbols...))...)
	}
	body := []byte{byte(len(members))}
	for _, m := range members {
		body = append(body, byte(m+1), 0)
	}
	out = append(out, marker(0xDA, append(body, byte(start), byte(end), byte(high)))...)
	var w bitWriter
	restarts := 0
	for _, t := range tokens {
		if t.table < 0 {
			w.flush()
			w.out = append(w.out, 0xFF, byte(0xD0+restarts%8))
			restarts++
			continue
		}
		if t.table != rawBits {
			c := codes[t.table][t.symbol]
			w.put(uint32(c[0]), c[1])
		}
		w.put(t.extra, t.extraOf)
	}
	w.flush()
	return append(out, w.out...)
}

type bitWriter struct {
	out []byte
	acc uint64
	n   int
}

func (w *bitWriter) put(v uint32, n int) {
	w.acc = w.acc<<n | uint64(v)
	for w.n += n; w.n >= 8; w.n -= 8 {
		b := byte(w.acc >> (w.n - 8))
		if w.out = append(w.out, b); b == 0xFF {
			w.out = append(w.out, 0)
		}
	}
}

func (w *bitWriter) flush() {
	if w.n > 0 {
		w.put(1<<(8-w.n)-1, 8-w.n)
	}
}

// lengths gives the counts of code lengths 1…16 and the symbols in order, as
// DHT has them. Skewed gives codes of every length instead of Huffman's.
func lengths(count map[byte]int, skewed bool) (counts, symbols []byte) {
	type node struct {
		weight  int
		symbols []byte
	}
	for s := range count {
		symbols = append(symbols, s)
	}
	sort.Slice(symbols, func(i, j int) bool {
		a, b := symbols[i], symbols[j]
		return count[a] > count[b] || count[a] == count[b] && a < b
	})
	length := map[byte]int{}
	if skewed {
		for i, s := range symbols {
			length[s] = min(i+1, 8)
			if i >= 7 { // up to 255 symbols below the prefix of seven ones
				length[s] = 16
			}
		}
	}
	for floor := 1; len(length) == 0; floor *= 2 {
		// A symbol more, so that no code is all ones.
		nodes := []node{{0, nil}}
		for _, s := range symbols {
			nodes = append(nodes, node{max(count[s], floor), []byte{s}})
		}
		length = map[byte]int{}
		longest := 0
		for len(nodes) > 1 {
			sort.SliceStable(nodes, func(i, j int) bool { return nodes[i].weight < nodes[j].weight })
			both := append(append([]byte{}, nodes[0].symbols...), nodes[1].symbols...)
			for _, s := range both {
				length[s]++
				longest = max(longest, length[s])
			}
			nodes = append([]node{{nodes[0].weight + nodes[1].weight, both}}, nodes[2:]...)
		}
		if longest > 16 {
			length = map[byte]int{}
		}
	}
	sort.SliceStable(symbols, func(i, j int) bool { return length[symbols[i]] < length[symbols[j]] })
	counts = make([]byte, 16)
	for _, s := range symbols {
		counts[length[s]-1]++
	}
	return counts, symbols
}

// canonical gives code and length of each symbol (T.81 annex C).
func canonical(counts, symbols []byte) map[byte][2]int {
	codes := map[byte][2]int{}
	code, k := 0, 0
	for i, n := range counts {
		for range n {
			codes[symbols[k]] = [2]int{code, i + 1}
			code++
			k++
		}
		code *= 2
	}
	return codes
}

// tokens gives the symbols of a scan.
func (s *stream) tokens(members []int) (out []token) {
	across, down := s.mcus()
	unit := 8
	if s.lossless() {
		unit = 1
	}
	alone := len(members) == 1
	if alone {
		cols, rows := s.size(s.comps[members[0]])
		across, down = (cols+unit-1)/unit, (rows+unit-1)/unit
	}
	dc := map[int]int{}
	began := 0 // the MCU row at which the restart interval began
	for mcu := range across * down {
		x, y := mcu%across, mcu/across
		if s.restart > 0 && mcu > 0 && mcu%s.restart == 0 {
			out = append(out, token{table: -1})
			dc, began = map[int]int{}, y
		}
		for _, m := range members {
			c := s.comps[m]
			h, v := c.h, c.v
			if alone {
				h, v = 1, 1
			}
			for i := range h * v {
				ux, uy := x*h+i%h, y*v+i/h
				if s.lossless() {
					out = append(out, s.difference(c, ux, uy, began*v))
					continue
				}
				wide, _ := s.mcus()
				out = append(out, block(&c.coefs[uy*wide*c.h+ux], dc[m])...)
				dc[m] = c.coefs[uy*wide*c.h+ux][0]
			}
		}
	}
	return out
}

func block(q *[64]int, last int) []token {
	return append([]token{signed(0, 0, q[0]-last)}, band(q, 1, 63, 0)...)
}

// difference predicts a sample as T.81 H.1.2.1 says.
func (s *stream) difference(c part, x, y, first int) token {
	cols, rows := s.size(c)
	x0, y0 := x, y
	at := func(x, y int) int { return int(c.samples[min(y, rows-1)*cols+min(x, cols-1)]) >> s.shift }
	if x0 >= cols || y0 >= rows {
		return signed(0, 0, 0) // padding to whole MCUs
	}
	var p int
	switch a, b, d := s.predictor, 0, 0; {
	case x == 0 && y == first:
		p = 1 << (s.bits - s.shift - 1)
	case y == first:
		p = at(x-1, y)
	case x == 0:
		p = at(x, y-1)
	default:
		left := at(x-1, y)
		b, d = at(x, y-1), at(x-1, y-1)
		p = [...]int{0, left, b, d, left + b - d, left + (b-d)>>1, b + (left-d)>>1, (left + b) >> 1}[a]
	}
	diff := int(int16(at(x, y) - p))
	if diff == -1<<15 {
		return token{table: 0, symbol: 16} // T.81 H.1.2.2: no extra bits
	}
	return signed(0, 0, diff)
}
