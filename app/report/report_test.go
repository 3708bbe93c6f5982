package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"lightbox/app"
	"lightbox/app/evaluation"
	"lightbox/model"
	"lightbox/model/audit"
	"lightbox/model/calibrate"
	"lightbox/model/chart"
	"lightbox/model/measured"
	"lightbox/model/metrics"
)

// drawn is an evaluation with everything on its pages.
func drawn(t *testing.T) *evaluation.Evaluation {
	t.Helper()
	network := app.NewNetwork(model.ChestName)
	m, err := network.Model()
	if err != nil {
		t.Fatal(err)
	}
	var fitted *calibrate.Fitted
	if c := m.Calibrations(); c != nil {
		fitted = c.Populations[0].Fitted
	}
	r := rand.New(rand.NewPCG(1, 1))
	var list []measured.Picture
	for i := range 300 {
		y := r.IntN(2)
		list = append(list, measured.Picture{Set: []string{"<甲>", "b"}[i%2], View: []string{"PA", "AP"}[i/2%2], Name: "n<b>&.png", Group: string(rune('a' + i%250)), Label: y, Logit: r.NormFloat64() + 3*float64(y) - 1.5, Fitted: fitted})
	}
	const template = "this does not look like a frontal chest radiograph (distance {{.Distance}}, at most {{.Limit}})"
	const reason = "this does not look like a frontal chest radiograph (distance …, at most …)"
	list[0].Refused, list[1].Failed, list[2].Label = reason, "damaged", measured.Other
	result, err := measured.Measure(list, 0.5, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range append(audit.ModelCodes(), audit.CodeRimLinear, audit.CodeSize, audit.CodeSource) {
		result.Audits = append(result.Audits, measured.Audit{Code: code, AUC: metrics.Estimate{Value: 0.5, Low: 0.4, High: 0.6}, N: 10, Unread: 1})
	}
	return &evaluation.Evaluation{Model: m, Folder: "/x/folder", Split: "train", SHA256: "ab", Pictures: list, Result: result, Unlabelled: 3, Templates: map[string]string{reason: template}}
}

// text is what a page says, without its charts; the page must be well formed.
func text(t *testing.T, page []byte) (plain string, charts int) {
	t.Helper()
	page = regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAll(page, nil)
	page = regexp.MustCompile(`<(meta[^>]*|br)>`).ReplaceAll(page, []byte("<$1/>"))
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict = true
	var b strings.Builder
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String(), charts
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if x.Name.Local == "svg" {
				charts++
				depth = 1
			}
			for _, a := range x.Attr {
				if a.Name.Local == "src" || a.Name.Local == "href" {
					t.Errorf("the page needs %s", a.Value)
				}
			}
		case xml.EndElement:
			if x.Name.Local == "svg" {
				depth = 0
			}
		case xml.CharData:
			if depth == 0 {
				b.Write(x)
			}
		}
	}
}

func TestPages(t *testing.T) {
	e := drawn(t)
	info := Info{Program: "1", Command: "lightbox evaluate", Date: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}
	english, err := Page(e, info, chart.English)
	if err != nil {
		t.Fatal(err)
	}
	plain, charts := text(t, english)
	for _, words := range []string{"Research and demonstration — not for primary diagnosis.", "n<b>&.png", "at most …", "<甲>", "AUC", e.Model.SHA256(), "2026-01-02",
		"Upper bounds, and no operating points", e.All.Further.Reached.SensitivityAtSpecificity95.Text(), e.Parts[0].Further.Reached.SpecificityAtSensitivity95.Text(),
		"60 %", e.All.Further.Predictive[2].PPV.Text(), e.All.Further.Predictive[0].NPV.Text()} {
		if !strings.Contains(plain, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if charts != 4 || strings.Contains(plain, "NaN") || strings.Contains(plain, "%!") {
		t.Errorf("%d charts", charts)
	}
	page, err := Page(e, info, chart.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ = text(t, page)
	for english := range chinese {
		if len(english) > 12 && strings.Contains(plain, english) {
			t.Errorf("not translated: %q", english)
		}
	}
	if !strings.Contains(plain, "仅供研究与演示，不得用于临床诊断") {
		t.Error("the Chinese page lacks the permanent line")
	}
}

// TestWordsComplete: every word of the page has a translation, and no translation
// is left over.
func TestWordsComplete(t *testing.T) {
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bt "([^"]+)"`).FindAllStringSubmatch(pageTemplate, -1) {
		used[m[1]] = true
		if chinese[m[1]] == "" {
			t.Errorf("%q has no translation", m[1])
		}
	}
	if len(used) < 40 {
		t.Fatalf("only %d words found", len(used))
	}
	for code, meaning := range meanings {
		used[code], used[meaning] = true, true
		if chinese[code] == "" || chinese[meaning] == "" {
			t.Errorf("%q has no translation", code)
		}
	}
	for _, s := range []string{"all", "positive", "negative", "other", "found", "refused", "unreadable", "read", "set", "view", model.FindingPneumonia, model.FindingOpacity, model.FindingMalignant, model.PopulationKermany, model.PopulationAdults, model.PopulationChest, model.PopulationBreast} {
		used[s] = true
	}
	for s := range chinese {
		if !used[s] {
			t.Errorf("%q is said nowhere", s)
		}
	}
}

// TestEmptyPage: an evaluation in which nothing was read says so.
func TestEmptyPage(t *testing.T) {
	e := drawn(t)
	var list []measured.Picture
	for range 3 {
		list = append(list, measured.Picture{Set: "a", Label: 1, Refused: "no chest"})
	}
	var err error
	if e.Result, err = measured.Measure(list, 0.5, 0, 1); err != nil {
		t.Fatal(err)
	}
	e.Pictures = list
	page, err := Page(e, Info{}, chart.English)
	if err != nil {
		t.Fatal(err)
	}
	if plain, charts := text(t, page); charts != 0 || !strings.Contains(plain, "there are no figures") {
		t.Error(plain)
	}
}
