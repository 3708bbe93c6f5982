package marks

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lightbox/vision"
	dt "lightbox/vision/dicom/dicomtest"
)

// open gives the first frame of an image that a test writes.
func open(t testing.TB, m dt.Image) *vision.Scan {
	t.Helper()
	return openBytes(t, m.Bytes())
}

func openBytes(t testing.TB, data []byte) *vision.Scan {
	t.Helper()
	path := filepath.Join(t.TempDir(), "影像 1.dcm")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := vision.Open(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// blank is an image of zeros with further elements.
func blank(t testing.TB, rows, columns int, extra ...dt.Element) *vision.Scan {
	t.Helper()
	return open(t, dt.Image{Rows: rows, Columns: columns, Extra: extra})
}

func word(tag uint32, vr, value string) dt.Element { return dt.Element{Tag: tag, VR: vr, Value: value} }

func modality(m string) dt.Element { return word(0x00080060, "CS", m) }

func spacing(row, column string) dt.Element { return dt.DS(dt.PixelSpacing, row+`\`+column) }

// at makes a mark of coordinates.
func at(k Kind, xy ...float64) Mark {
	m := Mark{ID: "1", Kind: k}
	for i := 0; i+1 < len(xy); i += 2 {
		m.Points = append(m.Points, Point{xy[i], xy[i+1]})
	}
	return m
}

// value picks a value by its name.
func value(t testing.TB, r Result, name Term) Value {
	t.Helper()
	for _, v := range r.Values {
		if v.Name == name {
			return v
		}
	}
	t.Errorf("there is no %s among %v (refused: %v)", name, r.Values, r.Refused)
	return Value{Number: math.NaN()}
}

// expect checks number, unit and provenance of a value.
func expect(t testing.TB, what string, v Value, number, tolerance float64, unit string, p vision.Provenance) {
	t.Helper()
	if !(math.Abs(v.Number-number) <= tolerance) || v.Unit != unit || v.Provenance != p {
		t.Errorf("%s: %s %v %q (%s), want %v %q (%s)", what, v.Name, v.Number, v.Unit, v.Provenance, number, unit, p)
	}
}
