package app

import (
	"slices"
	"strings"
	"unicode"
)

// bodyParts are how parts of the body are called in Body Part Examined (PS3.16 annex L)
// and in descriptions: beginnings of words, and characters of Chinese ones.
var bodyParts = []struct {
	part    string
	words   []string
	chinese []string
}{
	{"head", []string{"HEAD", "BRAIN", "SKULL", "CRANI", "NEURO", "CEREBR", "ORBIT", "SINUS"}, []string{"头", "颅", "脑"}},
	{"neck", []string{"NECK", "CAROTID", "THYROID"}, []string{"颈部", "甲状腺"}},
	{"chest", []string{"CHEST", "THORAX", "LUNG", "RIB"}, []string{"胸部", "胸片", "肺"}},
	{"heart", []string{"HEART", "CARDI", "CORONAR"}, []string{"心"}},
	{"breast", []string{"BREAST", "MAMM"}, []string{"乳"}},
	{"abdomen", []string{"ABD", "LIVER", "KIDNEY", "PANCREA", "SPLEEN"}, []string{"腹", "肝", "肾", "胰", "脾"}},
	{"pelvis", []string{"PELVI", "PROSTAT", "UTERUS", "BLADDER"}, []string{"盆", "前列腺", "子宫", "膀胱"}},
	{"cervical spine", []string{"CSPINE", "CERVIC"}, []string{"颈椎"}},
	{"thoracic spine", []string{"TSPINE", "THORACIC"}, []string{"胸椎"}},
	{"lumbar spine", []string{"LSPINE", "LUMB", "SSPINE", "SACR"}, []string{"腰椎", "骶"}},
	{"shoulder", []string{"SHOULDER", "CLAVIC"}, []string{"肩"}},
	{"arm", []string{"ELBOW", "ARM", "HUMER", "FOREARM"}, []string{"肘", "臂"}},
	{"hand", []string{"HAND", "WRIST", "FINGER"}, []string{"手", "腕"}},
	{"hip", []string{"HIP", "FEMUR"}, []string{"髋", "股骨"}},
	{"knee", []string{"KNEE", "PATELL"}, []string{"膝"}},
	{"foot", []string{"FOOT", "ANKLE", "TOE", "CALCAN", "HEEL"}, []string{"足", "踝"}},
}

// samePart tells whether two exams may show one part of the body: they have a part in
// common, or one of them says nothing of it.
func samePart(a, b Exam) bool {
	of, in := partsOf(a), partsOf(b)
	return len(of) == 0 || len(in) == 0 || slices.ContainsFunc(of, func(p string) bool { return slices.Contains(in, p) })
}

// partsOf are the parts that Body Part Examined names, or, where it names none, the
// descriptions. One that is not in the table is itself.
func partsOf(e Exam) []string {
	if strings.TrimSpace(e.BodyPart) == "" {
		return partsIn(e.Description)
	}
	if parts := partsIn(e.BodyPart); parts != nil {
		return parts
	}
	return words(e.BodyPart)
}

func partsIn(text string) []string {
	var parts []string
	list := words(text)
	for _, p := range bodyParts {
		begins := func(w string) bool {
			return slices.ContainsFunc(p.words, func(b string) bool { return strings.HasPrefix(w, b) })
		}
		if slices.ContainsFunc(list, begins) || slices.ContainsFunc(p.chinese, func(c string) bool { return strings.Contains(text, c) }) {
			parts = append(parts, p.part)
		}
	}
	return parts
}

// words are the words of a description in capitals.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
