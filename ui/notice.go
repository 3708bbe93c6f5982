package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/assets"
)

// noticeText is the notice in the language of the window, with the places where
// Lightbox keeps something.
func noticeText() (string, error) {
	data, err := assets.Notice(cardLanguage())
	return string(data) + "\n" + placesText(), err
}

// placesText lists the places where Lightbox keeps something, in Markdown.
func placesText() string {
	text := ""
	for _, p := range app.Places() {
		text += "- " + say(p.What) + ": `" + p.Path + "`\n"
	}
	return text
}

// Size of the notice in units at 100 % of text.
const (
	noticeWidth  = 660
	noticeHeight = 560
)

// askNotice shows the notice of the first start, unless it was accepted, and goes on
// with next once it is. Not to accept it ends the program.
func (w *mainWindow) askNotice(next func()) {
	s := w.session.Settings()
	if !s.NoticeDue() {
		next()
		return
	}
	text, err := noticeText()
	if err != nil { // a build without the text; the permanent line says the same
		w.session.Report(err)
		next()
		return
	}
	var d *dialog.CustomDialog
	accepted, again := false, false
	quit := widget.NewButtonWithIcon(lang.L("Quit"), theme.CancelIcon(), func() { d.Hide() })
	accept := widget.NewButtonWithIcon(lang.L("I have read this and accept it"), theme.ConfirmIcon(), func() {
		accepted = true
		d.Hide()
	})
	accept.Importance = widget.HighImportance
	// Who cannot read the language of the system finds another one here.
	languageRow := container.NewHBox()
	for _, l := range languages {
		b := widget.NewButton(l.name, func() {
			again = true
			d.Hide()
			s.Language = l.code
			w.applySettings()
			w.askNotice(next)
		})
		if l.code == cardLanguage() {
			b.Importance = widget.LowImportance
			b.Disable()
		}
		languageRow.Add(b)
	}
	body := newDocument(nil, nil)
	body.show(text)
	d = dialog.NewCustomWithoutButtons(lang.L("Before you begin"), container.NewBorder(languageRow, nil, nil, nil, body.object), w.window)
	d.SetButtons([]fyne.CanvasObject{quit, accept})
	d.Resize(dialogSize(w.window, noticeWidth, noticeHeight))
	w.show(d)
	w.afterDialog(d, func() {
		switch {
		case again:
		case accepted:
			w.session.Report(s.AcceptNotice())
			next()
		default:
			w.quit()
		}
	})
	w.window.Canvas().Focus(accept)
}
