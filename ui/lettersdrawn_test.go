package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"lightbox/assets"
)

// spoken are the letters in the texts of the program: its translations, and what stands
// between quotes in the code of the rooms that speak.
func spoken(t *testing.T) []rune {
	t.Helper()
	seen := map[rune]bool{}
	for _, language := range []string{"en", "zh"} {
		data, err := assets.Translation(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(data) {
			seen[r] = true
		}
	}
	for _, pattern := range []string{"*.go", "*/*.go", "../app/*.go", "../app/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			code, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, code, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
					text, _ := strconv.Unquote(l.Value) // the compiler has seen to it
					for _, r := range text {
						seen[r] = true
					}
				}
				return true
			})
		}
	}
	var out []rune
	for r := range seen {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}

// fromDesktop are signs that no font of ours has, and that Fyne finds in the desktop's:
// Windows, macOS and each Linux desktop have one, and the packages recommend DejaVu.
const fromDesktop = "−√≥─━╌○●✓✗"

// Fyne has a letter for all that the window says, in the fonts that it and Lightbox bring.
func TestTheWindowHasAllLetters(t *testing.T) {
	newBench(t)
	text := canvas.NewText("", color.White)
	text.TextSize = 20
	window := test.NewTempWindow(t, text)
	window.Resize(fyne.NewSize(40, 40))
	drawn := func(r rune) string {
		text.Text = string(r)
		text.Refresh()
		return string(window.Canvas().Capture().(*image.NRGBA).Pix)
	}
	for _, bold := range []bool{false, true} {
		text.TextStyle.Bold = bold
		missing, empty := drawn('\uFFFE'), drawn(' ')
		for _, r := range spoken(t) {
			if strings.ContainsRune(fromDesktop, r) {
				continue
			}
			if got := drawn(r); got == missing || got == empty {
				t.Errorf("no letter %q (%U), bold %v", r, r, bold)
			}
		}
	}
}
