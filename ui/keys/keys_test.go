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
	"help": "H", "report": "R", "reset": "Esc", "previous-image": "Up", "next-image": "Down", "previous-series": "PgUp", "next-series": "PgDn",
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

// OHIF's own list (hotkeyBindings.ts), Horos's (DefaultsOsiriX.m) and Weasis's
// (ShortcutManager.java, ActionW.java, BuiltinGraphicTools.java), by what they do.
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
		"weasis": {
			"W": "window-tool", "Z": "zoom-tool", "S": "scroll-tool", "T": "pan-tool", "H": "crosshair", "C": "cine", "K": "key-image", "P": "print",
			"Esc": "reset", "Ctrl++": "zoom-in", "Ctrl+-": "zoom-out", "Ctrl+Enter": "fit", "Up": "previous-image", "Down": "next-image", "Home": "first-image", "End": "last-image",
			"Space": "annotations", "I": "annotations", "F11": "full-screen", "Alt+L": "rotate-left", "Alt+R": "rotate-right", "Alt+F": "flip-horizontal", "Del": "delete-mark",
			"Alt+Left": "move-left", "Alt+Right": "move-right", "Alt+Up": "move-up", "Alt+Down": "move-down", "Left": "previous-series", "Right": "next-series",
			"Ctrl+Left": "previous-study", "Ctrl+Right": "next-study", "Ctrl+E": "detach-pane", "D": "length", "A": "angle", "E": "ellipse", "Y": "polygon", "B": "text",
			"0": "auto-window", "1": "file-window-1", "2": "file-window-2", "3": "preset-brain", "4": "preset-soft-tissue", "5": "preset-mediastinum", "6": "preset-bone", "7": "preset-lung",
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
		"cine": {"W"}, "window-tool": {"W"}, "fit": {"Alt+F4"}, "invert": {"Tab", "Ctrl+Alt+F3"}, "zoom-in": {}, "undo": {"not a key"}, "redo": {"Ctrl+Y", "nor this"},
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

// keysOf is what an action has, as text.
func keysOf(p Profile, id string) string { return Text(p.Keys[id]) }

// A user's own keys win over the profile's, go with the profile, and give way to newer
// ones.
func TestOwnKeys(t *testing.T) {
	bir := Find(Default)
	with := func(o Own, p Profile) Profile {
		out, faults := p.With(o)
		if len(faults) > 0 || len(out.Conflicts()) > 0 {
			t.Errorf("%v: faults %v, conflicts %v", o, faults, out.Conflicts())
		}
		return out
	}
	parse := func(list ...string) []Combination { c, _ := parseAll(list); return c }
	none := Own(nil)
	own := none.Bind("cine", parse("Space", "W"))
	p := with(own, bir)
	if keysOf(p, "cine") != "Space, W" || keysOf(p, "window-tool") != "" {
		t.Errorf("cine has %q, the window tool %q", keysOf(p, "cine"), keysOf(p, "window-tool"))
	}
	if o := with(own, Find("ohif")); keysOf(o, "reset") != "Esc" || keysOf(o, "cine") != "Space, W" {
		t.Errorf("in another profile reset has %q, cine %q", keysOf(o, "reset"), keysOf(o, "cine"))
	}
	own = own.Bind("fit", parse("W"))
	if p = with(own, bir); keysOf(p, "cine") != "Space" || keysOf(p, "fit") != "W" {
		t.Errorf("W bound anew: cine has %q, fit %q", keysOf(p, "cine"), keysOf(p, "fit"))
	}
	swapped := own.Swap(p, "invert", "fit", parse("W")[0])
	if q := with(swapped, bir); keysOf(q, "invert") != "W" || keysOf(q, "fit") != "Shift+I" {
		t.Errorf("swapped: invert has %q, fit %q", keysOf(q, "invert"), keysOf(q, "fit"))
	}
	q := with(none.Swap(bir, "fit", "zoom-in", parse("Ctrl+=")[0]), bir)
	if keysOf(q, "fit") != "Ctrl+=" || keysOf(q, "zoom-in") != "Ctrl++, Ctrl+0, Ctrl+Shift+=, Ctrl+Shift++" {
		t.Errorf("a further key swapped: fit has %q, zoom in %q", keysOf(q, "fit"), keysOf(q, "zoom-in"))
	}
	if q := with(own.Reset("fit").Reset("cine"), bir); keysOf(q, "fit") != "Ctrl+0" || keysOf(q, "cine") != "C" || keysOf(q, "window-tool") != "W" {
		t.Error("what is given back is not the profile's again")
	}
	if len(none) != 0 || len(own["cine"]) != 1 || len(swapped) != 3 {
		t.Errorf("tables changed under the hand: %v, %v", own, swapped)
	}
	if q := with(none.Bind("cine", nil), bir); keysOf(q, "cine") != "" {
		t.Error("no key is not kept")
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
