package assets

import (
	"embed"
	"path"
)

//go:embed notice/*.md
var notices embed.FS

// Notice returns the notice of the first start in a language ("en", "zh"), in
// Markdown. Who changes what it says raises app.NoticeVersion.
func Notice(language string) ([]byte, error) {
	return notices.ReadFile(path.Join("notice", language+".md"))
}

//go:embed help
var help embed.FS

// Help holds the help under help/: for each language ("en", "zh") its pages as
// LANGUAGE/NN-name.md, in the order of NN, and their pictures as
// pictures/LANGUAGE/name.png or .jpg.
func Help() embed.FS { return help }
