package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// modelList offers the models: auto, those that may read the scan on screen, and
// the others with the reason why not.
type modelList struct {
	box     *fyne.Container
	buttons map[string]*widget.Button // by the model's name
	now     string                    // what reads now
	use     func(name string)
}

func newModelList(now string, use func(string)) *modelList {
	l := &modelList{box: container.NewVBox(), buttons: map[string]*widget.Button{}, now: now, use: use}
	l.offer(app.AutoModel, lang.L("auto"), lang.L("The program chooses by what the file says and what the picture looks like."), true)
	return l
}

// offer adds one model.
func (l *modelList) offer(name, title, why string, possible bool) {
	b := widget.NewButton(title, func() { l.use(name) })
	b.Alignment = widget.ButtonAlignLeading
	if name == l.now {
		b.Importance = widget.HighImportance
	}
	if !possible {
		b.Disable()
	}
	l.buttons[name] = b
	l.box.Add(b)
	if why != "" {
		text := smallLabel(widget.MediumImportance)
		text.SetText(why)
		l.box.Add(text)
	}
}

// fill adds what the session found out.
func (l *modelList) fill(list []app.Choice) {
	for _, c := range list {
		why := ""
		if c.Reason != nil {
			why = lang.L("Not eligible") + ": " + say(*c.Reason)
		}
		l.offer(c.Name, filepath.Base(c.Name)+" — "+lang.L(c.Finding), why, c.Eligible)
	}
	l.box.Refresh()
}

// showModels lets the user choose the model.
func (w *mainWindow) showModels() {
	l := newModelList(w.session.State().Model, func(name string) {
		w.dialog.Hide()
		w.session.UseModel(name)
	})
	if w.session.State().Scan == nil {
		l.box.Add(widget.NewLabel(lang.L("Open a scan to see which models may read it.")))
	}
	w.session.Choices(l.fill)
	d := dialog.NewCustom(lang.L("Choose the model"), lang.L("Close"), container.NewVScroll(l.box), w.window)
	d.Resize(dialogSize(w.window, 560, 360))
	w.show(d)
}
