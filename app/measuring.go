package app

import (
	"context"
	"slices"
	"time"

	"lightbox/app/frames"
	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/study"
)

// measured are what marks measured, kept until the mark, the picture or the
// calibration is another one.
type measured map[markOf]measurement

type markOf struct {
	frame Frame
	id    string
}

type measurement struct {
	mark       marks.Mark
	pixels     *vision.Image // the stored values that were measured
	references []marks.Mark
	result     marks.Result
}

// maxMeasured is how many results are kept; they are small, but histograms add up.
const maxMeasured = 4 * maxMarks

// Measure works out what a mark on the frame in a pane measures.
func (s *Session) Measure(p *Pane, m marks.Mark) marks.Result {
	if p.Scan == nil {
		return marks.Result{}
	}
	return s.measure(p.stack, p.shown, p.Scan, m)
}

// MeasureAt works out what a mark of any frame measures; ok is false while the frame is
// not decoded: nothing is read for it.
func (s *Session) MeasureAt(at MarkPlace) (r marks.Result, ok bool) {
	key := at.key()
	scan := s.cache.Get(key)
	if scan == nil {
		return marks.Result{}, false
	}
	return s.measure(at.Stack, key, scan, at.Mark), true
}

func (s *Session) measure(k *Stack, frame Frame, scan *vision.Scan, m marks.Mark) marks.Result {
	references := s.state.references(k, frame)
	key := markOf{frame, m.ID}
	kept, ok := s.measured[key]
	if ok && kept.pixels == scan.Stored && sameMark(kept.mark, m) && slices.EqualFunc(kept.references, references, sameMark) {
		return kept.result
	}
	if len(s.measured) > maxMeasured || s.measured == nil {
		s.measured = measured{}
	}
	kept = measurement{m.Clone(), scan.Stored, references, marks.Measure(m, scan, s.calibration(k, frame))}
	s.measured[key] = kept
	return kept.result
}

func sameMark(a, b marks.Mark) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.Known == b.Known && a.Confirmed == b.Confirmed && a.Name == b.Name && slices.Equal(a.Points, b.Points)
}

// calibration is what millimetres mean on a frame: by references that the reader drew
// on it or on another of its stack, or else by what the file says.
func (s *Session) calibration(k *Stack, key Frame) marks.Calibration {
	own, others := s.state.split(k, key)
	return marks.Calibrate(own, others)
}

// references are all that bear on a frame, its own first. They are looked for once for
// all marks of a frame.
func (s *State) references(k *Stack, key Frame) []marks.Mark {
	f := &s.found
	if f.version != s.marksVersion || f.frame != key || f.stack != k {
		own, others := s.split(k, key)
		*f = foundReferences{s.marksVersion, key, k, append(own, others...)}
	}
	return f.list
}

// foundReferences are the references that bear on a frame, for as long as no mark
// changes.
type foundReferences struct {
	version uint64
	frame   Frame
	stack   *Stack
	list    []marks.Mark
}

// split finds the references on a frame, and those on the others of its stack where
// these show the same at the same scale: slices of a volume do, films that happen to
// lie in one series do not.
func (s *State) split(k *Stack, key Frame) (own, others []marks.Mark) {
	for frame, list := range s.marks {
		if frame != key && (k == nil || k.Spacing == 0 || !k.has(frame)) {
			continue
		}
		for _, m := range list {
			switch {
			case m.Kind != marks.Reference:
			case frame == key:
				own = append(own, m)
			default:
				others = append(others, m)
			}
		}
	}
	byTime := func(a, b marks.Mark) int { return a.Made.Compare(b.Made) }
	slices.SortFunc(own, byTime)
	slices.SortFunc(others, byTime)
	return own, others
}

// ExportMarks writes what all marks measure into a CSV file and calls done with the
// number of marks. Frames that are not decoded are read for it.
func (s *Session) ExportMarks(path string, done func(n int)) {
	st := &s.state
	type row struct {
		at          MarkPlace
		frame       study.Frame
		scan        *vision.Scan
		calibration marks.Calibration
	}
	var rows []row
	for _, at := range st.AllMarks() {
		f := at.Stack.Frames[at.Frame]
		key := frames.KeyOf(f)
		rows = append(rows, row{at, f, s.cache.Get(key), s.calibration(at.Stack, key)})
	}
	table := marks.Table{Masked: st.Demo, Disclaimer: Disclaimer}
	inBackground(s, &s.export, &Busy{Stage: StageMarks}, path, func(ctx context.Context) (int, error) {
		var out []marks.Row
		for _, r := range rows {
			if r.scan == nil {
				scan, err := readFrame(ctx, r.frame)
				if err != nil {
					return 0, err
				}
				r.scan = scan
			}
			out = append(out, marks.Row{
				StudyDate: r.scan.Header.StudyDate, Series: r.scan.Header.SeriesDescription, File: ExportName(r.scan), Frame: r.at.Frame,
				Mark: r.at.Mark, Result: marks.Measure(r.at.Mark, r.scan, r.calibration),
			})
		}
		return len(rows), writeFile(path, func(w writer) error { return table.WriteCSV(w, out) })
	}, done)
}

// ExportReaderStudy writes how the cases of this session were read into a CSV file.
func (s *Session) ExportReaderStudy(path string) error {
	return writeFile(path, func(w writer) error { return WriteReaderStudy(w, s.CaseLogs()) })
}

// StudyFileName is what an export of a reader study is called at first.
func StudyFileName(now time.Time) string {
	return "lightbox-reader-study-" + now.Format("20060102-1504") + ".csv"
}
