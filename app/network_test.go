package app

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// film is a phantom that says it is a frontal chest film of an adult; change
// alters its values, 0 … 1023, row by row.
func film(t *testing.T, change func(v []uint16, rows, columns int) []uint16, extra ...dicomtest.Element) *vision.Scan {
	t.Helper()
	const rows, columns = 256, 256
	m := dicomtest.Chest(rows, columns, 10)
	if change != nil {
		m.Values = change(m.Values, rows, columns)
	}
	m.Extra = append([]dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "DX"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"},
		{Tag: 0x00185101, VR: "CS", Value: "PA"}, {Tag: 0x00101010, VR: "AS", Value: "050Y"},
	}, extra...)
	scan, err := vision.Open(context.Background(), write(t, "a.dcm", m.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return scan
}

// turned reads the values at other places.
func turned(at func(r, c, n int) (int, int)) func([]uint16, int, int) []uint16 {
	return func(v []uint16, rows, columns int) []uint16 {
		out := make([]uint16, len(v))
		for r := range rows {
			for c := range columns {
				y, x := at(r, c, rows-1)
				out[r*columns+c] = v[y*columns+x]
			}
		}
		return out
	}
}

func each(f func(uint16) uint16) func([]uint16, int, int) []uint16 {
	return func(v []uint16, _, _ int) []uint16 {
		out := slices.Clone(v)
		for i := range out {
			out[i] = f(out[i])
		}
		return out
	}
}

// TestPictureIsLookedAt: what the file says of itself is not believed.
func TestPictureIsLookedAt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for name, c := range map[string]struct {
		change func([]uint16, int, int) []uint16
		want   string // in the reason; empty for a result
	}{
		"upright":         {nil, ""},
		"mirrored":        {turned(func(r, c, n int) (int, int) { return r, n - c }), ""},
		"brighter":        {each(func(v uint16) uint16 { return 200 + v*3/4 }), ""},
		"upside down":     {turned(func(r, c, n int) (int, int) { return n - r, n - c }), "upside down"},
		"turned to left":  {turned(func(r, c, n int) (int, int) { return c, n - r }), "turned"},
		"turned to right": {turned(func(r, c, n int) (int, int) { return n - c, r }), "turned"},
		"negative":        {each(func(v uint16) uint16 { return 1023 - v }), "exchanged"},
		"blank":           {each(func(uint16) uint16 { return 700 }), "nothing"},
		"noise":           {each(func(uint16) uint16 { return uint16(r.IntN(1024)) }), "are not found"},
		"one lung":        {turned(func(r, c, n int) (int, int) { return r, c / 2 }), "are not found"},
	} {
		for _, asked := range []string{AutoModel, model.DefaultName} {
			reading, err := NewNetwork(asked).Read(context.Background(), film(t, c.change))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.want == "" && (reading.Status != Result || reading.Explanation == nil):
				t.Errorf("%s by %s: %v, %v", name, asked, reading.Status, reading.Reason)
			case c.want != "" && (reading.Status != Refused || !strings.Contains(reading.Reason.String(), c.want)):
				t.Errorf("%s by %s: %v, %v", name, asked, reading.Status, reading.Reason)
			}
		}
	}
}

// TestModelIsChosen: by what the file says.
func TestModelIsChosen(t *testing.T) {
	n := NewNetwork("")
	of := func(modality, part string) *vision.Scan {
		return film(t, nil, dicomtest.Element{Tag: 0x00080060, VR: "CS", Value: modality}, dicomtest.Element{Tag: 0x00180015, VR: "CS", Value: part})
	}
	if r, err := n.Read(context.Background(), of("CR", "CHEST")); err != nil || r.Model != model.ChestName || r.Chosen == nil || !strings.Contains(r.Chosen.String(), "CR") {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := n.Read(context.Background(), of("MR", "BRAIN")); err != nil || r.Status != Refused || !strings.Contains(r.Reason.String(), "MR") {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := n.Read(context.Background(), of("US", "ABDOMEN")); err != nil || r.Status != Refused {
		t.Errorf("%+v, %v", r, err)
	}
	choices := n.Choices(of("CR", "CHEST"))
	if len(choices) < 2 || choices[0].Name != model.ChestName || !choices[0].Eligible {
		t.Errorf("%+v", choices)
	}
	for _, c := range n.Choices(of("MR", "BRAIN")) {
		if c.Eligible || c.Reason == nil {
			t.Errorf("%+v", c)
		}
	}
	if n.With(model.DefaultName).Name() != model.DefaultName || n.Name() != AutoModel {
		t.Error("names")
	}
	if _, err := n.With("nonesuch").Model(); err == nil {
		t.Error("a model of no such name")
	}
}
