package dispatch

import (
	"context"
	"strings"
	"testing"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/codec/dispatch/codectest"
	"lightbox/vision/fault"
)

// streams are one small stream of each format with its first value: RLE by
// hand, JPEG of a grey pixel by cjpeg, JPEG-LS the example of T.87 H.3, JPEG
// 2000 of a grey pixel by OpenJPEG.
var streams = map[codec.Format]struct {
	data  string
	first byte
}{
	codec.RLE: {"\x01\x00\x00\x00\x40\x00\x00\x00" + zeros(56) + "\x00\x07", 7},
	codec.JPEG: {"\xFF\xD8\xFF\xDB\x00\x43\x00" + strings.Repeat("\x01", 64) + "\xFF\xC0\x00\x0B\x08\x00\x01\x00\x01\x01\x01\x11\x00" +
		"\xFF\xC4\x00\x14\x00\x01" + zeros(15) + "\x0A\xFF\xC4\x00\x14\x10\x01" + zeros(16) + "\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\x06\xEF\xFF\xD9", 7},
	codec.JPEGLS: {"\xFF\xD8\xFF\xF7\x00\x0B\x08\x00\x04\x00\x04\x01\x01\x11\x00\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x00" +
		"\xC0\x00\x00\x6C\x80\x20\x8E\x01\xC0\x00\x00\x57\x40\x00\x00\x6E\xE6\x00\x00\x01\xBC\x18\x00\x00\x05\xD8\x00\x00\x91\x60\xFF\xD9", 0},
	codec.JPEG2000: {"\xFF\x4F\xFF\x51\x00\x29" + zeros(5) + "\x01\x00\x00\x00\x01" + zeros(11) + "\x01\x00\x00\x00\x01" + zeros(9) + "\x01\x07\x01\x01" +
		"\xFF\x52\x00\x0C\x00\x00\x00\x01\x00\x00\x04\x04\x00\x01\xFF\x5C\x00\x04\x40\x40\xFF\x90\x00\x0A\x00\x00\x00\x00\x00\x13\x00\x01\xFF\x93\xCF\xB4\x08\x09\x9F\xFF\xD9", 7},
}

func zeros(n int) string { return strings.Repeat("\x00", n) }

func job(format codec.Format, data string) codec.Job {
	return codec.Job{Format: format, Data: []byte(data), Rows: 1, Columns: 1, Samples: 1, BitsAllocated: 8}
}

func TestFormats(t *testing.T) {
	for format, c := range streams {
		p, err := InProcess{}.Decode(context.Background(), job(format, c.data))
		if err != nil || p.Samples != 1 || p.Bits != 8 || p.Data[0] != c.first {
			t.Errorf("%s: %+v %v", format, p, err)
		}
	}
	for _, format := range []codec.Format{codec.RLE, codec.JPEG, codec.JPEGLS, codec.JPEG2000} {
		if p, err := (InProcess{}).Decode(context.Background(), job(format, "no codestream")); p != nil || fault.KindOf(err) != fault.Corrupt && fault.KindOf(err) != fault.Truncated {
			t.Errorf("%s of nonsense: %v %v", format, p, err)
		}
	}
	if _, err := (InProcess{}).Decode(context.Background(), job("JPEG XL", "")); fault.KindOf(err) != fault.Syntax {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestPanic(t *testing.T) {
	p, err := contained(context.Background(), job(codec.RLE, ""), func(context.Context, codec.Job) (*codec.Picture, error) { panic("x") })
	if p != nil || fault.KindOf(err) != fault.Corrupt {
		t.Errorf("%v %v", p, err)
	}
}

// TestPublic decodes the first frame of every encapsulated public file by what
// its first bytes say it is.
func TestPublic(t *testing.T) {
	formats := map[string]codec.Format{
		"1.2.840.10008.1.2.5":    codec.RLE,
		"1.2.840.10008.1.2.4.50": codec.JPEG, "1.2.840.10008.1.2.4.51": codec.JPEG, "1.2.840.10008.1.2.4.57": codec.JPEG, "1.2.840.10008.1.2.4.70": codec.JPEG,
		"1.2.840.10008.1.2.4.80": codec.JPEGLS, "1.2.840.10008.1.2.4.81": codec.JPEGLS,
		"1.2.840.10008.1.2.4.90": codec.JPEG2000, "1.2.840.10008.1.2.4.91": codec.JPEG2000, "1.2.840.10008.1.2.4.201": codec.JPEG2000, "1.2.840.10008.1.2.4.203": codec.JPEG2000,
	}
	n := 0
	for uid, format := range formats {
		for _, public := range codectest.Publics(t, uid) {
			f, err := codectest.Read(public.Path)
			if err != nil || len(f.Frames) == 0 {
				t.Logf("%s: %v: more than this test's reader can", public.Name, err)
				continue
			}
			j := codec.Job{Format: format, Data: f.Frames[0], Rows: f.Rows, Columns: f.Columns, Samples: f.Samples, BitsAllocated: f.Allocated}
			if sniffed := codec.Sniff(j.Data); format != codec.RLE && sniffed != format {
				t.Errorf("%s: sniffed %q, want %s", public.Name, sniffed, format)
			}
			p, err := InProcess{}.Decode(context.Background(), j)
			codectest.Consistent(t, p, err, sizeOf(j, p))
			if err != nil && public.Row["validity"] != "malformed" {
				t.Errorf("%s: %v", public.Name, err)
			}
			n++
		}
	}
	t.Logf("%d files", n)
}

func sizeOf(j codec.Job, p *codec.Picture) int {
	if p != nil && j.Format == codec.RLE && p.Bits == 1 {
		return (p.Rows*p.Columns + 7) / 8
	}
	return -1
}
