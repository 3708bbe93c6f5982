package app

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// maxStates is how many presentation states of what is open are read.
const maxStates = 500

// stateFile is a presentation state beside the images, or why it cannot be applied.
type stateFile struct {
	item  *study.Item
	state *vision.Presentation
	err   error
}

// readStates reads the presentation states among some files.
func readStates(ctx context.Context, items []*study.Item, room int) (out []stateFile) {
	for _, it := range items {
		if it.SOPClassUID != vision.PresentationClass || len(out) >= room {
			continue
		}
		p, err := vision.ReadPresentation(ctx, it.Blob)
		if err != nil {
			logProblem(err)
		}
		out = append(out, stateFile{it, p, err})
	}
	return out
}

// states are the presentation states of all that is open, and what the reader wants of
// them.
type states struct {
	files []stateFile
	by    map[string][]*vision.Presentation // by SOP Instance UID of the images, the newest first
	made  map[presentedKey]*vision.Presented

	there, on bool // whether there is one for the active pane, and applied, as was last told

	// chosen is what the reader chose, by stack; not changed once it is here.
	chosen map[string]stateChoice
}

// stateChoice is a presentation state, or the images' own presentation.
type stateChoice struct {
	own bool
	uid string // SOP Instance UID of the state
}

type presentedKey struct {
	scan  *vision.Scan
	state *vision.Presentation
	uid   string
	demo  bool
}

// maxPresented is how many images are kept as their states have them shown.
const maxPresented = 16

// add takes states in.
func (k *states) add(files []stateFile) {
	k.files = append(k.files, files...)
	if k.by == nil {
		k.by = map[string][]*vision.Presentation{}
	}
	for _, f := range files {
		if f.state == nil {
			continue
		}
		seen := map[string]bool{}
		for _, r := range f.state.References {
			if seen[r.SOPInstanceUID] {
				continue
			}
			seen[r.SOPInstanceUID] = true
			list := append(slices.Clip(k.by[r.SOPInstanceUID]), f.state)
			slices.SortStableFunc(list, func(a, b *vision.Presentation) int {
				return -cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Time, b.Time))
			})
			k.by[r.SOPInstanceUID] = list
		}
	}
}

// of are the states that refer to a frame, the newest first.
func (k *states) of(key Frame) (out []*vision.Presentation) {
	for _, p := range k.by[key.Item.SOPInstanceUID] {
		if p.StudyUID == key.Item.StudyUID && vision.Refers(p, key.Item.SOPInstanceUID, key.Index) {
			out = append(out, p)
		}
	}
	return out
}

// present has a pane shown as the state says that is wanted for its frame: the one that
// was chosen, or else the newest.
func (s *Session) present(p *Pane) {
	p.Presented, p.OwnShown = nil, false
	if p.Scan == nil || len(s.states.by) == 0 {
		return
	}
	list := s.states.of(p.shown)
	if len(list) == 0 {
		return
	}
	choice, made := s.states.chosen[p.shownStack]
	if !made {
		l, kept := s.keptLook(p)
		choice.own = kept && l.Own
	}
	if choice.own {
		p.OwnShown = true
		return
	}
	state := list[0]
	for _, x := range list {
		if x.SOPInstanceUID == choice.uid {
			state = x
		}
	}
	p.Presented = s.presented(p, state)
}

// presented is the image in a pane as a state has it shown; in the demo mode without
// what people wrote in the state.
func (s *Session) presented(p *Pane, state *vision.Presentation) *vision.Presented {
	key := presentedKey{p.Scan, state, p.shown.Item.SOPInstanceUID, s.state.Demo}
	if x := s.states.made[key]; x != nil {
		return x
	}
	x := p.Scan.Present(state, key.uid)
	if s.state.Demo {
		maskPresented(x)
	}
	if s.states.made == nil || len(s.states.made) >= maxPresented {
		s.states.made = map[presentedKey]*vision.Presented{}
	}
	s.states.made[key] = x
	return x
}

// maskPresented masks what people wrote.
func maskPresented(x *vision.Presented) {
	x.VOIs = slices.Clone(x.VOIs)
	for i := range x.VOIs {
		x.VOIs[i].Explanation = ""
	}
	for i := range x.Texts {
		x.Texts[i].Lines = []string{maskedValue}
	}
}

// VOIs are the windows to choose from; the first is the default.
func (p *Pane) VOIs() []vision.VOI {
	if p.Presented != nil {
		return p.Presented.VOIs
	}
	return p.Scan.VOIs
}

// toned is the scan whose grey levels the pane shows.
func (p *Pane) toned() *vision.Scan {
	if p.Presented != nil {
		return p.Presented.Scan
	}
	return p.Scan
}

// begin shows a picture as it is opened: as its presentation state says, or else whole,
// under the file's own first window.
func (p *Pane) begin() {
	p.firstWindow()
	p.Viewport.Turn = vision.Turn{}
	if p.Presented != nil {
		p.Viewport.Turn = p.Presented.Turn
	}
	p.fitBegun()
}

// fitBegun shows the part of the image that its presentation state says, or all of it.
func (p *Pane) fitBegun() {
	p.FitToPane, p.Area = true, vision.Area{}
	if p.Presented != nil {
		p.Area = p.Presented.Area
	}
	p.fit()
}

// stateOf is the state behind what is shown, nil without.
func stateOf(x *vision.Presented) *vision.Presentation {
	if x == nil {
		return nil
	}
	return x.State
}

// untouched tells that nobody changed how the pane shows its picture since it was opened.
func (p *Pane) untouched() bool {
	return p.VOIIndex == 0 && !p.Invert && p.FitToPane && p.Viewport.Turn.Identity()
}

// takeStates takes presentation states in that were found, and applies them to what is
// on screen and was not touched.
func (s *Session) takeStates(files []stateFile) {
	if len(files) == 0 {
		return
	}
	s.states.add(files)
	changed := false
	for _, p := range s.state.Panes {
		if p.Scan == nil || p.Presented != nil || !p.untouched() {
			continue
		}
		if s.present(p); p.Presented != nil {
			p.begin()
			changed = true
		}
	}
	if changed {
		s.followCursor()
		s.publish(DisplayChanged, GeometryChanged)
	}
}

// PresentationChoice is a presentation state that the image in the active pane can be
// shown by.
type PresentationChoice struct {
	UID  string
	Name PresentationName
	On   bool
}

// PresentationName says which state it is; empty texts in the demo mode.
type PresentationName struct {
	Label, Description, Creator string
	Date, Time                  string // YYYYMMDD, HHMMSS
}

func (s *State) presentationName(p *vision.Presentation) PresentationName {
	if s.Demo {
		return PresentationName{}
	}
	return PresentationName{Printable(p.Label), Printable(p.Description), Printable(p.Creator), p.Date, p.Time}
}

// PresentationOf says by which state a pane shows its image; ok is false where by none.
func (s *State) PresentationOf(p *Pane) (name PresentationName, ok bool) {
	if p.Presented == nil {
		return name, false
	}
	return s.presentationName(p.Presented.State), true
}

// Presentations lists the states that refer to the image in the active pane.
func (s *Session) Presentations() (out []PresentationChoice) {
	p := s.state.Pane
	if p.Scan == nil {
		return nil
	}
	for _, x := range s.states.of(p.shown) {
		out = append(out, PresentationChoice{x.SOPInstanceUID, s.state.presentationName(x), stateOf(p.Presented) == x})
	}
	return out
}

// ChoosePresentation has the stack in the active pane shown by a presentation state of
// its images, or without one if uid is empty; images that it does not refer to are shown
// by the newest one that does.
func (s *Session) ChoosePresentation(uid string) {
	st := &s.state
	if st.Scan == nil || uid != "" && !slices.ContainsFunc(s.states.of(st.shown), func(p *vision.Presentation) bool { return p.SOPInstanceUID == uid }) {
		return
	}
	s.EndGesture()
	s.do(StepPresentation, func() {
		chosen := maps.Clone(s.states.chosen)
		if chosen == nil {
			chosen = map[string]stateChoice{}
		}
		chosen[st.shownStack] = stateChoice{own: uid == "", uid: uid}
		s.states.chosen = chosen
		for _, p := range st.Panes {
			if p.Scan == nil || p.shownStack != st.shownStack {
				continue
			}
			before := stateOf(p.Presented)
			if s.present(p); stateOf(p.Presented) != before {
				p.begin()
			}
		}
	})
	s.followCursor()
	s.publish(DisplayChanged, GeometryChanged)
}

// TogglePresentation shows the image in the active pane without its presentation state,
// or by the newest one again.
func (s *Session) TogglePresentation() {
	list := s.Presentations()
	switch {
	case len(list) == 0:
	case s.state.Presented != nil:
		s.ChoosePresentation("")
	default:
		s.ChoosePresentation(list[0].UID)
	}
}

// NoPresentation says why there is no presentation state to choose, nil where there is.
func (s *Session) NoPresentation() *Message {
	switch {
	case s.state.Scan == nil:
		return reason(Say("No scan is open"))
	case len(s.states.of(s.state.shown)) == 0:
		return reason(Say("No presentation state refers to this image."))
	}
	return nil
}

// PresentationNotes say what is wrong with presentation states of the study in the active
// pane: those that cannot be applied and, when all files were found, those whose images
// are not here.
func (s *Session) PresentationNotes() (out []error) {
	st := &s.state
	if st.stack == nil || len(s.states.files) == 0 {
		return nil
	}
	var here map[string]bool
	for _, f := range s.states.files {
		switch {
		case f.item.StudyUID != st.stack.Study.UID:
		case f.err != nil:
			out = append(out, f.err)
		case !st.Indexing:
			if here == nil {
				here = s.instances(st.stack.Study.UID)
			}
			if !slices.ContainsFunc(f.state.References, func(r vision.ImageReference) bool { return here[r.SOPInstanceUID] }) {
				out = append(out, fault.New(fault.StrayState, f.item.Path(), "images: %d", len(f.state.References)))
			}
		}
	}
	return out
}

// instances are the images of a study by their SOP Instance UIDs.
func (s *Session) instances(studyUID string) map[string]bool {
	out := map[string]bool{}
	for _, k := range s.state.Stacks {
		if k.Study.UID == studyUID {
			for _, f := range k.Frames {
				out[f.Item.SOPInstanceUID] = true
			}
		}
	}
	return out
}

// followPresentation tells when another image has a presentation state, or is shown by
// one, than before.
func (s *Session) followPresentation(e Event) {
	switch e {
	case ScanOpened, FrameShown, ActiveChanged, LayoutChanged, DisplayChanged:
	default:
		return
	}
	p := s.state.Pane
	there, on := p.Presented != nil || p.OwnShown, p.Presented != nil
	if there != s.states.there || on != s.states.on {
		s.states.there, s.states.on = there, on
		s.publish(PresentationChanged)
	}
}
