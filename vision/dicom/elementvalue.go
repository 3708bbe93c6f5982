package dicom

import (
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// dictionaryKey is an attribute in a dictionary: its tag, and its Private
// Creator where it is private.
type dictionaryKey struct {
	tag     tag
	creator string
}

// dictionaryEntry is what a dictionary says of an attribute; without VRs it
// says nothing.
type dictionaryEntry struct {
	name, keyword string
	vrs           []string // those that are allowed
}

// describe names el and tells what it is.
func (w *lister) describe(el element, top *listLevel) (Element, dictionaryEntry) {
	key := dictionaryKey{tag: el.tag}
	if private(el.tag) && el.tag&0xFFFF > 0xFF {
		key.creator = top.creators[el.tag&0xFFFF0000|el.tag>>8&0xFF]
	}
	entry, ok := w.known[key]
	if !ok {
		entry = lookUp(key)
		w.known[key] = entry
	}
	row := Element{
		Depth: len(w.stack) - 1, Tag: uint32(el.tag), VR: el.vr, Name: entry.name, Keyword: entry.keyword, Creator: key.creator,
		Bytes: lengthOf(el), Undefined: el.length == undefined,
	}
	switch vr := entry.choose(el, top.signed); {
	case el.vr == "":
		row.VR = vr
	case !printable([]byte(el.vr)):
		row.VR = unknownVR
	}
	switch {
	case row.Undefined && (el.tag == tagPixels || el.vr == "OB" || el.vr == "OW"):
		row.Form = FormFragments
	case w.isSequence(el, entry, top):
		row.Form = FormSequence
		if row.VR == unknownVR {
			row.VR = "SQ" // nothing else holds items
		}
	}
	return row, entry
}

const unknownVR = "??"

// private reports whether t is of a manufacturer (PS3.5 section 7.8).
func private(t tag) bool { return t>>16&1 == 1 }

// lookUp asks the dictionaries; a few elements are not in them one by one.
func lookUp(key dictionaryKey) dictionaryEntry {
	switch number := key.tag & 0xFFFF; {
	case number == 0:
		return dictionaryEntry{"Group Length", "GroupLength", []string{"UL"}}
	case private(key.tag) && number >= 0x10 && number <= 0xFF:
		return dictionaryEntry{"Private Creator", "", []string{"LO"}}
	case private(key.tag) && key.creator == "":
		return dictionaryEntry{}
	}
	return dictionaryOf(key)
}

// choose gives the VR that el is read by where it is not written. Where the
// dictionary allows several, PS3.5 annex A.1 has OW, and Pixel Representation
// decides between US and SS (PS3.3 C.7.6.3.1.2).
func (d dictionaryEntry) choose(el element, signed bool) string {
	switch {
	case len(d.vrs) == 0:
		return unknownVR
	case len(d.vrs) == 1:
		return d.vrs[0]
	case slices.Contains(d.vrs, "OW"):
		return "OW"
	case signed && slices.Contains(d.vrs, "SS"):
		return "SS"
	}
	return d.vrs[0]
}

// isSequence reports whether the value of el is a list of items. Of a VR that
// is not written or UN, the dictionary tells; where it does not either, a value
// that is well-formed as items is taken for them.
func (w *lister) isSequence(el element, entry dictionaryEntry, top *listLevel) bool {
	switch {
	case el.length == undefined || el.vr == "SQ":
		return true
	case el.vr != "" && el.vr != "UN":
		return false
	case slices.Contains(entry.vrs, "SQ") && el.length == 0:
		return true
	case len(entry.vrs) > 0 && !slices.Contains(entry.vrs, "SQ") && !slices.Contains(entry.vrs, "UN"):
		return false
	case !w.s.sequenceLike(el, top.enc) || el.length > maxUnknownNested:
		return false
	}
	end := el.value + int64(el.length)
	if el.vr == "" && slices.Contains(entry.vrs, "SQ") {
		return true
	}
	_, err := w.s.pass(el, min(end, top.limit), top.enc, maxKeptDepth, true)
	return err == nil
}

// value reads what is shown of el, of which the file holds the bytes up to end,
// and notes what following elements are read by.
func (w *lister) value(el element, end int64, row *Element, entry dictionaryEntry, top *listLevel) error {
	n := max(0, end-el.value)
	b, err := w.s.peek(el.value, int(min(n, maxElementBytes)))
	if err != nil {
		return err
	}
	cut := n > int64(len(b))
	enc, vr := top.enc, row.VR
	if el.vr == "UN" {
		enc = el.inner(enc) // PS3.5 section 6.2.2, note 2
		vr = entry.choose(el, top.signed)
	}
	row.Form, row.Value = w.text(b, vr, enc, top.set, cut)
	switch {
	case el.tag == tagCharacterSet && !w.redecoded:
		top.set = charsetOf(split(row.Value))
	case el.tag == tagPixelRepresentation:
		top.signed = row.Value == "1"
	case vr == "UI":
		row.Meaning = meaning(row.Value)
	case private(el.tag) && el.tag&0xFFFF >= 0x10 && el.tag&0xFFFF <= 0xFF && row.Form == FormValue:
		if top.creators == nil {
			top.creators = map[tag]string{}
		}
		top.creators[el.tag] = row.Value
	}
	return nil
}

// meaning names a UID.
func meaning(uid string) string {
	if name, ok := syntaxNames[uid]; ok {
		return name
	}
	return uidName(uid)
}

func split(value string) []string {
	if value == "" {
		return nil
	}
	parts := strings.Split(value, `\`)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// text tells a value, of which b is all or, with cut set, the beginning.
func (w *lister) text(b []byte, vr string, e encoding, set charset, cut bool) (Form, string) {
	switch vr {
	case "LO", "LT", "PN", "SH", "ST", "UC", "UT":
		// The VRs that (0008,0005) concerns (PS3.5 section 6.1.2.2).
		return FormValue, shorten(set.decode(strings.TrimRight(string(b), " \x00")), cut)
	case "AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR":
		return FormValue, shorten(strings.ToValidUTF8(strings.TrimRight(string(b), " \x00"), "\uFFFD"), cut)
	}
	if format, ok := numbers[vr]; ok {
		return FormValue, format.text(b, e.order(), cut)
	}
	if t := strings.TrimRight(string(b), " \x00"); (vr == "UN" || vr == unknownVR) && t != "" && printable([]byte(t)) {
		return FormValue, shorten(t, cut) // most manufacturers' unknown values are text
	}
	return FormBinary, hexadecimal(b[:min(len(b), maxElementPeek)], cut || len(b) > maxElementPeek)
}

func hexadecimal(b []byte, cut bool) string {
	var out strings.Builder
	for i, v := range b {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(hex.EncodeToString([]byte{v}))
	}
	if cut {
		out.WriteString(" …")
	}
	return out.String()
}

// printable reports whether b is text of the default repertoire.
func printable(b []byte) bool {
	for _, v := range b {
		if (v < ' ' || v > '~') && v != '\n' && v != '\r' && v != '\t' && v != '\f' {
			return false
		}
	}
	return true
}

// shorten cuts a text to maxElementText characters; cut tells that it is the
// beginning of a longer one.
func shorten(s string, cut bool) string {
	if cut {
		s = strings.TrimRight(s, "\uFFFD") // a character that was cut in two
	}
	if len(s) > maxElementText && utf8.RuneCountInString(s) > maxElementText {
		n := 0
		for i := range s {
			if n == maxElementText {
				return s[:i] + "…"
			}
			n++
		}
	}
	if cut {
		s += "…"
	}
	return s
}

// number tells the values of a VR of fixed size.
type number struct {
	size   int
	format func(b []byte, o byteOrder) string
}

var numbers = map[string]number{
	"US": {2, func(b []byte, o byteOrder) string { return strconv.Itoa(int(o.Uint16(b))) }},
	"SS": {2, func(b []byte, o byteOrder) string { return strconv.Itoa(int(int16(o.Uint16(b)))) }},
	"UL": {4, func(b []byte, o byteOrder) string { return strconv.FormatUint(uint64(o.Uint32(b)), 10) }},
	"SL": {4, func(b []byte, o byteOrder) string { return strconv.Itoa(int(int32(o.Uint32(b)))) }},
	"UV": {8, func(b []byte, o byteOrder) string { return strconv.FormatUint(o.Uint64(b), 10) }},
	"SV": {8, func(b []byte, o byteOrder) string { return strconv.FormatInt(int64(o.Uint64(b)), 10) }},
	"FL": {4, func(b []byte, o byteOrder) string {
		return strconv.FormatFloat(float64(math.Float32frombits(o.Uint32(b))), 'g', -1, 32)
	}},
	"FD": {8, func(b []byte, o byteOrder) string {
		return strconv.FormatFloat(math.Float64frombits(o.Uint64(b)), 'g', -1, 64)
	}},
	"AT": {4, func(b []byte, o byteOrder) string { return (tag(o.Uint16(b))<<16 | tag(o.Uint16(b[2:]))).String() }},
}

// text joins the values in b. Bytes that are left over are no value.
func (n number) text(b []byte, o byteOrder, cut bool) string {
	var out strings.Builder
	for ; len(b) >= n.size && out.Len() <= maxElementText; b = b[n.size:] {
		if out.Len() > 0 {
			out.WriteByte('\\')
		}
		out.WriteString(n.format(b, o))
	}
	return shorten(out.String(), cut || len(b) >= n.size)
}
