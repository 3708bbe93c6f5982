package ui

import (
	"image/color"

	"fmt"
	"image"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// resultStrip is the probability overlay, docked under the original so that it
// covers neither anatomy nor a corner block: finding, number or the word
// "uncalibrated", model, population, cautions.
type resultStrip struct {
	object  fyne.CanvasObject
	finding *canvas.Text
	value   *canvas.Text
	badge   *canvas.Text
	bar     *scoreBar
	model   *widget.Label
	detail  *widget.Label
	text    *fyne.Container // of model and detail
	refused bool            // it shows that the model may not read the scan
}

func newResultStrip(tips *tipLayer, card, seen func()) *resultStrip {
	r := &resultStrip{
		finding: colouredText("", theme.ColorNameForeground, 18, true),
		value:   colouredText("", theme.ColorNameForeground, 18, true),
		badge:   colouredText("", colourCaution, 13, true),
		bar:     newScoreBar(),
		model:   smallLabel(widget.MediumImportance),
		detail:  smallLabel(widget.WarningImportance),
	}
	button := newTipButton(tips, theme.DocumentIcon(), "",
		lang.L("Model card")+": "+lang.L("What the model is, what it was trained on, and how well it performs"), card)
	eye := newTipButton(tips, theme.VisibilityIcon(), "",
		lang.L("What the network saw")+": "+lang.L("The very input of the network, enlarged, with what was done to it"), seen)
	number := container.New(&narrow{}, container.NewHBox(r.finding, r.value, container.NewCenter(r.badge)))
	top := container.NewVBox(
		container.NewBorder(nil, nil, nil, container.NewHBox(eye, button), number),
		withTip(tips, lang.L("Score of the network from 0 to 1; the mark is its threshold"), r.bar))
	r.text = container.New(layout.NewCustomPaddedVBoxLayout(-10), r.detail, r.model)
	r.object = container.NewBorder(top, nil, nil, nil, container.NewVScroll(r.text))
	return r
}

// smallLabel is a label of small letters that takes as many lines as it needs.
func smallLabel(importance widget.Importance) *widget.Label {
	l := widget.NewLabel("")
	l.Wrapping = fyne.TextWrapWord
	l.Importance = importance
	l.SizeName = theme.SizeNameCaptionText
	return l
}

// narrow lets its content ask for no width: a long text must not push the
// panes apart.
type narrow struct{}

func (*narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

func (*narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

// colouredText is a line of text in a colour of the theme.
func colouredText(text string, colour fyne.ThemeColorName, size float32, bold bool) *canvas.Text {
	t := canvas.NewText(text, theme.Color(colour))
	t.TextSize = size
	t.TextStyle.Bold = bold
	return t
}

func setText(t *canvas.Text, text string) {
	if t.Text != text {
		t.Text = text
		t.Refresh()
	}
}

// say draws why there is no reading.
func (r *resultStrip) say(why string) {
	r.show(&app.Reading{}, true)
	setText(r.badge, why)
	r.describe("", "")
}

// show draws a reading; hasScan is false while nothing is open.
func (r *resultStrip) show(reading *app.Reading, hasScan bool) {
	finding, value, badge, detail := "", "", "", ""
	r.refused = hasScan && reading.Status == app.Refused
	var scored *app.Reading
	switch {
	case !hasScan:
		badge = lang.L("No scan is open")
	case reading.Status == app.Running:
		badge = lang.L("The model is reading…")
	case reading.Status == app.NotAssessed:
		badge = lang.L("Not assessed")
		detail = lang.L("The reading was cancelled. This says nothing about the scan.")
	case reading.Status == app.Refused:
		badge = lang.L("Not assessed: the model may not read this scan")
		detail = capitalised(say(*reading.Reason))
	case reading.Status == app.Failed:
		badge = lang.L("Not assessed: the model failed")
		detail = say(*reading.Reason)
	default:
		finding = lang.L(reading.Finding)
		if reading.Calibrated {
			value = fmt.Sprintf("%.0f %%", 100*reading.Probability)
			badge = lang.L("calibrated probability")
		} else {
			value = fmt.Sprintf("%.2f", reading.Score)
			badge = lang.L("score, uncalibrated")
		}
		scored = reading
		var parts []string
		for _, c := range reading.Cautions {
			parts = append(parts, capitalised(say(c)))
		}
		detail = strings.Join(parts, "\n")
	}
	r.bar.set(scored)
	setText(r.finding, finding)
	setText(r.value, value)
	setText(r.badge, badge)
	model := ""
	if reading.Model != "" {
		model = reading.Model + " " + reading.Version
		if reading.Performance != nil {
			model += " · " + say(*reading.Performance)
		}
		if reading.Population != "" && !namesPopulation(reading.Cautions) {
			model += " · " + lang.L("trained on") + ": " + lang.L(reading.Population)
		}
	}
	r.describe(model, detail)
}

// describe draws the lines under the number.
func (r *resultStrip) describe(model, detail string) {
	if r.model.Text == model && r.detail.Text == detail {
		return
	}
	for label, text := range map[*widget.Label]string{r.model: model, r.detail: detail} {
		if label.Text != text {
			label.SetText(text)
		}
	}
	r.text.Refresh() // the labels take as many lines as they need
}

// namesPopulation tells whether a caution says whom the model was trained on.
func namesPopulation(cautions []app.Message) bool {
	return slices.ContainsFunc(cautions, func(m app.Message) bool { return m.Args["Population"] != nil })
}

// capitalised gives a sentence its first capital letter.
func capitalised(s string) string {
	for i, c := range s {
		return strings.ToUpper(string(c)) + s[i+len(string(c)):]
	}
	return s
}

// scoreBar draws a score from 0 to 1 with the threshold as a mark.
type scoreBar struct {
	widget.BaseWidget
	reading *app.Reading
}

func newScoreBar() *scoreBar {
	b := &scoreBar{}
	b.ExtendBaseWidget(b)
	return b
}

// set shows a result, or an empty bar for nil.
func (b *scoreBar) set(r *app.Reading) {
	if b.reading == nil && r == nil {
		return
	}
	b.reading = r
	b.Refresh()
}

// rect is where the bar lies in the window, in screen pixels.
func (b *scoreBar) rect() image.Rectangle {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(b)
	if c == nil {
		return image.Rectangle{}
	}
	at, s := d.AbsolutePositionForObject(b), c.Scale()
	return image.Rect(int(at.X*s), int(at.Y*s), int((at.X+b.Size().Width)*s), int((at.Y+b.Size().Height)*s))
}

// CreateRenderer is part of fyne.Widget.
func (b *scoreBar) CreateRenderer() fyne.WidgetRenderer {
	r := &scoreBarRenderer{bar: b}
	r.back, r.fill, r.mark = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	r.Refresh()
	return r
}

type scoreBarRenderer struct {
	bar              *scoreBar
	back, fill, mark *canvas.Rectangle
}

const scoreBarHeight = 6

func (r *scoreBarRenderer) MinSize() fyne.Size { return fyne.NewSize(60, scoreBarHeight) }

func (r *scoreBarRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	value, mark := float32(0), float32(0)
	if x := r.bar.reading; x != nil {
		value, mark = float32(x.Score), float32(x.Threshold)
		if x.Calibrated {
			value = float32(x.Probability)
		}
	}
	r.fill.Resize(fyne.NewSize(size.Width*value, size.Height))
	r.mark.Resize(fyne.NewSize(2, size.Height))
	r.mark.Move(fyne.NewPos(size.Width*mark-1, 0))
}

func (r *scoreBarRenderer) Refresh() {
	r.back.FillColor = theme.Color(colourScoreBar)
	r.fill.FillColor = theme.Color(colourCaution)
	if x := r.bar.reading; x != nil && x.Calibrated {
		r.fill.FillColor = theme.Color(theme.ColorNamePrimary)
	}
	r.mark.FillColor = theme.Color(theme.ColorNameForeground)
	r.mark.Hidden = r.bar.reading == nil || r.bar.reading.Threshold <= 0
	r.Layout(r.bar.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *scoreBarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.fill, r.mark}
}

func (r *scoreBarRenderer) Destroy() {}
