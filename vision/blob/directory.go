package blob

import (
	"bufio"
	"encoding/binary"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// entries reads the central directory (APPNOTE 4.3.12). It goes by the bytes
// that are there, never by the number of entries that is claimed.
func (d directory) entries(in Reader, path string) ([]*entry, error) {
	r := bufio.NewReaderSize(io.NewSectionReader(in, d.at, d.size), pieceBytes)
	var out []*entry
	head := make([]byte, entryBytes)
	for left := d.size; left >= entryBytes; {
		if _, err := io.ReadFull(r, head); err != nil {
			return nil, broken(path)
		}
		le := binary.LittleEndian
		if le.Uint32(head) != entrySignature {
			break // a digital signature may follow the entries
		}
		names := int64(le.Uint16(head[28:])) + int64(le.Uint16(head[30:])) + int64(le.Uint16(head[32:]))
		if left -= entryBytes + names; left < 0 {
			return nil, broken(path)
		}
		text := make([]byte, names)
		if _, err := io.ReadFull(r, text); err != nil {
			return nil, broken(path)
		}
		// The count above is the archive's word; this is the truth.
		if len(out) >= maxEntries {
			return nil, tooMany(path)
		}
		e := newEntry(head, text)
		if e.offset += d.base; e.offset < 0 || e.packed < 0 || e.size < 0 ||
			e.offset > d.at-localBytes || e.packed > d.at-localBytes-e.offset {
			return nil, broken(path)
		}
		e.archive = path
		out = append(out, e)
	}
	if uint16(len(out)) != uint16(d.count) { // writers without ZIP64 let the count run over
		return nil, broken(path)
	}
	return out, nil
}

// newEntry takes an entry from its fixed part and the texts behind it.
func newEntry(head, text []byte) *entry {
	le := binary.LittleEndian
	n, x := int(le.Uint16(head[28:])), int(le.Uint16(head[30:]))
	name, extra := text[:n], text[n:n+x]
	e := &entry{
		flags: le.Uint16(head[8:]), method: le.Uint16(head[10:]), crc: le.Uint32(head[16:]),
		packed: int64(le.Uint32(head[20:])), size: int64(le.Uint32(head[24:])), offset: int64(le.Uint32(head[42:])),
	}
	e.zip64(extra)
	text8 := decodeName(name, e.flags&flagUTF8 != 0)
	e.name, e.folder = cleanName(text8), strings.HasSuffix(text8, "/") || strings.HasSuffix(text8, `\`) && e.size == 0
	return e
}

// zip64 takes the values that did not fit into 32 bits from the extra field
// 0x0001 (APPNOTE 4.5.3), where they stand in this order.
func (e *entry) zip64(extra []byte) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if extra = extra[4:]; n > len(extra) {
			return
		}
		field := extra[:n]
		extra = extra[n:]
		if id != 1 {
			continue
		}
		for _, v := range []*int64{&e.size, &e.packed, &e.offset} {
			if *v == 0xffffffff && len(field) >= 8 {
				*v, field = int64(le.Uint64(field)), field[8:]
			}
		}
		return
	}
}

// decodeName reads the name of an entry: UTF-8 where it is marked or looks so,
// else GB18030 as Chinese Windows writes it, else code page 437, which is the
// format's own (APPNOTE appendix D).
func decodeName(name []byte, marked bool) string {
	if marked || utf8.Valid(name) {
		return strings.ToValidUTF8(string(name), "\uFFFD")
	}
	if b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(name); err == nil && !strings.ContainsRune(string(b), utf8.RuneError) {
		return string(b)
	}
	b, err := charmap.CodePage437.NewDecoder().Bytes(name)
	if err != nil {
		return strings.ToValidUTF8(string(name), "\uFFFD")
	}
	return string(b)
}

// cleanName makes a name harmless to show and to join: no leading slash or
// drive, no parts that lead upwards, no control characters.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, strings.ReplaceAll(name, `\`, "/"))
	var parts []string
	for p := range strings.SplitSeq(name, "/") {
		if p != "" && p != "." && p != ".." && (len(p) != 2 || p[1] != ':') {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return "?"
	}
	return strings.Join(parts, "/")
}
