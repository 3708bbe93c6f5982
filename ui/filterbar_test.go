package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lightbox/app"
	"lightbox/vision"
)

// filterTab chooses a filter as a click on its tab does.
func (b *bench) filterTab(k vision.ViewKind) {
	b.t.Helper()
	f := b.window.filter
	for i, of := range f.kinds {
		if of == k {
			test.Tap(f.tabs.tabs[i])
			return
		}
	}
	b.t.Fatalf("%s has no tab", k)
}

// Each parameter of each filter: what may be typed acts, what may not is refused in a
// sentence with its limits and changes nothing, the slider goes through possible values
// only, and what is undone comes back to the entries.
func TestEveryParameterIsLive(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	f, s := b.window.filter, b.window.session
	for _, c := range []struct {
		kind     vision.ViewKind
		name     vision.ParameterName
		good     string
		value    float64
		bad      []string
		limits   string
		slid     float64 // steps of the slider
		slidTo   float64
		larger   float64 // one step of the keys on
		position int     // among the filter's parameters
	}{
		{vision.ViewGaussian, vision.Kernel, "9", 9, []string{"4", "0", "101", "x", "-3", "", "4.5", "1e30"}, "from 1 to 99", 10, 21, 23, 0},
		{vision.ViewGaussian, vision.Sigma, "2,5", 2.5, []string{"-0.1", "101", "NaN", "σ"}, "from 0 to 100", 3, 0.3, 0.4, 1},
		{vision.ViewUnsharp, vision.Sigma, "3.2", 3.2, []string{"0", "26", "x"}, "from 0.1 to 25", 4, 0.5, 0.6, 0},
		{vision.ViewUnsharp, vision.Amount, "1.3", 1.3, []string{"-1", "11", "lots"}, "from 0 to 10", 7, 0.7, 0.8, 1},
		{vision.ViewMedian, vision.Aperture, "5", 5, []string{"1", "4", "7", "3.5", ""}, "from 3 to 5", 0, 3, 5, 0},
		{vision.ViewCLAHE, vision.Clip, "3.25", 3.25, []string{"0.5", "41", "-"}, "from 1 to 40", 1, 1.5, 2, 0},
		{vision.ViewCLAHE, vision.Tiles, "4", 4, []string{"0", "17", "2.5"}, "from 1 to 16", 11, 12, 13, 1},
		{vision.ViewSobel, vision.Aperture, "7", 7, []string{"0", "2", "9", "5.5"}, "from 1 to 7", 0, 1, 3, 0},
		{vision.ViewCanny, vision.Low, "77.5", 77.5, []string{"-1", "32768", "x"}, "from 0 to 32767", 4, 20, 25, 0},
		{vision.ViewCanny, vision.High, "99", 99, []string{"-1", "1e9"}, "from 0 to 32767", 3, 15, 20, 1},
		{vision.ViewCanny, vision.Aperture, "7", 7, []string{"1", "4", "9"}, "from 3 to 7", 1, 5, 7, 2},
		{vision.ViewCanny, vision.Norm, "2", 2, []string{"0", "3", "1.5"}, "from 1 to 2", 0, 1, 2, 3},
	} {
		b.filterTab(c.kind)
		r := b.parameter(c.kind, c.name)
		if f.shown != c.kind || f.row(c.position) != r || !r.object.Visible() {
			t.Fatalf("%s, %s is not in the bar", c.kind, c.name)
		}
		before := s.State().Filters
		for _, bad := range c.bad {
			r.entry.SetText(bad)
			if !strings.Contains(f.problem.Text, c.limits) || !f.refusal.Visible() || s.State().Filters != before {
				t.Errorf("%s, %s %q: message %q, filters %+v", c.kind, c.name, bad, f.problem.Text, s.State().Filters)
			}
		}
		s.EndGesture()
		r.entry.SetText(c.good)
		if got := r.value(s.State().Filters); got != c.value || f.problem.Text != "" {
			t.Errorf("%s, %s typed as %q is %g; %q", c.kind, c.name, c.good, got, f.problem.Text)
		}
		if want := strings.Replace(c.good, ",", ".", 1); strings.Replace(r.entry.Text, ",", ".", 1) != want {
			t.Errorf("%s, %s: what was typed became %q", c.kind, c.name, r.entry.Text)
		}
		s.EndGesture()
		r.slider.SetValue(c.slid)
		if got := r.value(s.State().Filters); got != c.slidTo || parseNumber(r.entry.Text) != c.slidTo || strings.Contains(r.entry.Text, "0000") {
			t.Errorf("%s, %s slid to %g, want %g; the entry says %q", c.kind, c.name, got, c.slidTo, r.entry.Text)
		}
		s.EndGesture()
		if keys := []string{"Ctrl+Up", "Ctrl+Shift+Up"}; c.position < len(keys) {
			b.press(keys[c.position])
		} else {
			f.step(c.position, 1)
		}
		if got := r.value(s.State().Filters); got != c.larger {
			t.Errorf("%s, %s: a step up from %g is %g, want %g", c.kind, c.name, c.slidTo, got, c.larger)
		}
		s.Undo()
		s.Undo()
		if got := r.value(s.State().Filters); got != c.value || parseNumber(r.entry.Text) != c.value {
			t.Errorf("%s, %s: after undoing slider and key it is %g, the entry says %q", c.kind, c.name, got, r.entry.Text)
		}
		s.Undo()
		if got := s.State().Filters; got != before || parseNumber(r.entry.Text) != r.value(before) {
			t.Errorf("%s, %s: all undone gives %+v, the entry says %q", c.kind, c.name, got, r.entry.Text)
		}
		b.until("the picture", ready)
		if p := s.State().Panes[paneBlur]; p.View != c.kind || p.Filtered() == nil || p.Filtered().Of != before.Only(c.kind) {
			t.Errorf("the pane shows %s with %+v", p.View, p.Filtered())
		}
	}
}

// Steps stop at the limits, and a filter with one parameter says so of the second.
func TestStepsStopAtTheLimits(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	f, st := b.window.filter, b.window.session.State()
	for _, k := range f.kinds {
		b.filterTab(k)
		for n, p := range k.Parameters() {
			f.step(n, 10000)
			if got := f.row(n).value(st.Filters); got != p.Max {
				t.Errorf("%s, %s goes up to %g, want %g", k, p.Name, got, p.Max)
			}
			f.step(n, -10000)
			if got := f.row(n).value(st.Filters); got != p.Min {
				t.Errorf("%s, %s goes down to %g, want %g", k, p.Name, got, p.Min)
			}
			if r := f.row(n); r.onGrid(p.Min+r.slider.Max*stepping[p.Name].step) > p.Max {
				t.Errorf("%s, %s: the slider goes beyond %g", k, p.Name, p.Max)
			}
		}
		before := st.Filters
		b.press("Ctrl+Shift+Up")
		if why := f.noSecond(); (why.Text != "") != (len(k.Parameters()) == 1) || why.Text != "" && (st.Filters != before || !strings.Contains(b.window.status.hint.Text, "one parameter only")) {
			t.Errorf("%s: the second parameter: %q, %q", k, why, b.window.status.hint.Text)
		}
		b.press("Ctrl+B")
		if st.Filters.Only(k) != vision.DefaultFilters.Only(k) {
			t.Errorf("%s: Ctrl+B gives %+v", k, st.Filters.Only(k))
		}
	}
	b.filterTab(vision.ViewGaussian)
	f.step(1, 1) // from the derived σ on
	if got := st.Filters.Gaussian.Sigma; got != 1.1 {
		t.Errorf("a step up from the σ of kernel 5, which is 1.0, is %g", got)
	}
}

// The bar controls what is on screen: the active pane's filter, else one that a pane
// shows; where there is none it says so, and a button changes that.
func TestTheBarFollowsThePanes(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	f, s, st := b.window.filter, b.window.session, b.window.session.State()
	views := func() [3]vision.ViewKind {
		return [3]vision.ViewKind{st.Panes[0].View, st.Panes[1].View, st.Panes[2].View}
	}
	check := func(what string, shown vision.ViewKind, absent bool, want ...vision.ViewKind) {
		t.Helper()
		if f.shown != shown || f.absent.Visible() != absent || f.kinds[f.tabs.chosen] != shown {
			t.Errorf("%s: the bar has %s, tab %s, absent %v", what, f.shown, f.kinds[f.tabs.chosen], f.absent.Visible())
		}
		if got := views(); got != [3]vision.ViewKind(want) {
			t.Errorf("%s: the panes show %v, want %v", what, got, want)
		}
		for _, r := range f.rows {
			if r.object.Visible() != (r.of == shown) {
				t.Errorf("%s: the row of %s, %s is visible: %v", what, r.of, r.parameter.Name, r.object.Visible())
			}
		}
	}
	const original, gray, gaussian, unsharp, median, clahe, sobel = vision.ViewOriginal, vision.ViewGray, vision.ViewGaussian, vision.ViewUnsharp, vision.ViewMedian, vision.ViewCLAHE, vision.ViewSobel
	check("at first", gaussian, false, original, gray, gaussian)
	b.filterTab(median)
	check("another filter takes the place of the one on screen", median, false, original, gray, median)
	s.Undo()
	check("undone", gaussian, false, original, gray, gaussian)
	s.SetView(1, clahe)
	check("a second filter on screen", gaussian, false, original, clahe, gaussian)
	b.filterTab(clahe)
	check("the one that is on screen already", clahe, false, original, clahe, gaussian)
	b.filterTab(sobel)
	check("the last pane that shows a filter", sobel, false, original, clahe, sobel)
	s.Activate(1)
	check("the active pane's filter", clahe, false, original, clahe, sobel)
	b.filterTab(unsharp)
	check("the active pane", unsharp, false, original, unsharp, sobel)
	s.Activate(0)
	check("the active pane shows none: it stays", unsharp, false, original, unsharp, sobel)
	s.SetView(1, gray)
	check("it went off the screen", sobel, false, original, gray, sobel)
	s.SetView(2, gray)
	check("none on screen", sobel, true, original, gray, gray)
	b.filterTab(median)
	check("another one that is not", median, true, original, gray, gray)
	s.Activate(1)
	test.Tap(f.show)
	check("shown in the active pane", median, false, original, median, gray)
	b.until("the picture", ready)
}

// The curve is the Gaussian's; every filter says what OpenCV does, with its operator,
// its arithmetic, its borders and what becomes of padding.
func TestTheBarSaysWhatOpenCVDoes(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.until("the curve", curved)
	for _, language := range []string{"en", "zh"} {
		b.window.session.Settings().Language = language
		b.window.applySettings()
		f := b.window.filter
		for k, words := range map[vision.ViewKind][3]string{
			vision.ViewGaussian: {"GaussianBlur", "reflected", "镜像"}, vision.ViewUnsharp: {"addWeighted", "float32", "float32"},
			vision.ViewMedian: {"medianBlur", "edges repeated", "边缘复制"}, vision.ViewCLAHE: {"CLAHE", "each tile", "分块"},
			vision.ViewSobel: {"Sobel", "own window", "自身的窗"}, vision.ViewCanny: {"Canny", "99.9th", "99.9"},
		} {
			b.filterTab(k)
			b.until("the picture", ready)
			b.capture()
			said, padding := words[1], "adding"
			if language == "zh" {
				said, padding = words[2], "填充像素"
			}
			for _, w := range []string{words[0], said, padding} {
				if !strings.Contains(f.words.Text, w) {
					t.Errorf("%s, %s: %q lacks %q", language, k, f.words.Text, w)
				}
			}
			if got := f.curve.Visible(); got != (k == vision.ViewGaussian) {
				t.Errorf("%s, %s: the curve is visible: %v", language, k, got)
			}
		}
	}
	if err := useLanguage("en"); err != nil {
		t.Fatal(err)
	}
}

// By keys: the tabs are gone along with arrows, and the menu follows what can be done.
func TestTheFiltersTabsWorkByKeys(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	w, c := b.window, b.window.window.Canvas()
	for _, fo := range b.walk(c.FocusNext) {
		if _, ok := fo.(*reach); !ok {
			continue
		}
		c.Focus(fo)
		if b.press("Right"); w.filter.shown == vision.ViewUnsharp {
			break
		}
	}
	if w.filter.shown != vision.ViewUnsharp {
		t.Fatal("Tab does not reach the filters")
	}
	disabled := func(name string) bool {
		for _, m := range w.window.MainMenu().Items {
			for _, item := range m.Items {
				if item.Label == name {
					return item.Disabled
				}
			}
		}
		t.Fatalf("no menu entry %q", name)
		return false
	}
	if disabled("Second parameter up") {
		t.Error("the unsharp mask has no second parameter")
	}
	if b.press("End"); w.filter.shown != vision.ViewCanny || disabled("Second parameter up") {
		t.Errorf("End goes to %s; the second parameter can be changed: %v", w.filter.shown, !disabled("Second parameter up"))
	}
	if b.press("Left"); w.filter.shown != vision.ViewSobel || !disabled("Second parameter up") {
		t.Errorf("Left goes to %s; the second parameter can be changed: %v", w.filter.shown, !disabled("Second parameter up"))
	}
	if b.press("Home"); w.filter.shown != vision.ViewGaussian {
		t.Errorf("Home goes to %s", w.filter.shown)
	}
	b.press("Esc")
	w.window.Resize(fyne.NewSize(1280, 800))
	w.session.SetLayout(app.LayoutCompare)
	b.capture()
	if !w.filter.absent.Visible() {
		t.Error("two originals side by side, and the bar says nothing")
	}
}

// A filter with more parameters than the bar is high is scrolled: all rows, and under
// them the words, are there in a small window.
func TestTheBarScrollsToManyParameters(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	f := b.window.filter
	b.window.window.Resize(fyne.NewSize(900, 560))
	for _, k := range []vision.ViewKind{vision.ViewCanny, vision.ViewSobel, vision.ViewCanny} {
		b.filterTab(k)
		b.until("the picture", ready)
		b.capture()
		bottom := float32(0)
		for i := range k.Parameters() {
			r := f.row(i).object
			if r.Size().Height < r.MinSize().Height || r.Position().Y < bottom {
				t.Errorf("%s: row %d lies at %v, %v high", k, i, r.Position().Y, r.Size().Height)
			}
			bottom = r.Position().Y + r.Size().Height
		}
		if h := f.text.object.Size().Height; h < leastWords {
			t.Errorf("%s: the words are %v high", k, h)
		}
		if f.whole.Size().Height < f.whole.MinSize().Height {
			t.Errorf("%s: %v high, needs %v", k, f.whole.Size().Height, f.whole.MinSize().Height)
		}
	}
}
