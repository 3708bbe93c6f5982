package app

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Mode is when a result is shown.
type Mode string

// The modes.
const (
	// Direct shows a result as soon as it is there.
	Direct Mode = "direct"
	// SecondReader keeps it back until the reader has read and asks for it: a result
	// that is seen first draws the reader's own judgement towards it.
	SecondReader Mode = "second-reader"
)

// Reveal is how much of a result is shown in the mode of the second reader.
type Reveal int

// The stages of the reveal, in their order: words first, which alone made readers
// better (Tang et al., Radiology 2023), then the number, then places.
const (
	RevealNothing Reveal = iota
	RevealFinding        // what the finding is, whether the model may read, how stable the call is
	RevealNumber         // score or probability, its set and its evidence
	RevealPlaces         // outlines, and the heat map while it is asked for
)

// Call is what a reader says of a finding.
type Call string

// The calls.
const (
	CallNone    Call = ""
	CallAbsent  Call = "absent"
	CallUnsure  Call = "unsure"
	CallPresent Call = "present"
)

// OwnRead is what a reader says of a case.
type OwnRead struct {
	Call       Call
	Confidence int // that the finding is there, in percent, 0 … 100
	At         time.Time
}

// Shown is a stage that was reached, and when.
type Shown struct {
	Reveal Reveal
	At     time.Time
}

// CaseLog is how one case was read: what a reader study exports.
type CaseLog struct {
	Case   string // a pseudonym, see caseOf
	Frame  int    // of the stack, from 1
	Reader string
	Mode   Mode

	Opened        time.Time
	Before, After *OwnRead // the reader's own read, and the one after the result was seen
	Shown         []Shown
	// Seen is when the result was on screen in the direct mode, which nobody has to ask
	// for; zero where it never was. An own read after it is none without the model.
	Seen time.Time

	Model, Version, Finding string
	Status                  Status
	Number                  float64
	Calibrated              bool
}

// untouched tells that nothing was read and nothing revealed.
func (c *CaseLog) untouched() bool { return len(c.Shown) == 0 && c.Before == nil }

// SetMode changes when results are shown; the mode in force is kept with each case.
func (s *Session) SetMode(m Mode) {
	st := &s.state
	if m == st.Mode {
		return
	}
	st.Mode = m
	s.beginCase()
	s.publish(ModeChanged)
}

// SetReader says who reads, as it stands in the export of a reader study. What that
// reader has begun with the image on screen goes on.
func (s *Session) SetReader(name string) {
	s.reader = name
	s.beginCase()
}

// maxReader is how long a reader's name may be, in bytes.
const maxReader = 80

// KeepReader says who reads, from now on and at the next start.
func (s *Session) KeepReader(name string) error {
	name = strings.ToValidUTF8(strings.TrimSpace(name), "")
	for len(name) > maxReader {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	s.reader, s.settings.Reader = name, name
	return s.settings.Save()
}

// Reader is who reads.
func (s *Session) Reader() string { return s.reader }

// Case is how the case on screen was read so far; nil without one.
func (s *State) Case() *CaseLog { return s.reading }

// Revealed is how much of the result on screen may be shown.
func (s *State) Revealed() Reveal {
	if s.Mode != SecondReader {
		return RevealPlaces
	}
	if s.reading == nil || len(s.reading.Shown) == 0 {
		return RevealNothing
	}
	return s.reading.Shown[len(s.reading.Shown)-1].Reveal
}

// Reveals tells whether a stage is reached.
func (s *State) Reveals(stage Reveal) bool { return s.Revealed() >= stage }

// beginCase begins the log of the frame in the active pane, or goes on with it.
func (s *Session) beginCase() {
	st := &s.state
	if st.Scan == nil {
		st.reading = nil
		return
	}
	key := st.shown
	if st.reading = s.cases[key]; st.reading == nil || st.reading.untouched() {
		s.recallCase(key)
	}
	if st.reading = s.cases[key]; st.reading == nil {
		st.reading = &CaseLog{Case: s.caseOf(st.stack), Frame: st.ShownFrame() + 1, Reader: s.reader, Mode: st.Mode, Opened: time.Now()}
		s.cases[key] = st.reading
		s.caseOrder = append(s.caseOrder, key)
	}
	if st.reading.untouched() {
		st.reading.Mode = st.Mode
	}
}

// followCase logs that the result of the case on screen is seen, where the mode shows
// it at once.
func (s *Session) followCase(e Event) {
	st := &s.state
	if e != ReadingChanged && e != ModeChanged || st.Mode != Direct || st.Reading.Status <= Running {
		return
	}
	if c := st.reading; c != nil && c.Seen.IsZero() && (len(c.Shown) == 0 || c.Shown[len(c.Shown)-1].Reveal < RevealPlaces) {
		c.Seen = time.Now()
		c.take(&st.Reading)
		if c.Status == Result { // a refusal tells nothing of the patient, and comes with each slice of a stack
			s.keepCase(c)
		}
	}
}

// take keeps what the result was.
func (c *CaseLog) take(r *Reading) {
	c.Model, c.Version, c.Finding, c.Status = r.Model, r.Version, r.Finding, r.Status
	if r.Status == Result {
		c.Number, c.Calibrated = r.Number(), r.Calibrated
	}
}

// Read keeps what the reader says: the own read as long as nothing was revealed, the
// read after it from then on.
func (s *Session) Read(call Call, confidence int) {
	c := s.state.reading
	if c == nil {
		return
	}
	own := &OwnRead{call, min(max(confidence, 0), 100), time.Now()}
	c.Reader = s.reader
	if len(c.Shown) == 0 {
		c.Before = own
	} else {
		c.After = own
	}
	s.keepCase(c)
	s.publish(ModeChanged)
}

// CannotReveal says why the next stage of the result cannot be shown; an empty message
// if it can.
func (s *State) CannotReveal() (why Message) {
	switch c := s.reading; {
	case s.Mode != SecondReader:
		return Say("The result is shown at once in the direct mode; the mode of the second reader keeps it back.")
	case c == nil || c.Before == nil:
		return Say("Read first: say what you see, then the result is revealed.")
	case s.Revealed() == RevealPlaces:
		return Say("All of the result is shown.")
	}
	return why
}

// RevealNext shows the next stage of the result. Before the reader has read, it says
// that this comes first.
func (s *Session) RevealNext() {
	st := &s.state
	c := st.reading
	if why := st.CannotReveal(); why.Text != "" {
		if st.Mode != SecondReader || !st.Reveals(RevealPlaces) {
			s.complain(why)
		}
		return
	}
	if st.Reading.Status == Running {
		s.complain(Say("The model is still reading this picture; reveal the result when it is done."))
		return
	}
	s.DismissProblem()
	c.Shown = append(c.Shown, Shown{st.Revealed() + 1, time.Now()})
	if c.take(&st.Reading); st.Reading.Status != Result { // there is no more than the reason
		c.Shown[len(c.Shown)-1].Reveal = RevealPlaces
	}
	s.keepCase(c)
	s.publish(ModeChanged)
}
