package audit

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/chest"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// Codes of the audits. What each means stands with it; an AUC near ½ is what one
// wants of all.
const (
	// The network reads the film with the pixels in the lungs replaced by their
	// mean, through the mask that it found before: it then sees at most the edge of
	// the mask.
	CodeBlanked = "lungs blanked"
	// The same with noise of the same mean and spread: it sees the outline, filled.
	CodeOutline = "outline of the lungs"
	// The blanked film goes through everything anew: where the lungs seem to lie may
	// then betray the class.
	CodeBlankedAnew = "lungs blanked, found anew"
	// The model reads the picture with all but its rim replaced by the mean.
	CodeRim = "rim of the picture"
	// Logistic regression, in cross-validation, on the pixels of the rim, on the
	// size of the picture, on the set and view: what the data betray, whatever the
	// model looks at.
	CodeRimLinear = "data: rim of the picture"
	CodeSize      = "data: size of the picture"
	CodeSource    = "data: set and view"
)

// rim is the width of the rim in parts of the side.
const rim = 1. / 8

// Reader reads changed pictures with a model.
type Reader struct {
	model *model.Model
	chest *chest.Reader // nil for models that do not read lungs
	eyes  *lungs.Segmenter
}

// NewReader prepares a model.
func NewReader(m *model.Model) (*Reader, error) {
	r := &Reader{model: m}
	if m.Meta.Architecture != model.ChestArchitecture {
		return r, nil
	}
	var members []arch.Weights
	for _, p := range m.Parts() {
		if p.Name != "lungs" {
			members = append(members, p.Weights)
			continue
		}
		var err error
		if r.eyes, err = lungs.NewSegmenter(p.Weights); err != nil {
			return nil, err
		}
	}
	var err error
	r.chest, err = chest.New(r.eyes, members)
	return r, err
}

// Answers are logits of changed pictures by the codes of audits; what could not
// be read so has none.
type Answers map[string]float64

// ModelCodes lists the audits that [Reader.Read] can make.
func ModelCodes() []string { return []string{CodeBlanked, CodeOutline, CodeBlankedAnew, CodeRim} }

// Read reads a picture's changed versions. seed fixes the noise.
func (r *Reader) Read(ctx context.Context, g model.Gray, seed uint64) (Answers, error) {
	film := plane.Plane{Rows: g.Rows, Columns: g.Columns, Pix: g.Pix}.Stretch(lungs.FilmSide, lungs.FilmSide)
	a := Answers{}
	if r.chest != nil {
		found := r.eyes.Find(film)
		blank := fill(film, found.Mask, nil)
		for code, read := range map[string]func() (*chest.Reading, error){
			CodeBlanked: func() (*chest.Reading, error) { return r.chest.ReadIn(blank, found) },
			CodeOutline: func() (*chest.Reading, error) {
				return r.chest.ReadIn(fill(film, found.Mask, rand.New(rand.NewPCG(seed, 1))), found)
			},
			CodeBlankedAnew: func() (*chest.Reading, error) { return r.chest.Read(blank) },
		} {
			switch read, err := read(); {
			case errors.Is(err, chest.ErrNoLungs):
			case err != nil:
				return nil, err
			default:
				a[code] = read.Logit
			}
		}
	}
	inner := plane.New(film.Rows, film.Columns)
	edge := int(rim * float64(film.Rows))
	for i := range inner.Pix {
		if x, y := i%film.Columns, i/film.Columns; x >= edge && y >= edge && x < film.Columns-edge && y < film.Rows-edge {
			inner.Pix[i] = 1
		}
	}
	outside := fill(film, inner, nil)
	logit, ok, err := r.logit(ctx, outside)
	if ok {
		a[CodeRim] = logit
	}
	return a, err
}

// logit reads a changed picture as the model does; ok is false where it finds
// nothing to read.
func (r *Reader) logit(ctx context.Context, p plane.Plane) (logit float64, ok bool, err error) {
	if r.chest != nil {
		read, err := r.chest.Read(p)
		if errors.Is(err, chest.ErrNoLungs) {
			return 0, false, nil
		}
		if err != nil {
			return 0, false, err
		}
		return read.Logit, true, nil
	}
	read, err := r.model.Predict(ctx, model.Gray{Rows: p.Rows, Columns: p.Columns, Pix: p.Pix})
	return read.Logit, err == nil, err
}

// fill replaces what lies in a mask by its mean, or with r by normal noise of its
// mean and spread.
func fill(p, mask plane.Plane, r *rand.Rand) plane.Plane {
	var sum, squares, n float64
	for i, v := range p.Pix {
		if mask.Pix[i] > plane.Inside {
			sum, squares, n = sum+float64(v), squares+float64(v)*float64(v), n+1
		}
	}
	mean := sum / math.Max(n, 1)
	spread := math.Sqrt(math.Max(squares/math.Max(n, 1)-mean*mean, 0))
	out := p.Clone()
	for i := range out.Pix {
		if mask.Pix[i] <= plane.Inside {
			continue
		}
		v := mean
		if r != nil {
			v += spread * r.NormFloat64()
		}
		out.Pix[i] = float32(v)
	}
	return out
}

// rimSide is the side of the reduction whose rim is looked at, rimWidth its
// width in pixels.
const (
	rimSide  = 32
	rimWidth = 3
)

// RimFeatures are the pixels of the rim of a picture.
func RimFeatures(g model.Gray) (f []float64) {
	small := plane.Plane{Rows: g.Rows, Columns: g.Columns, Pix: g.Pix}.Stretch(rimSide, rimSide)
	for i, v := range small.Pix {
		if x, y := i%rimSide, i/rimSide; min(x, y) < rimWidth || max(x, y) >= rimSide-rimWidth {
			f = append(f, float64(v))
		}
	}
	return f
}

// SizeFeatures are those of a size in pixels.
func SizeFeatures(width, height int) []float64 {
	w, h := math.Log(float64(max(width, 1))), math.Log(float64(max(height, 1)))
	return []float64{w, h, w * w, h * h, w - h, (w - h) * (w - h)}
}

// SourceFeatures say where pictures came from: one of each name that occurs.
func SourceFeatures(names []string) [][]float64 {
	at := map[string]int{}
	for _, n := range names {
		if _, known := at[n]; !known {
			at[n] = len(at)
		}
	}
	out := make([][]float64, len(names))
	for i, n := range names {
		out[i] = make([]float64, len(at))
		out[i][at[n]] = 1
	}
	return out
}
