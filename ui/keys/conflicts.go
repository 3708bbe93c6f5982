package keys

import (
	"cmp"
	"maps"
	"slices"

	"fyne.io/fyne/v2"
)

// Conflict is a combination that cannot do what the table says: two actions have
// it, or it never reaches Lightbox.
type Conflict struct {
	Combination Combination
	Actions     []string // their ids, sorted
	Taken       string   // by what it is taken before Lightbox hears of it, in English; else empty
}

// Whom combinations belong to that are not to be bound, in English.
const (
	takenFocus  = "the keyboard's way from control to control"
	takenEdit   = "copy, cut and paste in entries"
	takenSystem = "the system"
)

// Owners lists them.
func Owners() []string { return []string{takenFocus, takenEdit, takenSystem} }

// taken lists the combinations. Fyne moves the focus with Tab and turns those of editing into
// shortcuts of its own; window managers and systems do not pass the others on.
var taken = map[Combination]string{
	{fyne.KeyTab, 0}: takenFocus, {fyne.KeyTab, Shift}: takenFocus,
	{fyne.KeyC, Ctrl}: takenEdit, {fyne.KeyX, Ctrl}: takenEdit, {fyne.KeyV, Ctrl}: takenEdit, {fyne.KeyA, Ctrl}: takenEdit,
	{fyne.KeyInsert, Ctrl}: takenEdit, {fyne.KeyInsert, Shift}: takenEdit, {fyne.KeyDelete, Shift}: takenEdit,
	{fyne.KeyF4, Alt}: takenSystem, {fyne.KeyTab, Alt}: takenSystem, {fyne.KeyTab, Alt | Shift}: takenSystem,
	{fyne.KeySpace, Alt}: takenSystem, {fyne.KeyEscape, Alt}: takenSystem, {fyne.KeyEscape, Ctrl}: takenSystem,
	{fyne.KeyEscape, Ctrl | Shift}: takenSystem, {fyne.KeyDelete, Ctrl | Alt}: takenSystem,
	{fyne.KeyF1, Alt}: takenSystem, {fyne.KeyF2, Alt}: takenSystem,
	{fyne.KeyUp, Ctrl | Alt}: takenSystem, {fyne.KeyDown, Ctrl | Alt}: takenSystem,
	{fyne.KeyLeft, Ctrl | Alt}: takenSystem, {fyne.KeyRight, Ctrl | Alt}: takenSystem,
}

// Taken says what a combination belongs to that is not to be bound, in English; the
// empty text says that it can be.
func (c Combination) Taken() string {
	if by, ok := taken[c]; ok {
		return by
	}
	if c.Modifier&(Ctrl|Alt) == Ctrl|Alt && IsFunction(c.Key) {
		return takenSystem // the consoles of Linux
	}
	return ""
}

// Conflicts lists them, in the order of the combinations' texts.
func (p Profile) Conflicts() []Conflict {
	owners := map[Combination][]string{}
	for _, id := range slices.Sorted(maps.Keys(p.Keys)) {
		for _, c := range p.Keys[id] {
			owners[c] = append(owners[c], id)
		}
	}
	var out []Conflict
	for c, ids := range owners {
		if by := c.Taken(); by != "" || len(ids) > 1 {
			out = append(out, Conflict{c, ids, by})
		}
	}
	slices.SortFunc(out, func(a, b Conflict) int { return cmp.Compare(a.Combination.String(), b.Combination.String()) })
	return out
}
