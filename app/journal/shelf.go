package journal

import (
	"bufio"
	"io"
	"os"
	"time"
)

// shelf is what is known of one study's journal.
type shelf struct {
	path string

	// With the journal's mutex:
	pending []record  // put and not yet written, in order
	memory  table     // what is not written while the program runs
	refused error     // why that is so, until it is told
	said    bool      // it was, once
	told    bool      // that the file is a newer version's
	last    time.Time // no record is put before it
	used    time.Time

	// The writer's own:
	file    os.FileInfo // as it was last seen; nil: it was not
	end     int64       // how much of it was read
	table   table       // what is in force in it
	newer   int         // its version, where it is above ours
	created bool        // it was empty, so that the folder is to be flushed too
	compact int64       // below this size compaction is not tried again
	failed  error       // why the last attempt to write did not work
	retry   time.Time   // when the next may be made
}

// now is the time of a record: the clock's, but always later than that of the
// record before, whatever is done to the clock.
func (s *shelf) now() time.Time {
	t := after(s.last, time.Now().UTC().Truncate(time.Microsecond))
	s.last = t
	return t
}

// after is t or, where that is not after last, the next time that is.
func after(last, t time.Time) time.Time {
	if t.After(last) {
		return t
	}
	if t = last.Add(time.Microsecond); t.Before(maxTime) {
		return t
	}
	return last // lines of one time count in their order
}

// notBefore has the next record come after one of time t.
func (s *shelf) notBefore(t time.Time) {
	if t.After(s.last) {
		s.last = t
	}
}

// refuse keeps a record in memory only.
func (s *shelf) refuse(r record, why error) {
	s.memory.apply(r, len(r.Value))
	s.complain(why)
}

// complain has the reader told why something is not kept, once a study.
func (s *shelf) complain(why error) {
	if why != nil && !s.said {
		s.refused, s.said = why, true
	}
}

// idle tells whether the file has all there is.
func (s *shelf) idle() bool {
	return len(s.pending) == 0 && len(s.memory.of) == 0 && s.refused == nil && s.failed == nil
}

// forget has the file be read again before the next append.
func (s *shelf) forget() {
	s.file, s.end, s.table, s.newer = nil, 0, table{}, 0
}

// append adds records to the file in one write, behind what others added since,
// and gives back those that the limits refuse. Of a newer version's file it only
// sets newer. After an error any of them may be in the file, and it does no harm
// to append them again.
func (s *shelf) append(d disk, records []record, locked bool) (refused []record, err error) {
	f, err := d.open(s.path, os.O_RDWR|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	found, err := s.catchUp(f)
	if err != nil || s.newer > 0 {
		return nil, err
	}
	if s.file.Size() > maxFile {
		return records, nil
	}
	lines, size, err := s.begin(found, locked)
	if err != nil {
		return nil, err
	}
	past, now := s.table.last, time.Now()
	for _, r := range records {
		if past.After(now) { // the clock was set back since
			past = after(past, r.Time)
			r.Time = past
		}
		before := len(lines)
		if lines, err = encode(lines, r); err != nil {
			return nil, err
		}
		if size+int64(len(lines)) > maxFile || !s.table.apply(r, len(lines)-before) {
			lines = lines[:before]
			refused = append(refused, r)
		}
	}
	if len(lines) == 0 {
		return refused, nil
	}
	if _, err := d.write(f, lines); err != nil {
		if locked {
			_ = os.Truncate(s.path, size) // otherwise what is left of it is cut before the next append
		}
		return nil, err
	}
	s.end = size + int64(len(lines))
	s.file, err = f.Stat()
	return refused, err
}

// catchUp reads what was added to the file since it was last seen, or all of it
// if it is another.
func (s *shelf) catchUp(f *os.File) (scanned, error) {
	st, err := f.Stat()
	if err != nil {
		return scanned{}, err
	}
	if s.file == nil || !os.SameFile(st, s.file) || st.Size() < s.end {
		s.forget()
	}
	s.file, s.created = st, st.Size() == 0
	if st.Size() == s.end {
		return scanned{}, nil
	}
	found, err := scan(io.NewSectionReader(f, s.end, min(st.Size(), maxFile)-s.end), s.table.apply)
	s.end += found.end
	s.newer = max(s.newer, found.newer)
	return found, err
}

// begin makes the end of the file fit for a new line, and gives what is to come
// before that line and the size of the file. A line that was torn is cut off, or,
// where another program may just be writing it, ended.
func (s *shelf) begin(found scanned, locked bool) ([]byte, int64, error) {
	switch {
	case found.tail == 0:
		return nil, s.end, nil
	case found.whole || !locked || found.tail > maxLine:
		return []byte{'\n'}, s.end + found.tail, nil
	}
	// By name: Windows does not let a file that is open for appending be cut.
	return nil, s.end, os.Truncate(s.path, s.end)
}

// grown tells whether the file should be written anew.
func (s *shelf) grown() bool {
	return s.newer == 0 && s.end > max(compactFrom, s.compact) && s.end > compactRatio*int64(s.table.live)
}

// renew writes the file anew with what is in force. It reads it first, and does so
// from the beginning: another program may have replaced it by one of which
// catchUp could not tell. The folder is locked. A file in which lines are damaged
// stays beside the new one.
func (s *shelf) renew(d disk) error {
	s.compact = s.end + s.end/4
	f, err := d.open(s.path, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	var t table
	found, err := scan(f, t.apply)
	if err != nil || found.newer > 0 {
		return err
	}
	_ = f.Close() // it was read; Windows replaces no open file
	if found.lines > 0 {
		_ = os.Link(s.path, s.path+damaged) // for support, the first time; it is of no use to us
	}
	err = d.replace(s.path, func(to io.Writer) error {
		w := bufio.NewWriterSize(to, 64<<10)
		var line []byte
		for _, r := range t.records() {
			if r.Deleted {
				continue
			}
			var err error
			if line, err = encode(line[:0], r); err != nil {
				return err
			}
			if _, err = w.Write(line); err != nil {
				return err
			}
		}
		return w.Flush()
	})
	if err != nil {
		return err
	}
	s.forget()
	s.compact = 0
	return nil
}
