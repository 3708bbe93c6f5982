package dicom

import (
	"context"
	"reflect"
	"strings"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
)

func headerOf(t testing.TB, syntax string, extra ...dt.Element) Header {
	t.Helper()
	m := dt.Chest(4, 3, 12)
	m.Syntax, m.Extra = syntax, extra
	return parseOrFail(t, m.Bytes()).Header
}

// TestHeaderFields reads every attribute of Header, in every encoding.
func TestHeaderFields(t *testing.T) {
	text := func(tag uint32, vr, v string) dt.Element { return dt.Element{Tag: tag, VR: vr, Value: v} }
	minus, limit := -2000, -1990
	want := Header{
		SOPClassUID: "1.2.840.10008.5.1.4.1.1.1.1", SOPInstanceUID: "1.2.3", StudyUID: "1.2.4", SeriesUID: "1.2.5", Modality: "DX",
		PatientName: "Family^Given", PatientID: "ID 7", BirthDate: "19500102", Sex: "F", Age: "067Y",
		Institution: "Hospital", StudyDescription: "CHEST", Accession: "A1", StudyDate: "20170203", StudyTime: "101112",
		SeriesNumber: "2", SeriesDescription: "PA", InstanceNumber: "3", BodyPart: "CHEST", ViewPosition: "PA", ViewCode: "postero-anterior", Laterality: "L",
		PatientOrientation: []string{"L", "F"}, SliceThickness: "5.0", SliceLocation: "-12.5",
		Rows: 4, Columns: 3, Samples: 1, BitsAllocated: 16, BitsStored: 12, HighBit: 11, Signed: true, Photometric: "MONOCHROME1", Frames: 1,
		PaddingValue: &minus, PaddingLimit: &limit,
		RescaleSlope: 2.5, RescaleIntercept: -1024, RescaleType: "HU",
		Windows:     []Window{{40, 400, "SOFT"}, {-600, 1500.5, "LUNG"}},
		VOIFunction: "SIGMOID", PresentationLUTShape: "INVERSE",
		PixelSpacing: []float64{0.2, 0.15}, ImagerPixelSpacing: []float64{0.25, 0.25}, PixelSpacingCalibrationType: "GEOMETRY", Magnification: 1.25,
		LossyCompression: "01", LossyRatios: []float64{10.5, 2}, LossyMethod: "ISO_10918_1", BurnedInAnnotation: "NO",
	}
	for _, syntax := range nativeSyntaxes {
		want.Syntax = SyntaxOf(syntax)
		got := headerOf(t, syntax,
			text(0x00080016, "UI", want.SOPClassUID), text(0x00080018, "UI", "1.2.3"), text(0x0020000D, "UI", "1.2.4"), text(0x0020000E, "UI", "1.2.5"),
			text(0x00080060, "CS", "DX"), text(dt.PatientName, "PN", "Family^Given^^^"), text(0x00100020, "LO", " ID 7"), text(0x00100030, "DA", "19500102"),
			text(0x00100040, "CS", "F"), text(0x00080080, "LO", "Hospital"), text(0x00081030, "LO", "CHEST"), text(0x00080050, "SH", "A1"),
			text(0x00080020, "DA", "20170203"), text(0x00080030, "TM", "101112.123456"), text(0x00200011, "IS", "2"), text(0x0008103E, "LO", "PA"),
			text(0x00200013, "IS", "3"), text(0x00180015, "CS", "CHEST"), text(0x00185101, "CS", "PA"),
			dt.Element{Tag: 0x00540220, VR: "SQ", Items: [][]dt.Element{{text(0x00080100, "SH", "272479007"), text(0x00080102, "SH", "SCT"), text(0x00080104, "LO", "postero-anterior")}}}, text(0x00200060, "CS", "R"), text(0x00200062, "CS", "L"),
			text(0x00200020, "CS", `L\F`), text(0x00180050, "DS", "5.0"), text(0x00201041, "DS", "-12.5"),
			text(dt.Photometric, "CS", "MONOCHROME1"), dt.Element{Tag: dt.Signed, VR: "US", Value: 1},
			dt.Element{Tag: 0x00280120, VR: "SS", Value: minus}, dt.Element{Tag: 0x00280121, VR: "SS", Value: limit},
			dt.DS(dt.RescaleSlope, "2.5"), dt.DS(dt.RescaleIntercept, "-1024"), text(0x00281054, "LO", "HU"),
			dt.DS(dt.WindowCentre, `40\-600`), dt.DS(dt.WindowWidth, `400\1500.5`), text(0x00281055, "LO", `SOFT\LUNG`), text(dt.WindowFunction, "CS", "SIGMOID"),
			text(0x20500020, "CS", "INVERSE"), dt.DS(dt.PixelSpacing, `0.2\0.15`), dt.DS(0x00181164, `0.25\.25`), text(0x00280A02, "CS", "GEOMETRY"),
			dt.DS(0x00181114, "1.25"), text(0x00282110, "CS", "01"), dt.DS(0x00282112, `10.5\2`), text(0x00282114, "CS", "ISO_10918_1"), text(0x00280301, "CS", "NO"))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", want.Syntax.Name, got, want)
		}
	}
}

// TestIllFormedValues treats what cannot be read as absent.
func TestIllFormedValues(t *testing.T) {
	h := headerOf(t, ExplicitLE,
		dt.DS(dt.RescaleSlope, "one"), dt.DS(dt.RescaleIntercept, "NaN"), dt.DS(dt.WindowCentre, `x\40\Inf`), dt.DS(dt.WindowWidth, `400\80\1`),
		dt.DS(dt.PixelSpacing, `0\0.2`), dt.Element{Tag: dt.Frames, VR: "IS", Value: "1A"}, dt.Element{Tag: 0x00080020, VR: "DA", Value: "yesterday"},
		dt.Element{Tag: dt.WindowFunction, VR: "CS", Value: "CUBIC"}, dt.Element{Tag: 0x00280120, VR: "US", Value: nil},
		dt.Element{Tag: dt.ModalityLUT, VR: "SQ", Items: [][]dt.Element{dt.LUT(0, 16, make([]uint16, 8))[:2]}},
		dt.Element{Tag: dt.VOILUT, VR: "LO", Value: "no sequence"},
		dt.Element{Tag: dt.PatientName, VR: "??", Value: "Name"})
	if h.RescaleSlope != 1 || h.RescaleIntercept != 0 || len(h.Windows) != 1 || h.Windows[0].Centre != 40 || h.PixelSpacing != nil ||
		h.Frames != 1 || h.StudyDate != "" || h.VOIFunction != "LINEAR" || h.PaddingValue != nil || h.ModalityLUT != nil || h.VOILUTs != nil {
		t.Errorf("%+v", h)
	}
}

func TestLUTs(t *testing.T) {
	full := make([]uint16, 65536)
	for i := range full {
		full[i] = uint16(65535 - i)
	}
	seq := func(tag uint32, items ...[]dt.Element) dt.Element {
		return dt.Element{Tag: tag, VR: "SQ", Items: items}
	}
	packed := []dt.Element{{Tag: 0x00283002, VR: "US", Value: []int{4, 10, 8}}, {Tag: 0x00283006, VR: "OW", Value: []uint16{0x0201, 0x0403}}}
	for _, syntax := range nativeSyntaxes {
		h := headerOf(t, syntax, seq(dt.ModalityLUT, dt.LUT(0, 16, full)), seq(dt.VOILUT, dt.LUT(-3, 12, []uint16{7, 8, 4095}), packed))
		if h.ModalityLUT == nil || !reflect.DeepEqual(h.ModalityLUT.Data, full) || len(h.VOILUTs) != 2 {
			t.Fatalf("%s: modality LUT %v, %d VOI LUTs", h.Syntax.Name, h.ModalityLUT != nil, len(h.VOILUTs))
		}
		if v := h.VOILUTs[0]; v.First != 65533 || v.Bits != 12 || !reflect.DeepEqual(v.Data, []uint16{7, 8, 4095}) || v.Explanation != "TEST" {
			t.Errorf("%s: %+v", h.Syntax.Name, v)
		}
		if v := h.VOILUTs[1]; v.First != 10 || v.Bits != 8 || !reflect.DeepEqual(v.Data, []uint16{1, 2, 3, 4}) {
			t.Errorf("%s: packed %+v", h.Syntax.Name, v)
		}
		// The input of the VOI LUT is signed where the rescaled values can be.
		h = headerOf(t, syntax, dt.DS(dt.RescaleIntercept, "-1024"), seq(dt.VOILUT, dt.LUT(-3, 16, []uint16{7})))
		if len(h.VOILUTs) != 1 || h.VOILUTs[0].First != -3 {
			t.Errorf("%s: after a negative intercept %+v", h.Syntax.Name, h.VOILUTs)
		}
		h = headerOf(t, syntax, dt.Element{Tag: dt.Signed, VR: "US", Value: 1}, seq(dt.ModalityLUT, dt.LUT(-2048, 16, []uint16{7})))
		if h.ModalityLUT == nil || h.ModalityLUT.First != -2048 {
			t.Errorf("%s: signed modality LUT %+v", h.Syntax.Name, h.ModalityLUT)
		}
	}
}

// TestFunctionalGroups takes spacing, window and rescale of frame 0 from the
// groups of an enhanced object, with lengths and with delimiters, and as UN.
func TestFunctionalGroups(t *testing.T) {
	seq := func(tag uint32, length uint32, items ...[]dt.Element) dt.Element {
		return dt.Element{Tag: tag, VR: "SQ", Items: items, Length: length}
	}
	for _, syntax := range nativeSyntaxes {
		for _, l := range []uint32{0, dt.Undefined} {
			perFrame := func(c string) []dt.Element {
				return []dt.Element{seq(0x00289132, l, []dt.Element{dt.DS(dt.WindowCentre, c), dt.DS(dt.WindowWidth, "100")})}
			}
			shared := []dt.Element{
				seq(0x00289110, l, []dt.Element{dt.DS(dt.PixelSpacing, `0.5\0.4`), dt.DS(0x00180050, "3")}),
				seq(0x00289145, l, []dt.Element{dt.DS(dt.RescaleSlope, "2"), dt.DS(dt.RescaleIntercept, "-5")})}
			check := func(what string, h Header) {
				if !reflect.DeepEqual(h.PixelSpacing, []float64{0.5, 0.4}) || h.SliceThickness != "3" || h.RescaleSlope != 2 || h.RescaleIntercept != -5 ||
					len(h.Windows) != 1 || h.Windows[0].Centre != 11 {
					t.Errorf("%s, %s: %+v", SyntaxOf(syntax).Name, what, h)
				}
			}
			check("sequences", headerOf(t, syntax, seq(0x52009229, l, shared), seq(0x52009230, l, perFrame("11"), perFrame("22"))))
			if syntax != ImplicitLE {
				un := func(tag uint32, items ...[]dt.Element) dt.Element {
					return dt.Element{Tag: tag, VR: "UN", Items: items, Length: l}
				}
				check("UN", headerOf(t, syntax, un(0x52009229, shared), un(0x52009230, perFrame("11"))))
			}
		}
	}
}

func TestCharacterSets(t *testing.T) {
	for _, c := range []struct{ set, stored, want string }{
		{"ISO_IR 100", "Buc^J\xe9r\xf4me", "Buc^Jérôme"},
		{"ISO_IR 192", "Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1", "Wang^XiaoDong=王^小東"},
		{"GB18030", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab", "Wang^XiaoDong=王^小东"},
		{"GBK", "\x81\x5c^\xd0\xa1", "乗^小"}, // the second byte is a backslash
		{"ISO_IR 13", "\xd4\xcf\xc0\xde^\xc0\xdb\xb3", "ﾔﾏﾀﾞ^ﾀﾛｳ"},
		{`\ISO 2022 IR 87`, "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "Yamada^Tarou=山田^太郎"},
		{`ISO 2022 IR 13\ISO 2022 IR 87`, "\xd4\xcf\xc0\xde=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J", "ﾔﾏﾀﾞ=山田^太郎"},
		{`\ISO 2022 IR 149`, "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "Hong^Gildong=洪^吉洞"},
		{`\ISO 2022 IR 58`, "Wang=\x1b$)A\xcd\xf5^\xd0\xa1", "Wang=王^小"},
		{"ISO_IR 144", "\xbb\xee\xda", "Люк"},
		{"ISO_IR 166", "\xb9", "น"},
		{"", "Wang=\xe7\x8e\x8b", "Wang=王"},
		{"", "\xcd\xf5^\xd0\xa1", "王^小"},
		{"", "M\xfcller", "Müller"},
		{"ISO_IR 192", "bad\xff", "bad\uFFFD"},
		{"nonsense", "a\xff\x1b", "a\uFFFD"},
	} {
		extra := []dt.Element{{Tag: dt.PatientName, VR: "PN", Value: c.stored}}
		if c.set != "" {
			extra = append(extra, dt.Element{Tag: dt.CharacterSet, VR: "CS", Value: c.set})
		}
		if got := headerOf(t, ExplicitLE, extra...).PatientName; got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.stored, c.set, got, c.want)
		}
	}
}

// TestSyntaxNames refuses what is not read by its name and UID.
func TestSyntaxNames(t *testing.T) {
	m := dt.Chest(4, 3, 8)
	for uid, want := range map[string]string{
		"1.2.840.10008.1.2.4.110": "JPEG XL Lossless, 1.2.840.10008.1.2.4.110",
		"1.2.840.10008.1.2.4.102": "MPEG-4 AVC/H.264 High Profile / Level 4.1, 1.2.840.10008.1.2.4.102",
		"1.2.3.4":                 "unknown transfer syntax, 1.2.3.4",
	} {
		m.Syntax = uid
		m.Extra = []dt.Element{{Tag: dt.Pixels, VR: "OB", Fragments: [][]byte{{}, {0xff, 0xd8, 0xff, 0xd9}}, Length: dt.Undefined}}
		f := parseOrFail(t, m.Bytes())
		if _, err := f.Frame(context.Background(), 0); f.Rows != 4 || err == nil || !strings.Contains(err.Error(), "syntax: "+want) {
			t.Errorf("%s: %d rows, %v", uid, f.Rows, err)
		}
	}
}

func TestNestedVOILUTKeepsItsData(t *testing.T) {
	item := append(dt.LUT(0, 16, []uint16{1, 2}), dt.Element{Tag: 0x00400100, VR: "SQ", Length: dt.Undefined, Items: [][]dt.Element{{dt.DS(dt.RescaleSlope, "3")}}})
	h := headerOf(t, ExplicitLE, dt.Element{Tag: dt.VOILUT, VR: "SQ", Length: dt.Undefined, Items: [][]dt.Element{item}})
	if len(h.VOILUTs) != 1 || len(h.VOILUTs[0].Data) != 2 {
		t.Errorf("%+v", h.VOILUTs)
	}
}

// TestOddRepresentations reads numbers of a VR that is not theirs.
func TestOddRepresentations(t *testing.T) {
	for _, syntax := range []string{ExplicitLE, ExplicitBE} {
		h := headerOf(t, syntax,
			dt.Element{Tag: dt.Rows, VR: "UL", Value: 4}, dt.Element{Tag: dt.Columns, VR: "IS", Value: "3"}, dt.Element{Tag: dt.Samples, VR: "SL", Value: 1},
			dt.Element{Tag: dt.PixelSpacing, VR: "FD", Value: []float64{0.5, 0.25}}, dt.Element{Tag: dt.RescaleSlope, VR: "FL", Value: []float64{2.5}},
			dt.Element{Tag: dt.RescaleIntercept, VR: "SS", Value: 7}, dt.Element{Tag: dt.WindowCentre, VR: "DS", Value: "40,5"},
			dt.Element{Tag: dt.WindowWidth, VR: "LO", Value: "400"}, dt.Element{Tag: 0x00101010, VR: "US", Value: 67})
		if h.Rows != 4 || h.Columns != 3 || h.Samples != 1 || !reflect.DeepEqual(h.PixelSpacing, []float64{0.5, 0.25}) || h.RescaleSlope != 2.5 ||
			h.RescaleIntercept != 7 || len(h.Windows) != 1 || h.Windows[0] != (Window{40.5, 400, ""}) || h.Age != "" {
			t.Errorf("%+v", h)
		}
	}
}
