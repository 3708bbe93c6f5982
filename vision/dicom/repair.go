package dicom

import (
	"bytes"

	"lightbox/vision/fault"
)

// This file reads on where a length is wrong. It is asked only when what stands
// behind an element cannot be an element, and changes nothing unless another
// reading of the same bytes is followed by one.

// settled gives el with the length that the element behind it speaks for.
func (s *source) settled(el element, e encoding) element {
	if el.length == undefined {
		return el
	}
	// Elements out of order are none to be mended.
	if _, ok := s.stands(el.value+int64(el.length), e); ok {
		return el
	}
	for _, other := range s.readings(el, e) {
		end := other.value + int64(other.length)
		if end < s.size && s.follows(el.tag, end, e) { // a file that is cut short ends anywhere
			return other
		}
	}
	return el
}

// readings are the lengths that el may have meant: GE wrote 13 for 10 and
// Siemens 6 for 4; and writers that do not know the long form of a header
// (PS3.5 section 7.1.2) put 16 bits of length where two bytes are reserved.
func (s *source) readings(el element, e encoding) []element {
	var out []element
	for wrong, right := range map[uint32]uint32{13: 10, 6: 4} {
		if el.length == wrong {
			other := el
			other.length = right
			out = append(out, other)
		}
	}
	if !e.explicit || el.value-el.off != 12 {
		return out
	}
	if h, err := s.peek(el.off, 8); err == nil && len(h) == 8 {
		other := el
		other.value, other.length = el.off+8, uint32(e.order().Uint16(h[6:]))
		out = append(out, other)
	}
	return out
}

// follows reports whether an element that belongs behind one of tag t begins at
// a place, or the data end there.
func (s *source) follows(t tag, at int64, e encoding) bool {
	next, ok := s.stands(at, e)
	return ok && (at == s.size || next > t)
}

// stands reports whether what begins at a place can be an element, and its tag.
// The end of the data can.
func (s *source) stands(at int64, e encoding) (next tag, ok bool) {
	if at >= s.size {
		return 0, at == s.size
	}
	h, err := s.peek(at, 12)
	if err != nil || len(h) < 8 {
		return 0, false
	}
	o := e.order()
	next = tag(o.Uint16(h))<<16 | tag(o.Uint16(h[2:]))
	vr := string(h[4:6])
	length, value := int64(o.Uint32(h[4:])), at+8
	switch {
	case next == 0 && length == 0:
		return next, true // zeros that some writers append
	case e.explicit && !isVR(vr):
		return next, false
	case e.explicit && !longVR(vr):
		length = int64(o.Uint16(h[6:]))
	case e.explicit && len(h) < 12:
		return next, false
	case e.explicit:
		length, value = int64(o.Uint32(h[8:])), at+12
	}
	// Of pixel data that are cut short the frame tells.
	return next, length == undefined || value+length <= s.size || next == tagPixels
}

// beyond finds the end of a sequence of undefined length whose items are broken:
// its delimiter, which an element that can stand there follows. It fails with
// the fault that was found in the sequence.
func (s *source) beyond(el element, e encoding, broken error) (int64, error) {
	if el.length != undefined || fault.KindOf(broken) != fault.BadHeader && fault.KindOf(broken) != fault.Truncated {
		return 0, broken
	}
	o := e.order()
	delimiter := o.AppendUint16(o.AppendUint16(nil, uint16(tagSeqEnd>>16)), uint16(tagSeqEnd&0xFFFF))
	at, err := s.search(el.value, delimiter, func(at int64) (bool, error) { return s.follows(el.tag, at+8, e), nil })
	switch {
	case err != nil:
		return 0, err
	case at < 0:
		return 0, broken
	}
	return at + 8, nil
}

// nextItem finds the next fragment's item, or the delimiter behind the last,
// from a place on where there is neither; off where none is found.
func (s *source) nextItem(off int64) (int64, error) {
	at, err := s.search(off, []byte{0xFE, 0xFF}, func(at int64) (bool, error) {
		it, err := s.element(at, encoding{explicit: true})
		if err != nil {
			return false, unlessReading(err)
		}
		return it.tag == tagSeqEnd && it.length == 0 || it.tag == tagItem && it.value+int64(it.length) <= s.size, nil
	})
	if at < 0 {
		at = off
	}
	return at, err
}

// search finds the first place from off on, and not too far, where pattern
// stands and accept says so; -1 where there is none. Each byte is read once.
func (s *source) search(off int64, pattern []byte, accept func(at int64) (bool, error)) (int64, error) {
	chunk := make([]byte, windowBytes)
	for limit := min(s.size, off+maxSearchBytes); off+int64(len(pattern)) <= limit; {
		if err := s.cancelled(); err != nil {
			return -1, err
		}
		b := chunk[:min(limit-off, windowBytes)]
		if err := s.readAt(b, off); err != nil {
			return -1, err
		}
		for from := 0; ; {
			i := bytes.Index(b[from:], pattern)
			if i < 0 {
				break
			}
			at := off + int64(from+i)
			if ok, err := accept(at); ok || err != nil {
				return at, err
			}
			from += i + 1
		}
		off += int64(len(b) - len(pattern) + 1)
	}
	return -1, nil
}
