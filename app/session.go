package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"lightbox/app/frames"
	"lightbox/app/journal"
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// Session owns what is open in one window. Its methods are intentions; they
// and all listeners run on one goroutine, the one that post hands functions
// to (Fyne's, in the window).
//
// Each class of background work has one current job. Starting a new one
// cancels the old one, and a result is applied only while its job is current.
type Session struct {
	post      func(func())
	network   *Network
	settings  *Settings
	state     State
	pointer   pointer
	listeners []func(Event)

	catalog  *study.Catalog
	loader   *frames.Loader
	cache    *frames.Cache
	readings map[Frame]Reading
	attended Frame                // that state.Reading is of
	curves   map[Frame]*Stability // that are whole
	predict  predictor
	wandered bool // the user has left the first frame of what is still being read
	cine     cine

	collector  collector
	thumbnails map[string]*Thumbnail // by Stack.ID
	inSight    [2]int                // stacks whose thumbnails are drawn first

	explained explained
	states    states
	private   string // folder of files for other programs; empty while there is none
	history   history
	measured  measured
	monitor   string
	resting   *time.Timer // of a filter that is being dragged

	journal    *journal.Journal // nil where nothing is kept
	kept       *keeping         // what is open of it
	keepTimer  *time.Timer      // until what waits is written
	lastPut    map[journal.Study]time.Time
	unreadable bool // that the journals cannot be read was said

	reader      string // who reads, in a reader study
	cases       map[Frame]*CaseLog
	caseFrames  map[string]Frame // of cases that are kept, by study and key in the journal
	caseOrder   []Frame
	past        []CaseLog      // of studies that are closed
	caseNumbers map[string]int // by study

	open, frame, filter, read, occlusion, export, thumbs, stability, choose job
	ahead                                                                   ahead
}

// NewSession makes an empty session. post must run the functions it is given
// one after the other on the goroutine that uses the session.
func NewSession(post func(func()), network *Network, settings *Settings) *Session {
	s := &Session{
		post: post, network: network, settings: settings,
		state: State{
			Mode: Direct, Filters: vision.DefaultFilters, Layout: LayoutThree, Links: AllLinks, Rate: defaultRate,
			Loaded: map[Frame]bool{}, Model: network.Name(), Overlay: Overlay{Outlines: true},
		},
		readings: map[Frame]Reading{}, cases: map[Frame]*CaseLog{}, caseNumbers: map[string]int{}, caseFrames: map[string]Frame{},
		lastPut: map[journal.Study]time.Time{}, curves: map[Frame]*Stability{}, thumbnails: map[string]*Thumbnail{}, predict: predict,
		explained: explained{occlusions: map[*model.Explanation]plane.Plane{}},
	}
	for _, view := range layoutViews[LayoutThree] {
		s.state.Panes = append(s.state.Panes, newPane(view))
	}
	s.state.Pane = s.state.Panes[0]
	s.useCache(cacheBytes())
	s.reader = settings.Reader
	s.Listen(s.followReading)
	s.Listen(s.followCase)
	s.Listen(s.followPresentation)
	return s
}

// useCache makes a new, empty cache of so many bytes.
func (s *Session) useCache(limit int64) {
	s.cache = frames.NewCache(limit)
	s.loader = frames.NewLoader(s.cache, func(e frames.Event) { s.post(func() { s.decoded(e) }) })
}

// State is what is open now; it is read, never written, outside the session.
func (s *Session) State() *State { return &s.state }

// Settings are the user's choices.
func (s *Session) Settings() *Settings { return s.settings }

// Listen has f called after each change.
func (s *Session) Listen(f func(Event)) { s.listeners = append(s.listeners, f) }

func (s *Session) publish(events ...Event) {
	for _, e := range events {
		for _, f := range s.listeners {
			f(e)
		}
	}
}

// Cancel stops the opening or the export that is under way, else the filtering,
// the reading and the occlusion map.
func (s *Session) Cancel() {
	switch {
	case s.open.cancel != nil:
		s.open.stop()
		s.settleIndex()
	case s.export.cancel != nil:
		s.export.stop()
	default:
		s.giveUpFilter()
		if s.read.cancel != nil {
			s.read.stop()
			s.state.Reading = Reading{Status: NotAssessed}
			s.publish(ReadingChanged)
		}
		if s.occlusion.cancel != nil {
			s.withoutOcclusion()
		}
	}
	s.refreshBusy()
}

// Close stops all work; results still under way are dropped.
func (s *Session) Close() {
	s.Pause()
	s.keepNow()
	s.loader.Close()
	for _, j := range []*job{&s.open, &s.frame, &s.ahead.job, &s.filter, &s.read, &s.occlusion, &s.export, &s.thumbs, &s.stability, &s.choose} {
		j.stop()
	}
	s.dropPrivate()
}

// fail shows a problem; what was open stays open. A cancelled job is none.
func (s *Session) fail(err error) {
	s.settleIndex()
	if fault.KindOf(err) == fault.Interrupted || errors.Is(err, context.Canceled) {
		return
	}
	logProblem(err)
	s.complain(s.state.Explain(err))
}

// complain shows a message that has no error behind it.
func (s *Session) complain(m Message) {
	s.state.Problem = &m
	s.publish(ProblemChanged)
}

// Tell says what is to be known and no failure.
func (s *Session) Tell(m Message) {
	s.state.Told = &m
	s.publish(ProblemChanged)
}

// Report shows an error that came up outside the session, in an export say.
func (s *Session) Report(err error) {
	if err != nil {
		s.fail(err)
	}
}

// Export writes the three views of the frame on screen into folder and calls
// done with the files that it wrote.
func (s *Session) Export(folder string, done func(files []string)) {
	st := &s.state
	if st.Scan == nil || st.Views == nil {
		return
	}
	scan, views, of := st.Scan, st.Views, st.Filters.Only(vision.ViewGaussian)
	name, made := ExportName(scan), views.Filtered(vision.ViewGaussian)
	inBackground(s, &s.export, &Busy{Stage: StageExport, File: name}, folder, func(ctx context.Context) (files []string, err error) {
		if made == nil || made.Preview || made.Of != of {
			if made, err = filtered(ctx, views.gray, vision.ViewGaussian, of); err != nil {
				return nil, err
			}
		}
		return Export(ctx, &Analysis{Scan: scan, Gray: views.gray, Blurred: made.gray}, folder, name)
	}, done)
}

// ExportName is the name of a scan's exported files without their endings: its
// file's, and the frame's number, from 1, where the file has several.
func ExportName(s *vision.Scan) string {
	name := Stem(filepath.Base(s.Path))
	if s.Header.Frames > 1 {
		name += fmt.Sprintf(".frame%0*d", len(fmt.Sprint(s.Header.Frames)), s.Frame+1)
	}
	return name
}

// DismissProblem takes the problem off the screen.
func (s *Session) DismissProblem() {
	if s.state.Problem != nil || s.state.Told != nil {
		s.state.Problem, s.state.Told = nil, nil
		s.publish(ProblemChanged)
	}
}
