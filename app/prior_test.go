package app

import (
	"strings"
	"testing"

	"lightbox/vision/study"
)

// today is the exam that a prior is looked for.
func today(edit func(e *Exam)) Exam {
	e := Exam{
		StudyUID: "1", PatientID: "P7", PatientName: "Doe^Jane", BirthDate: "19600102", Sex: "F", Date: "20260301", Time: "101500",
		Modality: "CT", BodyPart: "CHEST", Description: "CT Chest Lung 1.0", Orientation: []float64{1, 0, 0, 0, 1, 0}, Images: 300,
	}
	if edit != nil {
		edit(&e)
	}
	return e
}

// before is an exam of two years before.
func before(edit func(e *Exam)) Exam {
	return today(func(e *Exam) {
		e.StudyUID, e.Date = "2", "20240301"
		if edit != nil {
			edit(e)
		}
	})
}

func TestPriorMustFit(t *testing.T) {
	const byID, byName = "An earlier study of this patient", "An earlier study, of this patient by name"
	nobody := func(e *Exam) { e.PatientID, e.PatientName, e.BirthDate = "", "", "" }
	for name, c := range map[string]struct {
		current, other Exam
		why            string
	}{
		"the same patient":               {today(nil), before(nil), byID},
		"the same study":                 {today(nil), before(func(e *Exam) { e.StudyUID = "1" }), "No other study"},
		"a later study":                  {today(nil), before(func(e *Exam) { e.Date = "20260302" }), "known to be an earlier"},
		"the same time":                  {today(nil), before(func(e *Exam) { e.Date = "20260301" }), "known to be an earlier"},
		"earlier that day":               {today(nil), before(func(e *Exam) { e.Date, e.Time = "20260301", "091500" }), byID},
		"that day, at no time":           {today(nil), before(func(e *Exam) { e.Date, e.Time = "20260301", "" }), "known to be an earlier"},
		"no date":                        {today(nil), before(func(e *Exam) { e.Date = "" }), "known to be an earlier"},
		"another ID, all else too":       {today(nil), before(func(e *Exam) { e.PatientID, e.PatientName, e.BirthDate = "P8", "Roe^Ann", "19700101" }), "other patients"},
		"another ID and name":            {today(nil), before(func(e *Exam) { e.PatientID, e.PatientName = "P8", "Roe^Ann" }), "other patients"},
		"another ID, nothing else":       {today(nobody), before(func(e *Exam) { nobody(e); e.PatientID = "P8" }), "Nothing tells"},
		"two IDs, nothing else":          {today(func(e *Exam) { nobody(e); e.PatientID = "P7" }), before(func(e *Exam) { nobody(e); e.PatientID = "P8" }), "other patients"},
		"one ID, another birth date":     {today(nil), before(func(e *Exam) { e.BirthDate = "19600103" }), "other patients"},
		"one ID, another sex":            {today(nil), before(func(e *Exam) { e.Sex = "M" }), "other patients"},
		"one ID, a changed name":         {today(nil), before(func(e *Exam) { e.PatientName = "Roe^Jane" }), byID},
		"one ID, another name, no dates": {today(nil), before(func(e *Exam) { e.PatientName, e.BirthDate = "Roe^Jane", "" }), "other patients"},
		"one ID alone":                   {today(func(e *Exam) { e.PatientName, e.BirthDate = "", "" }), before(nil), byID},
		"an ID of blanks around":         {today(nil), before(func(e *Exam) { e.PatientID = " p7 " }), byID},
		"another ID, name and date":      {today(nil), before(func(e *Exam) { e.PatientID = "A-1" }), byName},
		"no ID, name and date":           {today(nil), before(func(e *Exam) { e.PatientID, e.PatientName = "", "DOE^JANE^" }), byName},
		"no ID, name alone":              {today(nil), before(func(e *Exam) { e.PatientID, e.BirthDate = "", "" }), "Nothing tells"},
		"no ID, another first name":      {today(nil), before(func(e *Exam) { e.PatientID, e.PatientName = "", "Doe^John" }), "other patients"},
		"ideographs agree":               {today(func(e *Exam) { e.PatientName = "Wang^Wei=王^伟" }), before(func(e *Exam) { e.PatientID, e.PatientName = "", "王^伟" }), byName},
		"nobody":                         {today(nobody), before(nobody), "Nothing tells"},
		"anonymous": {today(func(e *Exam) { e.PatientID, e.PatientName, e.BirthDate = "ANONYMOUS", "Anonymous^", "" }),
			before(func(e *Exam) { e.PatientID, e.PatientName, e.BirthDate = "Anonymous", "Anonymous^", "" }), "Nothing tells"},
		"an ID of zeros":    {today(func(e *Exam) { e.PatientID, e.BirthDate = "000", "" }), before(func(e *Exam) { e.PatientID, e.BirthDate = "000", "" }), "Nothing tells"},
		"another modality":  {today(nil), before(func(e *Exam) { e.Modality = "MR" }), "another modality"},
		"CR and DX":         {today(func(e *Exam) { e.Modality = "DX" }), before(func(e *Exam) { e.Modality = "CR" }), byID},
		"another part":      {today(nil), before(func(e *Exam) { e.BodyPart, e.Description = "HEAD", "CT head" }), "another part"},
		"a wider part":      {today(nil), before(func(e *Exam) { e.BodyPart = "CHEST_ABDOMEN" }), byID},
		"another word":      {today(nil), before(func(e *Exam) { e.BodyPart = "THORAX" }), byID},
		"in words":          {today(nil), before(func(e *Exam) { e.BodyPart, e.Description = "", "CT Thorax i.v." }), byID},
		"in Chinese":        {today(nil), before(func(e *Exam) { e.BodyPart, e.Description = "", "胸部CT平扫" }), byID},
		"another, Chinese":  {today(nil), before(func(e *Exam) { e.BodyPart, e.Description = "", "头颅CT平扫" }), "another part"},
		"no part":           {today(nil), before(func(e *Exam) { e.BodyPart, e.Description = "", "routine" }), byID},
		"a part unheard of": {today(func(e *Exam) { e.BodyPart = "TAIL" }), before(func(e *Exam) { e.BodyPart = "TAIL" }), byID},
		"parts unheard of":  {today(func(e *Exam) { e.BodyPart = "TAIL" }), before(func(e *Exam) { e.BodyPart = "WING" }), "another part"},
		"neck spine, back":  {today(func(e *Exam) { e.BodyPart = "CSPINE" }), before(func(e *Exam) { e.BodyPart = "LSPINE" }), "another part"},
		"another side":      {today(func(e *Exam) { e.Laterality = "L" }), before(func(e *Exam) { e.Laterality = "R" }), "the other side"},
		"both sides":        {today(func(e *Exam) { e.Laterality = "L" }), before(func(e *Exam) { e.Laterality = "B" }), byID},
	} {
		index, why := Prior(c.current, []Exam{c.current, c.other})
		found := strings.HasPrefix(c.why, "An earlier")
		if (index == 1) != found || index != 1 && index != -1 || !strings.Contains(why.String(), c.why) {
			t.Errorf("%s: %d, %s", name, index, why)
		}
	}
	if index, why := Prior(today(nil), nil); index != -1 || why.Text != "No other study is open." {
		t.Error(index, why)
	}
}

// The nearest that there was is what is told.
func TestWhyThereIsNoPrior(t *testing.T) {
	all := []Exam{
		before(func(e *Exam) { e.PatientName, e.PatientID = "Roe^Ann", "P8" }), before(func(e *Exam) { e.BodyPart = "HEAD" }),
		before(func(e *Exam) { e.Modality = "MR" }), today(nil),
	}
	if index, why := Prior(today(nil), all); index != -1 || !strings.Contains(why.String(), "another part") {
		t.Error(index, why)
	}
}

func TestPriorIsTheMostAlike(t *testing.T) {
	coronal := []float64{1, 0, 0, 0, 0, -1}
	tilted := []float64{1, 0, 0, 0, 0.94, 0.342} // 20°
	old := func(edit func(e *Exam)) Exam {
		return before(func(e *Exam) {
			e.StudyUID, e.Date = "3", "20220301"
			edit(e)
		})
	}
	nothing := func(*Exam) {}
	for name, all := range map[string][]Exam{ // the second is the one
		"the latest":                   {old(nothing), before(nil)},
		"the direction":                {before(func(e *Exam) { e.Orientation = coronal }), before(nil)},
		"the direction before the day": {before(func(e *Exam) { e.Orientation = coronal }), old(nothing)},
		"a tilted gantry":              {before(func(e *Exam) { e.Orientation = coronal }), before(func(e *Exam) { e.Orientation = tilted })},
		"none is no direction":         {before(func(e *Exam) { e.Orientation = nil }), old(nothing)},
		"turned round":                 {old(nothing), before(func(e *Exam) { e.Orientation = []float64{-1, 0, 0, 0, 1, 0} })},
		"the words":                    {before(func(e *Exam) { e.Description = "CT Chest Mediastinum 5.0" }), before(func(e *Exam) { e.Description = "CT chest lung 1.0 CE" })},
		"the day before the words":     {old(nothing), before(func(e *Exam) { e.Description = "CT thorax" })},
		"the number":                   {before(func(e *Exam) { e.Images = 1 }), before(func(e *Exam) { e.Images = 290 })},
		"the first of equals":          {before(func(e *Exam) { e.PatientName, e.PatientID = "Roe^Ann", "P8" }), before(nil), before(nil)},
	} {
		if index, why := Prior(today(nil), all); index != 1 {
			t.Errorf("%s: %d, %s", name, index, why)
		}
	}
	film := func(view string) func(e *Exam) {
		return func(e *Exam) { e.Modality, e.View, e.Orientation, e.Images = "DX", view, nil, 1 }
	}
	all := []Exam{before(film("LL")), before(film("PA"))}
	if index, why := Prior(today(film("PA")), all); index != 1 {
		t.Errorf("the view: %d, %s", index, why)
	}
}

func TestExamOfAStack(t *testing.T) {
	k := &Stack{
		Stack:  &study.Stack{Orientation: []float64{1, 0, 0, 0, 1, 0}, Frames: []study.Frame{{Item: &study.Item{ViewPosition: "PA"}}}},
		Study:  &study.Study{UID: "1", PatientID: "P7", PatientName: "Doe^Jane", BirthDate: "19600102", Sex: "F", Date: "20260301", Time: "101500", Description: "CT Chest"},
		Series: &study.Series{Modality: "CT", BodyPart: "CHEST", Laterality: "L", Description: "Lung 1.0", Protocol: "Thorax"},
	}
	want := today(func(e *Exam) {
		e.Laterality, e.View, e.Description, e.Images = "L", "PA", "CT Chest Lung 1.0 Thorax", 1
	})
	got := ExamOf(k)
	if index, why := Prior(want, []Exam{got}); index != -1 || why.Text != "No other study is open." {
		t.Error(index, why)
	}
	if got.Description != want.Description || got.View != want.View || got.Images != 1 || got.Sex != "F" || got.Time != "101500" || got.Laterality != "L" || got.Modality != "CT" || len(got.Orientation) != 6 {
		t.Errorf("%+v", got)
	}
	if e := ExamOf(&Stack{Stack: &study.Stack{}, Study: &study.Study{}, Series: &study.Series{}}); e.Images != 0 {
		t.Errorf("%+v", e)
	}
}
