package ui

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/vision"
)

// sigmaStep is one step of the sigma control in pixels; sliderSigma is as far
// as its slider goes (the entry takes more).
const (
	sigmaStep   = 0.1
	sliderSigma = 20
)

// filterBar holds the live controls of the Gaussian view: an entry and a
// slider each for the kernel and for sigma. Impossible values are refused
// where they are typed, with the reason beside them.
type filterBar struct {
	session *app.Session
	object  fyne.CanvasObject

	kernel, sigma             *numberEntry
	kernelSlider, sigmaSlider *keySlider
	problem                   *canvas.Text
	refusal                   *fyne.Container // of problem; takes no room without one
	words                     *prose          // what the curve says, and how the picture was filtered
	text                      *proseBox
	curve                     *chart
	body                      *fyne.Container
	updating                  bool // set while the controls follow the session
}

func newFilterBar(w *mainWindow) *filterBar {
	session, tips := w.session, w.tips
	f := &filterBar{
		session:      session,
		kernelSlider: newKeySlider(&tips.way, 0, vision.MaxKernel/2), sigmaSlider: newKeySlider(&tips.way, 0, sliderSigma),
		problem: colouredText("", theme.ColorNameError, 12, true),
		words:   newProse(theme.ColorNameForeground), curve: newChart(),
	}
	// What is typed acts at once; what was refused gives way, when the entry is
	// left, to what is in force.
	f.kernel = newNumberEntry(f.follow, f.follow, w.focusPane, w.typedKey)
	f.sigma = newNumberEntry(f.follow, f.follow, w.focusPane, w.typedKey)
	// The kernel's slider counts its radius: the widget would round odd numbers
	// to even ones.
	f.kernelSlider.Step, f.sigmaSlider.Step = 1, sigmaStep
	f.kernel.OnChanged = func(string) { f.typed() }
	f.sigma.OnChanged = func(string) { f.typed() }
	f.kernelSlider.OnChanged = func(v float64) { f.slid(2*int(v)+1, session.State().Filters.Gaussian.Sigma) }
	f.sigmaSlider.OnChanged = func(v float64) { f.slid(session.State().Filters.Gaussian.Kernel, math.Round(v/sigmaStep)*sigmaStep) }

	row := func(label, tip string, e *numberEntry, s *keySlider) fyne.CanvasObject {
		box := container.NewGridWrap(fyne.NewSize(scaled(64), e.MinSize().Height), e)
		name := container.NewGridWrap(fyne.NewSize(scaled(78), e.MinSize().Height), widget.NewLabel(label))
		return withTip(tips, tip, inOrder(nil, container.NewHBox(name, box), s, nil, nil))
	}
	f.refusal = container.New(&narrow{}, f.problem)
	f.refusal.Hide()
	controls := container.New(layout.NewCustomPaddedVBoxLayout(0),
		row(lang.L("Kernel (px)"), lang.L("Width and height of the Gaussian kernel: odd, 1 to 99")+w.keyTexts("larger-kernel", "smaller-kernel"), f.kernel, f.kernelSlider),
		row(lang.L("Sigma (px)"), lang.L("Standard deviation: 0 derives it from the kernel")+w.keyTexts("larger-sigma", "smaller-sigma"), f.sigma, f.sigmaSlider),
		f.refusal,
	)
	f.text = newProseBox(f.words)
	f.text.reach.way = &tips.way
	f.body = container.New(&beside{share: 0.46, least: 300}, inOrder(controls, nil, f.text.object, nil, nil), f.curve)
	f.object = container.NewVScroll(f.body)
	f.follow()
	f.showCurve()
	return f
}

// typed takes what stands in the entries, or says why it cannot be.
func (f *filterBar) typed() {
	if f.updating {
		return
	}
	kernel, err := strconv.Atoi(strings.TrimSpace(f.kernel.Text))
	if err != nil {
		f.refuse(&vision.FilterError{Kind: vision.ViewGaussian, Name: vision.Kernel, Value: quoted(f.kernel.Text)})
		return
	}
	sigma := parseNumber(f.sigma.Text)
	if math.IsNaN(sigma) {
		f.refuse(&vision.FilterError{Kind: vision.ViewGaussian, Name: vision.Sigma, Value: quoted(f.sigma.Text)})
		return
	}
	f.refuse(f.session.SetBlur(vision.Blur{Kernel: kernel, Sigma: sigma}))
}

func quoted(s string) string {
	if s == "" {
		return "—"
	}
	return "“" + s + "”"
}

// slid takes a slider's value; sliders cannot be set to impossible ones.
func (f *filterBar) slid(kernel int, sigma float64) {
	if !f.updating {
		f.refuse(f.session.SetBlur(vision.Blur{Kernel: kernel, Sigma: sigma}))
	}
}

func (f *filterBar) stepKernel(by int) {
	b := f.session.State().Filters.Gaussian
	b.Kernel = min(max(b.Kernel+by, 1), vision.MaxKernel)
	f.refuse(f.session.SetBlur(b))
}

func (f *filterBar) stepSigma(by float64) {
	b := f.session.State().Filters.Gaussian
	if b.Sigma == 0 && by > 0 { // from the derived σ on, not from nothing
		b.Sigma = b.AppliedSigma()
	}
	b.Sigma = min(max(math.Round((b.Sigma+by)/sigmaStep)*sigmaStep, 0), vision.MaxSigma)
	f.refuse(f.session.SetBlur(b))
}

// refuse shows why a value is impossible; nil clears it.
func (f *filterBar) refuse(err error) {
	text := ""
	var impossible *vision.FilterError
	if errors.As(err, &impossible) {
		text = say(app.Explain(err))
	}
	setText(f.problem, text)
	if f.refusal.Visible() != (text != "") {
		setVisible(f.refusal, text != "")
		f.body.Refresh()
	}
}

// follow brings the controls to what the session has. An entry that is being
// typed in and already means that value is left alone.
func (f *filterBar) follow() {
	f.updating = true
	defer func() { f.updating = false }()
	b := f.session.State().Filters.Gaussian
	if v, err := strconv.Atoi(strings.TrimSpace(f.kernel.Text)); err != nil || v != b.Kernel {
		f.kernel.SetText(strconv.Itoa(b.Kernel))
	}
	if parseNumber(f.sigma.Text) != b.Sigma {
		f.sigma.SetText(strconv.FormatFloat(b.Sigma, 'f', -1, 64))
	}
	f.kernelSlider.SetValue(float64(b.Kernel / 2))
	f.sigmaSlider.SetValue(min(b.Sigma, sliderSigma))
	f.refuse(nil)
	if f.session.State().Stability != nil {
		f.curve.set(stabilityDiagram(f.session.State())) // its line follows the filter
	}
}

// showCurve draws how the result changes with the filter, and says it.
func (f *filterBar) showCurve() {
	st := f.session.State()
	figure := stabilityDiagram(st)
	setVisible(f.curve, figure != nil)
	f.curve.set(figure)
	f.describe(st)
}

// describe says what the curve shows and how the picture was filtered.
func (f *filterBar) describe(st *app.State) {
	text := ""
	if st.Stability != nil && st.Scan != nil && st.Reveals(app.RevealFinding) {
		text = paragraphs(st.Stability.Words(st.Scan.Spacing)...)
	}
	if st.Scan != nil && st.Views.Filtered(vision.ViewGaussian) != nil {
		text = join("\n", text, lang.L("OpenCV GaussianBlur, borders reflected, in integers of {{.Depth}} bits",
			map[string]any{"Depth": st.Scan.Values.Depth}))
	}
	f.text.set(f.words, text)
}

// showApplied says what the picture was really filtered with.
func (f *filterBar) showApplied(st *app.State) { f.describe(st) }
