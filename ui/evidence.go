package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
)

// evidenceKind tells the pages of the evidence apart.
type evidenceKind int

const (
	evidenceReliability evidenceKind = iota
	evidenceROC
	evidenceSimilar
	evidenceSet
	evidenceView
	evidenceMeasure // of the selected mark
	evidenceCount
)

// evidence is what a result rests on, under the grayscale view, and what the selected
// mark measures: one page at a time, a diagram with what it says in words. The number itself stands in the
// strip beside it.
type evidence struct {
	object fyne.CanvasObject
	tabs   *tabRow
	page   evidenceKind
	chart  *chart
	words  *prose
	text   *proseBox
	body   *fyne.Container

	hidden   func() bool // the number is not revealed
	answer   app.Answer
	has      bool
	hid      bool // it was hidden when it was drawn
	measured measured
}

// newEvidence makes it; way is the keyboard's way back.
func newEvidence(way *way, page evidenceKind) *evidence {
	e := &evidence{chart: newChart(), words: newProse(theme.ColorNameForeground), hidden: func() bool { return false }}
	names := [evidenceCount]string{lang.L("Reliability"), lang.L("ROC"), lang.L("Similar pictures"), lang.L("Set"), lang.L("This view"), lang.L("Measure")}
	e.tabs = newTabRow(names[:], func(i int) { e.turn(evidenceKind(i)) })
	e.text = newProseBox(e.words)
	e.text.reach.way = way
	e.body = container.New(&beside{share: 0.42, least: 240, first: true}, e.text.object, e.chart)
	e.object = inOrder(newReach(way, e.tabs.typed).under(e.tabs), nil, container.NewVScroll(e.body), nil, nil)
	e.turn(page)
	return e
}

// show draws what a result rests on; without one ok is false.
func (e *evidence) show(a app.Answer, ok bool) {
	if !ok && !e.has && e.hidden() == e.hid {
		return // a stack that plays and is refused draws nothing anew
	}
	e.answer, e.has, e.hid = a, ok, e.hidden()
	e.draw()
}

// turn opens a page that the user asked for.
func (e *evidence) turn(page evidenceKind) {
	e.measured.turned = false
	e.open(page)
}

func (e *evidence) open(page evidenceKind) {
	e.page = page
	e.tabs.choose(int(page))
	e.draw()
	e.text.scroll.ScrollToTop()
}

// next opens the page after this one.
func (e *evidence) next() { e.turn((e.page + 1) % evidenceCount) }

func (e *evidence) draw() {
	figure, text := e.content()
	if figure == nil {
		e.chart.Hide()
	} else {
		e.chart.Show()
	}
	e.chart.set(figure)
	e.text.set(e.words, text)
	e.body.Refresh()
}

// content is the diagram and the words of the page.
func (e *evidence) content() (figure *diagram, text string) {
	switch e.page {
	case evidenceView:
		return nil, viewText()
	case evidenceMeasure:
		return histogramDiagram(&e.measured), measureText(&e.measured)
	}
	if e.hidden() {
		return nil, lang.L("Not revealed so far: what the result rests on comes with its number.")
	}
	if !e.has {
		return nil, lang.L("No result, and so nothing that it rests on.")
	}
	switch a := e.answer; e.page {
	case evidenceReliability:
		return reliabilityDiagram(a), paragraphs(a.Reliability()...)
	case evidenceROC:
		return rocDiagram(a), paragraphs(a.Discrimination()...)
	case evidenceSimilar:
		return similarDiagram(a), similarText(a)
	default:
		return nil, setPage(a)
	}
}

// viewText says how the grayscale view came about.
func viewText() string {
	return lang.L("One channel at the scan's own depth, before any window; colour is turned to gray by OpenCV (0.299 R + 0.587 G + 0.114 B). " +
		"The filter works on these values, and the model reads them at the scan's default window.")
}

func similarText(a app.Answer) string {
	m, ok := a.Likeness()
	if !ok {
		return lang.L("This model keeps no training pictures to compare with.")
	}
	list := []app.Message{m}
	if m, ok := a.Distance(); ok {
		list = append(list, m)
	}
	return paragraphs(list...) + "\n" + lang.L("● with the finding, ○ without; likeness is the model's own, not a radiologist's.")
}

// setPage is the page of the set: what it means, and what it promises.
func setPage(a app.Answer) string {
	m, ok := a.SetMeaning()
	if !ok {
		list := []app.Message{app.Say("No set: it takes a calibration that holds for this patient.")}
		if a.NotMeasured != nil {
			list = append(list, *a.NotMeasured)
		}
		return paragraphs(append(list, a.Cautions...)...)
	}
	name, _ := a.Set()
	return say(name) + " " + paragraphs(append([]app.Message{m}, a.Promise()...)...)
}

// paragraphs puts messages below each other, each with a capital letter.
func paragraphs(list ...app.Message) string {
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = capitalised(say(m))
	}
	return strings.Join(lines, "\n")
}
