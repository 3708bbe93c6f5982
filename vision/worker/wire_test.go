package worker

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// An error comes through with kind, format, arguments and cause, as far as
// its arguments are plain values.
func TestErrorsCross(t *testing.T) {
	for _, want := range []*fault.Error{
		fault.New(fault.Corrupt, "", "no gaps"),
		fault.New(fault.Truncated, "", "%d of %d bytes", 17, -4),
		fault.New(fault.Syntax, "", "100 %% of %q at %.2f, %v, %x", "a\tb", 1.25, true, uint64(math.MaxUint64)),
		fault.New(fault.TooLarge, "", "%6.2f%4d%-8s|", 1.0, 2, "three"),
		fault.New(fault.InternalError, "", "%s decoder: %v", "JPEG", "a text").Because(io.ErrUnexpectedEOF),
		{Kind: fault.NotEnoughRAM, Detail: "a detail without a format"},
		{Kind: fault.NotEnoughRAM},
	} {
		got, ok := decodeError(encodeError(fmt.Errorf("in a chain: %w", want)))
		if !ok || got.Kind != want.Kind || got.Detail != want.Detail {
			t.Errorf("%v became %v", want, got)
			continue
		}
		if want.Format != "" && (got.Format != want.Format || !reflect.DeepEqual(append([]any{}, want.Args...), append([]any{}, got.Args...))) {
			t.Errorf("%q %#v became %q %#v", want.Format, want.Args, got.Format, got.Args)
		}
		if (got.Err == nil) != (want.Err == nil) || want.Err != nil && got.Err.Error() != want.Err.Error() {
			t.Errorf("cause %v became %v", want.Err, got.Err)
		}
	}
}

// Arguments of other types keep the sentence, if not always its parts.
func TestErrorsOtherArguments(t *testing.T) {
	for _, want := range []*fault.Error{
		fault.New(fault.Corrupt, "", "%v and %v", errors.New("an error"), codec.JPEG),
		fault.New(fault.Corrupt, "", "%v, %d", []int{1, 2}, []int{3}),
		fault.New(fault.Corrupt, "", "%[2]d %[1]d", 1, 2),
		fault.New(fault.Corrupt, "", "%*d", 5, 2),
		{Kind: fault.Corrupt, Detail: "%!d(string=x)", Format: "%d", Args: []any{"x"}},
	} {
		got, ok := decodeError(encodeError(want))
		if !ok || got.Detail != want.Detail || fmt.Sprintf(got.Format, got.Args...) != want.Detail {
			t.Errorf("%v became %+v", want, got)
		}
	}
	long := fault.New(fault.Corrupt, "", "%s", strings.Repeat("\xff ", 10_000))
	b := encodeError(long)
	if _, ok := decodeError(b); !ok || len(b) > maxErrorBytes {
		t.Errorf("an error of %d bytes", len(b))
	}
	full := &fault.Error{Kind: fault.Corrupt}
	for range maxArgs {
		full.Args = append(full.Args, strings.Repeat("\xff ", maxTextBytes))
	}
	full.Detail = full.Args[0].(string)
	full.Format = full.Detail
	full.Err = errors.New(full.Detail)
	if b := encodeError(full); len(b) > maxErrorBytes {
		t.Errorf("the largest error has %d bytes, limit %d", len(b), maxErrorBytes)
	}
}

// A format from a worker cannot make the host write more than a few kilobytes.
func TestHarmless(t *testing.T) {
	for format, n := range map[string]int{"": 0, "a": 0, "%d": 1, "%5.2f, %%": 1, "%-10s%x": 2, "%%%d%%": 1, "%%d": 0} {
		if !harmless(format, n) {
			t.Errorf("%q is refused", format)
		}
	}
	for format, n := range map[string]int{
		"%d": 0, "d": 1, "%999999d": 1, "%*d": 2, "%[1]d": 1, "%[1]d%[1]d": 2, "%.999999f": 1, "%": 0, "% ": 0, "%5": 0,
		"%100d": 1, "%!": 0, "\xff%d": 1, "%-+d": 1, "%%%": 0,
	} {
		if harmless(format, n) {
			t.Errorf("%q with %d arguments passes", format, n)
		}
	}
}

func FuzzDecodeError(f *testing.F) {
	f.Add([]byte{})
	f.Add(encodeError(fault.New(fault.Corrupt, "", "%d of %s, %v", 5, "six", 7.0).Because(io.EOF)))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = b[:min(len(b), maxErrorBytes)]
		e, ok := decodeError(b)
		if !ok {
			return
		}
		if !decoderKinds[e.Kind] || len(e.Error()) > 2*maxErrorBytes || len(fmt.Sprintf(e.Format, e.Args...)) > 2*maxErrorBytes {
			t.Errorf("%+v", e)
		}
	})
}

// No answer, whatever its numbers, makes a picture that codec.Check or the
// job would refuse.
func FuzzAnswer(f *testing.F) {
	good, err := binary.Append(nil, binary.LittleEndian, answerFor(1, &codec.Picture{Rows: 3, Columns: 4, Samples: 3, Bits: 12, Decoded: 3, Data: make([]byte, 72)}, nil))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, int64(1000))
	f.Add(make([]byte, len(good)), int64(0))
	f.Fuzz(func(t *testing.T, b []byte, limit int64) {
		limit = 1 + limit&(1<<30-1)
		var a answer
		if receive(bytes.NewReader(b), &a) != nil {
			return
		}
		a.Magic, a.ID = answerMagic, 1
		p, err := a.picture(1, codec.Job{MaxBytes: limit})
		if err != nil || p == nil {
			return
		}
		if codec.Check(p.Rows, p.Columns, p.Samples, p.Bits, limit) != nil || a.DataBytes != uint64(sizeOf(p, codec.JPEG)) || a.DataBytes > uint64(limit) || p.Decoded < 0 || p.Decoded > p.Rows {
			t.Errorf("%+v gives %+v", a, p)
		}
	})
}

func TestLastWords(t *testing.T) {
	var l lastWords
	want := strings.Repeat("begin ", maxStderrBytes/6+1)[:maxStderrBytes] + "\n…\n" + strings.Repeat("z", maxStderrBytes)
	for i := range maxStderrBytes {
		_, _ = l.Write([]byte{want[i]})
	}
	_, _ = l.Write(bytes.Repeat([]byte("lost"), 10_000))
	_, _ = l.Write(bytes.Repeat([]byte("z"), maxStderrBytes))
	if got := l.String(); got != want {
		t.Errorf("%d bytes: %.40q … %.40q", len(got), got, got[max(0, len(got)-40):])
	}
	l.forget()
	if _, _ = l.Write([]byte("new")); l.String() != "new" {
		t.Error(l.String())
	}
}
