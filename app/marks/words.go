package marks

import (
	"fmt"
	"strings"
)

// Term is an English text that is shown translated, as app.Term is.
type Term string

// Sentence is a template, which is also the key of its translations, and what
// fills its {{.Gaps}}: what app.Message is there.
type Sentence struct {
	Text string
	Args map[string]any
}

// Say makes a Sentence of a template and key, value pairs.
func Say(text string, pairs ...any) Sentence {
	s := Sentence{Text: text}
	if len(pairs) > 0 {
		s.Args = make(map[string]any, len(pairs)/2)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); ok {
			s.Args[key] = pairs[i+1]
		}
	}
	return s
}

// String is the sentence in English.
func (s Sentence) String() string {
	text := s.Text
	for name, v := range s.Args {
		text = strings.ReplaceAll(text, "{{."+name+"}}", fmt.Sprint(v))
	}
	return text
}

// Binned says of which histogram an entropy is.
func (v Value) Binned() Sentence { return Say("histogram of {{.Bins}} bins", "Bins", v.Bins) }

// Refusal says why something is not measured.
type Refusal struct {
	Sentence
	// Confirmable tells that the reader may have it measured all the same, by
	// Mark.Confirmed.
	Confirmable bool
}

func refuse(s Sentence) *Refusal { return &Refusal{Sentence: s} }

// Term names the kind.
func (k Kind) Term() Term {
	switch k {
	case Length:
		return NameLength
	case Angle:
		return NameAngle
	case Cobb:
		return NameCobb
	case Ellipse:
		return Term("Ellipse")
	case Rectangle:
		return Term("Rectangle")
	case Polygon:
		return Term("Polygon")
	case CTR:
		return NameCTR
	case Arrow:
		return Term("Arrow")
	case Text:
		return Term("Text")
	case Reference:
		return NameReference
	}
	return Term("Mark")
}

// The names of what marks measure.
const (
	NameLength     = Term("Length")
	NameAngle      = Term("Angle")
	NameSupplement = Term("Supplementary angle")
	NameCobb       = Term("Cobb angle")
	NameMean       = Term("Mean")
	NameSD         = Term("SD")
	NameMin        = Term("Minimum")
	NameMax        = Term("Maximum")
	NameMedian     = Term("Median")
	NameSkewness   = Term("Skewness")
	NameKurtosis   = Term("Excess kurtosis")
	NameEntropy    = Term("Entropy")
	NamePixels     = Term("Pixels")
	NameArea       = Term("Area")
	NamePerimeter  = Term("Perimeter")
	NameCTR        = Term("Cardiothoracic ratio")
	NameHeart      = Term("Heart width")
	NameThorax     = Term("Chest width")
	NameReference  = Term("Reference length")
	NameByFile     = Term("Length by the file")
)

// Kinds lists them all, in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{Length, Angle, Cobb, Ellipse, Rectangle, Polygon, CTR, Arrow, Text, Reference}
}

// Region tells the kinds that hold pixels.
func (k Kind) Region() bool { return k == Ellipse || k == Rectangle || k == Polygon }
