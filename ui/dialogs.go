package ui

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/model"
)

// dialogShare is how much of the window a large dialog takes.
const dialogShare = 0.8

// dialogMost is how much of it any dialog takes at most.
const dialogMost = 0.96

func (w *mainWindow) largeSize() fyne.Size {
	s := w.window.Canvas().Size()
	return fyne.NewSize(s.Width*dialogShare, s.Height*dialogShare)
}

// dialogSize is that of a small dialog: width and height at 100 % of text, and no
// more than there is.
func dialogSize(w fyne.Window, width, height float32) fyne.Size {
	most := w.Canvas().Size()
	return fyne.NewSize(min(scaled(width), most.Width*dialogMost), min(scaled(height), most.Height*dialogMost))
}

// lastFolder is where the file dialogs start: beside the last scan, in the demo mode at
// home.
func (w *mainWindow) lastFolder() fyne.ListableURI {
	folder := ""
	if recent := w.session.Recent(); len(recent) > 0 {
		folder = filepath.Dir(recent[0])
	} else if home, err := os.UserHomeDir(); err == nil && w.session.State().Demo {
		folder = home
	}
	if folder == "" {
		return nil
	}
	u, err := storage.ListerForURI(storage.NewFileURI(folder))
	if err != nil {
		return nil // the folder is gone: the dialog starts at home
	}
	return u
}

// openFile has no filter: DICOM files often have no extension at all.
func (w *mainWindow) openFile() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil {
			w.session.Report(err)
			return
		}
		if r == nil {
			return
		}
		path := r.URI().Path()
		_ = r.Close() // vision opens it by its path
		w.session.Open(path)
	}, w.window)
	w.showChooser(d, lang.L("Open scan"))
}

// showChooser shows a file dialog beside the last scan, in its size. It must be
// shown first: Fyne's file dialogs have nothing to resize before.
func (w *mainWindow) showChooser(d *dialog.FileDialog, title string) {
	d.SetTitleText(title)
	if u := w.lastFolder(); u != nil {
		d.SetLocation(u)
	}
	w.show(d)
	d.Resize(w.largeSize())
	if w.session.State().Demo { // Fyne writes the folder down
		d.SetOnClosed(func() { w.fyne.Preferences().RemoveValue(lastFolderKey) })
	}
}

// lastFolderKey is where Fyne's file dialogs keep the folder that was open last.
const lastFolderKey = "fyne:fileDialogLastFolder"

// show opens a dialog in the place of one that is open. While it is there keys
// are its own, and Escape closes it.
func (w *mainWindow) show(d dialog.Dialog) {
	if w.dialog != nil {
		w.dialog.Hide()
	}
	w.dialog = d
	d.SetOnClosed(func() {
		if w.dialog == d {
			w.dialog = nil
		}
	})
	d.Show()
}

// afterDialog has next done when a dialog that is open is closed.
func (w *mainWindow) afterDialog(d dialog.Dialog, next func()) {
	d.SetOnClosed(func() {
		if w.dialog == d {
			w.dialog = nil
		}
		next()
	})
}

func (w *mainWindow) openFolder() {
	w.chooseFolder(lang.L("Open folder"), lang.L("Open"), w.session.Open)
}

func (w *mainWindow) chooseFolder(title, confirm string, use func(path string)) {
	d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		if err != nil {
			w.session.Report(err)
			return
		}
		if u != nil {
			use(u.Path())
		}
	}, w.window)
	d.SetConfirmText(confirm)
	w.showChooser(d, title)
}

// showMarkdown shows a long text.
func (w *mainWindow) showMarkdown(title, text string) {
	d := dialog.NewCustom(title, lang.L("Close"), markdownPage(text), w.window)
	d.Resize(w.largeSize())
	w.show(d)
}

// showCard shows the card of the model in the language of the window.
func (w *mainWindow) showCard() {
	st := w.session.State()
	asked := st.Model
	if asked == app.AutoModel && st.Reading.Model != "" {
		asked = st.Reading.Model // the one that was chosen
	}
	m, err := w.network.With(asked).Model()
	if err != nil {
		w.session.Report(err)
		return
	}
	text, err := model.EmbeddedCard(m.Meta.Name, cardLanguage())
	if err != nil || m.SHA256() != w.embeddedHash(m.Meta.Name) {
		text = lang.L("This model was loaded from a file; its card lies beside that file.") + "\n\n" + m.Meta.Name + " " + m.Meta.Version
	}
	w.showMarkdown(lang.L("Model card"), text+"\n\n---\n\nSHA-256: `"+m.SHA256()+"`\n")
}

// embeddedHash is the hash of an embedded model, empty if there is none of
// that name: a model from a file must not be shown with another one's card.
func (w *mainWindow) embeddedHash(name string) string {
	m, err := model.Embedded(name)
	if err != nil {
		return ""
	}
	return m.SHA256()
}

// cardLanguage tells the language of the window by its own translation.
func cardLanguage() string { return lang.L("language code: en") }

// tellRefused says that the model which was asked for cannot be used, if so, and goes
// on with next.
func (w *mainWindow) tellRefused(refused *app.Message, next func()) {
	if refused == nil {
		next()
		return
	}
	w.tellFirst(lang.L("The model was not loaded"), say(*refused), next)
}

// tellNewer says that the settings are a newer version's, if so, and goes on with next.
func (w *mainWindow) tellNewer(newer error, next func()) {
	if newer == nil {
		next()
		return
	}
	w.tellFirst(lang.L("Settings of a newer version"), say(app.Explain(newer)), next)
}

// tellFirst says at the start what an opening scan must not take off the screen.
func (w *mainWindow) tellFirst(title, what string, next func()) {
	text := widget.NewLabel(what)
	text.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustom(title, lang.L("Close"), text, w.window)
	d.Resize(dialogSize(w.window, 560, 180))
	w.show(d)
	w.afterDialog(d, next)
}

// offerCrashLogs tells of runs that ended in a crash, once.
func (w *mainWindow) offerCrashLogs(logs []string) {
	if len(logs) == 0 {
		return
	}
	text := widget.NewLabel(lang.L("Lightbox ended unexpectedly last time. A log of the fault, without patient data, was kept here:") + "\n\n" + logs[0])
	text.Wrapping = fyne.TextWrapBreak
	copyPath := widget.NewButtonWithIcon(lang.L("Copy path"), theme.ContentCopyIcon(), func() {
		w.fyne.Clipboard().SetContent(logs[0])
	})
	remove := widget.NewButtonWithIcon(lang.L("Delete the log"), theme.DeleteIcon(), func() {
		w.session.Report(app.RemoveCrashLogs(logs))
		w.dialog.Hide()
	})
	d := dialog.NewCustom(lang.L("After a crash"), lang.L("Keep it"),
		container.NewBorder(nil, container.NewHBox(copyPath, remove), nil, nil, text), w.window)
	d.Resize(dialogSize(w.window, 560, 220))
	w.show(d)
}
