package keys

import (
	"maps"
	"slices"
)

// Own are a user's own keys, as [Profile.With] takes them and the settings keep
// them. Its methods give new tables and leave the one they are called on as it is.
type Own map[string][]string

// Bind gives an action other keys, taken from whatever else has them.
func (o Own) Bind(id string, list []Combination) Own {
	out := o.clone()
	for other, has := range out {
		mine, _ := parseAll(has)
		left := slices.DeleteFunc(mine, func(c Combination) bool { return slices.Contains(list, c) })
		if other != id && len(left) < len(has) {
			out[other] = texts(left)
		}
	}
	out[id] = texts(list)
	return out
}

// Swap gives an action a combination of another one as its main key, and that one
// what was the action's main key. p is the profile with the keys of o.
func (o Own) Swap(p Profile, id, other string, c Combination) Own {
	mine, theirs := slices.Clone(p.Keys[id]), slices.Clone(p.Keys[other])
	i := slices.Index(theirs, c)
	if len(mine) == 0 || i < 0 {
		return o
	}
	mine[0], theirs[i] = theirs[i], mine[0]
	out := o.clone()
	out[id], out[other] = texts(mine), texts(theirs)
	return out
}

// Reset gives an action the keys of the profile again.
func (o Own) Reset(id string) Own {
	out := o.clone()
	delete(out, id)
	return out
}

func (o Own) clone() Own {
	out := Own{}
	maps.Copy(out, o)
	return out
}
