package codectest

import (
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// Consistent fails the test when what a decoder returned contradicts
// codec.Decoder. size is the length that Data should have; negative: what the
// picture itself says.
func Consistent(t testing.TB, p *codec.Picture, err error, size int) {
	t.Helper()
	switch kind := fault.KindOf(err); kind {
	case "":
		if p == nil {
			t.Error("neither picture nor error")
		}
	case fault.Corrupt, fault.Truncated:
	case fault.TooLarge, fault.Syntax, fault.NotEnoughRAM, fault.Interrupted:
		if p != nil {
			t.Errorf("a picture beside %v", err)
		}
	default:
		t.Errorf("an error of another kind: %v", err)
	}
	if p != nil {
		whole(t, p, err, size)
	}
}

func whole(t testing.TB, p *codec.Picture, err error, size int) {
	t.Helper()
	if size < 0 {
		size = p.Rows * p.Columns * p.Samples * p.Width()
	}
	if len(p.Data) != size || p.Rows <= 0 || p.Columns <= 0 || p.Samples <= 0 || p.Samples > 4 || p.Bits < 1 || p.Bits > 32 {
		t.Errorf("%d bytes for %d×%d×%d of %d bits", len(p.Data), p.Rows, p.Columns, p.Samples, p.Bits)
	}
	if p.Decoded < 0 || p.Decoded > p.Rows || err == nil && p.Decoded != p.Rows {
		t.Errorf("%d of %d rows decoded, error %v", p.Decoded, p.Rows, err)
	}
}
