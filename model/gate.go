package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Facts is what a file says about a picture, as far as it says anything.
// Empty strings and a nil age mean that the file is silent.
type Facts struct {
	Format   string   // "DICOM", "NIfTI", or a picture format such as "PNG"
	Modality string   // DICOM (0008,0060)
	BodyPart string   // DICOM (0018,0015)
	View     string   // DICOM view position (0018,5101)
	AgeYears *float64 // at the time of the study, years
	Colour   bool     // the picture has colour, not only three equal channels
	Inverted bool     // the caller found black and white exchanged
	Rows     int      // pixels
	Columns  int      // pixels
}

// Note is one sentence for a person: a code that translations are filed
// under, an English template with {{.Name}} placeholders, and their values.
type Note struct {
	Code string
	Text string
	Args map[string]any
}

// String fills the English template in.
func (n Note) String() string {
	text := n.Text
	for name, value := range n.Args {
		text = strings.ReplaceAll(text, "{{."+name+"}}", fmt.Sprint(value))
	}
	return text
}

// Verdict says whether a model may read a picture.
type Verdict struct {
	// Eligible is false where the picture is not what the model was made for.
	Eligible bool
	// Reason says why not; nil where Eligible.
	Reason *Note
	// Cautions are to be shown beside a probability.
	Cautions []Note
	// InPopulation is true only where the file shows that the patient belongs
	// to the training population. Elsewhere no probability may be called
	// calibrated.
	InPopulation bool
}

// Note codes.
const (
	CodeModality       = "gate.modality"
	CodeBodyPart       = "gate.body_part"
	CodeView           = "gate.view"
	CodeVolume         = "gate.volume"
	CodeColour         = "gate.colour"
	CodeTooSmall       = "gate.too_small"
	CodeAgeOutside     = "gate.age_outside"
	CodeAgeUnknown     = "gate.age_unknown"
	CodeNothingSaysSo  = "gate.unlabelled"
	CodeInverted       = "gate.inverted"
	CodeBodyPartSilent = "gate.body_part_unknown"
	CodeViewSilent     = "gate.view_unknown"
)

// The training population's ages in years: from the first birthday until the
// sixth.
const (
	minAgeYears = 1
	endAgeYears = 6
)

var (
	// radiographs are the modalities of projection radiography: computed and
	// digital radiography, radiographic imaging (DICOM PS3.3 C.7.3.1.1.1),
	// the unofficial XR, and silence.
	radiographs = []string{"CR", "DX", "RG", "XR", ""}
	chestWords  = []string{"CHEST", "THORAX", "TORAX", "LUNG", "PULMO", "胸", "肺"}
	spineWords  = []string{"SPINE", "椎"}
	// sideViews are the lateral and oblique view positions of DICOM PS3.3
	// C.8.1.3 and their spellings in words. Decubitus films are frontal.
	sideViews = []string{"LL", "RL", "LLO", "RLO", "LAT", "RAO", "LAO", "RPO", "LPO"}
	sideWords = []string{"LATERAL", "OBLIQUE"}
)

// Gate decides by the file's own words whether a model may read a picture.
// It looks at no pixels: a wrong label passes it.
func Gate(m *Model, f Facts) Verdict {
	if reason := refuse(m, f); reason != nil {
		return Verdict{Reason: reason}
	}
	v := Verdict{Eligible: true, InPopulation: true}
	population := func(code, text string, args map[string]any) {
		v.Cautions = append(v.Cautions, Note{code, text, args})
		v.InPopulation = false
	}
	if !isDICOM(f.Format) || clean(f.Modality) == "" {
		population(CodeNothingSaysSo, "nothing in this file says what it shows: it is read as a frontal chest radiograph", nil)
	} else if clean(f.BodyPart) == "" {
		v.Cautions = append(v.Cautions, Note{CodeBodyPartSilent, "the file does not name a body part: it is read as a frontal chest radiograph", nil})
	}
	switch {
	case !knownAge(f.AgeYears):
		population(CodeAgeUnknown, "trained on {{.Population}}; the age of this patient is not known: the probability is not calibrated for this patient",
			map[string]any{"Population": m.Meta.Population})
	case *f.AgeYears < minAgeYears || *f.AgeYears >= endAgeYears:
		population(CodeAgeOutside, "trained on {{.Population}}; this patient is {{.Age}} years old: the probability is not calibrated for this patient",
			map[string]any{"Population": m.Meta.Population, "Age": ageText(*f.AgeYears)})
	}
	if isDICOM(f.Format) && clean(f.View) == "" {
		population(CodeViewSilent, "the file does not say which view it is: it is read as a frontal chest radiograph", nil)
	}
	if f.Inverted {
		population(CodeInverted, "black and white seem to be exchanged in this picture: the probability means nothing until that is put right", nil)
	}
	return v
}

func refuse(m *Model, f Facts) *Note {
	modality, part, view := clean(f.Modality), clean(f.BodyPart), clean(f.View)
	switch {
	case !slices.Contains(radiographs, modality):
		return &Note{CodeModality, "the file is of modality {{.Modality}}: this model reads chest radiographs (CR, DX) only",
			map[string]any{"Modality": modality}}
	case strings.EqualFold(clean(f.Format), "NIFTI"):
		return &Note{CodeVolume, "the file is a volume of slices: this model reads chest radiographs only", nil}
	case f.Colour:
		return &Note{CodeColour, "a colour picture is not a radiograph", nil}
	case part != "" && !isChest(part):
		return &Note{CodeBodyPart, "the file shows body part {{.BodyPart}}: this model reads chest radiographs only",
			map[string]any{"BodyPart": part}}
	case isSideView(view):
		return &Note{CodeView, "the file is a {{.View}} view: this model reads frontal (PA or AP) radiographs only",
			map[string]any{"View": view}}
	case min(f.Rows, f.Columns) < m.Meta.Preprocessing.Size:
		return &Note{CodeTooSmall, "{{.Columns}}×{{.Rows}} pixels are fewer than the {{.Size}}×{{.Size}} this model looks at",
			map[string]any{"Columns": f.Columns, "Rows": f.Rows, "Size": m.Meta.Preprocessing.Size}}
	}
	return nil
}

// clean strips the padding DICOM values may carry.
func clean(s string) string { return strings.ToUpper(strings.Trim(s, " \x00\t\r\n")) }

func isDICOM(format string) bool { return strings.HasPrefix(clean(format), "DICOM") }

func isChest(part string) bool {
	return containsAny(part, chestWords) && !containsAny(part, spineWords)
}

func isSideView(view string) bool {
	if strings.Contains(view, "DECUB") {
		return false
	}
	return slices.Contains(sideViews, view) || containsAny(view, sideWords)
}

func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

func knownAge(age *float64) bool {
	return age != nil && !math.IsInf(*age, 0) && *age >= 0 // false for NaN
}

// ageText shows whole years, and months as a fraction below one year.
func ageText(years float64) string {
	if years < 1 {
		return fmt.Sprintf("%.1f", years)
	}
	return fmt.Sprintf("%.0f", math.Floor(years))
}
