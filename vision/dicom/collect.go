package dicom

import (
	"encoding/binary"

	"lightbox/vision/fault"
)

// collected is what one walk over a data set leaves: copies of the few
// attributes that Header needs, still encoded, and the place of the pixels.
type collected struct {
	enc      encoding
	native   [][]byte // elements in enc
	implicit [][]byte // elements that are implicit little endian whatever enc is
	pixel    *element
	perFrame groups
	overlays []overlayPlace
	bytes    int
	empty    bool         // nothing was found that may stand before pixel data
	faults   []error      // of sequences that were passed over
	seen     map[tag]bool // the first of repeated elements counts
	wanted   map[tag]part
	depth    int      // nesting of sequences whose values are kept
	left     []tag    // attributes that are wanted, and too large or too broken to be kept
	document *element // Encapsulated Document, which is read when it is asked for
}

// part is how much of an attribute is kept.
type part int

const (
	wholeValue part = iota + 1
	longValue       // a value that may be long
	wholeSequence
	firstItem // of functional groups: those of frame 0, or those that all frames share
)

// collect walks over the data set at off up to its pixel data. Attributes that
// are not needed are passed over by their length; a fault in the structure that
// hides what follows is an error, one inside a kept attribute drops it.
func (s *source) collect(off int64, e encoding, wanted map[tag]part, depth int) (*collected, error) {
	c := &collected{enc: e, wanted: wanted, depth: depth, seen: map[tag]bool{}, empty: true}
	last := tag(0)
	for off < s.size {
		el, err := s.element(off, e)
		if err != nil {
			if last>>16 > 0x7FE0 || c.pixel != nil || s.padding(off) {
				return c, nil
			}
			return nil, err
		}
		c.empty = c.empty && (el.tag == 0 || el.tag>>16 > 0x7FE0)
		switch el.tag {
		case tagPixels, tagFloatPixels, tagDoublePixels:
			if c.pixel == nil {
				c.pixel = &el
			}
			if c.seen[tagRows] {
				return c, nil
			}
			// Some writers put the pixels before what describes them.
		case 0:
			if s.padding(off) {
				return c, nil
			}
		case tagItemEnd, tagSeqEnd:
			// Stray delimiters carry nothing.
			off = el.value
			continue
		}
		el = s.settled(el, e)
		end, broken, err := s.behind(c, el, e)
		if err != nil {
			if (el.tag>>16 > 0x7FE0 || c.pixel != nil) && fault.KindOf(err) != fault.Interrupted {
				return c, nil // padding and signatures behind the place of the pixels
			}
			return nil, err
		}
		if !broken {
			if err := s.note(c, el, end); err != nil {
				return nil, err
			}
		}
		last = max(last, el.tag)
		off = end
	}
	return c, nil
}

// behind finds the offset behind el, which may be a broken sequence that can be
// passed over.
func (s *source) behind(c *collected, el element, e encoding) (end int64, broken bool, err error) {
	end, err = s.end(el, e)
	if err == nil || len(c.faults) >= maxBroken {
		return end, false, err
	}
	found := err
	if end, err = s.beyond(el, e, found); err == nil {
		c.faults = append(c.faults, found)
	}
	return end, true, err
}

// note keeps what is wanted of el. Of repeated elements the first counts.
func (s *source) note(c *collected, el element, end int64) error {
	p := c.wanted[el.tag]
	switch {
	case overlayAttribute(el.tag):
		p = wholeValue
	case overlayGroup(el.tag) && el.tag&0xFFFF == 0x3000 && el.length != undefined:
		c.overlays = append(c.overlays, overlayPlace{
			group: int(el.tag >> 16), at: el.value, length: int64(el.length), swap: c.enc.big && el.vr == "OW",
		})
		return nil
	case el.tag == tagDocument && c.document == nil && el.length != undefined:
		c.document = &el
		return nil
	}
	if p == 0 || c.seen[el.tag] {
		return nil
	}
	c.seen[el.tag] = true
	if el.tag == tagSharedGroups || el.tag == tagPerFrameGroups {
		if err := c.perFrame.read(s, el, end, c.enc); err != nil {
			return err
		}
	}
	return s.keep(c, el, end, p)
}

// padding reports whether only zeros follow, as some writers append them.
func (s *source) padding(off int64) bool {
	for off < s.size {
		b, err := s.peek(off, windowBytes)
		if err != nil || len(b) == 0 || s.step() != nil {
			return false
		}
		for _, v := range b {
			if v != 0 {
				return false
			}
		}
		off += int64(len(b))
	}
	return true
}

// keep copies el for the parser. The only errors are those of reading.
func (s *source) keep(c *collected, el element, end int64, p part) error {
	limit := int64(maxValueBytes)
	from := el.value
	if p != wholeValue {
		limit = maxSequenceBytes
	}
	if p == wholeSequence || p == firstItem {
		if _, err := s.pass(el, end, c.enc, c.depth, true); err != nil {
			c.left = append(c.left, el.tag)
			return unlessReading(err)
		}
	}
	if p == firstItem {
		it, err := s.element(from, el.inner(c.enc))
		if err != nil || it.tag != tagItem {
			return unlessReading(err)
		}
		if it.length != undefined {
			end = it.value + int64(it.length)
		} else if end, err = s.itemEnd(it, el.inner(c.enc)); err != nil {
			return unlessReading(err)
		}
	}
	n := end - from
	if n > limit || n+int64(c.bytes) > maxHeaderBytes {
		c.left = append(c.left, el.tag)
		return nil
	}
	value, err := s.bytes(from, n)
	if err != nil {
		return err
	}
	c.bytes += len(value) + 12
	length := el.length
	if p == firstItem {
		length = uint32(n)
	}
	if el.vr == "UN" || el.vr == "" && !c.enc.big {
		c.implicit = append(c.implicit, encodeElement(el.tag, "", length, value, binary.LittleEndian))
	} else if el.vr != "" {
		c.native = append(c.native, encodeElement(el.tag, el.vr, length, value, c.enc.order()))
	}
	return nil
}

// itemEnd finds the end of an item of undefined length, behind its delimiter.
func (s *source) itemEnd(it element, e encoding) (int64, error) {
	off := it.value
	for {
		in, err := s.element(off, e)
		if err != nil {
			return 0, err
		}
		if in.tag == tagItemEnd || in.tag == tagSeqEnd {
			return in.value, nil
		}
		if off, err = s.end(in, e); err != nil {
			return 0, err
		}
	}
}

// unlessReading drops the faults of one attribute, which is then absent, but
// not those of the disk or the user.
func unlessReading(err error) error {
	switch fault.KindOf(err) {
	case fault.Truncated, fault.BadHeader:
		return nil
	}
	return err
}

// encodeElement writes an element header before value. An element without VR
// is implicit.
func encodeElement(t tag, vr string, length uint32, value []byte, o binary.AppendByteOrder) []byte {
	b := make([]byte, 0, 12+len(value))
	b = o.AppendUint16(b, uint16(t>>16))
	b = o.AppendUint16(b, uint16(t))
	switch {
	case vr == "":
		b = o.AppendUint32(b, length)
	case longVR(vr):
		b = o.AppendUint32(append(b, vr[0], vr[1], 0, 0), length)
	default:
		b = o.AppendUint16(append(b, vr[0], vr[1]), uint16(length))
	}
	return append(b, value...)
}
