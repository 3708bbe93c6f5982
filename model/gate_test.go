package model

import (
	"math"
	"strings"
	"testing"
)

func years(v float64) *float64 { return &v }

// childFilm is a picture the model was made for.
func childFilm() Facts {
	return Facts{Format: "DICOM", Modality: "CR", BodyPart: "CHEST", View: "PA", AgeYears: years(3), Rows: 1760, Columns: 2140}
}

func TestGate(t *testing.T) {
	m := randomModel(t, 1, nil)
	for name, c := range map[string]struct {
		change       func(*Facts)
		refusal      string // code, or "" where eligible
		cautions     string // codes, joined
		inPopulation bool
	}{
		"child's film":            {func(*Facts) {}, "", "", true},
		"DX":                      {func(f *Facts) { f.Modality = "DX" }, "", "", true},
		"RG, padded":              {func(f *Facts) { f.Modality = "rg \x00" }, "", "", true},
		"XR":                      {func(f *Facts) { f.Modality = "XR" }, "", "", true},
		"thorax":                  {func(f *Facts) { f.BodyPart = "Thorax" }, "", "", true},
		"body part silent":        {func(f *Facts) { f.BodyPart = "" }, "", CodeBodyPartSilent, true},
		"decubitus":               {func(f *Facts) { f.View = "LATERAL DECUBITUS" }, "", "", true},
		"AP, erect":               {func(f *Facts) { f.View = "AP erect" }, "", "", true},
		"PA in words":             {func(f *Facts) { f.View = "postero-anterior" }, "", "", true},
		"PA with dots":            {func(f *Facts) { f.View = "P.A." }, "", "", true},
		"decubitus, short":        {func(f *Facts) { f.View = "LLD" }, "", "", true},
		"PA in Chinese":           {func(f *Facts) { f.View = "后前位" }, "", "", true},
		"lateral in Chinese":      {func(f *Facts) { f.View = "侧位" }, CodeView, "", false},
		"view of no meaning":      {func(f *Facts) { f.View = "XYZZY" }, "", CodeViewUnknown, false},
		"lordotic":                {func(f *Facts) { f.View = "AP LORDOTIC" }, "", CodeViewUnknown, false},
		"a word beside no view":   {func(f *Facts) { f.View = "SUPINE" }, "", CodeViewUnknown, false},
		"view silent":             {func(f *Facts) { f.View = "" }, "", CodeViewSilent, false},
		"lossy 10:1":              {func(f *Facts) { f.Lossy, f.LossyRatio = true, 10 }, "", "", true},
		"lossy 12:1":              {func(f *Facts) { f.Lossy, f.LossyRatio = true, 12 }, "", CodeLossy, true},
		"lossy 35:1":              {func(f *Facts) { f.Lossy, f.LossyRatio = true, 35 }, "", CodeLossy, false},
		"lossy 200:1":             {func(f *Facts) { f.Lossy, f.LossyRatio = true, 200 }, CodeLossy, "", false},
		"lossy, nobody knows":     {func(f *Facts) { f.Lossy = true }, "", CodeLossyUnknown, true},
		"lossless 60:1":           {func(f *Facts) { f.LossyRatio = 60 }, "", "", true},
		"a man":                   {func(f *Facts) { f.Sex = "M" }, "", "", true},
		"first birthday":          {func(f *Facts) { f.AgeYears = years(1) }, "", "", true},
		"nearly six":              {func(f *Facts) { f.AgeYears = years(5.99) }, "", "", true},
		"six":                     {func(f *Facts) { f.AgeYears = years(6) }, "", CodeAgeOutside, false},
		"baby":                    {func(f *Facts) { f.AgeYears = years(0.5) }, "", CodeAgeOutside, false},
		"adult":                   {func(f *Facts) { f.AgeYears = years(58) }, "", CodeAgeOutside, false},
		"age unknown":             {func(f *Facts) { f.AgeYears = nil }, "", CodeAgeUnknown, false},
		"age not a number":        {func(f *Facts) { f.AgeYears = years(math.NaN()) }, "", CodeAgeUnknown, false},
		"negative age":            {func(f *Facts) { f.AgeYears = years(-3) }, "", CodeAgeUnknown, false},
		"DICOM without modality":  {func(f *Facts) { f.Modality = "" }, "", CodeNothingSaysSo, false},
		"picture file":            {func(f *Facts) { *f = Facts{Format: "PNG", Rows: 512, Columns: 400} }, "", CodeNothingSaysSo + " " + CodeAgeUnknown, false},
		"CT":                      {func(f *Facts) { f.Modality = "CT" }, CodeModality, "", false},
		"MR":                      {func(f *Facts) { f.Modality = "MR" }, CodeModality, "", false},
		"US":                      {func(f *Facts) { f.Modality = "US" }, CodeModality, "", false},
		"MG":                      {func(f *Facts) { f.Modality = "MG" }, CodeModality, "", false},
		"PT":                      {func(f *Facts) { f.Modality = "PT" }, CodeModality, "", false},
		"NM":                      {func(f *Facts) { f.Modality = "NM" }, CodeModality, "", false},
		"XA":                      {func(f *Facts) { f.Modality = "XA" }, CodeModality, "", false},
		"hand":                    {func(f *Facts) { f.BodyPart = "HAND" }, CodeBodyPart, "", false},
		"thoracic spine":          {func(f *Facts) { f.BodyPart = "THORAXSPINE" }, CodeBodyPart, "", false},
		"lateral":                 {func(f *Facts) { f.View = "LL" }, CodeView, "", false},
		"right lateral":           {func(f *Facts) { f.View = "RL" }, CodeView, "", false},
		"lateral in words":        {func(f *Facts) { f.View = "Left lateral" }, CodeView, "", false},
		"oblique":                 {func(f *Facts) { f.View = "RLO" }, CodeView, "", false},
		"volume of slices":        {func(f *Facts) { *f = Facts{Format: "NIfTI", Rows: 99, Columns: 99} }, CodeVolume, "", false},
		"colour":                  {func(f *Facts) { f.Colour = true }, CodeColour, "", false},
		"coloured picture file":   {func(f *Facts) { *f = Facts{Format: "JPEG", Colour: true, Rows: 99, Columns: 99} }, CodeColour, "", false},
		"short side 27":           {func(f *Facts) { f.Rows = 27 }, CodeTooSmall, "", false},
		"short side 28":           {func(f *Facts) { f.Columns = 28 }, "", "", true},
		"no size":                 {func(f *Facts) { f.Rows, f.Columns = 0, 0 }, CodeTooSmall, "", false},
		"braces in the body part": {func(f *Facts) { f.BodyPart = "{{.BodyPart}}" }, CodeBodyPart, "", false},
	} {
		f := childFilm()
		c.change(&f)
		v := Gate(m, f)
		if v.Eligible != (c.refusal == "") || (v.Reason == nil) != v.Eligible {
			t.Errorf("%s: eligible %v, reason %v", name, v.Eligible, v.Reason)
			continue
		}
		if v.Reason != nil && v.Reason.Code != c.refusal {
			t.Errorf("%s: refused by %s, want %s", name, v.Reason.Code, c.refusal)
		}
		var codes []string
		for _, n := range v.Cautions {
			codes = append(codes, n.Code)
		}
		if got := strings.Join(codes, " "); got != c.cautions {
			t.Errorf("%s: cautions %q, want %q", name, got, c.cautions)
		}
		if v.InPopulation != c.inPopulation {
			t.Errorf("%s: in population %v", name, v.InPopulation)
		}
	}
}

// TestGateByTheModelsOwnAges: a model that says whom it was trained on is asked.
func TestGateByTheModelsOwnAges(t *testing.T) {
	m := randomModel(t, 1, func(m *Meta) { m.Ages = []Ages{{18, 90}} })
	for age, want := range map[float64]bool{3: false, 17.9: false, 18: true, 89: true, 90: false} {
		f := childFilm()
		f.AgeYears = years(age)
		if got := Gate(m, f).InPopulation; got != want {
			t.Errorf("%v years: %v", age, got)
		}
	}
	for _, bad := range []Ages{{5, 5}, {-1, 3}, {1, math.Inf(1)}, {math.NaN(), 3}} {
		meta := m.Meta
		meta.Ages = []Ages{bad}
		if err := meta.validate(); err == nil {
			t.Errorf("ages %v are taken", bad)
		}
	}
}

// TestGateUnlike: no calibration, whomever it was made for, is for a scan whose
// file contradicts the model; silence and age do not.
func TestGateUnlike(t *testing.T) {
	m := randomModel(t, 1, nil)
	for name, c := range map[string]struct {
		change func(*Facts)
		want   bool
	}{
		"child's film": {func(*Facts) {}, false},
		"adult":        {func(f *Facts) { f.AgeYears = years(58) }, false},
		"view silent":  {func(f *Facts) { f.View = "" }, false},
		"other view":   {func(f *Facts) { f.View = "XYZZY" }, true},
		"lossy 30:1":   {func(f *Facts) { f.Lossy, f.LossyRatio = true, 30 }, false},
		"lossy 31:1":   {func(f *Facts) { f.Lossy, f.LossyRatio = true, 31 }, true},
		"picture file": {func(f *Facts) { *f = Facts{Format: "PNG", Rows: 512, Columns: 400} }, false},
	} {
		f := childFilm()
		c.change(&f)
		if got := Gate(m, f).Unlike; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestGateSentences(t *testing.T) {
	m := randomModel(t, 1, nil)
	f := childFilm()
	f.AgeYears = years(58.9)
	got := Gate(m, f).Cautions[0].String()
	if !strings.Contains(got, "this patient is 58 years old") || strings.Contains(got, "{{") {
		t.Errorf("age: %q", got)
	}
	f.Lossy, f.LossyRatio = true, 12.34
	if got := Gate(m, f).Cautions[1].String(); !strings.Contains(got, "12.3:1") || strings.Contains(got, "{{") {
		t.Errorf("loss: %q", got)
	}
	f.Modality = "CT"
	if got := Gate(m, f).Reason.String(); !strings.Contains(got, "modality CT") || strings.Contains(got, "{{") {
		t.Errorf("modality: %q", got)
	}
}
