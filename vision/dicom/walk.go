package dicom

import (
	"fmt"

	"lightbox/vision/fault"
)

// tag is group and element, gggg<<16 | eeee.
type tag uint32

func (t tag) String() string { return fmt.Sprintf("(%04X,%04X)", uint32(t)>>16, uint32(t)&0xffff) }

const (
	tagItem    tag = 0xFFFEE000
	tagItemEnd tag = 0xFFFEE00D
	tagSeqEnd  tag = 0xFFFEE0DD

	undefined = 0xFFFFFFFF // an element whose end a delimiter marks (PS3.5 section 7.1.1)
)

// element is the place of one data element in its source.
type element struct {
	tag    tag
	vr     string // empty where it is not written (implicit VR)
	off    int64  // of the element
	value  int64  // of its value
	length uint32
}

// element reads the element header at off.
func (s *source) element(off int64, e encoding) (element, error) {
	if err := s.step(); err != nil {
		return element{}, err
	}
	h, err := s.peek(off, 12)
	if err != nil {
		return element{}, err
	}
	if len(h) < 8 {
		return element{}, fault.New(fault.Truncated, s.path, "%d bytes are left at byte %d where an element begins", len(h), off)
	}
	o := e.order()
	el := element{tag: tag(o.Uint16(h))<<16 | tag(o.Uint16(h[2:])), off: off, value: off + 8, length: o.Uint32(h[4:])}
	if !e.explicit || el.tag>>16 == 0xFFFE {
		return el, nil
	}
	vr := string(h[4:6])
	switch {
	case longVR(vr) || upper(vr) && !isVR(vr):
		// A VR of a later edition of the standard has the long form (PS3.5 section 6.2).
		if len(h) < 12 {
			return element{}, fault.New(fault.Truncated, s.path, "the file ends in the header of element %v", el.tag)
		}
		el.value, el.length = off+12, o.Uint32(h[8:])
	case isVR(vr):
		el.length = uint32(o.Uint16(h[6:]))
	case int64(el.length) <= s.size-el.value || el.length == undefined:
		return el, nil // no VR at all: some writers slip implicit elements into explicit data sets
	default:
		el.length = uint32(o.Uint16(h[6:]))
	}
	el.vr = vr
	return el, nil
}

func upper(vr string) bool {
	return vr[0] >= 'A' && vr[0] <= 'Z' && vr[1] >= 'A' && vr[1] <= 'Z'
}

// inner is the encoding of the items of el: those of an UN of undefined
// length are implicit little endian whatever surrounds them (PS3.5 6.2.2).
func (el element) inner(e encoding) encoding {
	if el.vr == "UN" || el.vr == "" {
		return encoding{big: e.big && el.vr == ""}
	}
	return e
}

// end finds the offset behind el. An element that runs past the end of the
// file is fault.Truncated.
func (s *source) end(el element, e encoding) (int64, error) {
	if el.length == undefined {
		return s.pass(el, s.size, e, maxDepth, false)
	}
	if end := el.value + int64(el.length); end <= s.size {
		return end, nil
	}
	return 0, fault.New(fault.Truncated, s.path, "element %v has %d bytes, %d of them in the file", el.tag, el.length, s.size-el.value)
}

// level is one open sequence, item or fragment list of pass.
type level struct {
	item, raw bool
	end       int64 // -1 where a delimiter marks it
	enc       encoding
}

// pass walks over the items of el and returns the offset behind it. It keeps
// its own stack, so that deep nesting costs memory in proportion to maxDepth
// only. With into set it also walks into sequences and items of defined length,
// which proves that they nest no deeper than depth; without, these are skipped.
func (s *source) pass(el element, limit int64, e encoding, depth int, into bool) (int64, error) {
	start := level{end: -1, enc: el.inner(e), raw: el.vr == "OB" || el.vr == "OW"}
	if el.length != undefined {
		start.end = el.value + int64(el.length)
	}
	stack, off := []level{start}, el.value
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if top.end >= 0 && off >= top.end {
			if off > top.end {
				return 0, s.contradiction(el, off)
			}
			stack = stack[:len(stack)-1]
			continue
		}
		if len(stack) > depth {
			return 0, fault.New(fault.BadHeader, s.path, "the sequence %v nests deeper than %d levels", el.tag, depth)
		}
		in, err := s.element(off, top.enc)
		if err != nil {
			return 0, err
		}
		if in.tag == tagItemEnd || in.tag == tagSeqEnd {
			closes, consumed := top.delimited(in.tag)
			if closes {
				stack = stack[:len(stack)-1]
			}
			if consumed {
				off = in.value
			}
			continue
		}
		open, ok := s.opened(top, in, into)
		if !ok {
			return 0, s.contradiction(el, off)
		}
		off = in.value
		if open == nil {
			off += int64(in.length)
		} else {
			stack = append(stack, *open)
		}
		if off > limit || open != nil && open.end > limit {
			return 0, fault.New(fault.Truncated, s.path, "the sequence %v goes on past byte %d", el.tag, limit)
		}
	}
	return off, nil
}

// delimited tells what a delimiter does to the level it stands in: whether it
// closes it, and whether it is used up by that.
func (l level) delimited(delimiter tag) (closes, consumed bool) {
	open := l.end < 0
	if delimiter == tagItemEnd {
		return l.item && open, true
	}
	if l.item && open {
		// The item's own delimiter is missing; the sequence ends both.
		return true, false
	}
	return !l.item && open, true
}

// opened is the level that element in opens within top, or nil where its value
// is stepped over. ok is false for what cannot stand there.
func (s *source) opened(top level, in element, into bool) (open *level, ok bool) {
	switch {
	case !top.item && in.tag != tagItem:
		return nil, false
	case !top.item && in.length == undefined:
		return &level{item: true, end: -1, enc: top.enc}, !top.raw
	case !top.item && (!into || top.raw):
		return nil, true
	case !top.item:
		return &level{item: true, end: in.value + int64(in.length), enc: top.enc}, true
	case in.length == undefined:
		return &level{end: -1, enc: in.inner(top.enc), raw: in.vr == "OB" || in.vr == "OW"}, true
	case into && s.sequenceLike(in, top.enc):
		return &level{end: in.value + int64(in.length), enc: in.inner(top.enc)}, true
	}
	return nil, true
}

// sequenceLike reports whether the value of in would be read as items.
func (s *source) sequenceLike(in element, e encoding) bool {
	if in.vr != "" && in.vr != "SQ" && in.vr != "UN" || in.length < 8 {
		return false
	}
	h, err := s.peek(in.value, 4)
	if err != nil || len(h) < 4 {
		return false
	}
	o := in.inner(e).order()
	return tag(o.Uint16(h))<<16|tag(o.Uint16(h[2:])) == tagItem
}

func (s *source) contradiction(el element, off int64) error {
	return fault.New(fault.BadHeader, s.path, "the items of sequence %v are broken at byte %d", el.tag, off)
}
