package app

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// The tables of the guide: key, name, width, centre.
func TestPresetTables(t *testing.T) {
	line := func(list []Preset) string {
		var out []string
		for i, p := range list {
			out = append(out, fmt.Sprintf("%d %s W %g L %g", PresetKey(i), p.Name, p.Width, p.Centre))
		}
		return strings.Join(out, ", ")
	}
	if got := line(DefaultPresets()); got != "3 Brain W 80 L 40, 4 Abdomen W 350 L 40, 5 Mediastinum W 400 L 40, 6 Bone W 1500 L 300, 7 Lung W 1500 L -500, 8 Liver W 150 L 90" {
		t.Error(got)
	}
	if got := line(WeasisPresets()); got != "3 Brain W 110 L 35, 4 Abdomen W 320 L 50, 5 Mediastinum W 400 L 80, 6 Bone W 2000 L 350, 7 Lung W 1500 L -500, 8 Maximum intensity projection W 380 L 120" {
		t.Error(got)
	}
	for _, list := range [][]Preset{DefaultPresets(), WeasisPresets()} {
		if why := CheckPresets(list); why != nil {
			t.Error(why)
		}
	}
	if PresetKey(6) != 0 || PresetKey(-1) != 0 {
		t.Error("keys end with 8")
	}
}

func TestAPresetIsAWindow(t *testing.T) {
	v := DefaultPresets()[4].VOI()
	if v.Label() != "W 1500 L -500 · preset: Lung" || v.Source != vision.SourcePreset {
		t.Error(v.Label())
	}
	// PS3.3 C.11.2.1.2.1: black up to c − 0.5 − (w−1)/2, white beyond c − 0.5 + (w−1)/2.
	if v.Apply(-1250) != 0 || v.Apply(249) <= 0.999 || v.Apply(250) != 1 || math.Abs(v.Apply(-500.5)-0.5) > 1e-12 {
		t.Error(v.Apply(-1250), v.Apply(249), v.Apply(250), v.Apply(-500.5))
	}
}

func TestPresetsAreChecked(t *testing.T) {
	long := strings.Repeat("肺", 41)
	for name, c := range map[string]struct {
		list []Preset
		want string
	}{
		"good":         {[]Preset{{"肺 HR", 1600, -600}, {"Own", 1, 0}}, ""},
		"none":         {nil, ""},
		"no name":      {[]Preset{{"", 1, 0}}, "name"},
		"blank":        {[]Preset{{" ", 1, 0}}, "name"},
		"twice":        {[]Preset{{"Own", 1, 0}, {"own", 2, 0}}, "Two presets are called own"},
		"long":         {[]Preset{{Term(long), 1, 0}}, "40 characters"},
		"long enough":  {[]Preset{{Term(long[3:]), 1, 0}}, ""},
		"control":      {[]Preset{{"a\nb", 1, 0}}, "plain text"},
		"template":     {[]Preset{{"{{.A}}", 1, 0}}, "plain text"},
		"no UTF-8":     {[]Preset{{"a\xff", 1, 0}}, "plain text"},
		"width 0":      {[]Preset{{"A", 0, 0}}, "A: W must"},
		"width < 1":    {[]Preset{{"A", 0.5, 0}}, "A: W must"},
		"negative":     {[]Preset{{"A", -5, 0}}, "A: W must"},
		"width NaN":    {[]Preset{{"A", math.NaN(), 0}}, "A: W must"},
		"centre NaN":   {[]Preset{{"A", 5, math.NaN()}}, "A: W must"},
		"infinite":     {[]Preset{{"A", math.Inf(1), 0}}, "A: W must"},
		"centre large": {[]Preset{{"A", 5, -1e10}}, "A: W must"},
		"many":         {make([]Preset, 31), "At most 30"},
	} {
		why := CheckPresets(c.list)
		if (why == nil) != (c.want == "") || why != nil && !strings.Contains(why.String(), c.want) {
			t.Errorf("%s: %v", name, why)
		}
	}
}

func TestPresetsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	load := func() *Settings {
		t.Helper()
		s, err := LoadSettings(path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := load().WindowPresets(); !slices.Equal(got, DefaultPresets()) {
		t.Errorf("a first start has %v", got)
	}
	d := newDesk(t)
	own := []Preset{{"Lung", 1600, -600}, {"肝 own", 200, 80.5}}
	d.do(func(s *Session) {
		*s.settings = *load()
		if why := s.SetPresets(append(own, Preset{})); why == nil || s.settings.Presets != nil {
			t.Errorf("%v, %v", why, s.settings.Presets)
		}
		if why := s.SetPresets(own); why != nil {
			t.Error(why)
		}
		own[0].Width = 5 // the session's list is its own
	})
	own[0].Width = 1600
	if got := load().WindowPresets(); !slices.Equal(got, own) {
		t.Errorf("kept are %v", got)
	}
	if !slices.Contains(d.events, SettingsChanged) {
		t.Error("nobody was told")
	}
	for _, list := range [][]Preset{DefaultPresets(), nil} { // brings back what Lightbox begins with
		d.do(func(s *Session) {
			if why := s.SetPresets(own); why != nil {
				t.Error(why)
			}
			if why := s.SetPresets(list); why != nil {
				t.Error(why)
			}
		})
		if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), "presets") {
			t.Errorf("%v\n%s", err, data)
		}
		if got := load().WindowPresets(); !slices.Equal(got, DefaultPresets()) {
			t.Errorf("after a reset %v", got)
		}
	}
}

// What an older or a damaged file holds of impossible presets is dropped, the rest
// stays; the caller may change what it is given.
func TestPresetsOfAnOddFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	for data, want := range map[string]string{
		`{"theme":"light"}`: fmt.Sprint(DefaultPresets()),
		`{"presets":null}`:  fmt.Sprint(DefaultPresets()),
		`{"presets":[]}`:    fmt.Sprint(DefaultPresets()),
		`{"presets":[{"name":"A","width":0,"centre":1}]}`:                                           fmt.Sprint(DefaultPresets()),
		`{"presets":[{},{"name":"A","width":5,"centre":1,"colour":"red"},{"name":"a","width":6}]}`:  "[{A 5 1}]",
		`{"presets":[` + strings.Repeat(`{"name":"A","width":5},`, 99) + `{"name":"B","width":7}]}`: "[{A 5 0} {B 7 0}]",
	} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := LoadSettings(path)
		if err != nil {
			t.Fatal(err)
		}
		list := s.WindowPresets()
		if got := fmt.Sprint(list); got != want {
			t.Errorf("%s: %s", data, got)
		}
		list[0].Width = 999
		if s.WindowPresets()[0].Width == 999 {
			t.Errorf("%s: the list was handed out itself", data)
		}
	}
}

func TestWhereThereAreNoPresets(t *testing.T) {
	if why := NoPresets(nil); why == nil {
		t.Error("presets without a scan")
	}
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	for name, c := range map[string]struct {
		extra []dicomtest.Element
		want  string
	}{
		"HU":          {[]dicomtest.Element{text(0x00080060, "CS", "CT"), text(0x00281054, "LO", "HU")}, ""},
		"a film":      {nil, "this is CR"},
		"no modality": {[]dicomtest.Element{text(0x00080060, "CS", "")}, "does not say what made it"},
		"perfusion":   {[]dicomtest.Element{text(0x00080060, "CS", "CT"), text(0x00281054, "LO", "ML/100G/MIN")}, "are in ML/100G/MIN"},
		"no unit":     {[]dicomtest.Element{text(0x00080060, "CS", "CT")}, "does not say that its values are"},
	} {
		path := filepath.Join(t.TempDir(), "a.dcm")
		m := dicomtest.Image{Rows: 2, Columns: 3, Stored: 12, Extra: append(c.extra,
			dicomtest.DS(dicomtest.RescaleSlope, "1"), dicomtest.DS(dicomtest.RescaleIntercept, "-1024"))}
		if err := os.WriteFile(path, m.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		scan, err := vision.Open(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		why := NoPresets(scan)
		if (why == nil) != (c.want == "") || why != nil && !strings.Contains(why.String(), c.want) {
			t.Errorf("%s: %v", name, why)
		}
	}
}

// With the keys of Weasis come its windows, until the user has a list of their own.
func TestPresetsFollowTheProfile(t *testing.T) {
	d := newDesk(t)
	d.do(func(s *Session) {
		s.Settings().KeyProfile = WeasisProfile
		if got := s.Settings().WindowPresets(); !slices.Equal(got, WeasisPresets()) {
			t.Errorf("the windows are %v", got)
		}
		if why := s.SetPresets(DefaultPresets()); why != nil || !slices.Equal(s.Settings().WindowPresets(), DefaultPresets()) {
			t.Errorf("Lightbox's own cannot be taken: %v, %v", why, s.Settings().WindowPresets())
		}
		if why := s.SetPresets(WeasisPresets()); why != nil || s.Settings().Presets != nil {
			t.Errorf("the profile's are kept as the user's: %v, %v", why, s.Settings().Presets)
		}
		s.Settings().KeyProfile = ""
		if got := s.Settings().WindowPresets(); !slices.Equal(got, DefaultPresets()) {
			t.Errorf("in another profile the windows are %v", got)
		}
	})
}
