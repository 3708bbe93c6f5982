package ui

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// numberEntry is an entry for a number. Enter and leaving it apply what was
// typed, Escape gives it up, and keys that mean nothing in a number go to the
// window, so that one need not click a pane first.
type numberEntry struct {
	widget.Entry
	apply, giveUp func()
	release       func()               // gives the focus back to a pane
	pass          func(*fyne.KeyEvent) // takes keys that are not for the entry
}

func newNumberEntry(apply, giveUp, release func(), pass func(*fyne.KeyEvent)) *numberEntry {
	e := &numberEntry{apply: apply, giveUp: giveUp, release: release, pass: pass}
	e.ExtendBaseWidget(e)
	e.OnSubmitted = func(string) {
		e.apply()
		e.release()
	}
	return e
}

// TypedKey sorts keys between the entry and the window.
func (e *numberEntry) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeyEscape:
		e.giveUp()
		e.release()
	case entryPasses(k.Name):
		e.pass(k)
	default:
		e.Entry.TypedKey(k)
	}
}

// FocusLost applies what was typed.
func (e *numberEntry) FocusLost() {
	e.Entry.FocusLost()
	e.apply()
}

// parseNumber reads a number with a point or a comma; NaN stands for none.
func parseNumber(s string) float64 {
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	if err != nil {
		return math.NaN()
	}
	return x
}
