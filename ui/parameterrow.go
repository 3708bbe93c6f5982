package ui

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/vision"
)

// stepping is how far one step of keys and sliders goes, and how far sliders go, in the
// units of each parameter; entries take all that is possible.
var stepping = map[vision.ParameterName]struct{ step, most float64 }{
	vision.Kernel:   {2, vision.MaxKernel},
	vision.Sigma:    {0.1, 20},
	vision.Amount:   {0.1, 5},
	vision.Aperture: {2, 7},
	vision.Clip:     {0.5, 10},
	vision.Tiles:    {1, 16},
	vision.Low:      {5, 1000},
	vision.High:     {5, 1000},
	vision.Norm:     {1, 2},
}

// Widths of a row's parts in units.
const (
	minNameWidth = 78
	numberWidth  = 54
)

// parameterRow is an entry and a slider for one parameter of a filter. The slider
// counts steps from the least value: the widget would round odd numbers to even ones.
type parameterRow struct {
	of        vision.ViewKind
	parameter vision.Parameter
	entry     *numberEntry
	slider    *keySlider
	object    fyne.CanvasObject
}

// newParameterRow makes the row of the nth parameter of a filter.
func newParameterRow(w *mainWindow, f *filterBar, k vision.ViewKind, p vision.Parameter, n int) *parameterRow {
	r := &parameterRow{of: k, parameter: p}
	r.slider = newKeySlider(&w.tips.way, 0, math.Floor((min(stepping[p.Name].most, p.Max)-p.Min)/stepping[p.Name].step))
	// What is typed acts at once; what was refused gives way, when the entry is
	// left, to what is in force.
	r.entry = newNumberEntry(f.follow, f.follow, w.focusPane, w.typedKey)
	r.entry.OnChanged = func(string) {
		if !f.updating {
			f.typed(r)
		}
	}
	r.slider.OnChanged = func(steps float64) {
		if !f.updating {
			f.set(r, r.onGrid(p.Min+steps*stepping[p.Name].step))
		}
	}
	label, tip := parameterWords(k, p)
	name := widget.NewLabel(label)
	height := r.entry.MinSize().Height
	left := container.NewHBox(
		container.NewGridWrap(fyne.NewSize(max(scaled(minNameWidth), name.MinSize().Width), height), name),
		container.NewGridWrap(fyne.NewSize(scaled(numberWidth), height), r.entry),
	)
	keys := [][]string{{"larger-kernel", "smaller-kernel"}, {"larger-sigma", "smaller-sigma"}}
	if n < len(keys) { // the others are rarely changed
		tip += w.keyTexts(keys[n]...)
	}
	r.object = withTip(w.tips, tip, inOrder(nil, left, r.slider, nil, nil))
	return r
}

// typed takes what stands in the entry of a row, or says why it cannot be.
func (f *filterBar) typed(r *parameterRow) {
	v := parseNumber(r.entry.Text)
	if r.parameter.Fits(v) {
		f.set(r, v)
		return
	}
	text := strings.TrimSpace(r.entry.Text)
	if math.IsNaN(v) {
		text = quoted(text)
	}
	f.refuse(&vision.FilterError{Kind: r.of, Name: r.parameter.Name, Value: text})
}

func quoted(s string) string {
	if s == "" {
		return "—"
	}
	return "“" + s + "”"
}

// value is the parameter's among those of all filters.
func (r *parameterRow) value(f vision.Filters) float64 {
	for i, p := range r.of.Parameters() {
		if p.Name == r.parameter.Name {
			return f.Values(r.of)[i]
		}
	}
	return 0
}

// stepped is the value so many steps on, within the limits.
func (r *parameterRow) stepped(f vision.Filters, by int) float64 {
	v := r.value(f)
	if r.of == vision.ViewGaussian && r.parameter.Name == vision.Sigma && v == 0 && by > 0 {
		v = f.Gaussian.AppliedSigma() // from the derived σ on, not from nothing
	}
	v = r.onGrid(v + float64(by)*stepping[r.parameter.Name].step)
	return min(max(v, r.parameter.Min), r.parameter.Max)
}

// onGrid is the multiple of a step that is nearest to a value, as decimals have it:
// three tenths are 0.3.
func (r *parameterRow) onGrid(v float64) float64 {
	if r.parameter.Whole {
		return v
	}
	step := stepping[r.parameter.Name].step
	if step >= 1 {
		return math.Round(v/step) * step
	}
	perUnit := math.Round(1 / step)
	return math.Round(v*perUnit) / perUnit
}

// follow brings entry and slider to what the filters have. An entry that is being typed
// in and already means that value is left alone.
func (r *parameterRow) follow(f vision.Filters) {
	v := r.value(f)
	if parseNumber(r.entry.Text) != v {
		r.entry.SetText(strconv.FormatFloat(v, 'f', -1, 64))
	}
	r.slider.SetValue(min(math.Round((v-r.parameter.Min)/stepping[r.parameter.Name].step), r.slider.Max))
}

// parameterWords are the label of a parameter and its tooltip.
func parameterWords(k vision.ViewKind, p vision.Parameter) (label, tip string) {
	limits := map[string]any{"Min": p.Min, "Max": p.Max}
	switch p.Name {
	case vision.Kernel:
		return lang.L("Kernel (px)"), lang.L("Width and height of the Gaussian kernel: odd, {{.Min}} to {{.Max}}", limits)
	case vision.Sigma:
		if k == vision.ViewUnsharp {
			return lang.L("Sigma (px)"), lang.L("Standard deviation of the blur whose difference is added: {{.Min}} to {{.Max}}", limits)
		}
		return lang.L("Sigma (px)"), lang.L("Standard deviation: 0 derives it from the kernel; up to {{.Max}}", limits)
	case vision.Amount:
		return lang.L("Amount"), lang.L("How many times the difference from the blurred picture is added: {{.Min}} to {{.Max}}", limits)
	case vision.Clip:
		return lang.L("Clip limit"), lang.L("How often a level may occur in a tile, as a multiple of its even share: {{.Min}} to {{.Max}}", limits)
	case vision.Tiles:
		return lang.L("Tiles"), lang.L("Tiles across, and as many down: {{.Min}} to {{.Max}}", limits)
	case vision.Low:
		return lang.L("Low"), lang.L("Edges go on as long as the gradient is above this: {{.Min}} to {{.Max}}, as OpenCV takes it", limits)
	case vision.High:
		return lang.L("High"), lang.L("Edges begin where the gradient is above this: {{.Min}} to {{.Max}}, as OpenCV takes it; the smaller of the two is the low one", limits)
	case vision.Norm:
		return lang.L("Norm"), lang.L("How gradients are measured: 1 is |gx| + |gy|, 2 is √(gx² + gy²), OpenCV's L2gradient")
	}
	switch k {
	case vision.ViewMedian:
		return lang.L("Aperture (px)"), lang.L("Width and height of the square whose middle value is taken: odd, {{.Min}} to {{.Max}}", limits)
	case vision.ViewCanny:
		return lang.L("Aperture (px)"), lang.L("Width and height of Sobel's kernels: 3, 5 or 7; larger ones give larger gradients")
	}
	return lang.L("Aperture (px)"), lang.L("Width and height of Sobel's kernels: odd, {{.Min}} to {{.Max}}; 1 takes the two neighbours alone", limits)
}
