package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"lightbox/model/calibrate"
	"lightbox/model/metrics"
)

// TestCurve: by hand, with a tie; and the area under the curve is the share of
// pairs in the right order.
func TestCurve(t *testing.T) {
	fpr, tpr := Curve([]float64{0.9, 0.8, 0.8, 0.1}, []int{1, 1, 0, 0})
	want := [][2]float64{{0, 0}, {0, 0.5}, {0.5, 1}, {1, 1}}
	for i, w := range want {
		if len(fpr) != len(want) || fpr[i] != w[0] || tpr[i] != w[1] {
			t.Fatalf("%v %v, want %v", fpr, tpr, want)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	scores, labels := make([]float64, 300), make([]int, 300)
	for i := range scores {
		labels[i] = r.IntN(2)
		scores[i] = math.Round(20*(r.Float64()+0.3*float64(labels[i]))) / 20
	}
	fpr, tpr = Curve(scores, labels)
	area := 0.0
	for i := 1; i < len(fpr); i++ {
		area += (fpr[i] - fpr[i-1]) * (tpr[i] + tpr[i-1]) / 2
	}
	if auc := metrics.AUC(scores, labels); math.Abs(area-auc) > 1e-12 {
		t.Errorf("area %v, AUC %v", area, auc)
	}
	if fpr, _ := Curve([]float64{1, 2}, []int{1, 1}); fpr != nil {
		t.Error("a curve of one class")
	}
}

// figures are one of each kind, in a language.
func figures(t *testing.T, l Language) map[string]Figure {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 3))
	var g Scored
	g.Name, g.Threshold = "甲 set", 0.5
	for range 400 {
		y := r.IntN(2)
		g.Scores, g.Labels = append(g.Scores, 1/(1+math.Exp(-(r.NormFloat64()+2*float64(y)-1)))), append(g.Labels, y)
	}
	in := calibrate.Predictions{Probabilities: g.Scores, Labels: g.Labels}
	bins, err := calibrate.Reliability(in, 10)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := calibrate.DecisionCurve(in, []float64{0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Figure{}
	for name, draw := range map[string]func() (Figure, error){
		"roc": func() (Figure, error) {
			return ROC(l, "", []Scored{g, {Name: "one class", Scores: []float64{1}, Labels: []int{1}}})
		},
		"reliability": func() (Figure, error) { return Reliability(l, "", []Binned{{"甲 set", bins}, {"none", nil}}) },
		"histogram":   func() (Figure, error) { return Histogram(l, "", g.Scores, g.Labels, 0.5) },
		"decision":    func() (Figure, error) { return Decision(l, "", curve) },
	} {
		f, err := draw()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = f
	}
	return out
}

func TestFigures(t *testing.T) {
	for _, l := range []Language{English, Chinese} {
		for name, f := range figures(t, l) {
			data, err := f.PNG()
			if err != nil {
				t.Fatal(err)
			}
			m, err := png.Decode(bytes.NewReader(data))
			if err != nil || m.Bounds().Dx() < 700 || ink(m) < 0.01 {
				t.Errorf("%s: %v, %v", name, m.Bounds(), err)
			}
			svg, err := f.SVG()
			if err != nil {
				t.Fatal(err)
			}
			text := texts(t, svg)
			if l == Chinese && name == "decision" && !strings.Contains(text, "净获益") || name == "roc" && !strings.Contains(text, "甲") {
				t.Errorf("%s: texts are %q", name, text)
			}
			for english := range chinese {
				if l == Chinese && !strings.Contains(english, "%") && strings.Contains(text, english) {
					t.Errorf("%s: %q is not translated", name, english)
				}
			}
			if folder := os.Getenv("LIGHTBOX_CHARTS"); folder != "" { // to be looked at
				if err := os.WriteFile(folder+"/"+name+"-"+string(l)+".png", data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestWithoutPictures: figures of nothing are empty, not broken.
func TestWithoutPictures(t *testing.T) {
	for name, draw := range map[string]func() (Figure, error){
		"roc": func() (Figure, error) { return ROC(English, "", nil) }, "reliability": func() (Figure, error) { return Reliability(English, "", nil) },
		"histogram": func() (Figure, error) { return Histogram(English, "", nil, nil, math.NaN()) }, "decision": func() (Figure, error) { return Decision(English, "", nil) },
	} {
		f, err := draw()
		if err == nil {
			_, err = f.PNG()
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// ink is the part of a picture that is not white.
func ink(m image.Image) float64 {
	b, n := m.Bounds(), 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, bl, _ := m.At(x, y).RGBA(); r+g+bl < 3*0xE000 {
				n++
			}
		}
	}
	return float64(n) / float64(b.Dx()*b.Dy())
}

// texts are those of an SVG, which must be well formed.
func texts(t *testing.T, svg string) string {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := token.(xml.CharData); ok {
			b.Write(c)
		}
	}
}
