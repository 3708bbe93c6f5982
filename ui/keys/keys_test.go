package keys

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

// Every combination is read back as it is printed, in any case.
func TestCombinationsAreReadBack(t *testing.T) {
	if n := len(Known()); n < 70 {
		t.Fatalf("only %d keys are known", n)
	}
	for _, k := range Known() {
		for _, m := range []fyne.KeyModifier{0, Shift, Alt, Ctrl, Ctrl | Shift, Ctrl | Alt, Alt | Shift, Ctrl | Alt | Shift} {
			want := Combination{k, m}
			for _, text := range []string{want.String(), strings.ToLower(want.String()), " " + strings.ToUpper(want.String()) + " "} {
				if got, err := Parse(text); err != nil || got != want {
					t.Errorf("%q is read as %v, %v; want %v", text, got, err, want)
				}
			}
		}
	}
}

func TestWaysToWriteAKey(t *testing.T) {
	for text, want := range map[string]Combination{
		"Ctrl+Shift+Z": {fyne.KeyZ, Ctrl | Shift}, "shift+ctrl+z": {fyne.KeyZ, Ctrl | Shift}, "Ctrl++": {fyne.KeyPlus, Ctrl}, "+": {fyne.KeyPlus, 0},
		"alt+pgup": {fyne.KeyPageUp, Alt}, "Left": {fyne.KeyLeft, 0}, "escape": {fyne.KeyEscape, 0}, "Ctrl + 1": {fyne.Key1, Ctrl},
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q is read as %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "Ctrl", "Ctrl+", "Ctrl+Ctrl+Z", "Z+Ctrl", "F13", "ZZ", "Super+A", "é"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}

// The letters of IHE Basic Image Review (Image Navigation and the tools), as the
// profile's text has them.
var basicImageReview = map[string]string{
	"select-tool": "V", "window-tool": "W", "scroll-tool": "S", "zoom-tool": "Z", "pan-tool": "T",
	"localizers": "O", "crosshair": "J", "annotations": "I", "length": "D", "angle": "A", "cine": "C", "link": "L", "unlink": "U",
	"help": "H", "reset": "Esc", "previous-image": "Up", "next-image": "Down", "previous-series": "PgUp", "next-series": "PgDn",
}

func TestTheDefaultIsBasicImageReview(t *testing.T) {
	for _, id := range []string{Default, "bir-strict"} {
		p := Find(id)
		for action, text := range basicImageReview {
			c, err := Parse(text)
			if err != nil || p.Action(c) != action {
				t.Errorf("%s: %s does %q, want %q (%v)", id, text, p.Action(c), action, err)
			}
		}
		for what, list := range Reserved {
			for _, c := range list {
				if a := p.Action(c); a != "" {
					t.Errorf("%s: %s is kept for %s and does %q", id, c, what, a)
				}
			}
		}
	}
	if Find("bir-strict").Mouse.Start != Scroll || Find(Default).Mouse.Start != Window {
		t.Error("the strict profile starts with the Scroll tool, the default with the Window tool")
	}
	if Find("of another version").ID != Default {
		t.Error("an unknown profile is not the default")
	}
}

// OHIF's own list (hotkeyBindings.ts) and Horos's (DefaultsOsiriX.m), by what they do.
func TestProfilesAfterOtherViewers(t *testing.T) {
	for id, want := range map[string]map[string]string{
		"ohif": {
			"Z": "zoom-tool", "+": "zoom-in", "-": "zoom-out", "=": "fit", "R": "rotate-right", "L": "rotate-left", "H": "flip-horizontal", "V": "flip-vertical",
			"C": "cine", "I": "invert", "Right": "next-pane", "Left": "previous-pane", "PageUp": "previous-series", "PageDown": "next-series",
			"Down": "next-image", "Up": "previous-image", "Home": "first-image", "End": "last-image", "Space": "reset", "Esc": "reset",
			"1": "preset-soft-tissue", "2": "preset-lung", "3": "preset-bone", "4": "preset-brain", "Backspace": "delete-mark", "Ctrl+Z": "undo", "Ctrl+Y": "redo",
		},
		"horos": {
			"0": "auto-window", "V": "flip-vertical", "H": "flip-horizontal", "W": "window-tool", "M": "pan-tool", "Z": "zoom-tool", "I": "rotate-right",
			"L": "length", "A": "angle", "E": "ellipse", "T": "text", "Q": "arrow", "C": "polygon", "S": "select-tool",
		},
	} {
		for text, action := range want {
			c, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := Find(id).Action(c); got != action {
				t.Errorf("%s: %s does %q, want %q", id, text, got, action)
			}
		}
	}
}

func TestProfilesHaveNoConflicts(t *testing.T) {
	ids := map[string]bool{}
	for _, p := range Profiles() {
		if ids[p.ID] || p.Name == "" {
			t.Errorf("profile %q is there twice or has no name", p.ID)
		}
		ids[p.ID] = true
		for _, c := range p.Conflicts() {
			t.Errorf("%s: %s does %v, taken by %q", p.ID, c.Combination, c.Actions, c.Taken)
		}
		for id := range p.Keys {
			if len(base[id]) == 0 {
				t.Errorf("%s binds %q, which the base does not have", p.ID, id)
			}
		}
	}
}

func TestConflictsAreFound(t *testing.T) {
	p, faults := Find(Default).With(map[string][]string{
		"cine": {"W"}, "fit": {"Alt+F4"}, "invert": {"Tab", "Ctrl+Alt+F3"}, "zoom-in": {}, "undo": {"not a key"}, "redo": {"Ctrl+Y", "nor this"},
	})
	if len(faults) != 2 || !strings.Contains(faults[0].Error(), "redo") || !strings.Contains(faults[1].Error(), `no key "not a key"`) {
		t.Errorf("faults %v", faults)
	}
	if len(p.Keys["zoom-in"]) != 0 || p.Action(Combination{fyne.KeyZ, Ctrl}) != "undo" || p.Action(Combination{fyne.KeyY, Ctrl}) != "redo" {
		t.Error("an empty list is none; what cannot be read changes nothing")
	}
	var got []string
	for _, c := range p.Conflicts() {
		got = append(got, c.Combination.String()+" "+strings.Join(c.Actions, " ")+" "+c.Taken)
	}
	want := []string{"Alt+F4 fit " + takenSystem, "Ctrl+Alt+F3 invert " + takenSystem, "Tab invert " + takenFocus, "W cine window-tool "}
	if !slices.Equal(got, want) {
		t.Errorf("conflicts %q, want %q", got, want)
	}
	for range 20 {
		if a := p.Action(Combination{fyne.KeyW, 0}); a != "cine" {
			t.Fatalf("of two actions W does %q, once the one, once the other", a)
		}
	}
	if len(Find(Default).Keys["zoom-in"]) == 0 {
		t.Error("the change of one profile reached the table of all")
	}
}

// What a user changed is the difference, and gives the same profile again.
func TestChangesAreTheDifference(t *testing.T) {
	from := Find(Default)
	if c := from.Changes(from); len(c) != 0 {
		t.Errorf("no difference is %v", c)
	}
	changed, _ := from.With(map[string][]string{"cine": {"Space", "Ctrl++"}, "fit": {}, "undo": {"Ctrl+Z"}})
	c := changed.Changes(from)
	if len(c) != 2 || !slices.Equal(c["cine"], []string{"Space", "Ctrl++"}) || c["fit"] == nil || len(c["fit"]) != 0 {
		t.Errorf("the difference is %v", c)
	}
	again, faults := from.With(c)
	if len(faults) != 0 || len(again.Changes(changed)) != 0 {
		t.Errorf("read back it differs in %v, %v", again.Changes(changed), faults)
	}
}

// Single keys are no shortcuts for Fyne; undo and redo have names of its own.
func TestShortcuts(t *testing.T) {
	for text, want := range map[string]string{"W": "", "Shift+I": "", "F7": "", "Ctrl+Z": "Undo", "Ctrl+Y": "Redo", "Alt+R": "CustomDesktop:Alt+R", "Alt+Shift+R": "CustomDesktop:Shift+Alt+R"} {
		c, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if s := c.Shortcut(); s != nil {
			got = s.ShortcutName()
		}
		if got != want {
			t.Errorf("%s is shortcut %q, want %q", text, got, want)
		}
	}
}
