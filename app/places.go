package app

import "lightbox/app/journal"

// Place is a folder or file that Lightbox keeps something in, outside of the files
// that the user writes.
type Place struct {
	What Message
	Path string
}

// Places are all of them. What a system has no place for is kept nowhere and is
// left out.
func Places() []Place {
	var out []Place
	if path, err := SettingsPath(); err == nil {
		out = append(out, Place{Say("Settings and the list of recent scans"), path})
	}
	if path, err := journal.Folder(); err == nil {
		out = append(out, Place{Say("Journals: your measurements, marks and what you answered, by study, without names"), path})
	}
	if path, err := CrashFolder(); err == nil {
		out = append(out, Place{Say("Logs of crashes, without patient data, until you delete them"), path})
	}
	return out
}
