package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// part is something that is linked into the program.
type part struct {
	name    string
	version string
	licence string            // SPDX identifier, as NOTICE states it
	texts   map[string]string // licence texts by the name of their file
	purl    string            // package URL, of C libraries
	hashes  []string          // SHA-256 of the sources, of C libraries
	source  string            // for people: where it comes from
	static  bool              // it is inside of the program's own file
}

// licenceFile are the names that licences and what belongs to them go by.
var licenceFile = regexp.MustCompile(`(?i)^(un)?licen[sc]e|^copying|^copyright|^notice|^patents|^authors$|^ftl\.txt$|^ofl`)

// linkedModules are the program's Go modules and Go itself.
func linkedModules(info *debug.BuildInfo, stated map[string]string) ([]part, error) {
	var parts []part
	var missing []string
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		folder, err := moduleFolder(m.Path, m.Version)
		if err != nil {
			return nil, err
		}
		p := part{name: m.Path, version: m.Version, licence: stated[m.Path], source: "Go module", static: true}
		if p.texts, err = textsUnder(folder); err != nil {
			return nil, err
		}
		missing = append(missing, p.missing()...)
		parts = append(parts, p)
	}
	root, err := output("go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	std := part{name: "std", version: info.GoVersion, licence: stated["Go's standard library"], source: "Go's standard library", static: true, texts: map[string]string{}}
	for _, name := range []string{"LICENSE", "PATENTS"} {
		// Debian's Go and others keep LICENSE elsewhere; then Go's own module has the same text.
		if text, err := os.ReadFile(filepath.Join(root, name)); err == nil {
			std.texts[name] = string(text)
		}
	}
	missing = append(missing, std.missing()...)
	if len(missing) > 0 {
		return nil, errors.New(strings.Join(missing, "\n"))
	}
	return append(parts, std), nil
}

// missing says what is not known of a part's licence.
func (p *part) missing() []string {
	var out []string
	if p.licence == "" {
		out = append(out, fmt.Sprintf("%s %s is linked, and NOTICE does not name it: add it under its licence", p.name, p.version))
	}
	if len(p.texts) == 0 {
		out = append(out, fmt.Sprintf("%s %s has no licence text", p.name, p.version))
	}
	return out
}

// moduleFolder is where Go keeps a module's source; it is downloaded if it is not there.
func moduleFolder(module, version string) (string, error) {
	cache, err := output("go", "env", "GOMODCACHE")
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, filepath.FromSlash(escape(module)+"@"+escape(version)))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if _, err := output("go", "mod", "download", module+"@"+version); err != nil {
		return "", err
	}
	if _, err := os.Stat(folder); err != nil {
		return "", fmt.Errorf("the source of %s %s is not to be had: %w", module, version, err)
	}
	return folder, nil
}

// escape writes a module's path as the module cache does, for file systems that do not
// tell A from a.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('!')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// textsUnder are the licence texts in a folder and below: fonts and C code inside of a
// module have their own.
func textsUnder(folder string) (map[string]string, error) {
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if slices.Contains([]string{"testdata", "vendor", ".github"}, e.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		inLicences := strings.EqualFold(path.Base(path.Dir(name)), "licenses")
		if !licenceFile.MatchString(e.Name()) && !inLicences || slices.Contains([]string{".go", ".py", ".h", ".c"}, path.Ext(name)) {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		texts[name] = string(text)
		return nil
	})
	return texts, err
}

func output(program string, args ...string) (string, error) {
	c := exec.Command(program, args...)
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w %s", program, strings.Join(args, " "), err, strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
