package assets

import (
	"embed"
	"path"
)

//go:embed translation/*.json
var translations embed.FS

// Translation returns the texts of a language ("en", "zh") as a JSON object
// from the English text to the translated one.
func Translation(language string) ([]byte, error) {
	return translations.ReadFile(path.Join("translation", language+".json"))
}
