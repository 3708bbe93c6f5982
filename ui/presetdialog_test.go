package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// inDialog gathers the objects of one kind that an open dialog shows.
func inDialog[T fyne.CanvasObject](b *bench) (out []T) {
	for _, o := range b.window.window.Canvas().Overlays().List() {
		for _, x := range test.LaidOutObjects(o) {
			if v, ok := x.(T); ok && x.Visible() {
				out = append(out, v)
			}
		}
	}
	return out
}

func (b *bench) tapInDialog(text string) {
	b.t.Helper()
	for _, button := range inDialog[*widget.Button](b) {
		if button.Text == text {
			test.Tap(button)
			return
		}
	}
	b.t.Fatalf("there is no button %q", text)
}

func (b *bench) presets() string {
	return strings.Trim(fmt.Sprint(b.window.session.Settings().WindowPresets()), "[]")
}

func TestPresetForm(t *testing.T) {
	newBench(t)
	f := newPresetForm(app.DefaultPresets(), func(*fyne.KeyEvent) {})
	if len(f.rows) != 6 || f.rows[0].key.Text != "3" || f.rows[5].key.Text != "8" || f.rows[4].centre.Text != "-500" || !f.check() {
		t.Fatalf("%d rows, %s", len(f.rows), f.problem.Text)
	}
	f.rows[1].width.SetText("0")
	if f.check() || !strings.Contains(f.problem.Text, "Abdomen: W must be a number") {
		t.Error(f.problem.Text)
	}
	f.rows[1].width.SetText("360,5")
	f.rows[1].name.SetText(" Brain")
	if f.check() || !strings.Contains(f.problem.Text, "Two presets are called Brain") {
		t.Error(f.problem.Text)
	}
	f.rows[1].name.SetText("Own")
	if got := f.presets()[1]; got != (app.Preset{Name: "Own", Width: 360.5, Centre: 40}) || f.problem.Text != "" {
		t.Errorf("%v, %s", got, f.problem.Text)
	}
	f.add(app.Preset{})
	f.arrange()
	if f.rows[6].key.Text != "" || f.check() {
		t.Errorf("a seventh has the key %q, an empty one is no problem", f.rows[6].key.Text)
	}
	odd := []app.Preset{{Name: "Odd", Width: 1.0625, Centre: -1e9}}
	if f.fill(odd); f.presets()[0] != odd[0] {
		t.Errorf("%v became %v", odd, f.presets())
	}
	f.fill(app.WeasisPresets())
	if got := f.presets()[3]; len(f.rows) != 6 || got != (app.Preset{Name: "Bone", Width: 2000, Centre: 350}) || !f.check() {
		t.Errorf("%d rows, %v", len(f.rows), got)
	}
}

func TestPresetsAreEditedInTheWindow(t *testing.T) {
	b := newBench(t)
	b.window.showPresets()
	b.tapInDialog("Weasis presets")
	b.tapInDialog("Cancel")
	if b.window.dialog != nil || !strings.HasPrefix(b.presets(), "{Brain 80 40} {Abdomen 350 40}") {
		t.Error(b.presets())
	}
	b.window.showPresets()
	for _, button := range inDialog[*widget.Button](b) { // the first preset's
		if button.Text == "" && button.Icon != nil {
			test.Tap(button)
			break
		}
	}
	b.tapInDialog("Add a preset")
	b.tapInDialog("Apply")
	if b.window.dialog == nil {
		t.Fatal("an empty preset was taken")
	}
	var names []*widget.Entry
	for _, e := range inDialog[*widget.Entry](b) {
		if e.PlaceHolder == "Name" {
			names = append(names, e)
		}
	}
	entries := inDialog[*numberEntry](b)
	if len(names) != 6 || len(entries) != 12 {
		t.Fatalf("%d names, %d numbers", len(names), len(entries))
	}
	names[5].SetText("肺 HR")
	entries[10].SetText("1600")
	entries[11].SetText("-600")
	b.capture()
	b.tapInDialog("Apply")
	if want := "{Abdomen 350 40} {Mediastinum 400 40} {Bone 1500 300} {Lung 1500 -500} {Liver 150 90} {肺 HR 1600 -600}"; b.window.dialog != nil || b.presets() != want {
		t.Errorf("%s", b.presets())
	}
}

// In Chinese the names of Lightbox's own presets are Chinese; what is kept are their
// own, so that they are English again in an English window.
func TestPresetNamesAreTranslated(t *testing.T) {
	b := newBench(t)
	if err := useLanguage("zh"); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	b.window.showPresets()
	var shown []string
	for _, e := range inDialog[*widget.Entry](b) {
		shown = append(shown, e.Text)
	}
	if got := strings.Join(shown, " "); !strings.HasPrefix(got, "脑窗") || strings.Contains(got, "Lung") {
		t.Error(got)
	}
	b.tapInDialog("应用")
	if b.window.dialog != nil || !strings.HasPrefix(b.presets(), "{Brain 80 40}") {
		t.Error(b.presets())
	}
}
