package app

import (
	"cmp"
	"math"
	"strings"

	"lightbox/vision/space"
)

// Exam is what finding a prior asks of a stack, in DICOM's terms.
type Exam struct {
	StudyUID, PatientID, PatientName, BirthDate, Sex string
	Date, Time                                       string // of the study: YYYYMMDD, HHMMSS
	Modality, BodyPart, Laterality, View             string
	Description                                      string    // of study, series and protocol
	Orientation                                      []float64 // direction cosines of row and column, nil if none
	Images                                           int
}

// ExamOf describes a stack.
func ExamOf(k *Stack) Exam {
	x, r := k.whole, k.wholeSeries
	if x == nil {
		x, r = k.Study, k.Series
	}
	e := Exam{
		StudyUID: x.UID, PatientID: x.PatientID, PatientName: x.PatientName, BirthDate: x.BirthDate, Sex: x.Sex, Date: x.Date, Time: x.Time,
		Modality: r.Modality, BodyPart: r.BodyPart, Laterality: r.Laterality,
		Description: strings.Join([]string{x.Description, r.Description, r.Protocol}, " "),
		Orientation: k.Orientation, Images: len(k.Frames),
	}
	if len(k.Frames) > 0 {
		e.View = k.Frames[0].Item.ViewPosition
	}
	return e
}

// mismatch is what keeps an exam from being a prior, from the first that is looked at
// to the last.
type mismatch int

const (
	sameStudy mismatch = iota
	otherPatient
	unknownPatient
	notEarlier
	otherModality
	otherPart
	otherSide
	fitting
)

// noPrior words, by the nearest that an exam came to being one, why there is none.
var noPrior = [fitting]Message{
	sameStudy:      Say("No other study is open."),
	otherPatient:   Say("The other studies are of other patients."),
	unknownPatient: Say("Nothing tells that another study is of this patient: that takes the patient ID, or name and birth date."),
	notEarlier:     Say("No study that is open is known to be an earlier one of this patient."),
	otherModality:  Say("The earlier studies of this patient are of another modality."),
	otherPart:      Say("The earlier studies of this patient are of another part of the body."),
	otherSide:      Say("The earlier studies of this patient are of the other side."),
}

// Prior finds among the exams that are open the one to compare the current one with:
// of the same patient, of an earlier study, of the same modality, and of the same part
// of the body and the same side as far as the files say. Those of the same direction
// and view are taken first, of these the latest study, in it the series whose description
// is most alike, then the one with the most images. why says on what the choice rests, or,
// with an index of −1, why there is none.
//
// Another patient's images beside the current ones would be worse than none: what may
// be another's is never chosen.
func Prior(current Exam, all []Exam) (index int, why Message) {
	index = -1
	var nearest mismatch
	var best Exam
	for i, e := range all {
		m := differs(current, e)
		nearest = max(nearest, m)
		if m == fitting && (index < 0 || better(current, e, best)) {
			index, best = i, e
		}
	}
	switch {
	case index < 0:
		return -1, noPrior[nearest]
	case sameID(current, best):
		return index, Say("An earlier study of this patient")
	}
	return index, Say("An earlier study, of this patient by name and birth date: the patient IDs differ or are missing")
}

// differs is the first thing in which an exam is no prior of the current one.
func differs(current, e Exam) mismatch {
	same, known := samePatient(current, e)
	switch {
	case e.StudyUID == current.StudyUID:
		return sameStudy
	case !known:
		return unknownPatient
	case !same:
		return otherPatient
	case !earlier(e, current):
		return notEarlier
	case modalityGroup(e.Modality) != modalityGroup(current.Modality):
		return otherModality
	case !samePart(current, e):
		return otherPart
	case opposite(current.Laterality, e.Laterality):
		return otherSide
	}
	return fitting
}

// earlier tells whether a is known to be of an earlier time than b.
func earlier(a, b Exam) bool {
	if len(a.Date) != 8 || len(b.Date) != 8 {
		return false
	}
	return a.Date < b.Date || a.Date == b.Date && a.Time != "" && b.Time != "" && a.Time < b.Time
}

// modalityGroup takes radiographs on plates and on detectors as one.
func modalityGroup(modality string) string {
	if modality == "CR" {
		return "DX"
	}
	return modality
}

func opposite(a, b string) bool { return a == "L" && b == "R" || a == "R" && b == "L" }

// better tells whether a is more of a prior than b; both fit.
func better(current, a, b Exam) bool {
	rank := func(e Exam) int {
		if sameDirection(current, e) && (current.View == "" || e.View == "" || current.View == e.View) {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Time, b.Time), cmp.Compare(a.StudyUID, b.StudyUID),
		cmp.Compare(alike(current.Description, a.Description), alike(current.Description, b.Description)), cmp.Compare(a.Images, b.Images)) > 0
}

// obliqueness is how many degrees the slices of two stacks may be inclined to each
// other to be of one direction: gantries are tilted, and heads lie askew.
const obliqueness = 30

// sameDirection tells whether slices run the same way, or none says which.
func sameDirection(a, b Exam) bool {
	if len(a.Orientation) != 6 || len(b.Orientation) != 6 {
		return len(a.Orientation) == len(b.Orientation)
	}
	normal := func(o []float64) [3]float64 { return space.Cross([3]float64(o[:3]), [3]float64(o[3:])) }
	n, m := normal(a.Orientation), normal(b.Orientation)
	return math.Abs(space.Dot(n, m)) >= math.Cos(obliqueness*math.Pi/180)*space.Norm(n)*space.Norm(m)
}

// alike is the share of words that two descriptions have in common, from 0 to 1.
func alike(a, b string) float64 {
	of, in := map[string]bool{}, map[string]bool{}
	for _, w := range words(a) {
		of[w] = true
	}
	common := 0
	for _, w := range words(b) {
		if of[w] && !in[w] {
			common++
		}
		in[w] = true
	}
	if len(of)+len(in) == 0 {
		return 0
	}
	return float64(common) / float64(len(of)+len(in)-common)
}
