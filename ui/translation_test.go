package ui

import (
	"cmp"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/model"
	"lightbox/ui/keys"
)

// literal joins a string literal, or several with + between them.
func literal(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, ok := literal(x.X)
		b, ok2 := literal(x.Y)
		return a + b, ok && ok2
	}
	return "", false
}

// isNoteText tells whether a constant is a sentence of package calibrate.
func isNoteText(path, name string) bool {
	return strings.HasPrefix(name, "Text") && filepath.Base(filepath.Dir(path)) == "calibrate"
}

// fyneKeys are Fyne's texts that have a key of their own, in English.
var fyneKeys = map[string]string{"file.parent": "Parent", "file.name": "Name"}

// shown collects every text of the sources that reaches a reader: arguments of
// lang.L, app.Say, fault.New and the gate's notes, the rows of the action
// table, and the values of tables and constants that are translated by name.
func shown(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	add := func(s, where string) {
		if s != "" && s != "%s" && s != "%v" {
			found[s] = where
		}
	}
	first := map[string]int{ // function → which argument is the text
		"lang.L": 0, "Say": 0, "app.Say": 0, "fault.New": 2, "bad": 0, "population": 1, "Term": 0,
	}
	named := map[string]bool{"noDetail": true}
	typed := map[string]bool{"Source": true, "Provenance": true, "Stage": true, "How": true, "Prompt": true, "Step": true}
	for _, room := range []string{"../ui", "../app", "../vision", "../model"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "dicomtest") || strings.HasPrefix(path, "../app/cli") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch x := n.(type) {
				case *ast.CallExpr:
					name := ""
					switch f := x.Fun.(type) {
					case *ast.Ident:
						name = f.Name
					case *ast.SelectorExpr:
						if id, ok := f.X.(*ast.Ident); ok {
							name = id.Name + "." + f.Sel.Name
						}
					}
					if i, ok := first[name]; ok && len(x.Args) > i {
						if s, ok := literal(x.Args[i]); ok {
							add(s, path)
						}
					}
				case *ast.ValueSpec: // constants of types whose values are texts; the table of sentences
					id, ok := x.Type.(*ast.Ident)
					for _, v := range x.Values {
						if s, isText := literal(v); isText && (ok && typed[id.Name] || named[x.Names[0].Name] || isNoteText(path, x.Names[0].Name)) {
							add(s, path)
						}
						if c, isTable := v.(*ast.CompositeLit); isTable && len(x.Names) == 1 && x.Names[0].Name == "sentences" {
							for _, e := range c.Elts {
								if s, ok := literal(e.(*ast.KeyValueExpr).Value); ok {
									add(s, path)
								}
							}
						}
					}
				case *ast.CompositeLit:
					if id, ok := x.Type.(*ast.Ident); ok && id.Name == "Note" && len(x.Elts) == 3 {
						if s, ok := literal(x.Elts[1]); ok {
							add(s, path)
						}
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range (&mainWindow{}).makeActions() {
		add(a.menu, "actions.go")
		add(a.name, "actions.go")
		add(a.tip, "actions.go")
	}
	for _, p := range keys.Profiles() {
		add(p.Name, "ui/keys")
	}
	for _, u := range keys.Uses() {
		add(string(u), "ui/keys")
	}
	for _, s := range keys.Owners() {
		add(s, "ui/keys")
	}
	for _, s := range []string{
		model.FindingPneumonia, model.FindingOpacity, model.FindingMalignant, model.AbsenceOpacity, model.AbsenceMalignant,
		model.PopulationKermany, model.PopulationChest, model.PopulationAdults, model.PopulationBreast, app.Disclaimer,
	} {
		add(s, "model")
	}
	for _, name := range model.EmbeddedNames() {
		m, err := model.Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		add(m.Meta.Finding, name)
		add(m.Meta.Population, name)
		if c := m.Calibrations(); c != nil {
			for _, p := range c.Populations {
				add(p.Fitted.Population, name)
			}
		}
	}
	// What Fyne itself says: its own translation is loaded for the system's
	// language only.
	for s := range fyneKeys {
		add(s, "fyne")
	}
	for _, s := range []string{"Open", "Save", "Cancel", "OK", "Yes", "No", "Error", "Copy", "Cut", "Paste", "Select all", "Quit", "Undo", "Redo", "Create Folder", "Favourites", "New Folder", "Show Hidden Files", "Enter filename", "Folder", "Home", "Computer"} {
		add(s, "fyne")
	}
	return found
}

func table(t *testing.T, language string) map[string]string {
	t.Helper()
	data, err := assets.Translation(language)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// gaps are what is filled in. A percent sign before a space is one.
var gaps = regexp.MustCompile(`\{\{\.\w+\}\}|%[-+#0-9.]*[a-zA-Z]`)

// Every text has a translation, every translation has a text, and both have
// the same gaps to fill. LIGHTBOX_UPDATE=1 rewrites en.json, where each text
// stands for itself, and lists what zh.json lacks.
func TestTranslationsComplete(t *testing.T) {
	want := shown(t)
	if len(want) < 150 {
		t.Fatalf("only %d texts found: the search is broken", len(want))
	}
	const code = "language code: en"
	if os.Getenv("LIGHTBOX_UPDATE") != "" {
		en := map[string]string{}
		for s := range want {
			en[s] = cmp.Or(fyneKeys[s], s)
		}
		en[code] = "en"
		data, _ := json.MarshalIndent(en, "", "\t")
		data = []byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(data)))
		if err := os.WriteFile("../assets/translation/en.json", append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, language := range []string{"en", "zh"} {
		have := table(t, language)
		for _, s := range slices.Sorted(maps.Keys(want)) {
			translated, ok := have[s]
			if !ok {
				t.Errorf("%s.json lacks %q (%s)", language, s, want[s])
				continue
			}
			a, b := gaps.FindAllString(s, -1), gaps.FindAllString(translated, -1)
			if strings.HasPrefix(s, "%") || strings.Contains(s, "%d") || strings.Contains(s, "%v") {
				if !slices.Equal(a, b) { // fmt fills by position
					t.Errorf("%s.json: gaps of %q are %v, must be %v in this order", language, s, b, a)
				}
			} else {
				slices.Sort(a)
				slices.Sort(b)
				if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
					t.Errorf("%s.json: gaps of %q are %v, must be %v", language, s, b, a)
				}
			}
			if language == "en" && s != code && translated != cmp.Or(fyneKeys[s], s) {
				t.Errorf("en.json must say %q as it is", s)
			}
		}
		for _, s := range slices.Sorted(maps.Keys(have)) {
			if _, ok := want[s]; !ok && s != code {
				t.Errorf("%s.json has %q, which is shown nowhere", language, s)
			}
		}
	}
}

// A user's own population is said in the window's language, with the folder's name as
// it is.
func TestOwnPopulation(t *testing.T) {
	newBench(t)
	if err := useLanguage("zh"); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	got := say(app.Say("Holds for {{.Population}}", "Population", app.Term(app.OwnPatients+"ward 3")))
	if !strings.Contains(got, "文件夹 ward 3 的患者") || strings.Contains(got, app.OwnPatients) {
		t.Error(got)
	}
}
