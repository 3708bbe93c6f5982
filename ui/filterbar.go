package ui

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/vision"
)

// filterBar holds the live controls of one filter, and a row of tabs with which
// another one is brought into the bar and on screen. It has the filter of the active
// pane, or else one that is on screen, if there is any. Impossible values are refused
// where they are typed, with the reason beside them.
type filterBar struct {
	session *app.Session
	object  fyne.CanvasObject
	whole   *fyne.Container // what it scrolls

	tabs    *tabRow
	kinds   []vision.ViewKind // of the tabs
	shown   vision.ViewKind   // of which the bar has the controls
	rows    []*parameterRow   // of all filters; those of the shown one are visible
	absent  *fyne.Container   // says that no pane shows the filter; takes no room otherwise
	show    *tipButton        // changes that
	problem *canvas.Text
	refusal *fyne.Container // of problem; takes no room without one
	words   *prose          // what the curve says, and what OpenCV does
	text    *proseBox
	curve   *chart
	body    *fyne.Container

	turned   func() // called when another filter was brought into the bar
	updating bool   // set while the controls follow the session
}

// leastWords is how much of what OpenCV does is in sight under many parameters, in units
// at 100 % of text.
const leastWords = 36

func newFilterBar(w *mainWindow) *filterBar {
	tips := w.tips
	f := &filterBar{
		session: w.session, shown: vision.ViewGaussian, turned: func() {},
		problem: colouredText("", theme.ColorNameError, 12, true),
		words:   newProse(theme.ColorNameForeground), curve: newChart(),
	}
	if w.filter != nil {
		f.shown = w.filter.shown // in the new language or theme
	}
	controls := container.New(&stacked{})
	var names []string
	for _, k := range vision.ViewKinds {
		if !k.Filtered() {
			continue
		}
		f.kinds, names = append(f.kinds, k), append(names, viewName(k))
		for i, p := range k.Parameters() {
			r := newParameterRow(w, f, k, p, i)
			f.rows = append(f.rows, r)
			controls.Add(r.object)
		}
	}
	f.tabs = newTabRow(names, func(i int) { f.choose(f.kinds[i]) })
	f.absent = f.newAbsent(tips)
	f.refusal = container.New(&narrow{}, f.problem)
	f.refusal.Hide()
	controls.Add(f.refusal)
	f.text = newProseBox(f.words)
	f.text.reach.way = &tips.way
	f.body = container.New(&beside{share: 0.42, least: 300, prose: leastWords}, inOrder(controls, nil, f.text.object, nil, nil), f.curve)
	top := container.New(&stacked{}, newReach(&tips.way, f.tabs.typed).under(f.tabs), f.absent)
	f.whole = inOrder(top, nil, f.body, nil, nil)
	f.object = container.NewVScroll(f.whole)
	f.arrange()
	f.follow()
	f.showCurve()
	f.turned = w.showMenu // what can be done depends on the filter
	return f
}

// newAbsent is the line that says that the filter is nowhere to be seen.
func (f *filterBar) newAbsent(tips *tipLayer) *fyne.Container {
	f.show = newTipButton(tips, theme.VisibilityIcon(), lang.L("Show it in the active pane"),
		lang.L("The active pane shows its frame through this filter"), func() { f.session.SetView(f.session.State().Active, f.shown) })
	said := colouredText(lang.L("No pane shows this filter"), colourCaution, 12, false)
	line := container.New(&narrow{}, container.NewHBox(container.NewCenter(said), f.show))
	line.Hide()
	return line
}

// choose brings a filter into the bar and, in place of another one, on screen: in the
// active pane if that shows a filter, else in the last one that does. What is on
// screen already is left where it is.
func (f *filterBar) choose(k vision.ViewKind) {
	st := f.session.State()
	pane := lastPane(st, vision.ViewKind.Filtered)
	switch {
	case st.View.Filtered():
		pane = st.Active
	case lastPane(st, func(v vision.ViewKind) bool { return v == k }) >= 0:
		pane = -1
	}
	f.bring(k)
	if pane >= 0 {
		f.session.SetView(pane, k)
	}
}

// lastPane is the last pane whose view is wanted, -1 without one.
func lastPane(st *app.State, wanted func(vision.ViewKind) bool) int {
	for i := len(st.Panes) - 1; i >= 0; i-- {
		if wanted(st.Panes[i].View) {
			return i
		}
	}
	return -1
}

// followView has the bar control a filter that is on screen: that of the active pane,
// else the one it has, else the last there is. Without any it keeps what it has, and
// says so.
func (f *filterBar) followView() {
	st := f.session.State()
	own := lastPane(st, func(v vision.ViewKind) bool { return v == f.shown })
	if last := lastPane(st, vision.ViewKind.Filtered); st.View.Filtered() {
		f.bring(st.View)
	} else if own < 0 && last >= 0 {
		f.bring(st.Panes[last].View)
	}
	absent := lastPane(st, func(v vision.ViewKind) bool { return v == f.shown }) < 0
	if absent != f.absent.Visible() {
		setVisible(f.absent, absent)
		f.whole.Refresh()
	}
}

// bring has the bar control a filter.
func (f *filterBar) bring(k vision.ViewKind) {
	if k == f.shown {
		return
	}
	f.shown = k
	f.arrange()
	f.follow()
	f.showCurve()
	f.text.scroll.ScrollToTop()
	f.turned()
}

// arrange shows the rows of the filter that the bar controls, and no others.
func (f *filterBar) arrange() {
	for i, k := range f.kinds {
		if k == f.shown {
			f.tabs.choose(i)
		}
	}
	for _, r := range f.rows {
		setVisible(r.object, r.of == f.shown)
	}
	f.object.Refresh() // more rows than fit are scrolled to
}

// row is the nth parameter of the filter in the bar, nil without one.
func (f *filterBar) row(n int) *parameterRow {
	for _, r := range f.rows {
		if r.of != f.shown {
			continue
		}
		if n == 0 {
			return r
		}
		n--
	}
	return nil
}

// step changes the nth parameter of the filter by so many steps.
func (f *filterBar) step(n, by int) {
	if r := f.row(n); r != nil {
		f.set(r, r.stepped(f.session.State().Filters, by))
	}
}

// noSecond says that the filter in the bar has one parameter only; an empty message if
// it has more.
func (f *filterBar) noSecond() (why app.Message) {
	if f.row(1) == nil {
		why = app.Say("This filter has one parameter only")
	}
	return why
}

// reset brings the parameters of the filter in the bar back to what they were at first.
func (f *filterBar) reset() {
	f.refuse(f.session.SetFilters(f.session.State().Filters.With(f.shown, vision.DefaultFilters)))
}

// set changes a parameter.
func (f *filterBar) set(r *parameterRow, v float64) {
	f.refuse(f.session.SetFilters(f.session.State().Filters.Set(r.of, r.parameter.Name, v)))
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

// follow brings the controls to what the session has.
func (f *filterBar) follow() {
	f.followView()
	f.updating = true
	defer func() { f.updating = false }()
	st := f.session.State()
	for _, r := range f.rows {
		r.follow(st.Filters)
	}
	f.refuse(nil)
	f.curve.move(sigmaLine(st)) // where there is one, it follows the filter
}

// showCurve draws how the result changes with the Gaussian's σ, beside its controls,
// and says it.
func (f *filterBar) showCurve() {
	st := f.session.State()
	var figure *diagram
	if f.shown == vision.ViewGaussian {
		figure = stabilityDiagram(st)
	}
	setVisible(f.curve, figure != nil)
	f.curve.set(figure)
	f.describe(st)
	f.body.Refresh()
}

// describe says what the curve shows and what OpenCV does.
func (f *filterBar) describe(st *app.State) {
	text := ""
	if st.Scan != nil {
		if f.shown == vision.ViewGaussian && st.Stability != nil && st.Reveals(app.RevealFinding) {
			text = paragraphs(st.Stability.Words(st.Scan.Spacing)...)
		}
		text = join("\n", text, operatorText(f.shown, st.Scan.Values.Depth))
	}
	f.text.set(f.words, text)
}

// showApplied follows what the panes show.
func (f *filterBar) showApplied(st *app.State) {
	f.followView()
	f.describe(st)
}
