package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"lightbox/model/looks"
)

// Facts is what a file says about a picture, as far as it says anything.
// Empty strings and a nil age mean that the file is silent.
type Facts struct {
	Format   string   // "DICOM", "NIfTI", or a picture format such as "PNG"
	Modality string   // DICOM (0008,0060)
	BodyPart string   // DICOM (0018,0015)
	View     string   // DICOM view position (0018,5101), or the meaning of its view code (0054,0220)
	AgeYears *float64 // at the time of the study, years
	Sex      string   // DICOM patient's sex (0010,0040): F, M or O
	Lossy    bool     // it was compressed with loss
	// LossyRatio is how many times fewer bytes that left (0028,2112); 0 where it is
	// not known.
	LossyRatio float64
	Colour     bool // the picture has colour, not only three equal channels
	Rows       int  // pixels
	Columns    int  // pixels
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
	// Unlike is true where the file says what no calibration of the model is for,
	// not even one for patients of whom nothing is known: another sex, a view that
	// is not known, much loss by compression.
	Unlike bool
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
	CodeViewUnknown    = "gate.view_other"
	CodeSexOutside     = "gate.sex_outside"
	CodeSexUnknown     = "gate.sex_unknown"
	CodeLossy          = "gate.lossy"
	CodeLossyUnknown   = "gate.lossy_unknown"
	CodeBlank          = "gate.blank"
	CodeTurned         = "gate.turned"
	CodeCutOff         = "gate.cut_off"
	CodeCovered        = "gate.covered"
	CodeNotChest       = "gate.not_chest"
	CodeNotBreast      = "gate.not_breast"
	CodeFar            = "gate.far"
)

// Ages is a range of years: from From until before Until.
type Ages struct {
	From  float64 `json:"from_years"`
	Until float64 `json:"until_years"`
}

func (a Ages) has(years float64) bool { return years >= a.From && years < a.Until }

// sourceAges are those of the patients that trained source-28, whose file does not
// say so: from the first birthday until the sixth.
var sourceAges = []Ages{{1, 6}}

// domain is what a network reads, as far as files say what they show.
type domain struct {
	modalities []string
	part       func(string) bool // whether a body part is the right one
	frontal    bool              // only frontal views are read, and the file should say so
	needsWords bool              // the file itself must say what it shows, unless the user does
	sex        string            // of all patients that such networks learn from; empty: of either

	otherModality, volume, colour, otherPart, unlabelled, partSilent Note
}

// radiographs are the modalities of projection radiography: computed and
// digital radiography, radiographic imaging (DICOM PS3.3 C.7.3.1.1.1),
// the unofficial XR, and silence.
var radiographs = []string{"CR", "DX", "RG", "XR", ""}

// chestDomain is frontal chest radiographs.
var chestDomain = domain{
	modalities: radiographs, part: isChest, frontal: true,
	otherModality: Note{CodeModality, "the file is of modality {{.Modality}}: this model reads chest radiographs (CR, DX) only", nil},
	volume:        Note{CodeVolume, "the file is a volume of slices: this model reads chest radiographs only", nil},
	colour:        Note{CodeColour, "a colour picture is not a radiograph", nil},
	otherPart:     Note{CodeBodyPart, "the file shows body part {{.BodyPart}}: this model reads chest radiographs only", nil},
	unlabelled:    Note{CodeNothingSaysSo, "nothing in this file says what it shows: it is read as a frontal chest radiograph", nil},
	partSilent:    Note{CodeBodyPartSilent, "the file does not name a body part: it is read as a frontal chest radiograph", nil},
}

// breastDomain is ultrasound of the breast.
var breastDomain = domain{
	modalities: []string{"US", ""}, part: isBreast, needsWords: true, sex: "F",
	otherModality: Note{CodeModality, "the file is of modality {{.Modality}}: this model reads ultrasound (US) of the breast only", nil},
	volume:        Note{CodeVolume, "the file is a volume of slices: this model reads ultrasound of the breast only", nil},
	colour:        Note{CodeColour, "a picture with colour, as of Doppler or elastography, is not read: this model reads gray ultrasound only", nil},
	otherPart:     Note{CodeBodyPart, "the file shows body part {{.BodyPart}}: this model reads ultrasound of the breast only", nil},
	unlabelled:    Note{CodeNothingSaysSo, "nothing in this file says what it shows: it is read as ultrasound of the breast", nil},
	partSilent:    Note{CodeBodyPartSilent, "the file does not name a body part: it is read as ultrasound of the breast", nil},
}

var (
	chestWords  = []string{"CHEST", "THORAX", "TORAX", "LUNG", "PULMO", "胸", "肺"}
	spineWords  = []string{"SPINE", "椎"}
	breastWords = []string{"BREAST", "MAMMA", "乳"}
	// sideViews are the lateral and oblique view positions of DICOM PS3.3
	// C.8.1.3 and their spellings in words. Decubitus films are frontal.
	sideViews = []string{"LL", "RL", "LLO", "RLO", "LAT", "RAO", "LAO", "RPO", "LPO"}
	sideWords = []string{"LATERAL", "OBLIQUE", "侧位", "側位", "斜位"}
	// frontalViews are the frontal view positions there and their spellings in
	// words, of which one must be there; besideViews may stand with them.
	frontalViews = []string{"PA", "AP", "LLD", "RLD", "FRONTAL", "POSTEROANTERIOR", "ANTEROPOSTERIOR", "DECUB", "DECUBITUS", "正位", "后前位", "後前位", "前后位", "前後位"}
	besideViews  = []string{"CHEST", "THORAX", "VIEW", "PROJECTION", "ERECT", "UPRIGHT", "STANDING", "SITTING", "SUPINE", "PORTABLE", "BEDSIDE", "MOBILE", "LEFT", "RIGHT", "LATERAL", "胸部"}
)

// Loss by compression, as how many times fewer bytes it left.
//
// Source: to 10:1, The adoption of lossy image data compression for the purpose of
// clinical interpretation, Royal College of Radiologists, 2008, and the European
// Society of Radiology (Insights into Imaging 2, 2011), for projection radiography
// and ultrasound. To 30:1, Koff et al., Journal of Digital Imaging 22, 2009, for
// CR and DR, the largest that was tried, on which the standard of the Canadian
// Association of Radiologists (2011) rests. Nobody recommends more.
const (
	lossyCaution = 10 // above it, it is said
	lossyUnlike  = 30 // above it, no probability is calibrated
	lossyMost    = 50 // above it, no number
)

// Gate decides by the file's own words whether a model may read a picture.
// It looks at no pixels: a wrong label passes it.
func Gate(m *Model, f Facts) Verdict {
	d := m.domain()
	if reason := m.refuse(d, f); reason != nil {
		return Verdict{Reason: reason}
	}
	v := Verdict{Eligible: true, InPopulation: true}
	caution := func(n Note, args map[string]any) { v.Cautions = append(v.Cautions, n.with(args)) }
	population := func(n Note, args map[string]any) {
		caution(n, args)
		v.InPopulation = false
	}
	unlike := func(n Note, args map[string]any) {
		population(n, args)
		v.Unlike = true
	}
	if !isDICOM(f.Format) || clean(f.Modality) == "" {
		population(d.unlabelled, nil)
	} else if clean(f.BodyPart) == "" {
		caution(d.partSilent, nil)
	}
	args := map[string]any{"Population": m.Meta.Population}
	switch {
	case !knownAge(f.AgeYears):
		population(Note{CodeAgeUnknown, "trained on {{.Population}}; the age of this patient is not known: the probability is not calibrated for this patient", nil}, args)
	case !m.trainedOn(*f.AgeYears):
		args["Age"] = ageText(*f.AgeYears)
		population(Note{CodeAgeOutside, "trained on {{.Population}}; this patient is {{.Age}} years old: the probability is not calibrated for this patient", nil}, args)
	}
	switch sex := clean(f.Sex); {
	case d.sex == "" || sex == d.sex:
	case sex == "":
		population(Note{CodeSexUnknown, "trained on {{.Population}}; the sex of this patient is not known: the probability is not calibrated for this patient", nil}, args)
	default:
		unlike(Note{CodeSexOutside, "trained on {{.Population}}; the sex of this patient is {{.Sex}} in the file: the probability is not calibrated for this patient", nil},
			map[string]any{"Population": m.Meta.Population, "Sex": sex})
	}
	if d.frontal && isDICOM(f.Format) {
		switch view := clean(f.View); {
		case view == "":
			population(Note{CodeViewSilent, "the file does not say which view it is: it is read as a frontal chest radiograph", nil}, nil)
		case !isFrontalView(view):
			unlike(Note{CodeViewUnknown, "the file gives the view as {{.View}}, which is not known here: it is read as a frontal chest radiograph, and the probability is not calibrated", nil}, map[string]any{"View": view})
		}
	}
	ratio := map[string]any{"Ratio": ratioText(f.LossyRatio)}
	switch {
	case !f.Lossy:
	case !(f.LossyRatio > 0):
		caution(Note{CodeLossyUnknown, "the image was compressed with loss, and the file does not say how much: fine signs may be missing", nil}, nil)
	case f.LossyRatio > lossyUnlike:
		unlike(Note{CodeLossy, "the image was compressed with loss, {{.Ratio}}:1, more than is recommended for reading: the probability is not calibrated for such images", nil}, ratio)
	case f.LossyRatio > lossyCaution:
		caution(Note{CodeLossy, "the image was compressed with loss, {{.Ratio}}:1: fine signs may be missing", nil}, ratio)
	}
	return v
}

func (m *Model) domain() *domain { return architectures[m.Meta.Architecture].domain }

// trainedOn tells whether the model was trained on patients of this age, as far
// as it knows.
func (m *Model) trainedOn(years float64) bool {
	list := m.Meta.Ages
	if list == nil && m.Meta.Architecture == Architecture {
		list = sourceAges
	}
	return list == nil || slices.ContainsFunc(list, func(a Ages) bool { return a.has(years) })
}

// SaysSo tells whether a file says of itself that it shows what the model reads,
// modality and body part. Only then is a model that needs words chosen without
// being asked for.
func SaysSo(m *Model, f Facts) bool {
	d := m.domain()
	modality, part := clean(f.Modality), clean(f.BodyPart)
	return isDICOM(f.Format) && modality != "" && slices.Contains(d.modalities, modality) && part != "" && d.part(part)
}

// OfModality tells whether a file names a modality that the model reads.
func OfModality(m *Model, f Facts) bool {
	modality := clean(f.Modality)
	return modality != "" && slices.Contains(m.domain().modalities, modality)
}

// NeedsWords tells whether the model is only chosen for files of which [SaysSo]
// is true.
func NeedsWords(m *Model) bool { return m.domain().needsWords }

// SameDomain tells whether two models read the same kind of scans.
func SameDomain(a, b *Model) bool { return a.domain() == b.domain() }

// with is a note with values for its placeholders.
func (n Note) with(args map[string]any) Note {
	n.Args = args
	return n
}

func (m *Model) refuse(d *domain, f Facts) *Note {
	modality, part, view := clean(f.Modality), clean(f.BodyPart), clean(f.View)
	size := m.Meta.Preprocessing.Size
	var n Note
	switch {
	case !slices.Contains(d.modalities, modality):
		n = d.otherModality.with(map[string]any{"Modality": modality})
	case strings.EqualFold(clean(f.Format), "NIFTI"):
		n = d.volume
	case f.Colour:
		n = d.colour
	case part != "" && !d.part(part):
		n = d.otherPart.with(map[string]any{"BodyPart": part})
	case d.frontal && isSideView(view):
		n = Note{CodeView, "the file is a {{.View}} view: this model reads frontal (PA or AP) radiographs only", map[string]any{"View": view}}
	case f.Lossy && f.LossyRatio > lossyMost:
		n = Note{CodeLossy, "the image was compressed with loss, {{.Ratio}}:1: this model reads images compressed to {{.Limit}}:1 at most", map[string]any{"Ratio": ratioText(f.LossyRatio), "Limit": lossyMost}}
	case min(f.Rows, f.Columns) < size:
		n = Note{CodeTooSmall, "{{.Columns}}×{{.Rows}} pixels are fewer than the {{.Size}}×{{.Size}} this model looks at", map[string]any{"Columns": f.Columns, "Rows": f.Rows, "Size": size}}
	default:
		return nil
	}
	return &n
}

// Refusal turns what a picture looks like into a reason to refuse it; nil where it
// looks like what the model reads.
func (l Look) Refusal() *Note {
	var n Note
	switch {
	case l.Blank:
		n = Note{CodeBlank, "there is nothing on this picture", nil}
	case l.Pose == looks.Upright:
		return nil
	case l.of == &breastDomain:
		n = l.noUltrasound()
	case l.Pose == looks.Inverted:
		n = Note{CodeInverted, "black and white seem to be exchanged in this picture: no number until that is put right", nil}
	case l.Pose == looks.UpsideDown:
		n = Note{CodeTurned, "this looks like a chest radiograph that lies upside down: no number until it is put upright", nil}
	case l.Pose == looks.TurnedLeft:
		n = Note{CodeTurned, "this looks like a chest radiograph that is turned to the left: no number until it is put upright", nil}
	case l.Pose == looks.TurnedRight:
		n = Note{CodeTurned, "this looks like a chest radiograph that is turned to the right: no number until it is put upright", nil}
	case l.Pose == looks.Tilted:
		n = Note{CodeTurned, "this looks like a chest radiograph that lies askew: no number until it is put upright", nil}
	case l.Pose == looks.CutOff:
		n = Note{CodeCutOff, "the lungs are cut off at the lower edge of this picture: no number without all of them", nil}
	case l.Pose == looks.Covered:
		n = Note{CodeCovered, "nothing can be seen in the lungs on this picture: something covers them", nil}
	default:
		n = Note{CodeNotChest, "lungs are not found on this picture as a frontal chest radiograph shows them (distance {{.Distance}}, at most {{.Limit}})",
			map[string]any{"Distance": math.Round(l.Distance), "Limit": math.Round(l.Limit)}}
	}
	return &n
}

// noUltrasound says why a picture is not read as ultrasound of the breast. What it
// would look like in another pose is a hint only: pictures of other kinds may come
// nearest so.
func (l Look) noUltrasound() Note {
	switch l.Pose {
	case looks.Inverted:
		return Note{CodeInverted, "as it is, this does not look like ultrasound of the breast; it would more with black and white exchanged: no number", nil}
	case looks.UpsideDown:
		return Note{CodeTurned, "as it lies, this does not look like ultrasound of the breast, with the skin above; it would more turned upside down: no number", nil}
	case looks.TurnedLeft, looks.TurnedRight:
		return Note{CodeTurned, "as it lies, this does not look like ultrasound of the breast, with the skin above; it would more turned by 90°: no number", nil}
	}
	return Note{CodeNotBreast, "this does not look like the ultrasound pictures of the breast that the model was trained on, cut to the picture itself (distance {{.Distance}}, at most {{.Limit}})",
		map[string]any{"Distance": math.Round(l.Distance), "Limit": math.Round(l.Limit)}}
}

// clean strips the padding DICOM values may carry.
func clean(s string) string { return strings.ToUpper(strings.Trim(s, " \x00\t\r\n")) }

func isDICOM(format string) bool { return strings.HasPrefix(clean(format), "DICOM") }

func isChest(part string) bool {
	return containsAny(part, chestWords) && !containsAny(part, spineWords)
}

func isBreast(part string) bool { return containsAny(part, breastWords) }

func isSideView(view string) bool {
	if strings.Contains(view, "DECUB") {
		return false
	}
	return slices.Contains(sideViews, view) || containsAny(view, sideWords)
}

// isFrontalView tells whether a view position consists of what says frontal, and
// of words that may stand beside it.
func isFrontalView(view string) bool {
	view = strings.NewReplacer("POSTERO-", "POSTERO", "POSTERIOR-", "POSTERO", "ANTERO-", "ANTERO", "ANTERIOR-", "ANTERO", ".", "").Replace(view)
	view = strings.NewReplacer("POSTERO ANTERIOR", "POSTEROANTERIOR", "ANTERO POSTERIOR", "ANTEROPOSTERIOR").Replace(view)
	frontal := false
	for _, word := range strings.FieldsFunc(view, func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch {
		case slices.Contains(frontalViews, word):
			frontal = true
		case !slices.Contains(besideViews, word):
			return false
		}
	}
	return frontal
}

func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

func knownAge(age *float64) bool {
	return age != nil && !math.IsInf(*age, 0) && *age >= 0 // false for NaN
}

// ratioText shows a ratio to one decimal place.
func ratioText(ratio float64) string {
	return strconv.FormatFloat(math.Round(10*ratio)/10, 'g', -1, 64)
}

// ageText shows whole years, and months as a fraction below one year.
func ageText(years float64) string {
	if years < 1 {
		return fmt.Sprintf("%.1f", years)
	}
	return fmt.Sprintf("%.0f", math.Floor(years))
}
