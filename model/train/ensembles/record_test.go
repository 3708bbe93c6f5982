package ensembles

import (
	"testing"

	"lightbox/model/measured"
)

// TestAdd: what was trained on is marked, and a measurement takes the place of the
// one before on the same pictures.
func TestAdd(t *testing.T) {
	r := &Record{Sets: []SetRecord{{Name: "a", Used: true}, {Name: "b"}}}
	for _, c := range []struct {
		set, split string
		seen       bool
	}{{"a", "", true}, {"a", "test", false}, {"b", "", false}, {"c", "", false}, {"a", "", true}} {
		r.Add(Measurement{Data: c.set, Split: c.split, Result: measured.Result{Seed: 1}}, []string{c.set})
	}
	if len(r.Measurements) != 4 {
		t.Fatalf("%d measurements", len(r.Measurements))
	}
	for i, seen := range []bool{true, false, false, false} {
		if r.Measurements[i].Seen != seen {
			t.Errorf("%s %s: seen %v", r.Measurements[i].Data, r.Measurements[i].Split, !seen)
		}
	}
}

func TestCountSets(t *testing.T) {
	cases := []Case{
		{Set: "a", Group: "1", Label: 1}, {Set: "a", Group: "1", Label: 0}, {Set: "b", Group: "2", Label: Unknown}, {Set: "a", Group: "3", Label: 1, Held: true},
	}
	got := CountSets(cases, func(i int) bool { return i != 1 }, Recipe{Strata: []Stratum{{Set: "a", Label: 1, Count: 1}}})
	want := []SetRecord{
		{Name: "a", Pictures: 3, Positive: 1, Negative: 1, Groups: 2, Masks: 1, Held: 1, Used: true},
		{Name: "b", Pictures: 1, Other: 1, Groups: 1, Masks: 1},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v, want %+v", got, want)
	}
}
