package app

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"lightbox/model"
)

// maxRecent is how many scans the recent list remembers.
const maxRecent = 12

// Settings are the user's choices. They are kept in one JSON file; a setting
// that this version does not know is dropped, one that is missing has its
// default. The zero value is all defaults and is kept nowhere.
type Settings struct {
	Language string   `json:"language"` // "en", "zh" or empty for the system's
	Theme    string   `json:"theme"`    // "dark", "light" or empty for dark
	Recent   []string `json:"recent"`   // newest first
	Terms             // of results

	// GB18030 lists the sources (see charsetSource) whose texts are read as
	// GB18030 whatever their files declare.
	GB18030 []string `json:"gb18030,omitempty"`

	path string // where it is kept; empty in tests
	err  error  // why the last save failed
}

// SettingsPath is where the settings of this user are kept.
func SettingsPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "lightbox", "settings.json"), nil
}

// LoadSettings reads the settings kept at path. A missing file is a first
// start; a broken one gives the defaults and an error to be logged, and is
// kept beside the new one.
func LoadSettings(path string) (*Settings, error) {
	s := &Settings{path: path}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, s); err != nil {
		_ = os.Rename(path, path+".broken") // for support; the defaults work without it
		return &Settings{path: path}, err
	}
	if s.Check() != nil {
		s.Terms = Terms{}
	}
	if len(s.Recent) > maxRecent {
		s.Recent = s.Recent[:maxRecent]
	}
	return s, nil
}

// Save writes the settings. A disk that cannot be written to must not stop
// the reading of scans: the error is returned once and remembered.
func (s *Settings) Save() error {
	if s.path == "" {
		return nil
	}
	data, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.path), 0o700)
	}
	if err == nil {
		err = model.WriteFileAtomic(s.path, append(data, '\n'))
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

// ClearRecent forgets all recent scans.
func (s *Settings) ClearRecent() {
	s.Recent = nil
	if err := s.Save(); err != nil {
		logProblem(err)
	}
}
