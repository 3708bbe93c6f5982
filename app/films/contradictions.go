package films

import (
	"lightbox/vision/fault"
)

// Contradictions finds entries whose classes cannot both be right: a file that is
// listed twice with two classes, and pairs of files that show the same picture.
// kind tells classes apart: 0 is none that counts. The errors are
// fault.Contradiction, by the place of their entries.
func Contradictions(list []Entry, pairs [][2]int, kind func(class string) int) map[int]error {
	bad := map[int]error{}
	first := map[string]int{}
	for i, e := range list {
		if kind(e.Class) == 0 {
			continue
		}
		k, again := first[e.Path]
		if !again {
			first[e.Path] = i
			continue
		}
		if other := list[k]; kind(other.Class) != kind(e.Class) {
			for _, at := range []int{k, i} {
				bad[at] = fault.New(fault.Contradiction, e.Path, "%s and %s", other.Class, e.Class)
			}
		}
	}
	for _, p := range pairs {
		a, b := list[p[0]], list[p[1]]
		if ka, kb := kind(a.Class), kind(b.Class); ka == 0 || kb == 0 || ka == kb || a.Path == b.Path {
			continue
		}
		bad[p[0]] = fault.New(fault.Contradiction, a.Path, "%s, and the same picture in %s: %s", a.Class, b.Name, b.Class)
		bad[p[1]] = fault.New(fault.Contradiction, b.Path, "%s, and the same picture in %s: %s", b.Class, a.Name, a.Class)
	}
	return bad
}
