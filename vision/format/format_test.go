package format

import "testing"

func TestOf(t *testing.T) {
	preamble := func(begin string) []byte {
		b := make([]byte, 132)
		copy(b, begin)
		copy(b[128:], "DICM")
		return b
	}
	for _, c := range []struct {
		head []byte
		want Format
	}{
		{[]byte("\x89PNG\r\n\x1a\n"), PNG}, {[]byte("\xff\xd8\xff\xe0"), JPEG}, {[]byte("II*\x00"), TIFF}, {[]byte("MM\x00*"), TIFF},
		{[]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00"), BMP}, {[]byte("BM is how this text begins"), ""}, {[]byte("BM"), ""},
		{preamble(""), DICOM}, {preamble("II*\x00"), DICOM}, {preamble("\x89PNG\r\n\x1a\n"), DICOM},
		{[]byte("\x08\x00\x05\x00CS\x0a\x00ISO_IR 100\x08\x00\x08\x00CS\x02\x00A\\"), DICOM},
		{nil, ""}, {[]byte("Dear colleague"), ""},
	} {
		if got := Of(c.head); got != c.want {
			t.Errorf("%.20q: %q, want %q", c.head, got, c.want)
		}
	}
}
