package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/keys"
	"lightbox/ui/tools"
)

// keySheet shows what every key and every part of the mouse does, in columns, made
// from the tables of actions and bindings. What is typed thins it out; then the tips
// are there too.
type keySheet struct {
	window *mainWindow
	search *searchEntry
	page   *sheetColumns
	scroll *container.Scroll
	none   *widget.Label
	dialog dialog.Dialog
}

// sheetEntry is a line of the sheet: what is pressed, and what it does.
type sheetEntry struct {
	caps      []string
	name, tip string
}

// sheetBlock is a heading with its entries.
type sheetBlock struct {
	title   string
	entries []sheetEntry
}

// showKeys opens the sheet.
func (w *mainWindow) showKeys() { w.newKeySheet() }

func (w *mainWindow) newKeySheet() *keySheet {
	s := &keySheet{window: w, page: newSheetColumns(), none: widget.NewLabel(lang.L("Nothing matches."))}
	s.search = newSearchEntry(lang.L("Search action or key"), s.filter, s.typed)
	s.scroll = container.NewVScroll(s.page)
	change := widget.NewButtonWithIcon(lang.L("Change keys…"), theme.SettingsIcon(), func() {
		s.dialog.Hide()
		w.showKeyPage()
	})
	closing := widget.NewButton(lang.L("Close"), func() { s.dialog.Hide() })
	s.none.Hide()
	body := container.NewBorder(container.NewBorder(nil, nil, nil, container.NewHBox(change, closing), s.search), nil, nil, nil,
		container.NewStack(s.scroll, s.none))
	title := lang.L("Keys and mouse") + ": " + lang.L(w.bound.profile.Name)
	s.dialog = dialog.NewCustomWithoutButtons(title, container.New(&ofWindow{w.window.Canvas()}, body), w.window)
	s.filter()
	w.show(s.dialog)
	w.window.Canvas().Focus(s.search)
	return s
}

// filter shows what matches what is typed.
func (s *keySheet) filter() {
	blocks := s.window.sheet(s.search.Text)
	s.page.show(blocks)
	s.scroll.ScrollToTop()
	s.scroll.Refresh()
	setVisible(s.none, len(blocks) == 0)
}

// typed scrolls, or closes.
func (s *keySheet) typed(k *fyne.KeyEvent) bool {
	by := map[fyne.KeyName]float32{
		fyne.KeyUp: -3 * sheetLine, fyne.KeyDown: 3 * sheetLine, fyne.KeyPageUp: -s.scroll.Size().Height, fyne.KeyPageDown: s.scroll.Size().Height,
	}[k.Name]
	switch {
	case by != 0:
		s.scroll.ScrollToOffset(fyne.NewPos(0, s.scroll.Offset.Y+by))
	case k.Name == fyne.KeyEscape:
		s.dialog.Hide()
	default:
		return false
	}
	return true
}

// sheet lists what matches a text: actions by menu, then mouse and focus.
func (w *mainWindow) sheet(text string) []sheetBlock {
	var out []sheetBlock
	found := map[*action]bool{}
	for _, a := range w.actionsLike(text) {
		found[a] = true
	}
	for _, menu := range menus {
		b := sheetBlock{title: lang.L(menu)}
		for _, a := range w.actions {
			if a.menu == menu && found[a] && len(a.keys) > 0 {
				e := sheetEntry{name: strings.TrimSuffix(lang.L(a.name), "…")}
				if text != "" {
					e.tip = lang.L(a.tip)
				}
				for _, k := range a.keys {
					e.caps = append(e.caps, k.String())
				}
				b.entries = append(b.entries, e)
			}
		}
		out = append(out, b)
	}
	for _, b := range []sheetBlock{{lang.L("Mouse"), mouseEntries(w.bound.profile.Mouse)}, {lang.L("Controls"), controlEntries()}} {
		out = append(out, sheetBlock{b.title, entriesLike(b.entries, text)})
	}
	var full []sheetBlock
	for _, b := range out {
		if len(b.entries) > 0 {
			full = append(full, b)
		}
	}
	return full
}

// entriesLike keeps those that hold every word of a text.
func entriesLike(all []sheetEntry, text string) []sheetEntry {
	var out []sheetEntry
	for _, e := range all {
		line, ok := strings.ToLower(strings.Join(e.caps, " ")+" "+e.name), true
		for _, word := range strings.Fields(strings.ToLower(text)) {
			ok = ok && strings.Contains(line, word)
		}
		if ok {
			out = append(out, e)
		}
	}
	return out
}

// mouseEntries says what the mouse does.
func mouseEntries(m keys.Mouse) []sheetEntry {
	left := lang.L("left drag")
	return []sheetEntry{
		{caps: []string{left}, name: lang.L("the chosen tool; at the start: {{.Use}}", map[string]any{"Use": lang.L(string(m.Start))})},
		{caps: []string{"Ctrl+" + left}, name: lang.L("the window, {{.Times}} times faster", map[string]any{"Times": trimmed(tools.FastDrag)})},
		{caps: []string{"Shift+" + left}, name: lang.L("the window, {{.Times}} times finer", map[string]any{"Times": trimmed(1 / tools.FineDrag)})},
		{caps: []string{lang.L("middle drag")}, name: lang.L(string(m.Middle))},
		{caps: []string{lang.L("right drag")}, name: lang.L(string(m.Right))},
		{caps: []string{lang.L("wheel")}, name: lang.L("{{.Use}}; for a single image zoom at the cursor", map[string]any{"Use": lang.L(string(m.Wheel))})},
		{caps: []string{"Ctrl+" + lang.L("wheel")}, name: lang.L(string(m.CtrlWheel))},
		{caps: []string{"Ctrl+" + lang.L("click"), "Shift+" + lang.L("click")}, name: lang.L("on a thumbnail: in the active pane alone")},
		{caps: []string{lang.L("double click")}, name: lang.L("between the whole image and 1:1")},
	}
}

// controlEntries says how the keyboard gets at what is not the image; see way.
func controlEntries() []sheetEntry {
	return []sheetEntry{
		{caps: []string{"Tab", "Shift+Tab"}, name: lang.L("next, previous control")},
		{caps: []string{"Space"}, name: lang.L("press a button, open a list")},
		{caps: []string{"←", "→", "↑", "↓"}, name: lang.L("move a slider, in a list, between tabs")},
		{caps: []string{"Enter", "Esc"}, name: lang.L("back to the image")},
	}
}
