package app

import (
	"crypto/sha256"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"lightbox/assets"
	"lightbox/model"
	"lightbox/vision"
)

// How a library comes to the program.
const (
	LinkedStatic  = "static"  // it is inside of the program
	LinkedDynamic = "dynamic" // the system brings it
	LinkedUnknown = "unknown" // the program's own file cannot be read
)

// Built is what the program is made of.
type Built struct {
	Version   string         `json:"version"`
	Commit    string         `json:"commit"`
	Target    string         `json:"target"` // system/processor
	Go        string         `json:"go"`
	Tags      string         `json:"tags"`
	Libraries []BuiltLibrary `json:"libraries"`
	Models    []BuiltModel   `json:"models"`
	Modules   []BuiltModule  `json:"modules"`
}

// BuiltLibrary is a C library.
type BuiltLibrary struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Linked  string `json:"linked"` // LinkedStatic, LinkedDynamic or LinkedUnknown
}

// BuiltModel is an embedded model. WeightsSHA256 is what its card and its
// calibrations name it by, FileSHA256 the sum of its file.
type BuiltModel struct {
	Name          string            `json:"name"`
	Version       string            `json:"version"` // its card's too
	Finding       string            `json:"finding"`
	WeightsSHA256 string            `json:"weights_sha256"`
	FileSHA256    string            `json:"file_sha256"`
	CardSHA256    map[string]string `json:"card_sha256"` // by language
}

// BuiltModule is a Go module with the sum that go.sum has of it.
type BuiltModule struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Sum     string `json:"sum"`
}

// WhatIsBuilt tells what this program is made of. It reads every embedded model.
func WhatIsBuilt() (Built, error) {
	b := Built{Version: Version, Commit: Commit, Target: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	b.Libraries = libraries(imported())
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "-tags" {
				b.Tags = s.Value
			}
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			b.Modules = append(b.Modules, BuiltModule{m.Path, m.Version, m.Sum})
		}
	}
	for _, name := range model.EmbeddedNames() {
		m, err := builtModel(name)
		if err != nil {
			return Built{}, err
		}
		b.Models = append(b.Models, m)
	}
	return b, nil
}

func builtModel(name string) (BuiltModel, error) {
	m, err := model.Embedded(name)
	if err != nil {
		return BuiltModel{}, err
	}
	weights, err := assets.Models().ReadFile("models/" + name + ".safetensors")
	if err != nil {
		return BuiltModel{}, err
	}
	b := BuiltModel{
		Name: name, Version: m.Meta.Version, Finding: m.Meta.Finding,
		WeightsSHA256: m.SHA256(), FileSHA256: hexSHA256(weights), CardSHA256: map[string]string{},
	}
	for _, language := range []string{"en", "zh"} {
		card, err := model.EmbeddedCard(name, language)
		if err != nil {
			return BuiltModel{}, err
		}
		b.CardSHA256[language] = hexSHA256([]byte(card))
	}
	return b, nil
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// libraries are those of vision. files are the shared libraries that the program asks
// the system for, nil where that cannot be told.
func libraries(files []string) []BuiltLibrary {
	var out []BuiltLibrary
	for _, l := range vision.Libraries() {
		linked := LinkedStatic
		switch {
		case files == nil:
			linked = LinkedUnknown
		case asksFor(files, l.File):
			linked = LinkedDynamic
		}
		out = append(out, BuiltLibrary{l.Name, l.Version, linked})
	}
	return out
}

func asksFor(files []string, library string) bool {
	for _, f := range files {
		if strings.Contains(strings.ToLower(f), library) {
			return true
		}
	}
	return false
}

// imported are the shared libraries that the program's own file names; nil where the
// file cannot be read.
func imported() []string {
	path, err := os.Executable()
	if err != nil {
		return nil
	}
	var file interface {
		ImportedLibraries() ([]string, error)
		Close() error
	}
	switch runtime.GOOS {
	case "windows":
		file, err = pe.Open(path)
	case "darwin":
		file, err = macho.Open(path)
	default:
		file, err = elf.Open(path)
	}
	if err != nil {
		return nil
	}
	names, err := file.ImportedLibraries()
	_ = file.Close() // it was only read
	if err != nil {
		return nil
	}
	return append([]string{}, names...) // not nil where there are none
}
