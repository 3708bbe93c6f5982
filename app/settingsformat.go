package app

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"lightbox/vision/fault"
)

// newerSettings is the format of a file if it is above this version's, 0 otherwise.
// Nothing else of such a file need be as it is now.
func newerSettings(data []byte) int {
	var file struct {
		Format int `json:"format"`
	}
	if json.Unmarshal(data, &file) != nil || file.Format <= settingsFormat {
		return 0
	}
	return file.Format
}

// settingsBeside are the settings of this version where path has those of a newer one.
func settingsBeside(path string, newer int) (*Settings, error) {
	own := strings.TrimSuffix(path, filepath.Ext(path)) + fmt.Sprintf(".format-%d", settingsFormat) + filepath.Ext(path)
	s, err := LoadSettings(own)
	if err != nil {
		return s, err
	}
	return s, fault.New(fault.SettingsNewer, path, "format %d", newer)
}

// formerSettings are keys that older versions wrote and this one has in another form.
var formerSettings = map[string]bool{"prevalence": true}

// unknownSettings are the settings in a file that this version does not know: one that
// is newer and of the same format has added them, and is to find them again.
func unknownSettings(data []byte) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		return nil // no object: it was read as one before
	}
	known := map[string]bool{}
	for t, i := reflect.TypeFor[Settings](), 0; i < t.NumField(); i++ {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		known[strings.ToLower(key)] = true
	}
	for key := range all {
		if known[strings.ToLower(key)] || formerSettings[key] {
			delete(all, key)
		}
	}
	return all
}

// encode is the file of the settings, with what this version does not know.
func (s *Settings) encode() ([]byte, error) {
	s.Format = settingsFormat
	data, err := json.MarshalIndent(s, "", "\t")
	if err == nil && len(s.unknown) > 0 {
		all := map[string]json.RawMessage{}
		if err = json.Unmarshal(data, &all); err != nil {
			return nil, err
		}
		for key, value := range s.unknown {
			all[key] = value
		}
		data, err = json.MarshalIndent(all, "", "\t")
	}
	return append(data, '\n'), err
}
