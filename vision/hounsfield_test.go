package vision

import (
	"testing"

	"lightbox/vision/dicom/dicomtest"
)

func TestHounsfield(t *testing.T) {
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	const storage = "1.2.840.10008.5.1.4.1.1.2"
	ct := func(extra ...dicomtest.Element) dicomtest.Image {
		set := dicomtest.Set{
			text(0x00080016, "UI", storage), text(0x00080060, "CS", "CT"), text(0x00080008, "CS", `ORIGINAL\PRIMARY\AXIAL`),
			dicomtest.DS(dicomtest.RescaleSlope, "1"), dicomtest.DS(dicomtest.RescaleIntercept, "-1024"),
		}
		return dicomtest.Image{Rows: 2, Columns: 3, Stored: 12, Extra: set.With(extra...)}
	}
	kind := func(s string) dicomtest.Element { return text(0x00080008, "CS", s) }
	unit := func(s string) dicomtest.Element { return text(0x00281054, "LO", s) }
	signed := ct(dicomtest.DS(dicomtest.RescaleIntercept, "0"))
	signed.Signed = true
	colour := ct(unit("HU"))
	colour.Samples, colour.Stored = 3, 8
	for name, c := range map[string]struct {
		image dicomtest.Image
		want  bool
	}{
		"says HU":                  {ct(unit("HU")), true},
		"says HU, derived":         {ct(unit("HU"), kind(`DERIVED\SECONDARY\MPR`)), true},
		"original, says nothing":   {ct(), true},
		"signed without a rescale": {signed, true},
		"unspecified":              {ct(unit("US")), false},
		"modified HU":              {ct(unit("HU_MOD")), false},
		"electron density":         {ct(unit("EDW")), false},
		"derived, says nothing":    {ct(kind(`DERIVED\PRIMARY\AXIAL`)), false},
		"localizer":                {ct(kind(`ORIGINAL\PRIMARY\LOCALIZER`)), false},
		"no Image Type":            {ct(kind("")), false},
		"nothing below 0":          {ct(dicomtest.DS(dicomtest.RescaleIntercept, "0")), false},
		"a capture of a CT":        {ct(text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")), false},
		"PET in HU":                {ct(unit("HU"), text(0x00080060, "CS", "PT")), false},
		"colour":                   {colour, false},
		"a film":                   {phantom(12), false},
		"slope and values run against each other": {ct(dicomtest.DS(dicomtest.RescaleSlope, "-1"), dicomtest.DS(dicomtest.RescaleIntercept, "3000")), false},
	} {
		if got := openDICOMImage(t, c.image).Hounsfield(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
