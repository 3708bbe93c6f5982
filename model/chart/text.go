package chart

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"lightbox/assets"
)

// fallback is the typeface of what the Latin one has no letters for.
const fallback = "Fallback"

// handler draws texts that mix Latin and Chinese. The fonts are loaded once.
var handler = sync.OnceValue(func() text.Handler {
	fonts := font.NewCache(liberation.Collection())
	// The font is part of the program and was parsed by its test; without it,
	// Chinese texts come out as boxes.
	if face, err := opentype.Parse(assets.CJKFont()); err == nil {
		fonts.Add(font.Collection{{Font: font.Font{Typeface: fallback}, Face: face}})
	}
	return mixed{text.Plain{Fonts: fonts}}
})

// mixed is a text handler that takes each part of a text from the font that has
// its letters.
type mixed struct{ text.Plain }

// part is a piece of a line that one font can write.
type part struct {
	text string
	font font.Font
}

// parts splits a line where the font must change.
func parts(line string, latin font.Font) (list []part) {
	chinese := font.Font{Typeface: fallback, Size: latin.Size}
	for _, r := range line {
		f := latin
		if r >= 0x2E80 { // CJK radicals, the first of the East Asian blocks
			f = chinese
		}
		if n := len(list); n > 0 && list[n-1].font == f {
			list[n-1].text += string(r)
		} else {
			list = append(list, part{string(r), f})
		}
	}
	return list
}

// Box implements text.Handler.
func (m mixed) Box(line string, f font.Font) (width, height, depth vg.Length) {
	_, height, depth = m.Plain.Box("", f)
	for _, p := range parts(line, f) {
		face := m.Fonts.Lookup(p.font, p.font.Size)
		width += face.Width(p.text)
	}
	return width, height, depth
}

// Draw implements text.Handler.
func (m mixed) Draw(c vg.Canvas, txt string, sty text.Style, pt vg.Point) {
	txt = strings.TrimRight(txt, "\n")
	if txt == "" {
		return
	}
	c.SetColor(sty.Color)
	if sty.Rotation != 0 {
		c.Push()
		c.Rotate(sty.Rotation)
		defer c.Pop()
	}
	sin, cos := math.Sincos(sty.Rotation)
	pt.X, pt.Y = pt.Y*vg.Length(sin)+pt.X*vg.Length(cos), pt.Y*vg.Length(cos)-pt.X*vg.Length(sin)
	face := m.Fonts.Lookup(sty.Font, sty.Font.Size)
	pt.Y += sty.Height(txt)*vg.Length(sty.YAlign) - face.Extents().Ascent
	lines := m.Lines(txt)
	for i, line := range lines {
		width, _, _ := m.Box(line, sty.Font)
		at := pt.Add(vg.Point{X: vg.Length(sty.XAlign) * width, Y: vg.Length(len(lines)-i) * sty.Font.Size})
		for _, p := range parts(line, sty.Font) {
			face := m.Fonts.Lookup(p.font, p.font.Size)
			c.FillString(face, at, p.text)
			at.X += face.Width(p.text)
		}
	}
}

// chinese are the texts of the figures.
var chinese = map[string]string{
	"ROC curve":               "ROC 曲线",
	"false positive rate":     "假阳性率（1 − 特异度）",
	"sensitivity":             "敏感度",
	"operating point":         "工作点",
	"Reliability":             "可靠性图",
	"calibrated probability":  "校准概率",
	"share with the finding":  "有该所见的比例",
	"Scores by class":         "各类评分分布",
	"score (no probability)":  "评分（非概率）",
	"share of the class":      "占该类的比例",
	"with the finding":        "有该所见",
	"without":                 "无该所见",
	"Decision curve":          "决策曲线",
	"probability to act from": "采取行动的概率阈值",
	"net benefit":             "净获益",
	"act by the model":        "依模型行动",
	"act on all":              "对所有人行动",
	"act on none":             "对任何人都不行动",
	"AUC %s":                  "AUC %s",
}

// say is a text in a language, filled in as by fmt.Sprintf.
func (l Language) say(format string, args ...any) string {
	if l == Chinese {
		if t, ok := chinese[format]; ok {
			format = t
		}
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}
