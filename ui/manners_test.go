package ui

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/assets"
	"lightbox/model"
)

// inOverlay finds what a dialog that is open is made of.
func inOverlay[T fyne.CanvasObject](b *bench) []T {
	b.t.Helper()
	top := b.window.window.Canvas().Overlays().Top()
	if top == nil {
		b.t.Fatal("no dialog is open")
	}
	var out []T
	for _, o := range test.LaidOutObjects(top) {
		if x, ok := o.(T); ok {
			out = append(out, x)
		}
	}
	return out
}

func (b *bench) tap(text string) {
	b.t.Helper()
	for _, x := range inOverlay[*widget.Button](b) {
		if x.Text == text {
			test.Tap(x)
			return
		}
	}
	b.t.Fatalf("no button %q", text)
}

// What is chosen in the settings is seen at once; Escape and Cancel bring everything
// back, Apply keeps it.
func TestSettingsPreview(t *testing.T) {
	b := newBench(t)
	w := b.window
	s := w.session.Settings()
	defer func() {
		*s = app.Settings{Language: "en"}
		w.applySettings()
	}()
	ground := func() color.Color { return theme.Color(theme.ColorNameBackground) }
	dark := ground()

	w.showSettings()
	inOverlay[*widget.RadioGroup](b)[0].SetSelected("High contrast")
	if ground() != color.Color(rgb(0)) {
		t.Errorf("the ground is %v while high contrast is tried", ground())
	}
	inOverlay[*widget.RadioGroup](b)[1].SetSelected("150 %")
	if scaled(100) != 150 {
		t.Errorf("100 units are %g at 150 %%", scaled(100))
	}
	inOverlay[*widget.Select](b)[0].SetSelected("简体中文")
	if w.filter == nil || inOverlay[*widget.RadioGroup](b)[0].Options[2] != "高对比度" {
		t.Error("the dialog does not take the language")
	}
	w.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.dialog != nil || ground() != dark || scaled(100) != 100 || s.Theme != "" || s.TextScale != 0 || s.Language != "en" {
		t.Errorf("after Escape: %v, %g, %+v", ground(), scaled(100), appearanceOf(s))
	}

	w.showSettings()
	inOverlay[*widget.RadioGroup](b)[0].SetSelected("Light")
	b.tap("Apply")
	if w.dialog != nil || s.Theme != app.ThemeLight || ground() == dark {
		t.Errorf("after Apply: %+v", appearanceOf(s))
	}
}

// The notice comes once, before what else there is to say, and in both languages.
func TestNotice(t *testing.T) {
	b := newBench(t)
	w := b.window
	s := w.session.Settings()
	defer func() {
		*s = app.Settings{Language: "en"}
		w.applySettings()
	}()
	went := 0
	w.askNotice(func() { went++ })
	if w.dialog == nil || went != 0 {
		t.Fatal("the notice is not asked first")
	}
	b.tap("简体中文")
	if w.dialog == nil || s.Language != "zh" || went != 0 {
		t.Fatal("the notice does not change its language")
	}
	b.tap("我已阅读并接受")
	if w.dialog != nil || went != 1 || s.NoticeAccepted != app.NoticeVersion {
		t.Errorf("after it was accepted: %d, %+v", went, s)
	}
	w.askNotice(func() { went++ })
	if w.dialog != nil || went != 2 {
		t.Error("it is asked a second time")
	}
}

// The notice says the permanent line and what is kept where.
func TestNoticeText(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		data, err := assets.Notice(language)
		if err != nil {
			t.Fatal(err)
		}
		if line := table(t, language)[app.Disclaimer]; !strings.HasPrefix(string(data), "**"+strings.TrimRight(line, "。.")) {
			t.Errorf("%s: does not begin with %q", language, line)
		}
	}
	newBench(t)
	text, err := noticeText()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range app.Places() {
		if !strings.Contains(text, p.Path) {
			t.Errorf("%s is not named", p.Path)
		}
	}
}

// Each page of the about dialog has its text: version, the cards of all models,
// conformance and licences.
func TestAboutPages(t *testing.T) {
	b := newBench(t)
	w := b.window
	if text := w.documentText(documentLicence); !strings.Contains(text, "LICENSE") {
		t.Errorf("a build without documents says %q", text)
	}
	w.documents = os.DirFS("..")
	for name, want := range map[string]string{documentLicence: "Apache License", documentNotices: "Fyne", documentConformance: "# Conformance"} {
		if text := w.documentText(name); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q", name, want)
		}
	}
	w.showAbout()
	tabs := inOverlay[*container.AppTabs](b)[0]
	for i := range tabs.Items {
		tabs.SelectIndex(i)
		if len(tabs.Items[i].Content.(*fyne.Container).Objects) != 1 {
			t.Errorf("page %q is empty", tabs.Items[i].Text)
		}
		if tabs.Items[i].Text == "Model cards" {
			choose := inOverlay[*widget.Select](b)[0]
			if len(choose.Options) != len(model.EmbeddedNames()) {
				t.Errorf("cards of %v", choose.Options)
			}
			choose.SetSelectedIndex(len(choose.Options) - 1)
		}
	}
}

// A document gives its pictures the width it has, and says what a picture shows where
// there is none; links to its own pages are followed, others open nothing.
func TestDocument(t *testing.T) {
	newBench(t)
	icon := assets.Icon() // 512 pixels wide
	var followed []string
	d := newDocument(func(name string) []byte {
		if name == "icon.png" {
			return icon
		}
		return nil
	}, func(target string) bool { followed = append(followed, target); return true })
	win := test.NewTempWindow(t, d.object)
	win.Resize(fyne.NewSize(400, 300))
	d.show("# Title\n\nSee [there](other.md).\n\n![An icon](icon.png)\n\n![Nothing](no.png)\n\nThe end.\n")
	var pictures []*canvas.Image
	var links []*widget.HyperlinkSegment
	for _, o := range d.body.Objects {
		if c, ok := o.(*fyne.Container); ok {
			if p, ok := c.Objects[0].(*canvas.Image); ok {
				pictures = append(pictures, p)
			}
		}
		if r, ok := o.(*widget.RichText); ok {
			for _, s := range r.Segments {
				if x, ok := s.(*widget.ParagraphSegment); ok {
					for _, y := range x.Texts {
						if l, ok := y.(*widget.HyperlinkSegment); ok {
							links = append(links, l)
						}
					}
				}
				if l, ok := s.(*widget.HyperlinkSegment); ok {
					links = append(links, l)
				}
			}
		}
	}
	if len(pictures) != 1 || pictures[0].Size().Width > d.body.Size().Width || pictures[0].Size().Width != pictures[0].Size().Height {
		t.Errorf("pictures: %v", pictures)
	}
	if len(links) != 1 {
		t.Fatalf("%d links", len(links))
	}
	links[0].OnTapped()
	if len(followed) != 1 || followed[0] != "other.md" {
		t.Errorf("followed %v", followed)
	}
	if d.body.MinSize().Height < 350 || d.scroll.Content.Size().Height < d.body.MinSize().Height {
		t.Errorf("the document is %g high, and scrolls over %g", d.body.MinSize().Height, d.scroll.Content.Size().Height)
	}
}

// Settings of another version, or that someone wrote by hand, give a size that there
// is, and a theme.
func TestOddSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	for text, want := range map[string]float32{
		`{"text_scale": 130, "theme": "sepia"}`: 1.25, `{"text_scale": 9999}`: 2, `{"text_scale": -5}`: 1, `{}`: 1,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := app.LoadSettings(path)
		if err != nil || s.Scale() != want {
			t.Errorf("%s: scale %g, %v; want %g", text, s.Scale(), err, want)
		}
		if c := newTheme(s).Color(theme.ColorNameBackground, 0); c == nil || c == color.Transparent {
			t.Errorf("%s: ground %v", text, c)
		}
	}
	newTheme(&app.Settings{}) // the other tests' size
}
