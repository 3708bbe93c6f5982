package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/assets"
)

// languages are what can be chosen, by the name of their translation.
var languages = []struct{ code, name string }{
	{"en", "English"},
	{"zh", "简体中文"},
}

// useLanguage has every text that is made from now on in the language of the
// code; the empty code is the system's. Fyne has no switch for this: the texts
// of the chosen language are loaded under the system locale's name.
func useLanguage(code string) error {
	locale := lang.SystemLocale()
	if code == "" {
		code = "en"
		if strings.HasPrefix(strings.ToLower(string(locale)), "zh") {
			code = "zh"
		}
	}
	data, err := assets.Translation(code)
	if err != nil {
		return fmt.Errorf("language %q: %w", code, err)
	}
	return lang.AddTranslationsForLocale(data, locale)
}

// say is a message of the app room in the language of the window.
func say(m app.Message) string {
	if m.Args == nil {
		return lang.L(m.Text)
	}
	args := make(map[string]any, len(m.Args))
	for k, v := range m.Args {
		// What fills a gap may itself have to be translated.
		switch x := v.(type) {
		case app.Detail:
			v = x.String()
			if x.Format != "%s" && x.Format != "%v" { // these have no words
				v = x.In(lang.L(x.Format))
			}
		case app.Term:
			v = say(x.Message())
		}
		args[k] = v
	}
	return lang.L(m.Text, args)
}
