package dicom

import "encoding/binary"

// byteOrder reads and appends.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// order gives the byte order of an encoding.
func (e encoding) order() byteOrder {
	if e.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// Sniff reports whether head, the first bytes of a file (512 suffice), can be
// DICOM: the prefix "DICM" after the preamble (PS3.10 section 7.1), or a data
// set without preamble whose first element is of group 0002 or 0008 or, with
// another one behind it, a group length or Private Creator of a lower group.
func Sniff(head []byte) bool {
	if HasPrefix(head) {
		return true
	}
	_, ok := sniffBare(head)
	return ok
}

// HasPrefix reports whether head has the prefix "DICM" behind a preamble of 128
// bytes, which may hold anything (PS3.10 section 7.1).
func HasPrefix(head []byte) bool {
	return len(head) >= 132 && string(head[128:132]) == "DICM"
}

// sniffBare looks at a file without preamble. Its first element must be of a
// group that a data set starts with, have a likely length, and be followed by
// a greater tag of the same or a later group as far as head reaches.
func sniffBare(head []byte) (encoding, bool) {
	if len(head) < 8 {
		return encoding{}, false
	}
	for _, e := range []encoding{{explicit: true}, {explicit: true, big: true}, {}} {
		if plausible(head, e) {
			return e, true
		}
	}
	return encoding{}, false
}

// begins reports whether a data set may begin with this element. usual is false
// where more must speak for it: group lengths and Private Creators of groups
// below 0008, which ultrasound scanners of old wrote, and command groups.
func begins(group, element uint16, e encoding) (ok, usual bool) {
	switch {
	case group == 0x0002 || group == 0x0008:
		return true, true
	case group > 0x0008, group == 0 && e.big:
		return false, false
	}
	return element == 0 || group%2 == 1 && element >= 0x10 && element <= 0xFF, false
}

func plausible(head []byte, e encoding) bool {
	o := e.order()
	group, element := o.Uint16(head), o.Uint16(head[2:])
	ok, usual := begins(group, element, e)
	if !ok {
		return false
	}
	size, length := 8, uint32(0)
	switch {
	case !e.explicit:
		length = o.Uint32(head[4:])
	case !isVR(string(head[4:6])):
		return false
	case longVR(string(head[4:6])):
		if size = 12; len(head) < size {
			return false
		}
		length = o.Uint32(head[8:])
	default:
		length = uint32(o.Uint16(head[6:]))
	}
	if element == 0 && length != 4 || length%2 != 0 || length > maxValueBytes {
		return false
	}
	next := size + int(length)
	if next+4 > len(head) {
		return usual
	}
	g, el := o.Uint16(head[next:]), o.Uint16(head[next+2:])
	if group == 2 && g != 2 {
		// The data set behind a meta group is in its own byte order.
		return true
	}
	return g == group && el > element || g > group && g <= 0x0028
}

// sniffDataSet tells how the data set beginning with head is written. The
// declared encoding is kept unless the first element speaks against it: a
// header that says explicit over implicit data, and the reverse, is a common
// fault of writers, and DCMTK and pydicom read such files too.
func sniffDataSet(head []byte, declared encoding, known bool) encoding {
	if len(head) < 8 {
		return declared
	}
	little, big := binary.LittleEndian.Uint16(head), binary.BigEndian.Uint16(head)
	if declared.explicit && little&0xFF == 0 != (big&0xFF == 0) {
		// A group of 00gg means bytes in that order, whatever is declared.
		declared.big = little&0xFF == 0
	}
	e := declared
	if !known {
		e.big = big < little
	}
	looksExplicit := isVR(string(head[4:6]))
	if known && declared.explicit == looksExplicit {
		return declared
	}
	if looksExplicit {
		e.explicit = true
		return e
	}
	if known {
		if declared.big {
			return declared // there is no implicit big endian
		}
		// An unknown VR is no proof of implicit data: ask for a length that fits.
		if l := e.order().Uint32(head[4:]); l > maxValueBytes {
			return declared
		}
	}
	return encoding{}
}

// isVR reports whether vr is a value representation (PS3.5 table 6.2-1).
func isVR(vr string) bool {
	switch vr {
	case "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV", "OW",
		"PN", "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV":
		return true
	}
	return false
}

// longVR reports whether the element header has two reserved bytes and a
// length of 32 bits (PS3.5 table 7.1-1).
func longVR(vr string) bool {
	switch vr {
	case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
		return true
	}
	return false
}
