package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"lightbox/vision/fault"
)

// Load reads what is kept of a study: what is on disk and what waits to be
// written. With an error there is at least the latter.
func (j *Journal) Load(study Study) (Contents, Notes, error) {
	// First what waits: it leaves memory only when it is on disk.
	j.mu.Lock()
	s := j.shelf(study)
	waiting := append(s.memory.records(), s.pending...)
	j.mu.Unlock()

	var t table
	notes, err := read(j.folder, s.path, &t)
	if notes.Newer > 0 {
		t = table{}
	}
	j.mu.Lock()
	s.notBefore(t.last)
	s.told = s.told || notes.Newer > 0
	j.mu.Unlock()
	for _, r := range waiting {
		t.set(held{r, len(r.Value)})
	}
	notes.Unsaved = len(waiting)
	j.rouse() // to let go of studies that are no longer used
	return t.contents(), notes, err
}

// read fills a table from a file; one that is not there is empty.
func read(folder, path string, t *table) (Notes, error) {
	n := Notes{Path: path}
	if folder == "" {
		return n, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err != nil {
		return n, fault.Reading(path, err)
	}
	defer f.Close()
	found, err := scan(io.LimitReader(f, maxFile), t.apply)
	n.Lines, n.Bytes, n.Newer = found.lines, found.damaged, found.newer
	if !found.whole {
		n.Torn = found.tail
	}
	return n, fault.Reading(path, err)
}
