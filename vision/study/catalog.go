package study

import (
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lightbox/vision/format"
)

// Catalog groups items into studies, series and stacks. It may be used by
// several goroutines. What it hands out is never changed afterwards: adding
// items makes new studies, series and stacks where something changed and keeps
// the others, so that pointers can be compared.
type Catalog struct {
	mu      sync.Mutex
	studies map[string]*studyEntry
	paths   map[string]bool
	built   []*Study // nil when something was added
}

type studyEntry struct {
	series map[string]*seriesEntry
	order  []*seriesEntry // as first met
	built  *Study         // nil when something was added
}

type seriesEntry struct {
	items   []*Item
	built   *Series // the latest, for its stacks to be reused
	current bool    // nothing was added since
}

// NewCatalog makes an empty catalog.
func NewCatalog() *Catalog {
	return &Catalog{studies: map[string]*studyEntry{}, paths: map[string]bool{}}
}

// Add takes items in. A file that is in the catalog already is passed over.
func (c *Catalog) Add(items ...*Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, it := range items {
		if c.paths[it.Path()] {
			continue
		}
		c.paths[it.Path()] = true
		key := studyKey(it)
		s := c.studies[key]
		if s == nil {
			s = &studyEntry{series: map[string]*seriesEntry{}}
			c.studies[key] = s
		}
		key = seriesKey(it)
		r := s.series[key]
		if r == nil {
			r = &seriesEntry{}
			s.series[key] = r
			s.order = append(s.order, r)
		}
		r.items = append(r.items, it)
		r.current, s.built, c.built = false, nil, nil
	}
}

// Studies gives what is in the catalog: studies from the newest to the oldest,
// those without a date last; series by their number, then by time.
func (c *Catalog) Studies() []*Study {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.built != nil || len(c.studies) == 0 {
		return c.built
	}
	c.built = make([]*Study, 0, len(c.studies))
	for _, s := range c.studies {
		c.built = append(c.built, s.study())
	}
	slices.SortFunc(c.built, func(a, b *Study) int {
		return cmp.Or(-cmp.Compare(a.Date, b.Date), -cmp.Compare(a.Time, b.Time),
			Natural(a.PatientID, b.PatientID), Natural(a.Folder, b.Folder), cmp.Compare(a.UID, b.UID))
	})
	return c.built
}

// study builds the study anew where something was added.
func (s *studyEntry) study() *Study {
	if s.built != nil {
		return s.built
	}
	first := s.order[0].items[0]
	x := &Study{UID: first.StudyUID}
	if x.UID == "" {
		x.Folder = filepath.Dir(first.Path())
	}
	for _, r := range s.order {
		x.Series = append(x.Series, r.series())
		x.describe(r.items[0])
	}
	slices.SortStableFunc(x.Series, compareSeries)
	s.built = x
	return x
}

// describe fills in what earlier series left open.
func (x *Study) describe(it *Item) {
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&x.Date, it.StudyDate}, {&x.Time, it.StudyTime}, {&x.Description, it.StudyDescription},
		{&x.Accession, it.Accession}, {&x.Institution, it.Institution}, {&x.PatientName, it.PatientName},
		{&x.PatientID, it.PatientID}, {&x.BirthDate, it.BirthDate}, {&x.Sex, it.Sex}, {&x.Age, it.Age},
	} {
		*f.to = cmp.Or(*f.to, f.from)
	}
}

// series builds the series anew where items were added; stacks in which
// nothing changed stay.
func (r *seriesEntry) series() *Series {
	if r.current {
		return r.built
	}
	stacks, others := group(r.items)
	it := r.items[0]
	s := &Series{
		UID: it.SeriesUID, Number: it.SeriesNumber, Modality: it.Modality, Description: it.SeriesDescription,
		Date: it.SeriesDate, Time: it.SeriesTime, BodyPart: it.BodyPart, Protocol: it.Protocol, Laterality: it.Laterality,
	}
	s.Stacks, s.Others = stacks, others
	if s.UID == "" { // then the key must tell it from other series without
		for _, k := range stacks {
			k.Key = seriesKey(it) + k.Key
		}
	}
	if r.built != nil {
		before := map[string]*Stack{}
		for _, k := range r.built.Stacks {
			before[k.Key] = k
		}
		for i, k := range s.Stacks {
			if old := before[k.Key]; old != nil && old.same(k) {
				s.Stacks[i] = old
			}
		}
	}
	r.built, r.current = s, true
	return s
}

// same reports whether two stacks of one key are alike.
func (k *Stack) same(o *Stack) bool {
	return k.Label == o.Label && slices.Equal(k.Frames, o.Frames) && slices.Equal(k.Orientation, o.Orientation) &&
		slices.EqualFunc(k.Notes, o.Notes, func(a, b error) bool { return a.Error() == b.Error() })
}

func compareSeries(a, b *Series) int {
	return cmp.Or(cmp.Compare(seriesNumber(a), seriesNumber(b)), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Time, b.Time),
		Natural(a.Description, b.Description), cmp.Compare(a.UID, b.UID))
}

// seriesNumber sorts series without a number last.
func seriesNumber(s *Series) int {
	n, err := strconv.Atoi(strings.TrimSpace(s.Number))
	if err != nil {
		return math.MaxInt
	}
	return n
}

// studyKey keeps patients apart whom a wrong Study Instance UID would mix.
func studyKey(it *Item) string {
	if it.StudyUID != "" {
		return it.StudyUID + "\x00" + it.PatientID
	}
	return "\x00" + filepath.Dir(it.Path()) + "\x00" + it.PatientID
}

func seriesKey(it *Item) string {
	switch {
	case it.Format != format.DICOM:
		return "\x00" + it.Path()
	case it.SeriesUID != "":
		return it.SeriesUID
	}
	return "\x00" + strings.Join([]string{filepath.Dir(it.Path()), it.Modality, it.SeriesNumber, it.SeriesDescription}, "\x00")
}
