package app

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"lightbox/vision"
	"lightbox/vision/study"
)

// SetDemo switches the mode for clinical reviews: whatever tells who a patient is, is
// masked everywhere at once. The session holds masked copies then, so that what draws,
// lists, copies or exports has nothing else to show.
func (s *Session) SetDemo(on bool) {
	st := &s.state
	if st.Demo == on {
		return
	}
	st.Demo = on
	if s.catalog != nil {
		s.takeCatalog()
		for _, p := range st.Panes {
			if p.StackIndex >= 0 && p.StackIndex < len(st.Stacks) {
				p.stack = st.Stacks[p.StackIndex]
			}
		}
	}
	for _, p := range st.Panes {
		if p.Scan != nil {
			s.dress(p)
		}
		if p.FrameFault != nil {
			p.FrameFault = s.state.masked(p.FrameFault)
		}
	}
	if st.Problem != nil {
		st.Problem = s.state.masked(st.Problem)
	}
	if st.Told != nil {
		st.Told = s.state.masked(st.Told)
	}
	s.refreshBusy()
	for _, t := range s.thumbnails {
		t.Fault = s.state.masked(t.Fault)
	}
	s.publish(DemoChanged)
}

// Explain is what Explain of this package says, without the name of the file where that is masked.
func (s *State) Explain(err error) Message {
	m := Explain(err)
	return *s.masked(&m)
}

// masked is a message without names of files; nil stays nil. What is masked stays so:
// the name is gone.
func (s *State) masked(m *Message) *Message {
	if m == nil || !s.Demo || m.Args["File"] == nil {
		return m
	}
	out := Message{m.Text, maps.Clone(m.Args)}
	out.Args["File"] = Term("The file")
	return &out
}

// dress reads the texts of the scan in a pane as its source wants it, and masks them
// in the demo mode. The scan in the cache keeps its own.
func (s *Session) dress(p *Pane) {
	if kept := s.cache.Get(p.shown); kept != nil {
		p.Scan = kept
	}
	p.Redecoded = s.readsGB18030(p.Scan)
	defer func() {
		s.present(p)
		p.explainVOI()
	}()
	if !p.Redecoded && !s.state.Demo {
		return
	}
	scan := *p.Scan
	if p.Redecoded {
		scan.Header = scan.Header.Redecoded()
	}
	if s.state.Demo {
		scan.Header = scan.Header.Masked(s.caseOf(p.stack))
		scan.Path = s.maskedFile(p) + ending(scan.Path)
		scan.VOIs = slices.Clone(scan.VOIs)
		for i := range scan.VOIs {
			scan.VOIs[i].Explanation = ""
		}
	}
	p.Scan = &scan
}

// explainVOI brings what the file says of its window to what may be told of it.
func (p *Pane) explainVOI() {
	told := p.VOI.Source == vision.SourceFile || p.VOI.Source == vision.SourceLUT || p.VOI.Source == vision.SourceState
	if told && p.VOIIndex >= 0 && p.VOIIndex < len(p.VOIs()) {
		p.VOI.Explanation = p.VOIs()[p.VOIIndex].Explanation
	}
}

// maskedFile is what the file in a pane is called in the demo mode, without an ending.
func (s *Session) maskedFile(p *Pane) string {
	name := s.caseOf(p.stack)
	if n := p.Frames(); n > 1 {
		name += fmt.Sprintf(" image %0*d", len(fmt.Sprint(n)), p.ShownFrame()+1)
	}
	return name
}

// caseOf is the pseudonym of a stack's study: its number in the order in which the
// studies of this session came.
func (s *Session) caseOf(k *Stack) string {
	if k == nil {
		return ""
	}
	return s.caseNumber(k.studyID)
}

func (s *Session) caseNumber(studyID string) string {
	n, ok := s.caseNumbers[studyID]
	if !ok {
		n = len(s.caseNumbers) + 1
		s.caseNumbers[studyID] = n
	}
	return fmt.Sprintf("case %03d", n)
}

// FileName is what a file is called on screen; masked in the demo mode.
func (s *State) FileName(it *study.Item) string {
	if s.Demo {
		return cmp.Or(strings.TrimPrefix(strings.ToUpper(ending(it.Path())), "."), string(it.Format))
	}
	return filepath.Base(it.Path())
}

// endings are those of files that tell nothing but the format. Names without one often
// have points in them all the same, "Doe.Jane" say.
var endings = []string{".dcm", ".dicom", ".ima", ".nii", ".gz", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".zip", ".csv", ".json"}

// ending is the ending of a file's name, in lower case, empty where it could be part of
// a patient's name.
func ending(path string) string {
	if e := strings.ToLower(filepath.Ext(path)); slices.Contains(endings, e) {
		return e
	}
	return ""
}

// secondaryCapture begins the SOP classes of pictures that were made of a screen or
// digitised (PS3.4 annex B.5).
const secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

// Unmasked says what the demo mode cannot mask in the picture on screen: text in its
// pixels or overlay planes. ok is false where there should be none, and outside the
// mode.
func (s *State) Unmasked() (m Message, ok bool) {
	if !s.Demo || s.Scan == nil {
		return Message{}, false
	}
	h := &s.Scan.Header
	switch {
	case h.BurnedInAnnotation == "YES":
		return Say("The file says that text is burned into this picture: the demo mode cannot mask it."), true
	case s.Scan.Format != vision.DICOM, h.Modality == "US", strings.HasPrefix(h.SOPClassUID, secondaryCapture), s.Scan.Overlay != nil:
		return Say("Text may stand in this picture itself: the demo mode cannot mask it. Look before you show it."), true
	}
	return Message{}, false
}

// Recent are the scans that were opened last; none in the demo mode, which lists no
// names of files.
func (s *Session) Recent() []string {
	if s.state.Demo {
		return nil
	}
	return s.settings.Recent
}

// Title names what is on screen: its file, or the case in the demo mode. A patient's
// name stays off the task bar.
func (s *State) Title() string {
	switch {
	case s.Scan != nil:
		return filepath.Base(s.Scan.Path)
	case s.stack != nil && s.Frame < len(s.stack.Frames):
		return s.FileName(s.stack.Frames[s.Frame].Item)
	}
	return ""
}

// maskStudy is a study without what tells whose it is; series and their objects
// likewise.
func maskStudy(x *study.Study, name string) *study.Study {
	out := &study.Study{UID: x.UID, PatientID: name, Sex: x.Sex, Age: x.Age}
	for _, r := range x.Series {
		m := &study.Series{UID: r.UID, Number: r.Number, Modality: r.Modality, BodyPart: r.BodyPart, Laterality: r.Laterality, Stacks: r.Stacks}
		for _, it := range r.Others {
			m.Others = append(m.Others, &study.Item{Blob: it.Blob, Format: it.Format, Fault: it.Fault, Modality: it.Modality})
		}
		out.Series = append(out.Series, m)
	}
	return out
}

// takeCatalog takes over what was found, masked in the demo mode.
func (s *Session) takeCatalog() {
	st := &s.state
	st.Studies, st.Stacks = nil, nil
	for _, x := range s.catalog.Studies() {
		id := x.UID + "\x00" + x.Folder
		shown := x
		if st.Demo {
			shown = maskStudy(x, s.caseNumber(id))
		}
		st.Studies = append(st.Studies, shown)
		for i, r := range x.Series {
			for _, k := range r.Stacks {
				st.Stacks = append(st.Stacks, &Stack{
					Stack: k, Study: shown, Series: shown.Series[i],
					studyID: id, id: stackID(id, r, k), whole: x, wholeSeries: r,
				})
			}
		}
	}
}

// maskTags masks the values of data elements that could tell who a patient is: all
// text but what codes say of pictures and equipment, all dates, names and unique
// identifiers, all private elements. What is left are numbers and codes.
func maskTags(list []Tag) {
	for i := range list {
		t := &list[i]
		t.Creator = "" // of a private element: free text
		if t.Label == "Note of its writer" || t.Label == "" && revealing(&t.Tag) {
			t.Value = maskedValue
		}
	}
}

// maskedValue stands in the place of what is masked.
const maskedValue = "•••"

// revealing tells whether the value of a data element could tell who a patient is.
func revealing(t *vision.Tag) bool {
	if t.Value == "" || t.Form == vision.TagSequence || t.Form == vision.TagItem {
		return false
	}
	group, element := t.Tag>>16, t.Tag&0xffff
	switch {
	case group%2 == 1:
		return true
	case group == 0x0002 && (element == 0x0002 || element == 0x0010), group == 0x0008 && element == 0x0016:
		return false // what kind of object it is, and how it is coded
	case group == 0x0010:
		return element != 0x0040 && element != 0x1010 // sex and age
	}
	switch t.VR {
	case "US", "SS", "UL", "SL", "FL", "FD", "DS", "IS", "CS", "AT", "OB", "OW", "OF", "OD", "OL", "OV", "SV", "UV":
		return false
	}
	return true
}
