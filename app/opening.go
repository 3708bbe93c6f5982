package app

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"lightbox/app/frames"
	"lightbox/app/journal"
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// batchDelay is how long found files are gathered before the window hears of
// them: each time, the stacks that grew are put in order again.
const batchDelay = 100 * time.Millisecond

// reachWhileIndexing is how many frames are decoded ahead of the reader while
// headers are still being read.
const reachWhileIndexing = 16

// Open opens a file, a folder, a ZIP archive or a DICOMDIR. What is open stays
// open until the first frame of the new is there; an opening under way is
// cancelled.
func (s *Session) Open(path string) { s.OpenAll([]string{path}) }

// OpenAll opens several files and folders together. The first frame is shown
// as soon as one is found; reading goes on behind it.
func (s *Session) OpenAll(paths []string) {
	if len(paths) == 0 {
		return
	}
	s.keepNow()
	o := &opening{session: s, paths: paths, catalog: study.NewCatalog()}
	if o.journal = s.journal; o.journal != nil {
		o.namer, o.recalled, o.kept = newNamer(), map[journal.Study]bool{}, newKeeping()
	}
	o.busy = &Busy{Stage: StageReading, File: filepath.Base(paths[0])}
	inBackground(s, &s.open, o.busy, paths[0], o.run, func(struct{}) { s.indexed(o) })
	o.id = s.open.id
	s.loader.Reach(0)
	s.state.Indexing = false // of what is open nothing more is read
}

// opening is one opening under way. Its catalog belongs to the session's
// goroutine, as kept and beside (presentation states) do; what follows them belongs to
// the opening's.
type opening struct {
	session *Session
	id      uint64
	paths   []string
	busy    *Busy
	catalog *study.Catalog
	kept    *keeping // nil without a journal
	beside  []stateFile

	journal  *journal.Journal
	namer    *namer
	recalled map[journal.Study]bool

	batch  []*study.Item
	states []stateFile // presentation states among batch
	read   int         // of them so far
	last   time.Time
	shown  bool  // the first frame was handed over
	first  error // why the first file that is a scan could not be shown
	looked int
}

// run reads the headers of all files, and the first frame of the first image.
func (o *opening) run(ctx context.Context) (struct{}, error) {
	err := study.Index(ctx, o.paths, study.Options{Skip: IsExport}, func(items []*study.Item) {
		o.found(ctx, items)
	}, o.problem, o.progress())
	o.flush()
	switch {
	case ctx.Err() != nil:
		return struct{}{}, fault.Wrap(fault.Interrupted, o.paths[0], ctx.Err())
	case err != nil:
		return struct{}{}, err
	case o.shown:
		return struct{}{}, nil
	case o.first != nil:
		return struct{}{}, o.first
	}
	return struct{}{}, fault.New(fault.NoScans, o.paths[0], "files looked at: %d", o.looked)
}

// found takes files whose headers were read, shows the first frame of the first
// that has one, and hands the others over in batches.
func (o *opening) found(ctx context.Context, items []*study.Item) {
	states := readStates(ctx, items, maxStates-o.read)
	o.states, o.read = append(o.states, states...), o.read+len(states)
	for _, item := range items {
		o.batch = append(o.batch, item)
		if !o.shown && ctx.Err() == nil {
			o.try(ctx, item)
		}
	}
	if o.shown && time.Since(o.last) > batchDelay {
		o.flush()
	}
}

// try decodes the first frame of an item; if that works, what was open before
// gives way to it.
func (o *opening) try(ctx context.Context, item *study.Item) {
	scan, err := readFrame(ctx, study.Frame{Item: item})
	if err != nil {
		if o.first == nil {
			o.first = err
		}
		return
	}
	o.shown = true
	o.flush()
	s := o.session
	s.post(func() {
		if s.open.current(o.id) {
			s.replace(o, item, scan)
		}
	})
}

// flush hands what was found to the session. Until the first frame is there it
// only goes into the opening's own catalog.
func (o *opening) flush() {
	items, states, s := o.batch, o.states, o.session
	o.batch, o.states, o.last = nil, nil, time.Now()
	if len(items) == 0 {
		return
	}
	b := o.name(items)
	s.post(func() {
		if !s.open.current(o.id) {
			return
		}
		o.catalog.Add(items...)
		o.kept.add(b)
		o.beside = append(o.beside, states...)
		if s.catalog == o.catalog {
			s.renew(b.studies)
			s.refreshCatalog()
			s.takeStates(states)
		}
	})
}

// problem is told of a file that cannot be read. In a folder it is passed over
// and the log gets it.
func (o *opening) problem(p study.Problem) {
	logProblem(p.Err)
	if k := fault.KindOf(p.Err); o.first == nil && (p.Named || k != fault.NotAScan && k != fault.Empty) {
		o.first = p.Err
	}
	if s := o.session; p.Named && len(o.paths) > 1 {
		s.post(func() {
			if s.open.current(o.id) {
				s.complain(s.state.Explain(p.Err))
			}
		})
	}
}

// progress shows how many headers were read.
func (o *opening) progress() func(done, total int) {
	s := o.session
	report := throttle(func(done, total int64) {
		s.post(func() {
			if total > 1 {
				o.busy.Stage = StageIndex
			}
			o.busy.Done, o.busy.Total = done, total
			s.refreshBusy()
		})
	})
	return func(done, total int) {
		o.looked = done
		report(int64(done), int64(total))
	}
}

// replace makes what is being opened the open one and shows its first frame.
func (s *Session) replace(o *opening, item *study.Item, scan *vision.Scan) {
	s.Pause()
	s.keepNow()
	s.frame.stop()
	s.ahead.drop()
	s.loader.Forget()
	s.cache.Clear()
	s.catalog, s.readings, s.curves, s.wandered = o.catalog, map[Frame]Reading{}, map[Frame]*Stability{}, false
	s.explained.occlusions = map[*model.Explanation]plane.Plane{}
	st := &s.state
	s.thumbs.stop()
	s.thumbnails = map[string]*Thumbnail{}
	st.Loaded = map[Frame]bool{}
	s.history.forget()
	s.closeCases()
	s.measured, st.found, st.peeked = nil, foundReferences{}, nil
	s.states = states{}
	s.states.add(o.beside)
	s.beginKeeping(o.kept)
	st.marks, st.keys, st.Selected, st.Preview, st.cases = nil, nil, "", nil, caseList{}
	st.Problem, st.Told, st.Cross = nil, nil, nil
	s.publish(ProblemChanged)
	s.takeCatalog()
	st.Indexing = true
	s.loader.Reach(reachWhileIndexing)
	s.drawThumbnails()
	if len(o.paths) == 1 && !st.Demo && s.settings.AddRecent(o.paths[0]) {
		s.publish(SettingsChanged)
	}
	index := max(stackWith(st.Stacks, item), 0)
	st.StackIndex, st.stack, st.Frame = index, st.Stacks[index], 0
	s.recallLayout()
	for _, p := range st.Panes {
		p.StackIndex, p.stack, p.Frame = index, st.Stacks[index], 0
	}
	s.publish(CatalogChanged)
	s.enter(index, Frame{Item: item}, scan)
	s.recall()
}

// indexed is called when all headers were read.
func (s *Session) indexed(*opening) { s.settleIndex() }

// settleIndex tells that nothing more will be found, if that is so.
func (s *Session) settleIndex() {
	if s.state.Indexing && s.open.cancel == nil {
		s.state.Indexing = false
		s.loader.Reach(0)
		s.publish(CatalogChanged)
	}
}

// refreshCatalog takes over what was found since; the frames on screen stay, at
// their new places in stacks that grew.
func (s *Session) refreshCatalog() {
	st := &s.state
	s.takeCatalog()
	s.drawThumbnails()
	grew := false
	for _, p := range st.Panes {
		if key, ok := p.asked(); ok {
			before := p.stack.Stack
			p.StackIndex = stackWith(st.Stacks, key.Item)
			p.stack = st.Stacks[p.StackIndex]
			p.Frame = max(p.stack.index(key), 0)
			grew = grew || p.stack.Stack != before
		}
	}
	s.publish(CatalogChanged)
	s.recall()
	home, _ := s.home(st.Pane)
	switch {
	case !grew:
	case !s.wandered && st.Frame != home: // the first slice came later: stay with the first
		s.goTo(home)
	default:
		s.load()
		s.publish(FrameChanged)
	}
}

// Stack is a stack with where it belongs.
type Stack struct {
	*study.Stack
	Study  *study.Study
	Series *study.Series

	id, studyID string
	whole       *study.Study // what Study and Series mask in the demo mode
	wholeSeries *study.Series
}

// ID tells a stack from all others that are open; it stays while more of it is
// found.
func (k *Stack) ID() string {
	if k.id == "" {
		return stackID(k.Study.UID+"\x00"+k.Study.Folder, k.Series, k.Stack)
	}
	return k.id // of the study as it is, be it masked or not
}

func stackID(studyID string, r *study.Series, k *study.Stack) string {
	return studyID + "\x00" + r.UID + "\x00" + r.Description + "\x00" + k.Key
}

// index is the number of a frame in the stack, -1 if it is not there.
func (k *Stack) index(key Frame) int {
	return slices.IndexFunc(k.Frames, func(f study.Frame) bool { return frames.KeyOf(f) == key })
}

// has tells whether a frame is one of the stack's.
func (k *Stack) has(key Frame) bool { return k.index(key) >= 0 }

// stackWith finds the stack that a file's first frame belongs to, -1 if none.
func stackWith(stacks []*Stack, item *study.Item) int {
	found := -1
	for i, k := range stacks {
		for _, f := range k.Frames {
			if f.Item == item {
				if f.Index == 0 {
					return i
				}
				if found < 0 {
					found = i
				}
			}
		}
	}
	return found
}
