package app

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// recalled is what the journal has of a study, as far as it can be used.
type recalled struct {
	study journal.Study
	notes journal.Notes
	err   error
	asked time.Time // before it was read

	marks    map[string][]frameMark // by item
	keys     map[string][]int       // frames, by item
	looks    map[string]keptLook    // by stack
	readings map[string]keptReading // by key
	cases    map[string]CaseLog     // by key
	panes    *keptPanes
	filters  *vision.Filters

	panesAt, filtersAt time.Time // when they were put
	leftOut            int       // what is of no known kind, or nothing that can be
}

// frameMark is a mark on a frame of an item.
type frameMark struct {
	frame int
	mark  marks.Mark
}

// recallStudy reads what is kept of a study. It may run on any goroutine.
func recallStudy(j *journal.Journal, of journal.Study) (r *recalled) {
	r = &recalled{
		study: of, asked: time.Now(), marks: map[string][]frameMark{}, keys: map[string][]int{}, looks: map[string]keptLook{},
		readings: map[string]keptReading{}, cases: map[string]CaseLog{},
	}
	defer fault.Contain("", &r.err)
	contents, notes, err := j.Load(of)
	r.notes, r.err = notes, err
	for _, e := range contents {
		if !r.take(e) {
			r.leftOut++
		}
	}
	for _, list := range r.marks {
		// In the order in which they were made, as they were drawn.
		slices.SortFunc(list, func(a, b frameMark) int {
			if c := a.mark.Made.Compare(b.mark.Made); c != 0 {
				return c
			}
			return strings.Compare(a.mark.ID, b.mark.ID)
		})
	}
	return r
}

// take takes an entry; it tells whether it can be used.
func (r *recalled) take(e journal.Entry) bool {
	switch e.Kind {
	case kindMark:
		return r.takeMark(e)
	case kindKey:
		var on bool
		item, frame, ok := splitFrame(e.Key)
		if !ok || json.Unmarshal(e.Value, &on) != nil {
			return false
		}
		if on {
			r.keys[item] = append(r.keys[item], frame)
		}
		return true
	case kindLook:
		var l keptLook
		if json.Unmarshal(e.Value, &l) != nil || !l.valid() {
			return false
		}
		r.looks[e.Key] = l
		return true
	case kindPanes:
		var p keptPanes
		if json.Unmarshal(e.Value, &p) != nil || !p.valid() {
			return false
		}
		r.panes, r.panesAt = &p, e.Time
		return true
	case kindFilters:
		var k keptFilters
		if json.Unmarshal(e.Value, &k) != nil {
			return false
		}
		f, ok := k.filters()
		if ok {
			r.filters, r.filtersAt = &f, e.Time
		}
		return ok
	}
	return r.takeLog(e)
}

func (r *recalled) takeMark(e journal.Entry) bool {
	var k keptMark
	place, id, _ := strings.Cut(e.Key, "/")
	item, frame, ok := splitFrame(place)
	if !ok || json.Unmarshal(e.Value, &k) != nil {
		return false
	}
	m, ok := k.mark(id)
	if ok {
		r.marks[item] = append(r.marks[item], frameMark{frame, m})
	}
	return ok
}

// takeLog takes what was read and shown.
func (r *recalled) takeLog(e journal.Entry) bool {
	switch e.Kind {
	case kindReading:
		var k keptReading
		if json.Unmarshal(e.Value, &k) != nil {
			return false
		}
		r.readings[e.Key] = k
		return true
	case kindCase:
		var k keptCase
		if json.Unmarshal(e.Value, &k) != nil {
			return false
		}
		c, ok := k.log()
		if ok {
			r.cases[e.Key] = c
		}
		return ok
	}
	return false
}

// batch is files that were found, with what they are called in the journal and what
// that has of studies which come up with them.
type batch struct {
	items   []*study.Item
	named   []keptItem
	studies []*recalled
}

// name makes a batch of files. It runs on the opening's goroutine: reading journals must
// not hold the window up.
func (o *opening) name(items []*study.Item) batch {
	b := batch{items: items}
	if o.journal == nil {
		return b
	}
	for _, it := range items {
		id := o.namer.item(it)
		b.named = append(b.named, id)
		if !o.recalled[id.study] {
			o.recalled[id.study] = true
			b.studies = append(b.studies, recallStudy(o.journal, id.study))
		}
	}
	return b
}

// add takes a batch over.
func (k *keeping) add(b batch) {
	if k == nil {
		return
	}
	for i, id := range b.named {
		it := b.items[i]
		if k.items[it] == (keptItem{}) && k.byName[id] == nil {
			k.items[it], k.byName[id] = id, it
			k.fresh = append(k.fresh, it)
		}
	}
	for _, r := range b.studies {
		k.studies[r.study] = r
	}
}
