package journal

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"lightbox/vision/fault"
)

// Name is what a value is kept under.
type Name struct{ Kind, Key string }

// Entry is a value with its name and when it was put.
type Entry struct {
	Name
	Value json.RawMessage
	Time  time.Time
}

// Contents are the values in force of a study.
type Contents map[Name]Entry

// Get decodes a value as by json.Unmarshal. It tells whether there is one; where
// there is, but it is not what into can hold, the error says so.
func (c Contents) Get(kind, key string, into any) (bool, error) {
	e, ok := c[Name{kind, key}]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(e.Value, into)
}

// Of lists what is of a kind, in the order in which it was last put.
func (c Contents) Of(kind string) []Entry {
	var list []Entry
	for _, e := range c {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b Entry) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Key, b.Key))
	})
	return list
}

// contents are a table's values.
func (t *table) contents() Contents {
	c := make(Contents, len(t.of))
	for n, h := range t.of {
		if !h.Deleted {
			c[n] = Entry{Name: n, Value: h.Value, Time: h.Time}
		}
	}
	return c
}

// records are a table's records in the order of their times.
func (t *table) records() []record {
	list := make([]record, 0, len(t.of))
	for _, h := range t.of {
		list = append(list, h.record)
	}
	slices.SortFunc(list, func(a, b record) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	return list
}

// Notes say what was odd about a journal. The rest was read all the same.
type Notes struct {
	Path string // the journal

	// Lines and Bytes are what is damaged in the middle and was passed over.
	Lines int
	Bytes int64

	// Torn is how many bytes there are of a last line whose writing was cut off.
	// That is how a killed program leaves its journal, and nothing to be said.
	Torn int64

	// Newer is the version of the format where it is a newer Lightbox's, 0
	// otherwise. Of such a journal nothing is read, and nothing is written to it:
	// what is put stays in memory. Whoever shows this note has said it;
	// the listener is then not told again.
	Newer int

	// Unsaved is how many records are in memory only.
	Unsaved int
}

// Fault is what is to be said of a journal, nil for nothing.
func (n Notes) Fault() error {
	switch {
	case n.Newer > 0:
		return newer(n.Path, n.Newer)
	case n.Lines > 0:
		return fault.New(fault.JournalDamaged, n.Path, "%d lines, %d bytes", n.Lines, n.Bytes)
	}
	return nil
}

func tooMuch(path string) error {
	return fault.New(fault.JournalFull, path, "more than is kept of one study")
}

func newer(path string, version int) error {
	return fault.New(fault.JournalNewer, path, "format %d", version)
}
