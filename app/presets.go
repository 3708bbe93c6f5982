package app

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightbox/vision"
)

// Preset is a window for one kind of tissue, in Hounsfield units. The names of those
// that Lightbox brings are translated, a user's own stand as they are.
type Preset struct {
	Name   Term    `json:"name"`
	Width  float64 `json:"width"`
	Centre float64 `json:"centre"`
}

// Limits of a list of presets.
const (
	maxPresets    = 30
	maxPresetName = 40 // characters
)

// The digits that choose presets: 0 is the automatic window, 1 and 2 are those of the
// file.
const (
	firstPresetKey = 3
	lastPresetKey  = 8
)

// DefaultPresets are the windows for CT that Lightbox begins with.
func DefaultPresets() []Preset {
	return []Preset{
		{Term("Brain"), 80, 40},
		{Term("Abdomen"), 350, 40},
		{Term("Mediastinum"), 400, 40},
		{Term("Bone"), 1500, 300},
		{Term("Lung"), 1500, -500},
		{Term("Liver"), 150, 90},
	}
}

// WeasisPresets are those of the viewer Weasis on the same keys, for those who come
// from there. It has a window for projections of the greatest value where Lightbox has
// one for the liver.
func WeasisPresets() []Preset {
	return []Preset{
		{Term("Brain"), 110, 35},
		{Term("Abdomen"), 320, 50},
		{Term("Mediastinum"), 400, 80},
		{Term("Bone"), 2000, 350},
		{Term("Lung"), 1500, -500},
		{Term("Maximum intensity projection"), 380, 120},
	}
}

// WeasisProfile is the id of the profile of keys after Weasis, with which come its
// presets.
const WeasisProfile = "weasis"

// firstPresets are the presets in force before the user changes them: those that hands
// find under the digits of their profile.
func (s *Settings) firstPresets() []Preset {
	if s.KeyProfile == WeasisProfile {
		return WeasisPresets()
	}
	return DefaultPresets()
}

// WindowPresets are the presets in force.
func (s *Settings) WindowPresets() []Preset {
	if len(s.Presets) == 0 {
		return s.firstPresets()
	}
	return slices.Clone(s.Presets)
}

// SetPresets takes and keeps another list. An impossible one changes nothing and gives
// the reason; the list that the profile of keys begins with, or none, is kept as that.
func (s *Session) SetPresets(list []Preset) *Message {
	if why := CheckPresets(list); why != nil {
		return why
	}
	s.settings.Presets = slices.Clone(list)
	if slices.Equal(list, s.settings.firstPresets()) {
		s.settings.Presets = nil
	}
	if err := s.settings.Save(); err != nil {
		logProblem(err)
	}
	s.publish(SettingsChanged)
	return nil
}

// CheckPresets says what is impossible about a list, nil where nothing is.
func CheckPresets(list []Preset) *Message {
	if len(list) > maxPresets {
		return reason(Say("At most {{.Max}} presets can be kept.", "Max", maxPresets))
	}
	names := map[string]bool{}
	for _, p := range list {
		if why := p.Check(); why != nil {
			return why
		}
		name := strings.ToLower(string(p.Name))
		if names[name] {
			return reason(Say("Two presets are called {{.Name}}: give one of them another name.", "Name", p.Name))
		}
		names[name] = true
	}
	return nil
}

// Check says what is impossible about a preset, nil where nothing is.
func (p Preset) Check() *Message {
	name := string(p.Name)
	switch {
	case name == "" || name != strings.TrimSpace(name):
		return reason(Say("Each preset needs a name."))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) || strings.Contains(name, "{{") || strings.HasPrefix(name, OwnPatients):
		return reason(Say("The name of a preset must be plain text."))
	case utf8.RuneCountInString(name) > maxPresetName:
		return reason(Say("The name of a preset can have at most {{.Max}} characters.", "Max", maxPresetName))
	case !(p.Width >= 1 && p.Width <= maxWindow) || !(math.Abs(p.Centre) <= maxWindow):
		return reason(Say("{{.Name}}: W must be a number from 1 to {{.Max}}, and L one from −{{.Max}} to {{.Max}}.", "Name", p.Name, "Max", maxWindow))
	}
	return nil
}

// possible drops what cannot be of a list that stands in a file: presets that are
// impossible or have the name of one before, and those beyond the limit.
func possible(list []Preset) []Preset {
	var out []Preset
	for _, p := range list {
		if CheckPresets(append(slices.Clone(out), p)) == nil {
			out = append(out, p)
		}
	}
	return out
}

// PresetKey is the digit that chooses preset number i of a list, 0 where none does.
func PresetKey(i int) int {
	if key := firstPresetKey + i; i >= 0 && key <= lastPresetKey {
		return key
	}
	return 0
}

// VOI is the preset as a window.
func (p Preset) VOI() vision.VOI {
	return vision.VOI{
		Centre: p.Centre, Width: p.Width, Function: vision.Linear,
		Source: vision.SourcePreset, Explanation: string(p.Name),
	}.Valid()
}

// UsePreset takes preset number i of those in force for the window of the active pane
// and of those that are linked with it.
func (s *Session) UsePreset(i int) {
	list := s.settings.WindowPresets()
	if i < 0 || i >= len(list) {
		return
	}
	if why := NoPresets(s.state.Scan); why != nil {
		s.complain(*why)
		return
	}
	if otherValues(s.state.Pane) {
		s.complain(Say("The presets are for Hounsfield units; the presentation state shows other values. Show the image without it first."))
		return
	}
	s.EndGesture()
	// A preset is a centre and a width: with another lower end it would not be that one.
	s.windowed(func(p *Pane) { p.VOI, p.VOIIndex, p.Clamped = list[i].VOI(), -1, false })
	s.publish(DisplayChanged)
}

// NoPresets says why presets cannot be used on a scan, nil where they can: they are
// Hounsfield units, and on other values would show something else than their names say.
func NoPresets(scan *vision.Scan) *Message {
	switch {
	case scan == nil:
		return reason(Say("No scan is open"))
	case scan.Hounsfield():
		return nil
	case scan.Header.Modality == "":
		return reason(Say("The presets are for CT in Hounsfield units; this image does not say what made it."))
	case scan.Header.Modality != "CT":
		return reason(Say("The presets are for CT in Hounsfield units; this is {{.Modality}}.", "Modality", Printable(scan.Header.Modality)))
	case scan.Modality.Unit != "":
		return reason(Say("The presets are for Hounsfield units; the values of this CT image are in {{.Unit}}.", "Unit", Printable(scan.Modality.Unit)))
	}
	return reason(Say("The presets are for Hounsfield units; this CT image does not say that its values are."))
}
