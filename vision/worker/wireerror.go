package worker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"lightbox/vision/fault"
)

// The kinds that a decoder's error may be of. Another one is a defect.
var decoderKinds = map[fault.Kind]bool{
	fault.Corrupt: true, fault.Truncated: true, fault.TooLarge: true, fault.Syntax: true,
	fault.PixelFormat: true, fault.BadHeader: true, fault.NotEnoughRAM: true, fault.Interrupted: true, fault.InternalError: true,
}

// Tags of an argument in an encoded error.
const (
	tagInt = iota
	tagUint
	tagFloat
	tagText
	tagBool
)

// encodeError packs kind, detail, cause, format and arguments. An argument is
// an integer, a float, a bool or a text; anything else goes as the text that
// %v makes of it. Empty for nil.
func encodeError(err error) []byte {
	if err == nil {
		return nil
	}
	var e *fault.Error
	if !errors.As(err, &e) {
		e = fault.Wrap(fault.InternalError, "", err)
	}
	cause := ""
	if e.Err != nil {
		cause = e.Err.Error()
	}
	args := e.Args
	if len(args) > maxArgs {
		args = nil // the host then takes the detail as it is
	}
	var b []byte
	for _, s := range []string{string(e.Kind), e.Detail, cause, e.Format} {
		b = appendText(b, s)
	}
	b = append(b, byte(len(args)))
	for _, a := range args {
		b = appendArg(b, a)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	s = s[:min(len(s), maxTextBytes)]
	s = strings.ToValidUTF8(s, "\uFFFD")
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(s))), s...)
}

func appendArg(b []byte, arg any) []byte {
	number := func(tag byte, v uint64) []byte {
		return binary.LittleEndian.AppendUint64(append(b, tag), v)
	}
	switch v := arg.(type) {
	case int:
		return number(tagInt, uint64(v))
	case int8:
		return number(tagInt, uint64(v))
	case int16:
		return number(tagInt, uint64(v))
	case int32:
		return number(tagInt, uint64(v))
	case int64:
		return number(tagInt, uint64(v))
	case uint:
		return number(tagUint, uint64(v))
	case uint8:
		return number(tagUint, uint64(v))
	case uint16:
		return number(tagUint, uint64(v))
	case uint32:
		return number(tagUint, uint64(v))
	case uint64:
		return number(tagUint, v)
	case float32:
		return number(tagFloat, math.Float64bits(float64(v)))
	case float64:
		return number(tagFloat, math.Float64bits(v))
	case bool:
		if v {
			return number(tagBool, 1)
		}
		return number(tagBool, 0)
	}
	return appendText(append(b, tagText), fmt.Sprint(arg))
}

// decodeError unpacks what a worker says is an error. It reports false where
// the bytes are none.
func decodeError(b []byte) (*fault.Error, bool) {
	in := parcel{rest: b}
	kind, detail, cause, format := fault.Kind(in.text()), in.text(), in.text(), in.text()
	n := int(in.byte())
	if n > maxArgs {
		return nil, false
	}
	args := make([]any, 0, n)
	for range n {
		args = append(args, in.arg())
	}
	if in.bad || len(in.rest) > 0 {
		return nil, false
	}
	if !decoderKinds[kind] {
		kind = fault.InternalError
	}
	if !harmless(format, len(args)) || fmt.Sprintf(format, args...) != detail {
		format, args = "%s", []any{detail}
		if detail == "" {
			format, args = "", nil
		}
	}
	e := &fault.Error{Kind: kind, Detail: detail, Format: format, Args: args}
	if cause != "" {
		e.Err = errors.New(cause)
	}
	return e, true
}

var verb = regexp.MustCompile(`%[-+ #0]?[0-9]?[0-9]?(\.[0-9][0-9]?)?[a-zA-Z]`)

// harmless tells whether a format takes exactly n arguments, each once and in
// order, and can make none of them long: a width of a million, which fmt
// obeys, is a megabyte for three bytes.
func harmless(format string, n int) bool {
	if !utf8.ValidString(format) {
		return false
	}
	format = strings.ReplaceAll(format, "%%", "")
	return len(verb.FindAllString(format, -1)) == n && !strings.Contains(verb.ReplaceAllString(format, ""), "%")
}

// parcel reads an encoded error; bad is set where it ends too early.
type parcel struct {
	rest []byte
	bad  bool
}

func (p *parcel) take(n int) []byte {
	if n > len(p.rest) {
		p.bad = true
		p.rest = nil
		return make([]byte, n)
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parcel) byte() byte { return p.take(1)[0] }

func (p *parcel) text() string {
	n := int(binary.LittleEndian.Uint16(p.take(2)))
	if n > len(p.rest) {
		p.bad = true
		return ""
	}
	return strings.ToValidUTF8(string(p.take(n)), "\uFFFD")
}

func (p *parcel) arg() any {
	switch p.byte() {
	case tagInt:
		return int(int64(binary.LittleEndian.Uint64(p.take(8))))
	case tagUint:
		return binary.LittleEndian.Uint64(p.take(8))
	case tagFloat:
		return math.Float64frombits(binary.LittleEndian.Uint64(p.take(8)))
	case tagBool:
		return binary.LittleEndian.Uint64(p.take(8)) != 0
	case tagText:
		return p.text()
	}
	p.bad = true
	return nil
}
