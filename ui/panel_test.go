package ui

import (
	"encoding/json"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/calibrate"
	"lightbox/vision"
)

// curved waits for the result's curve too.
func curved(st *app.State) bool { return ready(st) && st.Stability != nil && st.Stability.Done }

// A calibrated result stands there with its interval, its prevalence, its set
// and whom it holds for; the report tells the same.
func TestACalibratedResultIsToldWhole(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.until("the curve", curved)
	st := b.window.session.State()
	a, ok := b.window.session.Answer()
	if !ok || a.Shown == nil {
		t.Fatalf("%+v", st.Reading)
	}
	p := b.window.reportResult()
	if _, err := json.Marshal(p); err != nil {
		t.Fatal(err)
	}
	w := p.Words
	for name, want := range map[string]string{
		"value": app.Percent(a.Shown.Probability), "badge": "calibrated probability",
		"interval": "95 % interval " + app.PercentRange(a.Shown.Low, a.Shown.High), "set": " at 95 %",
		"model": "Holds for adults of one hospital", "evidence": "calibration pictures that were given", "blur": "The filter plays no part in the result.",
	} {
		if !strings.Contains(w[name], want) {
			t.Errorf("%s is %q, without %q", name, w[name], want)
		}
	}
	if !strings.Contains(w["interval"], "at a prevalence of 49.6 %") { // 1,071 of 2,160 films, says the calibration
		t.Errorf("%q", w["interval"])
	}
	if !strings.Contains(w["model"], "Chosen by modality and body part: CR, CHEST") || !strings.Contains(w["model"], "Operating point") {
		t.Errorf("%q", w["model"])
	}
	if p.Status != "result" || p.Asked != "auto" || p.Interval == nil || p.Own != nil || p.Set == nil || p.Set.Level != 0.95 ||
		p.ROC == nil || p.Similar == nil || p.Similar.Count != 10 || len(p.Reliability) < 5 || p.Stability == nil || !p.Stability.Done || p.Stability.Cursor < 0.99 {
		t.Errorf("%+v", p)
	}
	if !slices.ContainsFunc(p.Choices, func(c choiceReport) bool { return c.Name == model.DefaultName && c.Eligible }) {
		t.Errorf("%+v", p.Choices)
	}
}

// The user's prevalence appears beside the number as soon as it is set, and the
// level changes the set.
func TestTermsChangeWhatIsShown(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	if got := b.window.result.prevalence.Text; got != "" {
		t.Errorf("without a prevalence it says %q", got)
	}
	value := b.window.result.value.Text
	if why := b.window.session.SetTerms(b.window.session.Finding(), app.Terms{Prevalence: .05, Level: .8}); why != nil {
		t.Fatal(why)
	}
	if got := b.window.result.prevalence.Text; !strings.HasPrefix(got, "At your prevalence of 5 %: ") {
		t.Errorf("%q", got)
	}
	if got := b.window.result.set.Text; !strings.Contains(got, "at 80 %") || b.window.result.value.Text != value {
		t.Errorf("set %q, value %q", got, b.window.result.value.Text)
	}
	if p := b.window.reportResult(); p.Own == nil || p.Own.Prevalence != .05 || p.Set.Level != .8 {
		t.Errorf("%+v %+v", p.Own, p.Set)
	}
}

// The form refuses what cannot be, in a sentence, and shows what the terms do.
func TestTermsForm(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.window.showTerms()
	f := newTermsForm(b.window.session.Finding(), app.Terms{}, &b.window.session.State().Reading, b.window.typedKey)
	for _, bad := range []string{"0", "100", "-3", "many", "1e9"} {
		f.prevalence.SetText(bad)
		if f.problem.Text == "" || f.check() {
			t.Errorf("%q is not refused", bad)
		}
	}
	for typed, want := range map[string]float64{"5": .05, "0,5 %": .005, " 47.7": .477} {
		f.prevalence.SetText(typed)
		if f.problem.Text != "" || math.Abs(f.terms().Prevalence-want) > 1e-12 || !strings.Contains(f.preview.Text, "At your prevalence of") {
			t.Errorf("%q: problem %q, prevalence %v, preview %q", typed, f.problem.Text, f.terms().Prevalence, f.preview.Text)
		}
	}
	f.prevalence.SetText("")
	f.level.SetSelected("99 %")
	if got := f.terms(); got != (app.Terms{Level: .99}) || !strings.Contains(f.preview.Text, "at 99 %") {
		t.Errorf("%+v, preview %q", got, f.preview.Text)
	}
	again := newTermsForm(b.window.session.Finding(), app.Terms{Prevalence: .025, Level: .9}, &app.Reading{}, b.window.typedKey)
	if again.prevalence.Text != "2.5" || again.level.Selected != "90 %" {
		t.Errorf("%q, %q", again.prevalence.Text, again.level.Selected)
	}
	b.window.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
}

// Models that may not read are there, with the reason, and cannot be taken.
func TestModelList(t *testing.T) {
	b := newBench(t)
	used := ""
	l := newModelList("chest", func(name string) { used = name })
	why := app.Say("a colour picture is not a radiograph")
	l.fill([]app.Choice{{Name: "chest", Finding: model.FindingOpacity, Eligible: true}, {Name: "breast", Finding: model.FindingMalignant, Reason: &why}})
	if !l.buttons["breast"].Disabled() || l.buttons["chest"].Disabled() || l.buttons[app.AutoModel].Disabled() {
		t.Error("what can be chosen is not what may read")
	}
	test.Tap(l.buttons["breast"])
	if used != "" {
		t.Error("a model that may not read was taken")
	}
	test.Tap(l.buttons["chest"])
	if used != "chest" {
		t.Errorf("%q was taken", used)
	}
	b.openRadiograph()
	b.window.session.UseModel(model.DefaultName)
	b.until("the other model", func(st *app.State) bool { return ready(st) && st.Reading.Model == model.DefaultName })
	r := b.window.result
	if r.choose.Text != model.DefaultName || !strings.Contains(r.model.Text, "chosen by you") || r.badge.Text != "score, uncalibrated" {
		t.Errorf("%q %q %q", r.choose.Text, r.model.Text, r.badge.Text)
	}
	// Without a calibration there is a sentence and no diagram.
	for _, page := range []evidenceKind{evidenceReliability, evidenceROC} {
		b.window.proof.turn(page)
		if b.window.proof.chart.Visible() || !strings.Contains(b.window.proof.words.Text, "no calibration") {
			t.Errorf("page %d: diagram %v, %q", page, b.window.proof.chart.Visible(), b.window.proof.words.Text)
		}
	}
	if p := b.window.reportResult(); p.ROC != nil || p.Reliability != nil || p.Set != nil || p.Asked != model.DefaultName {
		t.Errorf("%+v", p)
	}
}

// A refusal has its reason, no number, no diagram and no curve.
func TestARefusalShowsNothingElse(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.until("the curve", curved)
	b.open("ct.dcm", slice(128, 3))
	b.until("a refusal", func(st *app.State) bool { return ready(st) && st.Reading.Status == app.Refused })
	b.capture()
	w := b.window
	if w.result.value.Text != "" || w.result.set.Text != "" || w.result.bar.answer != nil || !strings.HasPrefix(w.result.badge.Text, "Not eligible") || !strings.Contains(w.result.detail.Text, "modality CT") {
		t.Errorf("%q %q %q %q", w.result.value.Text, w.result.set.Text, w.result.badge.Text, w.result.detail.Text)
	}
	for page := range evidenceView {
		w.proof.turn(page)
		if w.proof.chart.Visible() || w.proof.words.Text != "No result, and so nothing that it rests on." {
			t.Errorf("page %d shows %q", page, w.proof.words.Text)
		}
	}
	if w.filter.curve.Visible() || w.reportResult().Stability != nil {
		t.Error("a curve without a result")
	}
}

// The film's own line lies where its probability does, and the cursor of the
// curve where the filter is; both move.
func TestDiagramsMarkThisFilm(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.until("the curve", curved)
	draw := func(d *diagram) *pen {
		p := newPen(213, 113, 213)
		d.draw(p)
		return p
	}
	at := func(p *pen, x float64) int { c, _ := p.at(spot{x, 0}); return int(c) }
	film := theme.Color(theme.ColorNamePrimary)
	a, _ := b.window.session.Answer()
	p := draw(reliabilityDiagram(a))
	if got, want := column(p, film), at(p, a.Shown.Probability); got < want-1 || got > want+1 {
		t.Errorf("the film's line is at %d, want %d", got, want)
	}
	st := b.window.session.State()
	for _, kernel := range []int{5, 31, 99} {
		f := b.window.filter
		b.parameter(vision.ViewGaussian, vision.Kernel).slider.SetValue(float64(kernel / 2))
		from, area := f.curve.shows.plot(f.curve.Size())
		want := from.X + area.Width*float32(math.Sqrt(st.Filters.Gaussian.AppliedSigma()/16))
		if got := f.curve.line.Position().X + f.curve.line.Size().Width/2; math.Abs(float64(got-want)) > 0.5 {
			t.Errorf("kernel %d: the cursor is at %v, want %v", kernel, got, want)
		}
	}
	// The operating point of the ROC is where its rates say.
	rates, ok := a.Rates()
	if !ok {
		t.Fatal("no operating point")
	}
	p = draw(rocDiagram(a))
	x, y := p.at(spot{1 - float64(rates.Specificity.Value), float64(rates.Sensitivity.Value)})
	if got, want := p.img.At(int(x), int(y)), theme.Color(theme.ColorNameForeground); !sameColour(got, want) {
		t.Errorf("at the operating point the diagram is %v, want %v", got, want)
	}
}

func sameColour(a, b interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, g, bl, _ := a.RGBA()
	x, y, z, _ := b.RGBA()
	return r>>8 == x>>8 && g>>8 == y>>8 && bl>>8 == z>>8
}

// The bar is filled as far as the number says, its mark lies on the operating
// point, and the interval below.
func TestScoreBarGeometry(t *testing.T) {
	themed(t)
	f := &calibrate.Fitted{}
	a := app.Answer{Reading: &app.Reading{Status: app.Result, Calibrated: true, Probability: .6, Threshold: .25, Calibration: f}, Shown: &calibrate.Shown{Probability: .6, Low: .5, High: .8}}
	bar := newScoreBar()
	bar.Resize(fyne.NewSize(200, 9))
	bar.set(&a)
	r := test.WidgetRenderer(bar).(*scoreBarRenderer)
	if w := r.fill.Size().Width; math.Abs(float64(w)-120) > 1e-3 {
		t.Errorf("filled to %g of 200", w)
	}
	if x := r.mark.Position().X + scoreBarMark/2; x != 50 {
		t.Errorf("the mark is at %g of 200", x)
	}
	if x, w := r.interval.Position().X, r.interval.Size().Width; x != 100 || math.Abs(float64(w)-60) > 1e-3 || r.interval.Hidden {
		t.Errorf("the interval begins at %g and is %g wide", x, w)
	}
	a.Threshold, a.Shown, a.Calibrated, a.Score = math.NaN(), nil, false, .1
	bar.set(&a)
	if !r.mark.Hidden || !r.interval.Hidden || math.Abs(float64(r.fill.Size().Width)-20) > 1e-3 {
		t.Error("a score without operating point has a mark or an interval")
	}
}

// Nothing in the strips overlaps or is pushed out, at common sizes of screens, in
// both languages, with and without the list of stacks.
func TestStripsKeepTheirParts(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.until("the curve", curved)
	if why := b.window.session.SetTerms(b.window.session.Finding(), app.Terms{Prevalence: .05, Level: .99}); why != nil {
		t.Fatal(why)
	}
	defer func() {
		if err := useLanguage("en"); err != nil {
			t.Error(err)
		}
	}()
	for _, language := range []string{"en", "zh"} {
		b.window.session.Settings().Language = language
		b.window.applySettings()
		for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 1600, Height: 1000}, {Width: 1920, Height: 1080}} {
			for _, panel := range []bool{false, true} {
				b.window.chosen = &panel
				b.window.arrange()
				b.window.window.Resize(size)
				b.capture()
				checkStrips(t, b, language, size)
			}
		}
	}
}

func checkStrips(t *testing.T, b *bench, language string, size fyne.Size) {
	t.Helper()
	places := b.window.reportResult().Places
	rect := func(p [4]int) image.Rectangle { return image.Rect(p[0], p[1], p[0]+p[2], p[1]+p[3]) }
	names := []string{}
	for name, p := range places {
		if p[2] > 0 && p[3] > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) < 12 {
		t.Errorf("%s %v: only %v are there", language, size, names)
	}
	scale := b.window.window.Canvas().Scale()
	whole := image.Rect(0, 0, int(size.Width*scale)+1, int(size.Height*scale)+1)
	for i, n := range names {
		r := rect(places[n])
		if !r.In(whole) {
			t.Errorf("%s %v: %s lies at %v, outside the window", language, size, n, r)
		}
		for _, o := range names[:i] {
			if x := r.Intersect(rect(places[o])); x.Dx() > 1 && x.Dy() > 1 {
				t.Errorf("%s %v: %s %v and %s %v overlap", language, size, n, r, o, rect(places[o]))
			}
		}
		for kind := range paneCount {
			if x := r.Intersect(paneRect(b, kind)); !x.Empty() {
				t.Errorf("%s %v: %s %v covers the picture %v", language, size, n, r, paneRect(b, kind))
			}
		}
	}
	for name, least := range map[string][2]int{"evidence chart": {120, 90}, "blur chart": {120, 90}, "evidence words": {120, 60}, "blur words": {100, 30}} {
		if p := places[name]; float32(p[2]) < float32(least[0])*scale || float32(p[3]) < float32(least[1])*scale {
			t.Errorf("%s %v: %s is only %d×%d", language, size, name, p[2], p[3])
		}
	}
}

// Shift+F8 turns the pages over, and every page has something to say.
func TestEvidencePages(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	seen := map[string]bool{}
	for range evidenceCount {
		seen[b.window.proof.words.Text] = b.window.proof.words.Text != ""
		b.press("Shift+F8")
	}
	if len(seen) != int(evidenceCount) || seen[""] || b.window.proof.page != evidenceReliability {
		t.Errorf("%d different pages, back at page %d", len(seen), b.window.proof.page)
	}
	test.Tap(b.window.proof.tabs.tabs[evidenceSet])
	if b.window.proof.page != evidenceSet || !strings.Contains(b.window.proof.words.Text, "This holds only for pictures like the calibration pictures") {
		t.Errorf("page %d says %q", b.window.proof.page, b.window.proof.words.Text)
	}
}
