package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"
)

// Version is the version of the format that is written.
const Version = 1

// record is a line of a journal: a value, or that there is none any more.
type record struct {
	Time    time.Time       `json:"time"`
	Kind    string          `json:"kind"`
	Key     string          `json:"key"`
	Deleted bool            `json:"deleted,omitempty"`
	Value   json.RawMessage `json:"value,omitempty"`
}

func (r record) name() Name { return Name{r.Kind, r.Key} }

// maxTime is past any time that a journal can have been written at.
var maxTime = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)

// castagnoli is the polynomial of the lines' sums: CRC-32C, as in iSCSI (RFC 3720).
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the CRC-32C of a line's version, a blank and its text.
func sum(version, text []byte) uint32 {
	c := crc32.Update(0, castagnoli, version)
	c = crc32.Update(c, castagnoli, []byte{' '})
	return crc32.Update(c, castagnoli, text)
}

// encode appends the line of a record:
//
//	1 5f2a9c01 {"time":"2026-11-29T15:02:09.123456Z","kind":"measure","key":"…","value":…}
//
// the version of the format, the sum in eight hexadecimal digits, and JSON.
func encode(to []byte, r record) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return to, err
	}
	return seal(to, Version, text), nil
}

// seal appends a line of a version with its sum.
func seal(to []byte, version int, text []byte) []byte {
	v := strconv.AppendInt(nil, int64(version), 10)
	to = fmt.Appendf(to, "%s %08x ", v, sum(v, text))
	to = append(to, text...)
	return append(to, '\n')
}

// decode reads a line without its end. A version above ours with a record that is
// empty is a line of a newer Lightbox; version 0 is a damaged line. Whatever a
// newer format is like, its lines begin as ours do: version and sum.
func decode(line []byte) (r record, version int) {
	v, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok || len(v) == 0 || len(v) > 6 || len(rest) < 9 || rest[8] != ' ' {
		return record{}, 0
	}
	version, err := strconv.Atoi(string(v))
	if err != nil || version < 1 {
		return record{}, 0
	}
	// Parsed, not formatted: the digits are to be those that are written.
	want, err := strconv.ParseUint(string(rest[:8]), 16, 32)
	text := rest[9:]
	if err != nil || uint32(want) != sum(v, text) {
		return record{}, 0
	}
	if version > Version {
		return record{}, version
	}
	if json.Unmarshal(text, &r) != nil || !r.valid() {
		return record{}, 0
	}
	return r, version
}

// valid tells whether a record is one that Lightbox writes.
func (r record) valid() bool {
	return r.Kind != "" && len(r.Kind) <= maxKind && len(r.Key) <= maxKey &&
		!r.Time.IsZero() && r.Time.Before(maxTime) && r.Deleted == (len(r.Value) == 0)
}
