package dicom

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// text gives the values of a text attribute as they stand, still in the
// character set of the object, split and without padding. It is nil where the
// attribute is absent, empty or no text.
func (a attributes) text(t tag) []string {
	v, ok := a[t]
	if !ok || len(v.data) == 0 {
		return nil
	}
	switch v.vr {
	case "US", "SS", "UL", "SL", "FL", "FD", "SQ", "OW", "OF", "OD", "OL", "AT":
		return nil
	}
	parts := strings.Split(string(v.data), `\`)
	some := false
	for i, p := range parts {
		parts[i] = strings.Trim(p, " \x00\t\r\n")
		some = some || parts[i] != ""
	}
	if !some {
		return nil
	}
	return parts
}

// ascii gives the first value of an attribute whose characters are always those
// of the default repertoire (codes, dates, UIDs, numbers).
func (a attributes) ascii(t tag) string {
	v := a.text(t)
	if len(v) == 0 {
		return ""
	}
	return strings.ToValidUTF8(v[0], "\uFFFD")
}

// asciis is ascii for all values.
func (a attributes) asciis(t tag) []string {
	v := a.text(t)
	for i := range v {
		v[i] = strings.ToValidUTF8(v[i], "\uFFFD")
	}
	return v
}

func (v attribute) order() binary.ByteOrder {
	if v.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// number gives the first value of a binary or text integer. signed tells how a
// 16-bit value is read that does not say it itself (US or SS, PS3.6).
func (a attributes) number(t tag, signed bool) (int, bool) {
	v := a[t]
	o := v.order()
	switch v.vr {
	case "IS", "DS", "SH", "LO", "CS", "UT", "LT", "ST":
		s := a.text(t)
		if len(s) == 0 {
			return 0, false
		}
		f, ok := decimal(s[0])
		if !ok || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
			return 0, false
		}
		return int(f), true
	case "UL", "SL", "OL":
		if len(v.data) < 4 {
			return 0, false
		}
		if v.vr == "SL" {
			return int(int32(o.Uint32(v.data))), true
		}
		return int(o.Uint32(v.data)), true
	}
	if len(v.data) < 2 {
		return 0, false
	}
	w := o.Uint16(v.data)
	if v.vr == "SS" || signed {
		return int(int16(w)), true
	}
	return int(w), true
}

// decimals gives the values of a DS or a binary float; what cannot be read is
// NaN, so that values keep their places.
func (a attributes) decimals(t tag) []float64 {
	v := a[t]
	o := v.order()
	var out []float64
	switch v.vr {
	case "FD":
		for b := v.data; len(b) >= 8; b = b[8:] {
			out = append(out, math.Float64frombits(o.Uint64(b)))
		}
		return out
	case "FL":
		for b := v.data; len(b) >= 4; b = b[4:] {
			out = append(out, float64(math.Float32frombits(o.Uint32(b))))
		}
		return out
	case "US", "SS", "UL", "SL":
		if n, ok := a.number(t, false); ok {
			return []float64{float64(n)}
		}
		return nil
	}
	for _, s := range a.text(t) {
		f, ok := decimal(s)
		if !ok {
			f = math.NaN()
		}
		out = append(out, f)
	}
	return out
}

// decimal parses a DS or IS (PS3.5 table 6.2-1). Some writers put a decimal
// comma; hexadecimal, infinity and NaN are not in the standard's alphabet.
func decimal(s string) (float64, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), ",", ".")
	if s == "" || strings.Trim(s, "0123456789+-eE.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, false
	}
	return f, true
}
