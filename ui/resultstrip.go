package ui

import (
	"path/filepath"
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
// covers neither anatomy nor a corner block: the number and its name first, then
// the set and the prevalence, then what limits it, and which model says so.
type resultStrip struct {
	object     fyne.CanvasObject
	strip      *stripScroll // that is object
	finding    *canvas.Text
	value      *canvas.Text
	badge      *canvas.Text
	interval   *canvas.Text
	set        *canvas.Text
	prevalence *canvas.Text
	bar        *scoreBar
	barTip     *tipArea
	choose     *tipButton
	eye        *tipButton
	model      *prose
	detail     *prose
	text       *proseBox // of detail and model
	head       *fyne.Container
	rows       *fyne.Container // of set and prevalence
	refused    bool            // it shows that the model may not read the scan

	terms     func(finding string) app.Terms
	asked     func() string     // the name of the model that was asked for
	revealed  func() app.Reveal // how much of a result may be shown
	stability func() string     // the words of the curve
}

// resultActions are what the buttons of the strip do.
type resultActions struct{ card, choose, terms, seen func() }

func newResultStrip(session *app.Session, tips *tipLayer, do resultActions) *resultStrip {
	r := &resultStrip{
		finding:    colouredText("", theme.ColorNameForeground, findingText, true),
		value:      colouredText("", theme.ColorNameForeground, valueText, true),
		badge:      colouredText("", colourCaution, badgeText, true),
		interval:   colouredText("", theme.ColorNameForeground, badgeText, false),
		set:        colouredText("", theme.ColorNameForeground, rowText, true),
		prevalence: colouredText("", theme.ColorNameForeground, rowText, false),
		bar:        newScoreBar(),
		model:      newProse(theme.ColorNameForeground),
		detail:     newProse(colourCaution),
		terms:      func(finding string) app.Terms { return session.Settings().TermsOf(finding) },
		asked:      func() string { return session.State().Model },
		revealed:   func() app.Reveal { return session.State().Revealed() },
		stability:  func() string { return stabilityText(session.State()) },
	}
	r.choose = newTipButton(tips, theme.MenuDropDownIcon(), "", lang.L("Model that reads, and others that may"), do.choose)
	r.choose.IconPlacement = widget.ButtonIconTrailingText
	terms := newTipButton(tips, toolIcon("prevalence"), "", lang.L("Prevalence among your patients, and level of the set"), do.terms)
	card := newTipButton(tips, theme.DocumentIcon(), "",
		lang.L("Model card")+": "+lang.L("What the model is, what it was trained on, and how well it performs"), do.card)
	r.eye = newTipButton(tips, theme.VisibilityIcon(), "",
		lang.L("What the network saw")+": "+lang.L("The very input of the network, enlarged, with what was done to it"), do.seen)
	buttons := container.New(layout.NewCustomPaddedHBoxLayout(0), r.choose, terms, r.eye, card)
	r.head = container.New(&headline{}, r.value, r.finding, r.badge, r.interval, buttons)
	r.barTip = withTip(tips, "", r.bar)
	r.rows = container.New(&fittedRows{}, r.set, r.prevalence)
	r.text = newProseBox(r.detail, r.model)
	r.text.reach.way = &tips.way
	top := container.New(layout.NewCustomPaddedVBoxLayout(2), r.head, r.barTip, r.rows)
	r.strip = newStripScroll(top, r.text.object)
	r.object = r.strip.scroll
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

// narrow lets its content ask for no width but least: a long text must not push the
// panes apart.
type narrow struct{ least float32 }

func (n *narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(n.least, objects[0].MinSize().Height)
}

func (*narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

// colouredText is a line of text in a colour of the theme; size is at 100 %.
func colouredText(text string, colour fyne.ThemeColorName, size float32, bold bool) *canvas.Text {
	t := canvas.NewText(text, theme.Color(colour))
	t.TextSize = scaled(size)
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
	r.refused = false
	r.bar.set(nil)
	r.eye.Disable()
	r.draw(stripWords{badge: why, model: r.modelName(&app.Reading{})}, false)
	r.describe("", "")
}

// stripWords are the words of the strip.
type stripWords struct {
	finding, value, badge, interval, set, prevalence, detail, tip, model string

	undecided bool
}

// show draws a reading; hasScan is false while nothing is open.
func (r *resultStrip) show(reading *app.Reading, hasScan bool) {
	r.refused = hasScan && reading.Status == app.Refused
	var w stripWords
	a, isResult := app.NewAnswer(reading, r.terms(reading.Finding))
	stage := r.revealed()
	switch isResult = isResult && hasScan; {
	case hasScan && stage == app.RevealNothing && reading.Status != app.Running:
		w.badge, isResult, reading = lang.L("Hidden until you have read"), false, &app.Reading{}
	case isResult && stage == app.RevealFinding:
		w = findingWords(a, r.stability())
	case isResult:
		w = resultWords(a)
	case !hasScan:
		w.badge = lang.L("No scan is open")
	case reading.Status == app.Running:
		w.badge = lang.L("The model is reading…")
	case reading.Status == app.Refused:
		w.badge = lang.L("Not eligible: the model may not read this scan")
		w.detail = capitalised(say(*reading.Reason))
	case reading.Status == app.Failed:
		w.badge = lang.L("Not assessed: the model failed")
		w.detail = say(*reading.Reason)
	default:
		w.badge = lang.L("Not assessed")
		w.detail = lang.L("The reading was cancelled. This says nothing about the scan.")
	}
	w.model = r.modelName(reading)
	numbers := isResult && stage >= app.RevealNumber
	setVisible(r.barTip, numbers || !isResult) // an empty bar beside a call would look like a low number
	if numbers {
		r.bar.set(&a)
	} else {
		r.bar.set(nil)
	}
	if isResult && stage >= app.RevealPlaces {
		r.eye.Enable()
	} else {
		r.eye.Disable() // no network saw anything
	}
	r.draw(w, numbers && a.Calibrated)
	r.describe(r.modelLine(reading, a, numbers), w.detail)
}

// resultWords are what a result is told in.
func resultWords(a app.Answer) (w stripWords) {
	w.finding, w.value, w.badge = lang.L(a.Finding), a.Value(), say(a.Name())
	if m, ok := a.Interval(); ok {
		w.interval = say(m)
	}
	if m, ok := a.At(); ok {
		w.interval = join(" · ", w.interval, say(m))
	}
	if m, ok := a.Set(); ok {
		w.set = lang.L("{{.Set}} at {{.Level}}", map[string]any{"Set": say(m), "Level": a.Level()})
		if w.undecided = !a.Decided(); w.undecided {
			w.set += " · " + lang.L("no call")
		}
	}
	if m, ok := a.AtOwn(); ok {
		w.prevalence = capitalised(say(m))
	}
	if m, ok := a.Operating(); ok {
		w.tip = say(m)
	}
	w.detail = paragraphs(a.Cautions...)
	return w
}

// draw brings the lines beside the number and the bar to their words.
func (r *resultStrip) draw(w stripWords, calibrated bool) {
	r.badge.Color, r.set.Color = theme.Color(colourCaution), theme.Color(theme.ColorNameForeground)
	if calibrated {
		r.badge.Color = theme.Color(colourQuiet)
	}
	if w.undecided {
		r.set.Color = theme.Color(colourCaution)
	}
	r.barTip.tip = join(" · ", lang.L("Score or probability from 0 to 1; the mark is the operating point, the line below it the 95 % interval"), w.tip)
	changed := false
	for t, text := range map[*canvas.Text]string{
		r.finding: w.finding, r.value: w.value, r.badge: w.badge, r.interval: w.interval, r.set: w.set, r.prevalence: w.prevalence,
	} {
		if t.Text != text {
			t.Text, changed = text, true
			t.Refresh()
		}
	}
	if name := w.model; r.choose.Text != name {
		r.choose.SetText(name)
		changed = true
	}
	if changed {
		r.head.Refresh() // the sizes of the letters depend on their number
		r.rows.Refresh()
		r.strip.fit()
	}
}

// modelName is what the button says: the model, and whether the program chose it.
func (r *resultStrip) modelName(reading *app.Reading) string {
	switch asked := r.asked(); {
	case asked != app.AutoModel:
		return filepath.Base(asked)
	case reading.Model != "":
		return reading.Model + " (" + lang.L("auto") + ")"
	}
	return lang.L("auto")
}

// modelLine says for whom the number holds, how far the networks agree, which
// model it was and why.
func (r *resultStrip) modelLine(reading *app.Reading, a app.Answer, isResult bool) string {
	if reading.Model == "" {
		return ""
	}
	model := join(" ", lang.L("Model"), reading.Model, reading.Version)
	switch {
	case r.asked() != app.AutoModel:
		model += " · " + lang.L("chosen by you")
	case reading.Chosen != nil:
		model += " · " + strings.TrimRight(say(*reading.Chosen), ".。")
	}
	for _, p := range reading.Performance {
		if p.Brief != nil && r.revealed() >= app.RevealNumber {
			model += " · " + say(*p.Brief)
		}
	}
	if reading.Population != "" && !namesPopulation(reading.Cautions) && (!isResult || a.Calibration == nil) {
		model += " · " + lang.L("trained on") + ": " + say(app.Term(reading.Population).Message())
	}
	if !isResult {
		return model
	}
	parts := []string{"", model, "", ""}
	for i, f := range map[int]func() (app.Message, bool){0: a.HoldsFor, 2: a.Spread, 3: a.Operating} {
		if m, ok := f(); ok {
			parts[i] = say(m)
		}
	}
	return join("\n", parts...)
}

// describe draws the lines under the number.
func (r *resultStrip) describe(model, detail string) {
	r.text.set(r.model, model)
	r.text.set(r.detail, detail)
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
