package dicom

import (
	"strings"
	"unicode/utf8"

	xenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// charset is the Specific Character Set (0008,0005) of an object: whole
// replaces the default repertoire altogether; without it, text is read by ISO
// 2022 with g1 designated at the start (PS3.3 C.12.1.1.2, PS3.5 section 6.1).
// The DICOM module decodes without the code extensions for Japanese katakana
// and Korean, therefore this is our own.
type charset struct {
	whole    xenc.Encoding
	utf8     bool
	declared bool
	g1       *graphic
}

// graphic is one set of graphic characters of ISO 2022.
type graphic struct {
	width  int // bytes of a character
	decode func(b []byte) string
}

func single(m *charmap.Charmap) *graphic {
	return &graphic{1, func(b []byte) string { return string(m.DecodeByte(b[0])) }}
}

func double(e xenc.Encoding, prefix ...byte) *graphic {
	return &graphic{2, func(b []byte) string {
		s, err := e.NewDecoder().Bytes(append(append([]byte{}, prefix...), b[0]|0x80, b[1]|0x80))
		if err != nil {
			return "\uFFFD"
		}
		return string(s)
	}}
}

var (
	latin1   = single(charmap.ISO8859_1)
	katakana = &graphic{1, func(b []byte) string {
		if b[0] < 0xA1 || b[0] > 0xDF {
			return "\uFFFD"
		}
		return string(rune(0xFF61 + int(b[0]) - 0xA1))
	}}
	kanji, supplementary = double(japanese.EUCJP), double(japanese.EUCJP, 0x8F)
	hangul, hanzi        = double(korean.EUCKR), double(simplifiedchinese.GBK)
)

// terms maps the defined terms, without "ISO_IR " or "ISO 2022 IR ", to the
// upper set that is in force at the start of a value (PS3.3 C.12.1.1.2).
var terms = map[string]*graphic{
	"100": latin1, "101": single(charmap.ISO8859_2), "109": single(charmap.ISO8859_3), "110": single(charmap.ISO8859_4),
	"144": single(charmap.ISO8859_5), "127": single(charmap.ISO8859_6), "126": single(charmap.ISO8859_7),
	"138": single(charmap.ISO8859_8), "148": single(charmap.ISO8859_9), "203": single(charmap.ISO8859_15),
	"166": single(charmap.Windows874), "13": katakana, "149": hangul, "58": hanzi,
}

// escapes maps what follows ESC to the set designated and whether it goes to
// G1, the bytes above 127 (PS3.3 tables C.12-3 and C.12-4).
var escapes = map[string]struct {
	set *graphic
	g1  bool
}{
	"(B": {nil, false}, "(J": {nil, false}, "$B": {kanji, false}, "$@": {kanji, false}, "$(D": {supplementary, false},
	")I": {katakana, true}, "$)C": {hangul, true}, "$)A": {hanzi, true},
	"-A": {terms["100"], true}, "-B": {terms["101"], true}, "-C": {terms["109"], true}, "-D": {terms["110"], true},
	"-L": {terms["144"], true}, "-G": {terms["127"], true}, "-F": {terms["126"], true}, "-H": {terms["138"], true},
	"-M": {terms["148"], true}, "-T": {terms["166"], true}, "-b": {terms["203"], true},
}

// charsetOf reads the values of Specific Character Set. Unknown terms count as
// the default repertoire.
func charsetOf(values []string) charset {
	if len(values) == 0 {
		return charset{}
	}
	c := charset{declared: true}
	switch first := strings.ToUpper(strings.TrimSpace(values[0])); first {
	case "ISO_IR 192", "ISO 2022 IR 192", "UTF-8", "UTF8":
		c.utf8 = true
	case "GB18030":
		c.whole = simplifiedchinese.GB18030
	case "GBK":
		c.whole = simplifiedchinese.GBK
	default:
		for _, prefix := range []string{"ISO_IR ", "ISO 2022 IR ", "ISO-IR ", "ISO_IR", "ISO IR "} {
			if n, ok := strings.CutPrefix(first, prefix); ok {
				c.g1 = terms[strings.TrimSpace(n)]
				break
			}
		}
	}
	return c
}

// decode turns a stored value into UTF-8. What does not fit the set becomes
// U+FFFD; it never fails.
func (c charset) decode(s string) string {
	high := false
	for i := 0; i < len(s); i++ {
		high = high || s[i] >= 0x80 || s[i] == 0x1b
	}
	switch {
	case !high:
		return s
	case c.utf8:
		return strings.ToValidUTF8(s, "\uFFFD")
	case c.whole != nil:
		out, err := c.whole.NewDecoder().String(s)
		if err != nil {
			return strings.ToValidUTF8(s, "\uFFFD")
		}
		return out
	case !c.declared && !strings.Contains(s, "\x1b"):
		return undeclared(s)
	}
	return c.extended(s)
}

// undeclared reads text of an object that names no character set although it
// needs one: UTF-8 or GB 2312 where every byte fits, else Latin 1.
func undeclared(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	pairs := true
	for i := 0; i < len(s) && pairs; i++ {
		if s[i] >= 0x80 {
			pairs = s[i] >= 0xA1 && i+1 < len(s) && s[i+1] >= 0xA1
			i++
		}
	}
	if out, err := simplifiedchinese.GBK.NewDecoder().String(s); pairs && err == nil && !strings.Contains(out, "\uFFFD") {
		return out
	}
	return charset{declared: true, g1: latin1}.extended(s)
}

// extended reads ISO 2022 text.
func (c charset) extended(s string) string {
	var out strings.Builder
	var g0, last *graphic
	g1 := c.g1
	for b := []byte(s); len(b) > 0; {
		if b[0] == 0x1b {
			if n := designate(b[1:], &g0, &g1); n > 0 {
				b, last = b[1+n:], g1
				continue
			}
			b = b[1:]
			continue
		}
		set := g0
		if b[0] >= 0x80 {
			if set = g1; set == nil {
				// Writers forget to designate again after a delimiter.
				set = last
			}
		}
		switch {
		case b[0] <= ' ' || b[0] < 0x80 && set == nil:
			// Delimiters bring back what was in force at the start (PS3.5 6.1.2.5.3).
			if strings.IndexByte("\\^=\t\n\f\r", b[0]) >= 0 {
				g0, g1 = nil, c.g1
			}
			out.WriteByte(b[0])
			b = b[1:]
		case set == nil || len(b) < set.width:
			out.WriteString("\uFFFD")
			b = b[1:]
		default:
			out.WriteString(set.decode(b[:set.width]))
			b = b[set.width:]
		}
	}
	return out.String()
}

// designate reads an escape sequence and returns its length, 0 if unknown.
func designate(b []byte, g0, g1 **graphic) int {
	for n := 2; n <= 3 && n <= len(b); n++ {
		if e, ok := escapes[string(b[:n])]; ok {
			if e.g1 {
				*g1 = e.set
			} else {
				*g0 = e.set
			}
			return n
		}
	}
	return 0
}
