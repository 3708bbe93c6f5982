package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// searchEntry is what one types in to find something in a list. Keys that move and
// Escape go to the list.
type searchEntry struct {
	widget.Entry
	typed func(*fyne.KeyEvent) bool // takes a key; false leaves it to the entry
}

func newSearchEntry(placeholder string, changed func(), typed func(*fyne.KeyEvent) bool) *searchEntry {
	s := &searchEntry{typed: typed}
	s.ExtendBaseWidget(s)
	s.look(placeholder, changed)
	return s
}

// look makes an entry look like one to search in.
func (s *searchEntry) look(placeholder string, changed func()) {
	s.Scroll = fyne.ScrollNone
	s.Icon = theme.SearchIcon()
	s.SetPlaceHolder(placeholder)
	s.OnChanged = func(string) { changed() }
}

// TypedKey sorts keys between the entry and the list.
func (s *searchEntry) TypedKey(k *fyne.KeyEvent) {
	if !s.typed(k) {
		s.Entry.TypedKey(k)
	}
}
