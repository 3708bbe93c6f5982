package keys

import (
	"fmt"
	"maps"
	"slices"

	"fyne.io/fyne/v2"

	"lightbox/app"
)

// Table gives actions, by their ids, their keys: the main one first, which menus
// and tooltips show, then further ones.
type Table map[string][]Combination

// Profile is a set of bindings that hands may know from elsewhere.
type Profile struct {
	ID    string // as the settings keep it
	Name  string // English, for people
	Keys  Table
	Mouse Mouse
}

// Default is the id of the profile that is in force without a choice.
const Default = "bir"

// Profiles lists all, the default first. Each is the base with what differs.
//
// There is none after RadiAnt: no list of its keys that its makers published was at hand,
// and hands would be misled by a profile that is right in part.
func Profiles() []Profile {
	mouse := Mouse{Start: Window, Middle: Pan, Right: Zoom, Wheel: Scroll, CtrlWheel: Zoom}
	strict := mouse
	strict.Start = Scroll
	return []Profile{
		{Default, "IHE Basic Image Review", base.with(nil), mouse},
		{"bir-strict", "IHE Basic Image Review, starting with the Scroll tool", base.with(nil), strict},
		{"horos", "Horos, OsiriX", base.with(horos), mouse},
		{"ohif", "OHIF", base.with(ohif), mouse},
		{app.WeasisProfile, "Weasis", base.with(weasis), mouse},
	}
}

// Find gives a profile by its id; an unknown one, of another version perhaps, gives
// the default.
func Find(id string) Profile {
	all := Profiles()
	if i := slices.IndexFunc(all, func(p Profile) bool { return p.ID == id }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// with is the table with other rows in the place of its own.
func (t Table) with(other Table) Table {
	out := maps.Clone(t)
	maps.Copy(out, other)
	return out
}

// With is the profile with a user's own keys: for ids of actions their keys as text,
// an empty list for none. What the user binds is taken from the profile's other
// actions. What cannot be read is left out and told, and an action of which nothing
// can be read keeps its keys.
func (p Profile) With(own map[string][]string) (Profile, []error) {
	var faults []error
	p.Keys = p.Keys.with(nil)
	mine := map[string][]Combination{}
	for _, id := range slices.Sorted(maps.Keys(own)) {
		list, bad := parseAll(own[id])
		for _, err := range bad {
			faults = append(faults, fmt.Errorf("keys of %q: %w", id, err))
		}
		if len(list) > 0 || len(bad) == 0 {
			mine[id] = list
		}
	}
	for _, list := range mine {
		p.Keys.free(list)
	}
	maps.Copy(p.Keys, mine)
	return p, faults
}

// free takes combinations away from all actions.
func (t Table) free(list []Combination) {
	for id, has := range t {
		left := slices.DeleteFunc(slices.Clone(has), func(c Combination) bool { return slices.Contains(list, c) })
		if len(left) < len(has) {
			t[id] = left
		}
	}
}

// Action is the action of a combination, the empty id if it has none. Where two have
// it, as in settings edited by hand, it is the first by name: always the same.
func (p Profile) Action(c Combination) string {
	found := ""
	for id, list := range p.Keys {
		if slices.Contains(list, c) && (found == "" || id < found) {
			found = id
		}
	}
	return found
}

// key makes rows of the tables: a list of combinations in their text form.
func key(texts ...string) []Combination {
	list, faults := parseAll(texts)
	if len(faults) > 0 {
		panic(faults[0]) // a slip of the pen in a table, found by any test
	}
	return list
}

// IsFunction tells the keys F1 to F12, which mean nothing in an entry.
func IsFunction(k fyne.KeyName) bool {
	return len(k) > 1 && k[0] == 'F' && k[1] >= '1' && k[1] <= '9'
}
