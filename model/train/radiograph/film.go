package radiograph

import (
	"strings"

	"lightbox/model/lungs"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
)

// Class is what a film shows, as far as it is known.
type Class int

// Classes of chest films.
const (
	Unknown Class = iota
	Normal
	Opacity // pneumonia, where that is what the readers were asked for
	Other   // abnormal, but no opacity
)

// classes are the names that data sets give them, in lower case.
var classes = map[string]Class{
	"normal": Normal, "0": Normal, "negative": Normal, "no finding": Normal, "no_finding": Normal,
	"pneumonia": Opacity, "1": Opacity, "positive": Opacity, "lung opacity": Opacity, "lung_opacity": Opacity, "opacity": Opacity, "covid": Opacity, "covid-19": Opacity,
	"no lung opacity / not normal": Other, "other_abnormal": Other,
}

// otherFindings are classes of chest films that are known, although no network here
// tells them apart.
// Source: Wang et al., CVPR 2017 (the findings of ChestX-ray14), and sets of others.
var otherFindings = map[string]bool{
	"atelectasis": true, "cardiomegaly": true, "consolidation": true, "edema": true, "effusion": true, "emphysema": true, "fibrosis": true,
	"hernia": true, "infiltration": true, "mass": true, "nodule": true, "pleural_thickening": true, "pleural thickening": true,
	"pneumothorax": true, "tuberculosis": true, "fracture": true, "abnormal": true, "other": true,
}

// Known tells whether the name of a class, in lower case, is one that chest films are
// known to have, and no slip of the pen. Findings may be joined by a vertical bar.
func Known(name string) bool {
	for one := range strings.SplitSeq(name, "|") {
		if one = strings.TrimSpace(one); classes[one] == Unknown && !otherFindings[one] {
			return false
		}
	}
	return true
}

// ClassOf reads the name of a class, in lower case.
func ClassOf(name string) Class { return classes[name] }

// Label is 1 for a film with opacity, 0 for a normal one, and
// [ensembles.Unknown] for the others.
func (c Class) Label() int {
	switch c {
	case Normal:
		return 0
	case Opacity:
		return 1
	}
	return ensembles.Unknown
}

// Film is one chest film for training or measuring, reduced to lungs.FilmSide
// squared.
type Film struct {
	Set, Name, Group, View string
	Class                  Class
	Held                   bool // never trained on
	Picture                plane.Bytes
	Drawn                  plane.Bytes // mask of the lungs that came with the film; nil for none
	Lungs                  plane.Bytes // mask that the classifier is to look through; made by FindLungs
}

// Fold deals groups into so many folds, always the same.
func (f *Film) Fold(folds int) int { return ensembles.Fold(f.Group, folds) }

// Cases are the films as package ensembles has them.
func Cases(films []Film) []ensembles.Case {
	cases := make([]ensembles.Case, len(films))
	for i := range films {
		f := &films[i]
		cases[i] = ensembles.Case{Set: f.Set, Name: f.Name, Group: f.Group, View: f.View, Label: f.Class.Label(), Held: f.Held}
	}
	return cases
}

// Bounds for telling a set of films on which all but the lungs was made black.
const (
	blackLevel  = 10   // of 255: the noise that JPEG leaves
	blackPart   = 0.35 // of a film
	cutOutFilms = 0.9  // of a set
)

// CutOutSets names the sets of films that show nothing but lungs.
func CutOutSets(films []Film) map[string]bool {
	black, all := map[string]int{}, map[string]int{}
	for i := range films {
		f := &films[i]
		n, ring := 0, 0
		for k, v := range f.Picture {
			if v > blackLevel {
				continue
			}
			n++
			if x, y := k%lungs.FilmSide, k/lungs.FilmSide; x == 0 || y == 0 || x == lungs.FilmSide-1 || y == lungs.FilmSide-1 {
				ring++
			}
		}
		all[f.Set]++
		if float64(n) > blackPart*float64(len(f.Picture)) && ring > 4*lungs.FilmSide*95/100 {
			black[f.Set]++
		}
	}
	sets := map[string]bool{}
	for set, n := range all {
		sets[set] = float64(black[set]) > cutOutFilms*float64(n)
	}
	return sets
}
