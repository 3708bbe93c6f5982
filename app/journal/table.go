package journal

import "time"

// held is a record with the length of its line in bytes.
type held struct {
	record
	size int
}

// live is how many of them are in force.
func (h held) live() int {
	if h.Deleted {
		return 0
	}
	return h.size
}

// table is what is in force of a study: of each name, what was written last.
type table struct {
	of   map[Name]held
	live int       // bytes of the lines of values
	last time.Time // the latest time of any record
}

// apply has a record take the place of an older one; among records of one time
// the later line counts. It tells whether the limits allow the record.
func (t *table) apply(r record, size int) bool {
	old, known := t.of[r.name()]
	if !known && len(t.of) >= maxKeys || !r.Deleted && t.live-old.live()+size > maxLive {
		return false
	}
	t.set(held{r, size})
	return true
}

// set is apply without limits.
func (t *table) set(h held) {
	if t.of == nil {
		t.of = map[Name]held{}
	}
	old, known := t.of[h.name()]
	if known && h.Time.Before(old.Time) {
		return
	}
	t.of[h.name()] = h
	t.live += h.live() - old.live()
	if h.Time.After(t.last) {
		t.last = h.Time
	}
}
