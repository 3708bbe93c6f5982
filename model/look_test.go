package model

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/breast/breasttest"
)

// breastMeta is what a model for ultrasound of the breast says of itself.
func breastMeta() Meta {
	return Meta{
		Name: BreastName, Architecture: BreastArchitecture, Finding: FindingMalignant, Population: PopulationBreast,
		Preprocessing: BreastPreprocessing, MirrorAveraging: true, Members: 1, Ages: []Ages{{25, 76}},
	}
}

// TestLookOfBreast: a model that was taught what ultrasound of the breast looks like
// refuses other pictures, after it was written and read again too; one that was not
// says so; a look that is none is refused with the file.
func TestLookOfBreast(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	look, err := breast.NewLook(breasttest.Described(300, r, 96, 128, breast.Describe))
	if err != nil {
		t.Fatal(err)
	}
	w, err := arch.NewWeights(breast.Net(), r)
	if err != nil {
		t.Fatal(err)
	}
	tensors := EnsembleTensors(nil, []arch.Weights{w})
	blind, err := NewModel(breastMeta(), tensors)
	if err != nil {
		t.Fatal(err)
	}
	phantom := breasttest.Phantom(r, 200, 240, breasttest.Some(r))
	g := Gray{Rows: phantom.Rows, Columns: phantom.Columns, Pix: phantom.Pix}
	if _, ok, err := blind.Look(g); ok || err != nil {
		t.Errorf("a model that was not taught: %v, %v", ok, err)
	}
	meta := breastMeta()
	meta.Look = look
	m, err := NewModel(meta, tensors)
	if err != nil {
		t.Fatal(err)
	}
	if m.SHA256() != blind.SHA256() {
		t.Error("what pictures look like changes the name of the weights")
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	if m, err = Load(&file); err != nil {
		t.Fatal(err)
	}
	change := func(f func(i int) float32) Gray {
		out := Gray{Rows: g.Rows, Columns: g.Columns, Pix: make([]float32, len(g.Pix))}
		for i := range out.Pix {
			out.Pix[i] = f(i)
		}
		return out
	}
	last := len(g.Pix) - 1
	for name, c := range map[string]struct {
		Gray
		code string
	}{
		"upright":     {g, ""},
		"blank":       {change(func(int) float32 { return 0.5 }), CodeBlank},
		"inverted":    {change(func(i int) float32 { return 1 - g.Pix[i] }), CodeInverted},
		"upside down": {change(func(i int) float32 { return g.Pix[last-i] }), CodeTurned},
		"noise":       {change(func(int) float32 { return r.Float32() }), CodeNotBreast},
	} {
		l, ok, err := m.Look(c.Gray)
		if !ok || err != nil {
			t.Fatalf("%s: %v, %v", name, ok, err)
		}
		code := ""
		if note := l.Refusal(); note != nil {
			code = note.Code
			if c.code != CodeBlank && !strings.Contains(note.String(), "ultrasound") {
				t.Errorf("%s: %s", name, note)
			}
		}
		if code != c.code {
			t.Errorf("%s: %q at %.0f of %.0f", name, code, l.Distance, l.Limit)
		}
	}
	meta.Look = &breast.Look{}
	if _, err := NewModel(meta, tensors); !errors.Is(err, ErrBadWeights) {
		t.Errorf("an empty look: %v", err)
	}
}
