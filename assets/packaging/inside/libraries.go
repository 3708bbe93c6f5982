package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cLibrary is how a C library is found.
type cLibrary struct {
	name    string   // as NOTICE has it
	source  string   // Debian's source package
	files   []string // of the static build's licences
	debian  []string // packages whose copyright is read, the first that is installed
	targets string   // that it is part of
}

// cLibraries are all that any package links. The C library of the system, OpenGL and
// what windows need are the system's everywhere.
var cLibraries = []cLibrary{
	{"OpenCV", "opencv", []string{"opencv.COPYRIGHT", "opencv.LICENSE"}, []string{"libopencv-core406", "libopencv-core-dev"}, "linux-dynamic linux-static windows macos"},
	{"OpenJPEG", "openjpeg2", []string{"openjpeg.LICENSE"}, []string{"libopenjp2-7", "libopenjp2-7-dev"}, "linux-dynamic linux-static windows macos"},
	{"CharLS", "charls", []string{"charls.LICENSE.md"}, []string{"libcharls2", "libcharls-dev"}, "linux-dynamic linux-static windows macos"},
	{"libstdc++ and libgcc", "gcc-12", nil, []string{"gcc-12-base"}, "linux-static"},
	{"libstdc++ and libgcc", "gcc-mingw-w64", nil, []string{"gcc-mingw-w64-x86-64-posix-runtime"}, "windows"},
	{"mingw-w64 runtime and winpthreads", "mingw-w64", nil, []string{"mingw-w64-common"}, "windows"},
}

// homebrew stands for Debian's suite in the sources of a macOS build, whose bundle
// holds whatever Homebrew's libraries need: a line "formula | version | homebrew |
// licence" each, with texts named after the formula.
const homebrew = "homebrew"

// linkedLibraries are the C libraries of a target.
func linkedLibraries(o options, stated map[string]string) ([]part, error) {
	var parts []part
	var missing []string
	for _, l := range cLibraries {
		if !strings.Contains(" "+l.targets+" ", " "+o.target+" ") {
			continue
		}
		p := part{name: l.name, licence: stated[l.name], static: o.target != "linux-dynamic" && o.target != "macos", texts: map[string]string{}}
		var err error
		if o.libs != "" && l.files != nil {
			err = p.built(o, l)
		} else {
			err = p.installed(l)
		}
		if err != nil {
			return nil, err
		}
		missing = append(missing, p.missing()...)
		parts = append(parts, p)
	}
	if o.target == "macos" {
		others, err := bundled(o.libs)
		if err != nil {
			return nil, err
		}
		for _, p := range others {
			missing = append(missing, p.missing()...)
		}
		parts = append(parts, others...)
	}
	if len(missing) > 0 {
		return nil, errors.New(strings.Join(missing, "\n"))
	}
	return parts, nil
}

// bundled are the libraries that came into a macOS bundle with those that we link.
func bundled(prefix string) ([]part, error) {
	text, err := os.ReadFile(filepath.Join(prefix, "sources"))
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, line := range strings.Split(string(text), "\n") {
		fields := columns(line)
		ours := slices.ContainsFunc(cLibraries, func(l cLibrary) bool { return l.source == fields[0] })
		if ours || len(fields) < 4 || fields[2] != homebrew {
			continue
		}
		p := part{name: fields[0], version: fields[1], licence: fields[3], source: "from Homebrew", purl: "pkg:generic/" + fields[0] + "@" + escapeVersion(fields[1]), texts: map[string]string{}}
		files, err := filepath.Glob(filepath.Join(prefix, "licenses", fields[0]+".*"))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			p.texts[filepath.Base(f)] = string(text)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// columns are those of a line of sources.
func columns(line string) []string {
	fields := strings.Split(line, "|")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}

// built describes a library that was built for the package: what it was made from
// stands in its prefix, and its hashes are those of the source files.
func (p *part) built(o options, l cLibrary) error {
	fields, err := lineOf(filepath.Join(o.libs, "sources"), l.source)
	if err != nil {
		return err
	}
	p.version = fields[1]
	if len(fields) > 2 && fields[2] == homebrew {
		p.source, p.purl = "from Homebrew", "pkg:generic/"+l.source+"@"+escapeVersion(fields[1])
		return p.readTexts(o.libs, l)
	}
	p.source, p.purl = "built from Debian's source package "+l.source, debianURL(l.source, fields[1])
	sums, err := os.ReadFile(filepath.Join(o.root, "assets", "packaging", "libs", "SHA256SUMS"))
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(sums), "\n") {
		if sum, file, ok := strings.Cut(line, "  "); ok && strings.HasPrefix(file, l.source+"_") && strings.HasSuffix(strings.TrimSuffix(strings.TrimSuffix(file, ".gz"), ".xz"), ".orig.tar") {
			p.hashes = append(p.hashes, sum)
		}
	}
	return p.readTexts(o.libs, l)
}

func (p *part) readTexts(prefix string, l cLibrary) error {
	for _, name := range l.files {
		text, err := os.ReadFile(filepath.Join(prefix, "licenses", name))
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		p.texts[name] = string(text)
	}
	return nil
}

// installed describes a library of this system, or a part of its compiler.
func (p *part) installed(l cLibrary) error {
	for _, name := range l.debian {
		version, err := output("dpkg-query", "-W", "-f", "${source:Version}", name)
		if err != nil || version == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join("/usr/share/doc", name, "copyright"))
		if err != nil {
			return err
		}
		p.version, p.source, p.purl = version, "Debian package "+name, debianURL(l.source, version)
		p.texts["copyright"] = string(text)
		return nil
	}
	return fmt.Errorf("%s: none of the packages %s is installed here, whose version and licence go into the package: run .ci/install package", l.name, strings.Join(l.debian, ", "))
}

// debianURL is the package URL of a source package of Debian.
func debianURL(name, version string) string {
	return "pkg:deb/debian/" + name + "@" + escapeVersion(version) + "?arch=source"
}

// escapeVersion writes a version as package URLs want it: a plus has a meaning there.
func escapeVersion(version string) string {
	return strings.ReplaceAll(url.PathEscape(version), "+", "%2B")
}

// lineOf finds the line of a table whose first column is key.
func lineOf(file, key string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if fields := columns(line); len(fields) > 1 && fields[0] == key {
			return fields, nil
		}
	}
	return nil, fmt.Errorf("%s has no line of %s", file, key)
}
