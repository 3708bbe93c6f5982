package jpeg

import (
	"bytes"
	"encoding/binary"

	"lightbox/vision/fault"
)

// The markers (T.81 table B.1).
const (
	markSOF0, markSOF1, markSOF2, markSOF3 = 0xC0, 0xC1, 0xC2, 0xC3

	markDHT, markJPG, markDAC    = 0xC4, 0xC8, 0xCC
	markSOF15                    = 0xCF
	markRST0, markRST7           = 0xD0, 0xD7
	markSOI, markEOI, markSOS    = 0xD8, 0xD9, 0xDA
	markDQT, markDNL, markDRI    = 0xDB, 0xDC, 0xDD
	markDHP, markEXP, markTEM    = 0xDE, 0xDF, 0x01
	markAPP0, markAPP15, markCOM = 0xE0, 0xEF, 0xFE
	markSOF55                    = 0xF7 // JPEG-LS
)

// segments parses the marker segments and decodes the scans among them. It
// returns nil at the end of the image, which is where all that can come has
// come, with or without an EOI.
func (d *decoder) segments() error {
	if len(d.data) < 2 || d.data[0] != 0xFF || d.data[1] != markSOI {
		return fault.New(fault.Corrupt, "", "the frame does not begin as a JPEG stream")
	}
	d.pos = 2
	for !d.complete() {
		mark := d.marker()
		switch {
		case mark == 0 && d.picture != nil && d.frame.progressive && d.frame.whole():
			return nil
		case mark == 0:
			return fault.New(fault.Truncated, "", "the JPEG stream ends too early")
		case mark == markEOI:
			if d.picture == nil {
				return fault.New(fault.Corrupt, "", "the JPEG stream has no picture")
			}
			return nil
		case mark == markTEM, mark == markSOI, mark >= markRST0 && mark <= markRST7:
			continue
		}
		body, err := d.body()
		if err != nil {
			return err
		}
		if err = d.segment(mark, body); err != nil {
			return err
		}
	}
	return nil
}

// complete tells whether all scans are there. Only a sequential or lossless
// frame can know; after its last scan nothing is read, whatever follows.
func (d *decoder) complete() bool {
	if d.frame == nil || d.frame.progressive {
		return false
	}
	for i := range d.frame.comps {
		if !d.frame.comps[i].scanned {
			return false
		}
	}
	return true
}

// marker finds the next marker, over whatever lies before it; 0 if there is
// none.
func (d *decoder) marker() byte {
	for d.pos < len(d.data) {
		i := bytes.IndexByte(d.data[d.pos:], 0xFF)
		if i < 0 {
			break
		}
		for d.pos += i; d.pos < len(d.data) && d.data[d.pos] == 0xFF; {
			d.pos++
		}
		if d.pos < len(d.data) {
			d.pos++
			if mark := d.data[d.pos-1]; mark != 0 {
				return mark
			}
		}
	}
	d.pos = len(d.data)
	return 0
}

// body gives the bytes of a marker segment after its length.
func (d *decoder) body() ([]byte, error) {
	rest := d.data[d.pos:]
	if len(rest) < 2 {
		return nil, fault.New(fault.Truncated, "", "the JPEG stream ends too early")
	}
	n := int(binary.BigEndian.Uint16(rest))
	if n > len(rest) {
		return nil, fault.New(fault.Truncated, "", "the JPEG stream ends too early")
	}
	if n < 2 {
		return nil, badSegment()
	}
	d.pos += n
	return rest[2:n], nil
}

func badSegment() error {
	return fault.New(fault.Corrupt, "", "a marker segment of the JPEG stream has a wrong length")
}

func (d *decoder) segment(mark byte, body []byte) error {
	switch {
	case mark == markDQT:
		return d.defineQuantization(body)
	case mark == markDHT:
		return d.defineHuffman(body)
	case mark == markDRI:
		if len(body) != 2 {
			return badSegment()
		}
		d.restart = int(binary.BigEndian.Uint16(body))
		return nil
	case mark == markSOS:
		return d.scan(body)
	case mark == markSOF55:
		return unread("JPEG-LS")
	case mark == markDHP, mark == markEXP:
		return unread("hierarchical JPEG")
	case mark == markDAC:
		return unread("JPEG with arithmetic coding")
	case mark >= markSOF0 && mark <= markSOF15 && mark != markJPG:
		return d.startFrame(mark, body)
	}
	// APPn, COM, a DNL that has been heeded, and what T.81 reserves.
	return nil
}

func unread(process string) error {
	return fault.New(fault.Syntax, "", "a coding process that is not read: %s", process)
}

// defineQuantization reads DQT (T.81 B.2.4.1).
func (d *decoder) defineQuantization(body []byte) error {
	for len(body) > 0 {
		wide, to := body[0]>>4, body[0]&15
		size := 64 + 64*int(wide)
		if wide > 1 || to > 3 || len(body) < 1+size {
			return badSegment()
		}
		// A new one, as scans keep what was valid when they began.
		q := new([64]int32)
		for i := range q {
			if wide == 1 {
				q[i] = int32(binary.BigEndian.Uint16(body[1+2*i:]))
			} else {
				q[i] = int32(body[1+i])
			}
		}
		d.quant[to] = q
		body = body[1+size:]
	}
	return nil
}

// defineHuffman reads DHT (T.81 B.2.4.2).
func (d *decoder) defineHuffman(body []byte) error {
	for len(body) > 0 {
		if len(body) < 17 {
			return badSegment()
		}
		class, to, n := body[0]>>4, body[0]&15, 0
		for _, c := range body[1:17] {
			n += int(c)
		}
		if class > 1 || to > 3 || n > 256 || len(body) < 17+n {
			return badSegment()
		}
		c := &codes{counts: body[1:17], symbols: body[17 : 17+n], ac: class == 1}
		if c.ac {
			d.ac[to] = c
		} else {
			d.dc[to] = c
		}
		body = body[17+n:]
	}
	return nil
}
