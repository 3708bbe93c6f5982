package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"testing"

	"lightbox/assets"
)

// TestDecodePerformance: sets alone are told of, what was trained on is not, and a
// figure that is null is not a number.
func TestDecodePerformance(t *testing.T) {
	const figure = `{"n":10,"positives":4,"auc":{"value":0.75,"ci95_low":0.5,"ci95_high":1},
		"at_threshold":{"threshold":0.4,"sensitivity":{"value":null,"ci95_low":null,"ci95_high":null},"specificity":{"value":0.5,"ci95_low":0.25,"ci95_high":0.75}}}`
	text := strings.ReplaceAll(`{"model":"x","weights_sha256":"ab","held_out":[
		{"report":FIGURE},{"by":"set","name":"a","report":FIGURE},{"by":"view","name":"PA","report":FIGURE}],
		"measurements":[
		{"date":"2026-01-02","data":"ward","split":"test","all":{"refused":{"positive":1,"negative":2,"other":3},"score":FIGURE},"parts":[{"by":"view","name":"PA","score":FIGURE}]},
		{"data":"old","seen_in_training":true,"all":{"score":FIGURE}},
		{"data":"two","all":{"score":FIGURE},"parts":[{"by":"set","name":"b","score":FIGURE},{"by":"set","name":"c"}]}]}`, "FIGURE", figure)
	list, err := DecodePerformance(strings.NewReader(text), "ab")
	if err != nil {
		t.Fatal(err)
	}
	type short struct {
		on      Unseen
		set     string
		refused int
	}
	var got []short
	for _, p := range list {
		got = append(got, short{p.On, p.Set, p.Refused})
		if p.Report.AUC.Value != 0.75 || !math.IsNaN(float64(p.Report.Operating.Sensitivity.Value)) || p.Report.Operating.Specificity.High != 0.75 {
			t.Errorf("%+v", p.Report)
		}
	}
	if want := []short{{HeldOut, "a", 0}, {Recorded, "ward test", 6}, {Recorded, "two/b", 0}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if list[1].Date != "2026-01-02" {
		t.Errorf("date %q", list[1].Date)
	}
	for name, bad := range map[string]string{"other weights": `{"weights_sha256":"ac"}`, "no sum": `{}`, "no JSON": `x`} {
		if _, err := DecodePerformance(strings.NewReader(bad), "ab"); !errors.Is(err, ErrBadMetrics) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEmbeddedPerformance: each embedded model tells how it did, in the figures
// that stand in its metrics.json.
func TestEmbeddedPerformance(t *testing.T) {
	for _, name := range EmbeddedNames() {
		m, err := Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := fs.ReadFile(assets.Models(), path.Join(embeddedFolder, name+metricsSuffix))
		if err != nil {
			t.Fatal(err)
		}
		var file any
		if err := json.NewDecoder(bytes.NewReader(text)).Decode(&file); err != nil {
			t.Fatal(err)
		}
		list := m.Performance()
		if len(list) == 0 {
			t.Errorf("%s tells nothing", name)
		}
		for _, p := range list {
			if auc := float64(p.Report.AUC.Value); !math.IsNaN(auc) && !holds(file, auc) {
				t.Errorf("%s, %s: AUC %v stands nowhere in its metrics.json", name, p.Set, auc)
			}
			if s := p.Report.Operating.Specificity; !(s.Low <= s.Value && s.Value <= s.High) || p.Report.N == 0 {
				t.Errorf("%s, %s: %+v of %d", name, p.Set, s, p.Report.N)
			}
		}
	}
}

// holds tells whether decoded JSON has the number somewhere.
func holds(v any, number float64) bool {
	switch v := v.(type) {
	case float64:
		return v == number
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return holds(x, number) })
	case map[string]any:
		for _, x := range v {
			if holds(x, number) {
				return true
			}
		}
	}
	return false
}
