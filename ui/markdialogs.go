package ui

import (
	"fmt"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/app/marks"
)

// askMark has the reader say what the points of a mark do not tell: the words of a text
// or an arrow, the length of a reference. done is called once.
func (w *mainWindow) askMark(m marks.Mark, done func(m marks.Mark, ok bool)) {
	if m.Kind == marks.Reference {
		w.askReference(m, done)
		return
	}
	w.askWords(lang.L(string(m.Kind.Term())), m, done)
}

// askWords asks for the words of a mark.
func (w *mainWindow) askWords(title string, m marks.Mark, done func(m marks.Mark, ok bool)) {
	entry := widget.NewEntry()
	entry.SetText(m.Name)
	hint := smallLabel(widget.LowImportance)
	hint.SetText(lang.L("What you type is kept with the study on this machine."))
	w.askForm(title, container.NewVBox(entry, hint), entry, func(ok bool) {
		if m.Name = entry.Text; m.Name == "" && m.Kind == marks.Text {
			ok = false
		}
		done(m, ok)
	})
}

// askReference asks for the length of a reference in mm.
func (w *mainWindow) askReference(m marks.Mark, done func(m marks.Mark, ok bool)) {
	name, length, problem := widget.NewEntry(), widget.NewEntry(), smallLabel(widget.DangerImportance)
	name.SetPlaceHolder(lang.L("for example: scale bar, known implant"))
	name.SetText(m.Name)
	if m.Known > 0 {
		length.SetText(trimmed(m.Known))
	}
	form := widget.NewForm(widget.NewFormItem(lang.L("Length, mm"), length), widget.NewFormItem(lang.L("What it is"), name))
	length.Validator = func(text string) error {
		if v := parseNumber(text); !(v > 0 && v <= marks.MaxKnown) {
			return fmt.Errorf("%s", lang.L("The length must be a number of millimetres above 0."))
		}
		return nil
	}
	length.OnChanged = func(text string) {
		problem.SetText("")
		if err := length.Validator(text); err != nil {
			problem.SetText(err.Error())
		}
	}
	w.askForm(lang.L("Reference length"), container.NewVBox(form, problem), length, func(ok bool) {
		m.Known, m.Name = parseNumber(length.Text), name.Text
		done(m, ok && length.Validator(length.Text) == nil)
	})
}

// askForm shows what is to be filled in; Enter in first applies it.
func (w *mainWindow) askForm(title string, content fyne.CanvasObject, first *widget.Entry, done func(ok bool)) {
	answered := false
	answer := func(ok bool) {
		if !answered {
			answered = true
			done(ok)
		}
	}
	d := dialog.NewCustomConfirm(title, lang.L("Apply"), lang.L("Cancel"), content, answer, w.window)
	first.OnSubmitted = func(string) {
		answer(true)
		d.Hide()
	}
	d.Resize(fyne.NewSize(scaled(420), 0))
	w.show(d)
	w.afterDialog(d, func() {
		answer(false)
		w.focusPane()
	})
	w.window.Canvas().Focus(first)
}

// confirmMark asks about a new mark that is measured only if the reader says so: a
// cardiothoracic ratio of a film that is not known to be a PA one.
func (w *mainWindow) confirmMark(id string) {
	st := w.session.State()
	m := st.Mark(id)
	if m == nil {
		return
	}
	r := w.session.Measure(st.Pane, *m)
	if r.Refused == nil {
		return
	}
	why := app.FromMark(r.Refused.Sentence)
	if !r.Refused.Confirmable {
		w.session.Report(nil)
		w.session.Tell(why)
		return
	}
	confirmed := m.Clone()
	confirmed.Confirmed = true
	text := widget.NewLabel(say(why))
	text.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustomConfirm(lang.L(string(m.Kind.Term())), lang.L("Measure all the same"), lang.L("Do not measure"), text, func(ok bool) {
		if ok {
			w.session.ChangeMark(confirmed)
		} else {
			w.session.RemoveMark(id)
		}
		w.focusPane()
	}, w.window)
	d.Resize(fyne.NewSize(scaled(460), scaled(180)))
	w.show(d)
}

// renameMark asks for another name of the selected mark.
func (w *mainWindow) renameMark() {
	st := w.session.State()
	if m := st.Mark(st.Selected); m != nil {
		w.askName(m.Clone(), func(m marks.Mark, ok bool) {
			if ok {
				w.session.ChangeMark(m)
			}
		})
	}
}

// askName asks for another name of a mark, of a reference for its length too.
func (w *mainWindow) askName(m marks.Mark, done func(m marks.Mark, ok bool)) {
	if m.Kind == marks.Reference {
		w.askReference(m, done)
		return
	}
	w.askWords(lang.L("Rename the mark"), m, done)
}

// exportMarks writes all measures into a CSV file.
func (w *mainWindow) exportMarks() {
	if len(w.session.State().AllMarks()) == 0 {
		w.session.Tell(app.Say("There is no measure to be exported."))
		return
	}
	w.saveFile(lang.L("Export measures"), "lightbox-measures.csv", func(path string) {
		w.session.ExportMarks(path, func(n int) {
			w.session.Tell(app.Say("{{.Count}} measures were written to {{.Path}}.", "Count", n, "Path", w.shownPath(path)))
		})
	})
}

// shownPath is a path as it may be shown: its folder could name a patient.
func (w *mainWindow) shownPath(path string) string {
	if w.session.State().Demo {
		return filepath.Base(path)
	}
	return path
}

// saveFile asks where a file is to be written.
func (w *mainWindow) saveFile(title, name string, use func(path string)) {
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		if err != nil {
			w.session.Report(err)
			return
		}
		if out == nil {
			return
		}
		path := out.URI().Path()
		_ = out.Close() // the file is written whole, by its path
		use(path)
	}, w.window)
	d.SetFileName(name)
	d.SetFilter(storage.NewExtensionFileFilter([]string{filepath.Ext(name)}))
	w.showChooser(d, title)
}
