package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/keys"
)

// keyPage is where the profile is chosen and keys are bound otherwise. Each change
// holds at once. The search has the keyboard; arrows move through what it finds, Enter
// binds a new key.
type keyPage struct {
	window *mainWindow
	found  []*action
	at     int // the selected one, in found; -1 without

	profile *widget.Select
	search  *searchEntry
	list    *widget.List
	said    *widget.Label
	asked   *fyne.Container // the catcher, or what can be done about a conflict; or empty
	buttons []*widget.Button
	dialog  dialog.Dialog
}

// showKeyPage opens it.
func (w *mainWindow) showKeyPage() *keyPage {
	p := &keyPage{window: w, at: -1, asked: container.NewHBox()}
	p.search = newSearchEntry(lang.L("Search action or key"), p.filter, p.typed)
	names := []string{}
	for _, x := range keys.Profiles() {
		names = append(names, lang.L(x.Name))
	}
	p.profile = widget.NewSelect(names, nil)
	p.profile.SetSelected(lang.L(w.bound.profile.Name))
	p.profile.OnChanged = func(string) { p.choose(keys.Profiles()[p.profile.SelectedIndex()]) }
	p.list = widget.NewList(func() int { return len(p.found) }, newKeyLine, func(i widget.ListItemID, o fyne.CanvasObject) {
		if i < len(p.found) {
			p.draw(p.found[i], o)
		}
	})
	p.list.OnSelected = p.selected
	p.said = widget.NewLabel("")
	p.said.Wrapping = fyne.TextWrapWord
	p.buttons = []*widget.Button{
		widget.NewButton(lang.L("New key…"), func() { p.catch(false) }),
		widget.NewButton(lang.L("Further key…"), func() { p.catch(true) }),
		widget.NewButton(lang.L("No key"), func() { p.apply(p.own().Bind(p.action().id, nil), "") }),
		widget.NewButton(lang.L("As in the profile"), func() { p.apply(p.own().Reset(p.action().id), "") }),
		widget.NewButton(lang.L("All as in the profile"), func() { p.apply(nil, "") }),
	}
	row := container.NewHBox()
	for _, b := range p.buttons {
		row.Add(b)
	}
	closing := widget.NewButton(lang.L("Close"), func() { p.dialog.Hide() })
	top := container.NewBorder(nil, nil, widget.NewLabel(lang.L("Profile")), nil, p.profile)
	body := container.NewBorder(
		container.NewVBox(top, p.search),
		container.NewVBox(widget.NewSeparator(), container.NewBorder(nil, nil, nil, p.asked, p.said), container.NewBorder(nil, nil, row, closing)),
		nil, nil, p.list)
	p.dialog = dialog.NewCustomWithoutButtons(lang.L("Keys and mouse"), container.New(&ofWindow{w.window.Canvas()}, body), w.window)
	p.filter()
	p.tellConflicts()
	w.show(p.dialog)
	w.afterDialog(p.dialog, w.focusPane) // the window was built anew
	w.window.Canvas().Focus(p.search)
	return p
}

// newKeyLine is a line of the list: where the action is in the menus, and its keys.
func newKeyLine() fyne.CanvasObject {
	name := widget.NewLabel("")
	name.Truncation = fyne.TextTruncateEllipsis
	return container.NewGridWithColumns(2, name, widget.NewLabel(""))
}

// draw fills a line; keys of one's own are bold.
func (p *keyPage) draw(a *action, o fyne.CanvasObject) {
	line, ok := o.(*fyne.Container)
	if !ok {
		return
	}
	name, list := line.Objects[0].(*widget.Label), line.Objects[1].(*widget.Label)
	list.TextStyle.Bold = p.isOwn(a)
	name.SetText(lang.L(a.menu) + " › " + lang.L(a.name))
	text := keys.Text(a.keys)
	if text == "" {
		text = "–"
	}
	list.SetText(text)
}

// own are the user's own keys.
func (p *keyPage) own() keys.Own { return p.window.session.Settings().Keys }

// action is the selected one.
func (p *keyPage) action() *action { return p.found[p.at] }

// filter lists the actions that match what is typed.
func (p *keyPage) filter() {
	p.found = p.window.actionsLike(p.search.Text)
	p.at = -1
	p.list.UnselectAll()
	p.list.Refresh()
	if len(p.found) > 0 && p.search.Text != "" {
		p.list.Select(0)
	}
	p.enable()
}

// actionsLike lists the actions that hold every word of a text in their names, tips or
// keys. "F7" finds Shift+F7 and "Ctrl+" all with Ctrl.
func (w *mainWindow) actionsLike(text string) []*action {
	words := strings.Fields(strings.ToLower(text))
	return slices.DeleteFunc(slices.Clone(w.actions), func(a *action) bool {
		full := strings.ToLower(lang.L(a.menu) + " " + lang.L(a.name) + " " + lang.L(a.tip))
		return slices.ContainsFunc(words, func(word string) bool {
			return !strings.Contains(full, word) && !slices.ContainsFunc(a.keys, func(k keys.Combination) bool {
				whole, alone := strings.ToLower(k.String()), strings.ToLower(keys.Combination{Key: k.Key}.String())
				return whole == word || len([]rune(word)) > 1 && (alone == word || strings.HasPrefix(whole, word))
			})
		})
	})
}

func (p *keyPage) enable() {
	for i, b := range p.buttons {
		can := p.at >= 0
		switch i {
		case 3:
			can = can && p.isOwn(p.action())
		case 4:
			can = len(p.own()) > 0
		}
		if can {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}

func (p *keyPage) isOwn(a *action) bool {
	_, own := p.own()[a.id]
	return own
}

// selected notes the row; keys stay the search's.
func (p *keyPage) selected(i widget.ListItemID) {
	p.at = i
	p.say("")
	p.enable()
	p.window.window.Canvas().Focus(p.search)
}

// typed moves through the list, binds, or closes.
func (p *keyPage) typed(k *fyne.KeyEvent) bool {
	switch k.Name {
	case fyne.KeyEscape:
		p.dialog.Hide()
	case fyne.KeyDown:
		p.move(1)
	case fyne.KeyUp:
		p.move(-1)
	case fyne.KeyReturn, fyne.KeyEnter:
		p.catch(false)
	default:
		return false
	}
	return true
}

func (p *keyPage) move(by int) {
	if len(p.found) > 0 {
		p.list.Select(min(max(p.at+by, 0), len(p.found)-1))
	}
}

// choose takes another profile; keys of one's own stay.
func (p *keyPage) choose(profile keys.Profile) {
	s := p.window.session.Settings()
	s.KeyProfile = profile.ID
	if profile.ID == keys.Default {
		s.KeyProfile = ""
	}
	p.apply(p.own(), "")
}

// apply keeps the user's own keys and has the window follow them.
func (p *keyPage) apply(own keys.Own, said string) {
	w := p.window
	s := w.session.Settings()
	s.Keys = own
	if len(own) == 0 {
		s.Keys = nil
	}
	w.session.Report(s.Save())
	w.build()
	id := ""
	if p.at >= 0 {
		id = p.action().id
	}
	p.found, p.at = w.actionsLike(p.search.Text), -1
	p.list.Refresh()
	if i := slices.IndexFunc(p.found, func(a *action) bool { return a.id == id }); i >= 0 {
		p.at = i
	}
	p.enable()
	p.say(said)
	p.tellConflicts()
	w.window.Canvas().Focus(p.search)
}

// say writes under the list, with what can be done about it.
func (p *keyPage) say(text string, offers ...fyne.CanvasObject) {
	p.said.SetText(text)
	p.asked.Objects = offers
	p.asked.Refresh()
}

// tellConflicts names combinations that two actions have, as settings edited by hand can.
func (p *keyPage) tellConflicts() {
	var out []string
	for _, c := range p.window.bound.profile.Conflicts() {
		if c.Taken != "" {
			out = append(out, p.taken(c.Combination))
			continue
		}
		var names []string
		for _, id := range c.Actions {
			if a := p.window.actionOf(id); a != nil {
				names = append(names, lang.L(a.name))
			}
		}
		if len(names) > 1 {
			out = append(out, lang.L("{{.Key}} is bound twice: {{.Actions}}.", map[string]any{"Key": c.Combination.String(), "Actions": strings.Join(names, ", ")}))
		}
	}
	if len(out) > 0 {
		p.say(strings.Join(out, " "))
	}
}

// actionOf is the action with an id, nil if the window has none.
func (w *mainWindow) actionOf(id string) *action {
	if i := slices.IndexFunc(w.actions, func(a *action) bool { return a.id == id }); i >= 0 {
		return w.actions[i]
	}
	return nil
}
