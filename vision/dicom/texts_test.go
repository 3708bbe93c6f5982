package dicom

import (
	"bytes"
	"context"
	"slices"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
)

// TestRedecoding: GBK bytes under ISO_IR 100 are told from Latin text, and read
// on demand; the header itself keeps to what the object declares.
func TestRedecoding(t *testing.T) {
	for _, c := range []struct {
		set, stored, declared, redecoded string
		doubt                            bool
	}{
		{"ISO_IR 100", "\xcd\xf5^\xd0\xa1\xb6\xab", "Íõ^Ð¡¶«", "王^小东", true},
		{"ISO_IR 100", "\xd5\xc5\xe7\xe7", "ÕÅçç", "张珑", true}, // one of the second level
		{"ISO_IR 6", "\xcd\xf5\xb7\xbd", "\uFFFD\uFFFD\uFFFD\uFFFD", "王方", true},
		{"ISO_IR 100", "Buc^J\xe9r\xf4me", "Buc^Jérôme", "", false},
		{"ISO_IR 100", "\xc4neas^R\xfcdiger", "Äneas^Rüdiger", "", false},
		{"ISO_IR 100", "\xc5\xd8", "ÅØ", "", false}, // a single pair proves nothing
		{"ISO_IR 144", "\xbb\xee\xda\xe1", "Люкс", "", false},
		{"GB18030", "\xcd\xf5^\xd0\xa1\xb6\xab", "王^小东", "王^小东", false},
		{"ISO_IR 100", "plain", "plain", "plain", false},
	} {
		m := dt.Chest(4, 3, 8)
		m.Extra = []dt.Element{{Tag: dt.CharacterSet, VR: "CS", Value: c.set}, {Tag: dt.PatientName, VR: "PN", Value: c.stored}}
		h := parseOrFail(t, m.Bytes()).Header
		if h.PatientName != c.declared || h.CharsetDoubt != c.doubt {
			t.Errorf("%s %q: %q, doubt %v", c.set, c.stored, h.PatientName, h.CharsetDoubt)
		}
		if c.redecoded != "" && h.Redecoded().PatientName != c.redecoded {
			t.Errorf("%s %q: read again as %q, want %q", c.set, c.stored, h.Redecoded().PatientName, c.redecoded)
		}
		for redecoded, want := range map[bool]string{false: c.declared, true: c.redecoded} {
			list, err := elementsOf(context.Background(), bytes.NewReader(m.Bytes()), int64(len(m.Bytes())), "", redecoded)
			i := slices.IndexFunc(list, func(e Element) bool { return e.Tag == dt.PatientName })
			if err != nil || i < 0 || want != "" && list[i].Value != want {
				t.Errorf("%s %q, read again %v: listed as %q, want %q, %v", c.set, c.stored, redecoded, list[i].Value, want, err)
			}
		}
	}
}
