package dicom

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// localTexts are the attributes that are written in the object's character set.
var localTexts = []struct {
	tag   tag
	field func(*Header) *string
}{
	{tagPatientName, func(h *Header) *string { return &h.PatientName }},
	{tagPatientID, func(h *Header) *string { return &h.PatientID }},
	{tagInstitution, func(h *Header) *string { return &h.Institution }},
	{tagStudyDescription, func(h *Header) *string { return &h.StudyDescription }},
	{tagAccession, func(h *Header) *string { return &h.Accession }},
	{tagSeriesDescription, func(h *Header) *string { return &h.SeriesDescription }},
	{tagManufacturer, func(h *Header) *string { return &h.Manufacturer }},
	{tagProtocol, func(h *Header) *string { return &h.Protocol }},
}

// texts reads the attributes in the object's character set and keeps those
// whose bytes may have to be read otherwise.
func (a attributes) texts(h *Header, set charset) {
	for _, x := range localTexts {
		v, ok := a[x.tag]
		if !ok || len(v.items) > 0 {
			continue
		}
		stored := string(v.data)
		assignText(x.tag, x.field(h), set.decode(stored))
		if high(stored) {
			if h.raw == nil {
				h.raw = map[tag]string{}
			}
			h.raw[x.tag] = stored
			h.CharsetDoubt = h.CharsetDoubt || set.doubtful(stored)
		}
	}
}

// assignText keeps the first value. Text is split only after decoding: in GBK the
// second byte of a character may be the backslash.
func assignText(t tag, field *string, text string) {
	s, _, _ := strings.Cut(text, `\`)
	s = strings.Trim(s, " \x00\t\r\n")
	if t == tagPatientName {
		s = strings.TrimRight(s, "^= ")
	}
	*field = s
}

// gb18030 reads texts as GB18030.
var gb18030 = charset{whole: simplifiedchinese.GB18030, declared: true}

// Redecoded returns the header with its texts read as GB18030, whatever the
// object's Specific Character Set says.
func (h Header) Redecoded() Header {
	for _, x := range localTexts {
		if stored, ok := h.raw[x.tag]; ok {
			assignText(x.tag, x.field(&h), gb18030.decode(stored))
		}
	}
	return h
}

// Source names the place that an object comes from by the stored bytes of its
// manufacturer and institution, however they are decoded.
func (h *Header) Source() string {
	name := func(t tag, decoded string) string {
		if stored, ok := h.raw[t]; ok {
			return stored
		}
		return decoded
	}
	return name(tagManufacturer, h.Manufacturer) + "\x00" + name(tagInstitution, h.Institution)
}

// high tells whether a text has bytes above 127.
func high(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return true
		}
	}
	return false
}

// doubtful tells whether a text is probably GB18030 although the object
// declares Latin 1 or nothing beyond ASCII: all its high bytes form characters
// of GB 2312, at least two of them, and most of the first level, the 3,755 in
// common use. Western accents stand alone between ASCII letters.
func (c charset) doubtful(s string) bool {
	if !c.declared || c.utf8 || c.whole != nil || c.g1 != nil && c.g1 != latin1 || strings.Contains(s, "\x1b") {
		return false
	}
	characters, common := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] < 0x80 {
			continue
		}
		if i+1 >= len(s) || s[i] < 0xB0 || s[i] > 0xF7 || s[i+1] < 0xA1 || s[i+1] == 0xFF {
			return false
		}
		characters++
		if s[i] <= 0xD7 {
			common++
		}
		i++
	}
	return characters >= 2 && 2*common >= characters
}
