package ui

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// appearance is what the settings change at once: the window itself is the preview.
type appearance struct {
	language, theme string
	scale           int // percent
}

func appearanceOf(s *app.Settings) appearance {
	return appearance{s.Language, s.Theme, s.TextScale}
}

// settingsPage is one page of the dialog. Its content changes the settings through
// the dialog's preview; a page that keeps something elsewhere gives apply and cancel.
type settingsPage struct {
	title         string
	content       fyne.CanvasObject
	apply, cancel func() // nil where there is nothing to do
}

// settingsDialog shows the pages of the settings.
type settingsDialog struct {
	window   *mainWindow
	before   appearance // what Cancel brings back
	pages    []settingsPage
	tabs     *container.AppTabs
	dialog   *dialog.CustomDialog
	applied  bool
	renewing bool // the dialog goes because it comes again in a new look
}

// settingsPages are the pages of the settings dialog in their order.
func (d *settingsDialog) settingsPages() []settingsPage {
	return []settingsPage{
		{title: lang.L("Appearance"), content: d.appearancePage()},
		d.window.modePage(),
	}
}

// showSettings opens the settings. What is chosen is seen at once; Cancel and Escape
// bring everything back.
func (w *mainWindow) showSettings() {
	d := &settingsDialog{window: w, before: appearanceOf(w.session.Settings())}
	d.open(0)
}

// open makes the dialog in the language, theme and size that are in force.
func (d *settingsDialog) open(page int) {
	w := d.window
	d.pages = d.settingsPages()
	d.tabs = container.NewAppTabs()
	for _, p := range d.pages {
		d.tabs.Append(container.NewTabItem(p.title, container.NewVScroll(container.NewPadded(p.content))))
	}
	d.tabs.SelectIndex(page)
	d.dialog = dialog.NewCustomWithoutButtons(lang.L("Settings"), d.tabs, w.window)
	cancel := widget.NewButtonWithIcon(lang.L("Cancel"), theme.CancelIcon(), func() { d.dialog.Hide() })
	apply := widget.NewButtonWithIcon(lang.L("Apply"), theme.ConfirmIcon(), d.keep)
	apply.Importance = widget.HighImportance
	d.dialog.SetButtons([]fyne.CanvasObject{cancel, apply})
	d.dialog.Resize(dialogSize(w.window, settingsWidth, settingsHeight))
	w.show(d.dialog)
	w.afterDialog(d.dialog, d.closed)
}

// Size of the dialog in units at 100 % of text.
const (
	settingsWidth  = 560
	settingsHeight = 330
)

// keep applies all pages.
func (d *settingsDialog) keep() {
	d.applied = true
	for _, p := range d.pages {
		if p.apply != nil {
			p.apply()
		}
	}
	d.window.session.Report(d.window.session.Settings().Save())
	d.dialog.Hide()
}

// closed brings back what was before, unless it was applied.
func (d *settingsDialog) closed() {
	if d.renewing {
		return
	}
	w := d.window
	if !d.applied {
		for _, p := range d.pages {
			if p.cancel != nil {
				p.cancel()
			}
		}
		if appearanceOf(w.session.Settings()) != d.before {
			d.use(d.before)
		}
	}
	w.focusPane()
}

func (d *settingsDialog) use(a appearance) {
	s := d.window.session.Settings()
	s.Language, s.Theme, s.TextScale = a.language, a.theme, a.scale
	d.window.applySettings()
}

// preview has the whole window take a look, the dialog with it.
func (d *settingsDialog) preview(a appearance) {
	if a == appearanceOf(d.window.session.Settings()) {
		return
	}
	d.renewing = true
	d.dialog.Hide()
	d.renewing = false
	d.use(a)
	d.open(d.tabs.SelectedIndex())
}

// appearancePage is language, theme and size of text.
func (d *settingsDialog) appearancePage() fyne.CanvasObject {
	now := appearanceOf(d.window.session.Settings())
	names, codes := []string{lang.L("System language")}, []string{""}
	for _, l := range languages {
		names, codes = append(names, l.name), append(codes, l.code)
	}
	language := widget.NewSelect(names, nil)
	language.SetSelectedIndex(max(slices.Index(codes, now.language), 0))
	language.OnChanged = func(string) {
		a := now
		a.language = codes[language.SelectedIndex()]
		d.preview(a)
	}
	themes := []string{app.ThemeDark, app.ThemeLight, app.ThemeContrast}
	looks := d.choice([]string{lang.L("Dark"), lang.L("Light"), lang.L("High contrast")}, slices.Index(themes, now.theme), func(i int) {
		a := now
		a.theme = themes[i]
		d.preview(a)
	})
	var sizes []string
	for _, p := range app.TextScales {
		sizes = append(sizes, fmt.Sprintf("%d %%", p))
	}
	scale := d.choice(sizes, slices.Index(app.TextScales, now.scale), func(i int) {
		a := now
		a.scale = app.TextScales[i]
		d.preview(a)
	})
	note := smallLabel(widget.MediumImportance)
	note.SetText(lang.L("What you choose is seen at once; Cancel brings everything back."))
	return container.NewVBox(widget.NewForm(
		widget.NewFormItem(lang.L("Language"), language),
		widget.NewFormItem(lang.L("Theme"), looks),
		widget.NewFormItem(lang.L("Text size"), scale),
	), note)
}

// choice is a row of which one is chosen; a number below 0 is the first.
func (d *settingsDialog) choice(names []string, now int, use func(int)) *widget.RadioGroup {
	r := widget.NewRadioGroup(names, nil)
	r.Horizontal, r.Required = true, true
	r.SetSelected(names[max(now, 0)])
	r.OnChanged = func(name string) { use(slices.Index(names, name)) }
	return r
}

// applySettings rebuilds the window in the chosen language, theme and size of text;
// what is open is the session's and stays.
func (w *mainWindow) applySettings() {
	s := w.session.Settings()
	w.session.Report(useLanguage(s.Language))
	before := panelRoom()
	w.fyne.Settings().SetTheme(newTheme(s))
	w.side.width *= panelRoom() / before
	w.build()
}
