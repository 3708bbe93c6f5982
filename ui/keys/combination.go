package keys

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Modifiers, short because the tables are wide. Ctrl is the system's key for
// shortcuts: Command on macOS.
const (
	Ctrl  = fyne.KeyModifierShortcutDefault
	Shift = fyne.KeyModifierShift
	Alt   = fyne.KeyModifierAlt
)

// Combination is a key with its modifiers. Keys go by their names, which know no
// case.
type Combination struct {
	Key      fyne.KeyName
	Modifier fyne.KeyModifier
}

// modifiers in the order in which people write them.
var modifiers = []struct {
	bit  fyne.KeyModifier
	name string
}{{Ctrl, "Ctrl"}, {Alt, "Alt"}, {Shift, "Shift"}}

// names are the keys that Fyne calls otherwise than people do.
var names = map[fyne.KeyName]string{
	fyne.KeyPageUp: "Page Up", fyne.KeyPageDown: "Page Down", fyne.KeyEscape: "Esc", fyne.KeyDelete: "Del",
	fyne.KeyUp: "↑", fyne.KeyDown: "↓", fyne.KeyLeft: "←", fyne.KeyRight: "→",
	fyne.KeyReturn: "Enter", fyne.KeyEnter: "Keypad Enter", fyne.KeyInsert: "Ins", fyne.KeyBackspace: "Backspace",
}

// spellings are further ways to write a key, for settings edited by hand.
var spellings = map[string]fyne.KeyName{
	"up": fyne.KeyUp, "down": fyne.KeyDown, "left": fyne.KeyLeft, "right": fyne.KeyRight,
	"pageup": fyne.KeyPageUp, "pgup": fyne.KeyPageUp, "pagedown": fyne.KeyPageDown, "pgdn": fyne.KeyPageDown,
	"escape": fyne.KeyEscape, "delete": fyne.KeyDelete, "insert": fyne.KeyInsert, "return": fyne.KeyReturn, "plus": fyne.KeyPlus, "minus": fyne.KeyMinus,
}

// plain are the keys that are written as Fyne names them.
var plain = []fyne.KeyName{
	fyne.KeyTab, fyne.KeySpace, fyne.KeyHome, fyne.KeyEnd,
	fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6,
	fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12,
	fyne.KeyApostrophe, fyne.KeyComma, fyne.KeyMinus, fyne.KeyPeriod, fyne.KeySlash, fyne.KeyBackslash,
	fyne.KeyLeftBracket, fyne.KeyRightBracket, fyne.KeySemicolon, fyne.KeyEqual, fyne.KeyAsterisk, fyne.KeyPlus, fyne.KeyBackTick,
}

// written maps every way to write a key, in lower case, to the key.
var written = func() map[string]fyne.KeyName {
	m := maps.Clone(spellings)
	for k, name := range names {
		m[strings.ToLower(name)] = k
	}
	for _, k := range plain {
		m[strings.ToLower(string(k))] = k
	}
	for c := '0'; c <= 'Z'; c++ {
		if c <= '9' || c >= 'A' {
			m[strings.ToLower(string(c))] = fyne.KeyName(c)
		}
	}
	return m
}()

// Known lists all keys that can be bound.
func Known() []fyne.KeyName {
	return slices.Compact(slices.Sorted(maps.Values(written)))
}

// String is the combination as people read it, "Ctrl+Shift+Z"; [Parse] reads it
// back.
func (c Combination) String() string {
	s := ""
	for _, m := range modifiers {
		if c.Modifier&m.bit != 0 {
			s += m.name + "+"
		}
	}
	if n, ok := names[c.Key]; ok {
		return s + n
	}
	return s + string(c.Key)
}

// Parse reads a combination such as "Ctrl+Shift+Z", "F7" or "Ctrl++", in any case.
func Parse(text string) (Combination, error) {
	var c Combination
	rest := strings.TrimSpace(text)
	for found := true; found; {
		found = false
		for _, m := range modifiers {
			head, tail, ok := strings.Cut(rest, "+")
			if ok && tail != "" && strings.EqualFold(strings.TrimSpace(head), m.name) {
				if c.Modifier&m.bit != 0 {
					return Combination{}, fmt.Errorf("key %q names %s twice", text, m.name)
				}
				c.Modifier |= m.bit
				rest, found = strings.TrimSpace(tail), true
			}
		}
	}
	key, ok := written[strings.ToLower(rest)]
	if !ok {
		return Combination{}, fmt.Errorf("no key %q: write modifiers and one key, as Ctrl+Shift+Z or F7", text)
	}
	c.Key = key
	return c, nil
}

// parseAll reads a list. What cannot be read is left out and told.
func parseAll(texts []string) (list []Combination, faults []error) {
	list = []Combination{}
	for _, t := range texts {
		c, err := Parse(t)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list, faults
}

// texts prints a list as [parseAll] reads it.
func texts(list []Combination) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.String()
	}
	return out
}

// Text is a list of combinations as people read it.
func Text(list []Combination) string { return strings.Join(texts(list), ", ") }

// Shortcut is what Fyne sends for the combination, nil for the single keys and
// those with Shift only, which come to the object that has the keyboard.
func (c Combination) Shortcut() fyne.Shortcut {
	switch c {
	case Combination{fyne.KeyZ, Ctrl}: // Fyne has names of its own for these two
		return &fyne.ShortcutUndo{}
	case Combination{fyne.KeyY, Ctrl}:
		return &fyne.ShortcutRedo{}
	}
	if c.Modifier&^Shift == 0 {
		return nil
	}
	return c.Shown()
}

// Shown is the combination as a menu shows it. A menu takes it before any entry
// does; the undo and redo of an entry have names that differ from these, and so
// stay the entry's.
func (c Combination) Shown() fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: c.Key, Modifier: c.Modifier}
}
