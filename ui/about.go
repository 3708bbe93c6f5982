package ui

import (
	"errors"
	"io/fs"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/model"
)

// Documents at the root of the repository that the about page shows; main.go embeds
// them.
const (
	documentLicence     = "LICENSE"
	documentNotices     = "NOTICE"
	documentConformance = "CONFORMANCE.md"
)

// aboutPage is a page of the about dialog; its text is made when it is turned to.
type aboutPage struct {
	title   string
	content func() fyne.CanvasObject
}

func (w *mainWindow) aboutPages() []aboutPage {
	plain := func(name string) func() fyne.CanvasObject {
		return func() fyne.CanvasObject { return w.plainDocument(name) }
	}
	return []aboutPage{
		{lang.L("About Lightbox"), func() fyne.CanvasObject { return markdownPage(aboutText()) }},
		{lang.L("Model cards"), w.cardsPage},
		{lang.L("Conformance"), func() fyne.CanvasObject { return markdownPage(w.documentText(documentConformance)) }},
		{lang.L("Licence"), plain(documentLicence)},
		{lang.L("Notices"), plain(documentNotices)},
	}
}

// showAbout shows version, model cards, conformance and licences.
func (w *mainWindow) showAbout() {
	pages := w.aboutPages()
	tabs := container.NewAppTabs()
	for _, p := range pages {
		tabs.Append(container.NewTabItem(p.title, container.NewStack()))
	}
	turn := func(*container.TabItem) {
		i := tabs.SelectedIndex()
		if page := tabs.Items[i].Content.(*fyne.Container); len(page.Objects) == 0 {
			page.Add(pages[i].content())
		}
	}
	tabs.OnSelected = turn
	turn(nil)
	d := dialog.NewCustom(lang.L("About Lightbox"), lang.L("Close"), tabs, w.window)
	d.Resize(w.largeSize())
	w.show(d)
}

func markdownPage(text string) fyne.CanvasObject {
	d := newDocument(nil, nil)
	d.show(text)
	return container.NewPadded(d.object)
}

// plainDocument shows a text whose lines are as they are.
func (w *mainWindow) plainDocument(name string) fyne.CanvasObject {
	l := widget.NewLabel(w.documentText(name))
	l.TextStyle.Monospace = true
	return container.NewScroll(l)
}

// documentText is an embedded document, or the sentence that it is missing.
func (w *mainWindow) documentText(name string) string {
	if w.documents != nil {
		data, err := fs.ReadFile(w.documents, name)
		if err == nil {
			return string(data)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			w.session.Report(err)
		}
	}
	return lang.L("{{.Name}} is not part of this build; it lies at the root of the source code.", map[string]any{"Name": name})
}

// cardsPage shows the cards of the embedded models, one at a time.
func (w *mainWindow) cardsPage() fyne.CanvasObject {
	names := model.EmbeddedNames()
	d := newDocument(nil, nil)
	choose := widget.NewSelect(names, nil)
	choose.OnChanged = func(name string) {
		text, err := model.EmbeddedCard(name, cardLanguage())
		if err != nil {
			w.session.Report(err)
		}
		d.show(text + "\n\n---\n\nSHA-256: `" + w.embeddedHash(name) + "`\n")
	}
	if len(names) > 0 {
		choose.SetSelectedIndex(0)
	}
	return container.NewPadded(container.NewBorder(choose, nil, nil, nil, d.object))
}

// aboutText names version, sources and what is kept where.
func aboutText() string {
	return "# Lightbox " + app.Version + " " + app.Commit + "\n\n" +
		"**" + lang.L(app.Disclaimer) + "**\n\n" +
		lang.L("Lightbox works offline: scans never leave this machine. It is free software under the Apache License 2.0; NOTICE names the licences of what it is built on.") + "\n\n" +
		"- Fyne (BSD-3-Clause), GoCV and OpenCV (Apache-2.0), Gorgonia (Apache-2.0), go-dicom (MS-PL)\n" +
		"- Kermany et al., Cell 172, 2018, 1122–1131; Mendeley Data rscbjbr9sj v2 (CC BY 4.0)\n" +
		"- Wang et al., ChestX-ray8, CVPR 2017 (NIH Clinical Center); classes of the RSNA Pneumonia Detection Challenge 2018 (non-commercial research)\n" +
		"- Al-Dhabyani et al., Data in Brief 28, 2020, 104863 (CC BY 4.0)\n" +
		"- Yang et al., MedMNIST v2, Scientific Data 10:41, 2023 (CC BY 4.0)\n" +
		"- Desai et al., COVID-19-AR, TCIA 2020, doi:10.7937/tcia.2020.py71-5978; Clark et al. 2013\n\n" +
		"## " + lang.L("What is kept on this computer") + "\n\n" + placesText()
}
