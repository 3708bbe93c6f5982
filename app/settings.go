package app

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"lightbox/app/userfolder"
	"lightbox/model"
	"lightbox/model/wholefile"
)

// maxRecent is how many scans the recent list remembers.
const maxRecent = 12

// settingsFormat is the version of the format of the settings. It rises when a file
// means something else than it did, so that an older Lightbox must not touch it; what
// is only added leaves it as it is.
const settingsFormat = 1

// Settings are the user's choices. They are kept in one JSON file; a setting
// that this version does not know stays in it untouched, one that is missing has its
// default. The zero value is all defaults and is kept nowhere.
type Settings struct {
	// Format is settingsFormat, or 0 of what versions before it wrote.
	Format int `json:"format"`

	Language string   `json:"language"` // "en", "zh" or empty for the system's
	Theme    string   `json:"theme"`    // ThemeDark, ThemeLight, ThemeContrast or empty for dark
	Recent   []string `json:"recent"`   // newest first

	// Prevalences and Level are the terms of results, see [Settings.TermsOf]; the
	// former go by the finding, as models name it.
	Prevalences map[string]float64 `json:"prevalences,omitempty"`
	Level       float64            `json:"set_level,omitempty"`

	// GB18030 lists the sources (see charsetSource) whose texts are read as
	// GB18030 whatever their files declare.
	GB18030 []string `json:"gb18030,omitempty"`

	// Layouts are those last used, by modality and monitor.
	Layouts map[string]LayoutChoice `json:"layouts,omitempty"`
	// Presets are the user's own windows, see [Settings.WindowPresets].
	Presets []Preset `json:"presets,omitempty"`

	// KeyProfile is the id of the profile of keys and mouse, empty for the default;
	// Keys are what the user changed in it: for ids of actions their keys as text,
	// "Ctrl+Shift+Z", an empty list for none. The window knows what they mean.
	KeyProfile string              `json:"key_profile,omitempty"`
	Keys       map[string][]string `json:"keys,omitempty"`
	// TextScale is how large text is, one of [TextScales] or 0 for 100; read it with
	// [Settings.Scale].
	TextScale int `json:"text_scale,omitempty"`
	// ExportFolder is where pictures were exported to last; empty before the first.
	ExportFolder string `json:"export_folder,omitempty"`
	// NoticeAccepted is the version of the notice that the user accepted, see
	// [NoticeVersion]; 0 for none.
	NoticeAccepted int `json:"notice_accepted,omitempty"`

	// Reader is the name or the initials of who reads, for the export of reader studies.
	Reader string `json:"reader,omitempty"`
	// DemoAtStart switches the demo mode on at each start: a house that shows Lightbox
	// in public sets it.
	DemoAtStart bool `json:"demo_at_start,omitempty"`

	path    string                     // where it is kept; empty in tests
	err     error                      // why the last save failed
	unknown map[string]json.RawMessage // what the file has that this version does not know
}

// Themes of the window.
const (
	ThemeDark     = "dark"
	ThemeLight    = "light"
	ThemeContrast = "contrast" // black and white, for eyes that need it
)

// TextScales are the sizes of text that can be chosen, in percent.
var TextScales = []int{100, 125, 150, 175, 200}

// Scale is how large text is; 1 is 100 %. What a file says between two sizes is
// taken down to the smaller one.
func (s *Settings) Scale() float32 {
	percent := TextScales[0]
	for _, p := range TextScales {
		if s.TextScale >= p {
			percent = p
		}
	}
	return float32(percent) / 100
}

// NoticeVersion is that of the text of the notice of the first start. Who accepted
// an older one is asked again.
const NoticeVersion = 1

// NoticeDue tells whether the notice has to be shown.
func (s *Settings) NoticeDue() bool { return s.NoticeAccepted < NoticeVersion }

// AcceptNotice remembers that the user has accepted it.
func (s *Settings) AcceptNotice() error {
	s.NoticeAccepted = NoticeVersion
	return s.Save()
}

// SettingsPath is where the settings of this user are kept.
func SettingsPath() (string, error) {
	dir, err := userfolder.Settings()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "settings.json"), nil
}

// LoadSettings reads the settings kept at path. A missing file is a first
// start; a broken one gives the defaults and an error to be logged, and is
// kept beside the new one. One of a newer format is left alone: with an error that
// says so ([fault.SettingsNewer]) come the settings that this version keeps beside it.
func LoadSettings(path string) (*Settings, error) {
	s := &Settings{path: path}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if newer := newerSettings(data); newer > 0 {
		return settingsBeside(path, newer)
	}
	file := struct {
		*Settings
		// Prevalence is what versions before kept of all findings: that of pneumonia,
		// which alone there was.
		Prevalence float64 `json:"prevalence"`
	}{Settings: s}
	if err := json.Unmarshal(data, &file); err != nil {
		_ = os.Rename(path, path+".broken") // for support; the defaults work without it
		return &Settings{path: path}, err
	}
	s.unknown = unknownSettings(data)
	s.migrate(file.Prevalence)
	if len(s.Recent) > maxRecent {
		s.Recent = s.Recent[:maxRecent]
	}
	return s, nil
}

// migrate takes a prevalence of an older file over, and drops terms and presets that
// cannot be.
func (s *Settings) migrate(prevalence float64) {
	if s.Prevalences == nil && prevalence != 0 {
		s.Prevalences = map[string]float64{model.FindingPneumonia: prevalence, model.FindingOpacity: prevalence}
	}
	maps.DeleteFunc(s.Prevalences, func(_ string, p float64) bool { return p == 0 || Terms{Prevalence: p}.Check() != nil })
	if (Terms{Level: s.Level}).Check() != nil {
		s.Level = 0
	}
	s.Presets = possible(s.Presets)
}

// Save writes the settings. A disk that cannot be written to must not stop
// the reading of scans: the error is returned once and remembered.
func (s *Settings) Save() error {
	if s.path == "" {
		return nil
	}
	data, err := s.encode()
	if err == nil {
		err = userfolder.Make(filepath.Dir(s.path))
	}
	if err == nil {
		// For this user alone: the list of recent scans tells of patients.
		err = wholefile.Write(s.path, 0o600, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
	}
	if err != nil && s.err != nil {
		return nil
	}
	s.err = err
	return err
}

// AddRecent puts a path at the head of the recent list; it tells whether the
// list changed.
func (s *Settings) AddRecent(path string) bool {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	if len(s.Recent) > 0 && s.Recent[0] == abs {
		return false
	}
	list := append([]string{abs}, slices.DeleteFunc(slices.Clone(s.Recent), func(p string) bool { return p == abs })...)
	s.Recent = list[:min(len(list), maxRecent)]
	if err := s.Save(); err != nil {
		logProblem(err)
	}
	return true
}

// KeepExportFolder remembers where pictures were exported to.
func (s *Settings) KeepExportFolder(folder string) error {
	if s.ExportFolder == folder {
		return nil
	}
	s.ExportFolder = folder
	return s.Save()
}

// ClearRecent forgets all recent scans.
func (s *Settings) ClearRecent() {
	s.Recent = nil
	if err := s.Save(); err != nil {
		logProblem(err)
	}
}
