package marks

import (
	"math"
	"strings"
	"unicode"

	"lightbox/vision"
)

// Source: Danzer, American Journal of the Medical Sciences 157, 1919: the widest
// horizontal diameter of the heart over the widest inner one of the thorax, on a
// postero-anterior film at 2 m. On antero-posterior ones the heart lies further from
// the detector and looks larger.
const normalCTR = "0.42–0.50"

// cardiothoracic measures the heart's width over that of the thorax. Both are
// distances across the patient: along the image's rows, or along its columns where the
// file says that the patient lies across them. The way the frame is turned on the
// screen is not known here.
func (r *Result) cardiothoracic(m Mark, s *vision.Scan) {
	doubts, refusal := Eligible(s)
	if refusal != nil && !(refusal.Confirmable && m.Confirmed) {
		r.Refused = refusal
		return
	}
	r.Remarks = doubts
	across := func(p, q Point) float64 { return math.Abs(q.X-p.X) * r.Scale.Column }
	if lying(s) {
		across = func(p, q Point) float64 { return math.Abs(q.Y-p.Y) * r.Scale.Row }
	}
	heart, thorax := across(m.Points[0], m.Points[1]), across(m.Points[2], m.Points[3])
	switch {
	case heart == 0 || thorax == 0:
		r.Remarks = nil
		r.refuse(Say("The borders lie above each other: put one on each side."))
		return
	case heart > thorax:
		r.Remarks = nil
		r.refuse(Say("The heart cannot be wider than the chest around it: the first two points are its borders, the others the inner borders of the chest."))
		return
	}
	r.Values = append(r.Values, Value{Name: NameCTR, Number: heart / thorax, Digits: ratioDigits, Main: true})
	r.distance(NameHeart, heart, false)
	r.distance(NameThorax, thorax, false)
	if len(doubts) == 0 {
		r.remark(Say("Normal in adults on PA films: {{.Range}}.", "Range", normalCTR))
	}
}

// Eligible tells whether a cardiothoracic ratio may be measured on a frame: by itself
// only on a film (CR, DX) of the chest in PA view. It gives what speaks against it,
// and a refusal where anything does, which says the first.
func Eligible(s *vision.Scan) (doubts []Sentence, why *Refusal) {
	h := &s.Header
	switch strings.ToUpper(strings.TrimSpace(h.Modality)) {
	case "CR", "DX", "RG", "XR": // as of radiographs in model.Gate
	case "SC", "OT", "":
		doubts = append(doubts, Say("The file does not say that it is a radiograph. The cardiothoracic ratio holds for PA films of the chest."))
	default:
		return nil, refuse(Say("The cardiothoracic ratio is measured on chest radiographs; this picture is of modality {{.Modality}}.", "Modality", h.Modality))
	}
	if s.Values.Samples == 3 && s.Colourful() {
		return nil, refuse(Say("The cardiothoracic ratio is measured on chest radiographs; this picture has colour."))
	}
	if part := letters(h.BodyPart); part != "" && !anyOf(part, "CHEST", "THORAX", "TORAX", "LUNG", "胸", "肺") {
		doubts = append(doubts, Say("The file shows body part {{.BodyPart}}, not the chest.", "BodyPart", h.BodyPart))
	}
	view := h.ViewPosition
	if view == "" {
		view = h.ViewCode
	}
	switch v := letters(view); {
	case v == "":
		doubts = append(doubts, Say("The file does not say which view it is. The cardiothoracic ratio holds for PA films."))
	case v == "PA" || anyOf(v, "POSTEROANTERIOR", "后前位", "後前位"):
	default:
		doubts = append(doubts, Say("The view is {{.View}}. The cardiothoracic ratio holds for PA films: on others the heart looks larger.", "View", view))
	}
	if len(doubts) > 0 {
		why = &Refusal{doubts[0], true}
	}
	return doubts, why
}

// letters keeps the letters of a word, as capitals.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

func anyOf(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// lying tells that the image's rows run along the patient, by the file's words.
func lying(s *vision.Scan) bool {
	right, down := s.Orientation()
	return right != "" && down != "" && strings.Contains("HF", right[:1]) && strings.Contains("LR", down[:1])
}
