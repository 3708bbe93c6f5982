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
	limit := min(s.size, el.value+maxSearchBytes)
	for off := el.value; off < limit; {
		if err := s.cancelled(); err != nil {
			return 0, err
		}
		b, err := s.peek(off, windowBytes)
		if err != nil {
			return 0, err
		}
		i := bytes.Index(b, delimiter)
		if i < 0 {
			off += max(1, int64(len(b)-len(delimiter)+1))
			continue
		}
		if off += int64(i) + 8; s.follows(el.tag, off, e) {
			return off, nil
		}
	}
	return 0, broken
}

// nextItem finds the next fragment's item, or the delimiter behind the last,
// from a place on where there is neither; off where none is found.
func (s *source) nextItem(off int64) (int64, error) {
	e := encoding{explicit: true}
	limit := min(s.size, off+maxSearchBytes)
	for at := off; at < limit; {
		if err := s.cancelled(); err != nil {
			return 0, err
		}
		b, err := s.peek(at, windowBytes)
		if err != nil {
			return 0, err
		}
		i := bytes.Index(b, []byte{0xFE, 0xFF})
		if i < 0 || len(b) < 8 {
			at += max(1, int64(len(b)-1))
			continue
		}
		at += int64(i)
		it, err := s.element(at, e)
		switch {
		case fault.KindOf(err) == fault.Truncated:
			return off, nil
		case err != nil:
			return 0, err
		case it.tag == tagSeqEnd && it.length == 0, it.tag == tagItem && it.value+int64(it.length) <= s.size:
			return at, nil
		}
		at++
	}
	return off, nil
}
