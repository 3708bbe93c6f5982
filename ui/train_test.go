package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/app/training"
	"lightbox/model/fit"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// trainBench is the window of a training in Fyne's test driver. What is posted is
// run by the test.
type trainBench struct {
	*trainWindow
	t     *testing.T
	queue chan func()
}

func newTrainBench(t *testing.T, language, look string, task training.Task) *trainBench {
	t.Helper()
	a := test.NewTempApp(t)
	if err := useLanguage(language); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = useLanguage("en") })
	a.Settings().SetTheme(newTheme(&app.Settings{Theme: look}))
	b := &trainBench{t: t, queue: make(chan func(), 1000)}
	b.trainWindow = newTrainWindow(a, task, func(f func()) { b.queue <- f })
	b.window.Resize(fyne.NewSize(trainWidth, trainHeight))
	return b
}

// until runs what is posted until something is so.
func (b *trainBench) until(what string, ok func() bool) {
	b.t.Helper()
	timeout := time.After(time.Minute)
	for !ok() {
		select {
		case f := <-b.queue:
			f()
		case <-timeout:
			b.t.Fatalf("never came to: %s", what)
		}
	}
}

// visible calls f with everything that can be seen, dialogs above the window
// included.
func (b *trainBench) visible(f func(fyne.CanvasObject)) {
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		f(o)
		switch x := o.(type) {
		case *fyne.Container:
			for _, part := range x.Objects {
				walk(part)
			}
		case fyne.Widget:
			for _, part := range test.WidgetRenderer(x).Objects() {
				walk(part)
			}
		}
	}
	for _, o := range append([]fyne.CanvasObject{b.window.Content()}, b.window.Canvas().Overlays().List()...) {
		walk(o)
	}
}

// words are all that can be read.
func (b *trainBench) words() string {
	var all []string
	b.visible(func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *canvas.Text:
			all = append(all, x.Text)
		case *widget.Label:
			all = append(all, x.Text)
		}
	})
	return strings.Join(all, " ")
}

// button is the one with a text that can be seen.
func (b *trainBench) button(text string) (found *widget.Button) {
	b.t.Helper()
	b.visible(func(o fyne.CanvasObject) {
		if w, ok := o.(*widget.Button); ok && w.Text == text {
			found = w
		}
	})
	if found == nil {
		b.t.Fatalf("there is no button %q in: %s", text, b.words())
	}
	return found
}

func (b *trainBench) want(texts ...string) {
	b.t.Helper()
	all := strings.ReplaceAll(b.words(), " ", "") // lines may break anywhere in Chinese
	all = strings.ReplaceAll(all, "\u00a0", "")
	for _, s := range texts {
		if !strings.Contains(all, strings.ReplaceAll(s, " ", "")) {
			b.t.Errorf("%q is missing in: %s", s, b.words())
		}
	}
}

// stepOf is what is told of a step of a network of source-28; without an AUC, 0,
// nothing was measured after it.
func stepOf(network string, number, of, at, steps int, loss, auc float64) training.Event {
	p := &ensembles.Progress{Network: network, Number: number, Of: of, Step: at, Steps: steps, Loss: loss, Last: loss}
	if auc > 0 {
		v := metrics.Number(auc)
		p.Point = &fit.Point{Step: at, Loss: metrics.Number(loss), Quality: fit.Quality{Value: v, Parts: map[string]metrics.Number{"MNIST of lungs": v}}}
	}
	return training.Event{Phase: training.Training, Progress: p}
}

// sourceEvents are what is told of the first half of the first of three networks of
// source-28.
func sourceEvents(steps int) (events []training.Event) {
	events = append(events, training.Event{Phase: training.Training, Sets: []ensembles.SetRecord{{Name: "MNIST of lungs", Positive: 2, Negative: 1, Groups: 3, Used: true}}})
	for k := 1; k < steps; k++ {
		events = append(events, stepOf("1", 1, 3, k, 2*steps, .7-.5*float64(k)/float64(steps), 0))
	}
	return append(events, stepOf("1", 1, 3, steps, 2*steps, .2, .875))
}

// What goes on, whom it is trained on, the figures and what was left aside stand
// in the window, in the reader's language, in both themes.
func TestTrainWindowTells(t *testing.T) {
	problem := training.Event{Phase: training.Reading, Problem: fault.New(fault.Empty, "/films/four.png", "")}
	for language, want := range map[string][]string{
		"en": {"Training the model source-28", "Results go to /out", "Network 1 of 3: step 100 of 200", "loss 0.", "AUC 0.875", "MNIST of lungs: 2 pictures with the finding and 1 without",
			"Scans left aside: 1 (1 unreadable, 0 labelled in two ways, 0 without a label, 0 with one that is not known)", "four.png is empty", "loss (nats)", "step 200", "set MNIST of lungs: 0.875", "AUC on held-out fold 1", "waits", "Cancel…", app.Disclaimer},
		"zh": {"正在训练模型 source-28", "结果写入 /out", "第 1 个网络（共 3 个）：第 100 步，共 200 步", "损失 0.", "AUC 0.875", "MNIST of lungs：有该征象 2 幅，无 1 幅",
			"未采用的影像：1 份（1 份无法读取，0 份标签矛盾，0 份无标签", "four.png", "损失（奈特）", "第 200 步", "数据集 MNIST of lungs：0.875", "留出折 1 上的 AUC", "等待中", "取消…"},
	} {
		for _, look := range []string{"dark", "light"} {
			b := newTrainBench(t, language, look, training.Task{Model: "source-28", Folder: "/out"})
			b.take(append([]training.Event{problem}, sourceEvents(100)...))
			b.want(want...)
			// Three networks have the room that they need.
			if got, need := b.rows.object.Size().Height, float32(3*rowHeight); got < need {
				t.Errorf("the networks have a height of %v, and need %v", got, need)
			}
			if b.window.Canvas().Capture() == nil {
				t.Error("nothing is painted")
			}
		}
	}
}

// Cancel asks, says what is kept and how to go on, and stops only when told so;
// the window stays and says the same again.
func TestTrainWindowAsksBeforeItStops(t *testing.T) {
	const again = "lightbox train --model chest --resume"
	for language, word := range map[string]struct{ cancel, title, kept, goOn, stop, stopped, close string }{
		"en": {"Cancel…", "Stop training?", "The last checkpoint is kept in", "Go on training", "Stop training", "Training was stopped.", "Close"},
		"zh": {"取消…", "停止训练？", "最后的检查点保存在", "继续训练", "停止训练", "训练已停止。", "关闭"},
	} {
		folder := t.TempDir()
		begun := make(chan bool)
		b := newTrainBench(t, language, "", training.Task{
			Model: "chest", Folder: folder, Resume: again,
			Do: func(ctx context.Context, tell func(training.Event)) (*training.Summary, error) {
				for _, e := range sourceEvents(3) {
					tell(e)
				}
				close(begun)
				<-ctx.Done()
				err := errors.Join(os.MkdirAll(filepath.Join(folder, "checkpoints"), 0o755), os.WriteFile(filepath.Join(folder, "checkpoints", "x"), nil, 0o600))
				return nil, errors.Join(ctx.Err(), err)
			},
		})
		b.begin(t.Context())
		<-begun
		b.until("a network", func() bool { return b.course.Keeps() })
		test.Tap(b.button(word.cancel))
		b.want(word.title, word.kept, folder, again)
		test.Tap(b.button(word.goOn))
		if b.dialog != nil || b.course.Stopping() {
			t.Error("no is taken for yes")
		}
		b.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		b.want(word.title)
		b.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		if b.dialog != nil || b.course.Stopping() {
			t.Error("Escape is taken for yes")
		}
		test.Tap(b.button(word.cancel))
		test.Tap(b.button(word.stop))
		if !b.course.Stopping() || !b.cancel.Disabled() {
			t.Error("it is not being stopped")
		}
		b.until("its end", func() bool { return b.course.Ending() != nil })
		b.want(word.stopped, word.kept, folder, again)
		b.button(word.close)
		if err := b.wait(); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
}

// Closing the window asks the same, and closes it when the training has ended.
func TestTrainWindowClosesAfterTheTraining(t *testing.T) {
	ended := make(chan bool)
	b := newTrainBench(t, "en", "", training.Task{Model: "source-28", Folder: t.TempDir(), Do: func(ctx context.Context, _ func(training.Event)) (*training.Summary, error) {
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}})
	closed := false
	b.window.SetOnClosed(func() { closed = true })
	b.begin(t.Context())
	b.ask(true)
	b.want("Stop training?", "No network has been begun yet")
	if closed {
		t.Fatal("closed unasked")
	}
	test.Tap(b.button("Stop training"))
	<-ended
	b.until("a closed window", func() bool { return closed })
}

// At the end stand the figures with their intervals, the files, and a button that
// opens the folder.
func TestTrainWindowShowsTheResult(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "结果 1")
	report := metrics.Report{N: 200, Positives: 80, AUC: metrics.Estimate{Value: .912, Low: .871, High: .944}}
	report.Operating = metrics.Point{Threshold: .437, Sensitivity: metrics.Estimate{Value: .9, Low: .82, High: .95}, Specificity: metrics.Estimate{Value: .8, Low: .72, High: .87}}
	summary := &training.Summary{
		Model: "chest", Version: "lungs-1", SHA256: strings.Repeat("ab", 32), Finding: "pneumonia",
		Figures: []training.Figure{{Name: app.Say("all held-out pictures"), Report: report}, {Name: app.Say("set {{.Name}}", "Name", "films"), Report: report}},
		Files:   []string{"weights.safetensors", "roc.png"}, Took: 95 * time.Minute,
	}
	for language, want := range map[string][]string{
		"en": {"Trained; this run took 1 h 35 min", "all held-out pictures", "set films", "200", "80", "AUC (95 % interval)", "0.912 (0.871–0.944)", "0.900 (0.820–0.950)", "threshold 0.437", "a little too good", "Written to", "weights.safetensors", "roc.png"},
		"zh": {"训练完成，本次运行用时 1 h 35 min", "全部留出图像", "数据集 films", "AUC（95 % 区间）", "0.912 (0.871–0.944)", "阈值 0.437", "已写入", "roc.png"},
	} {
		b := newTrainBench(t, language, "", training.Task{Model: "chest", Folder: folder, Do: func(context.Context, func(training.Event)) (*training.Summary, error) { return summary, nil }})
		b.begin(t.Context())
		b.until("its end", func() bool { return b.course.Ending() != nil })
		b.want(want...)
		var opened string
		b.open = func(path string) error { opened = path; return nil }
		test.Tap(b.button(map[string]string{"en": "Open the folder", "zh": "打开文件夹"}[language]))
		if opened != folder {
			t.Errorf("%q is opened", opened)
		}
		b.open = func(string) error { return errors.New("no file manager") }
		test.Tap(b.button(map[string]string{"en": "Open the folder", "zh": "打开文件夹"}[language]))
		b.want("no file manager")
		if err := b.wait(); err != nil {
			t.Error(err)
		}
	}
}

// A training that fails, or panics, leaves a sentence.
func TestTrainWindowShowsAFailure(t *testing.T) {
	for want, do := range map[string]func(context.Context, func(training.Event)) (*training.Summary, error){
		"holds no scan that can be read": func(context.Context, func(training.Event)) (*training.Summary, error) {
			return nil, fmt.Errorf("worded: %w", fault.New(fault.NoScans, "/films", "nothing"))
		},
		"because of a fault of its own": func(context.Context, func(training.Event)) (*training.Summary, error) { panic("oh") },
	} {
		b := newTrainBench(t, "en", "", training.Task{Model: "chest", Folder: t.TempDir(), Resume: "again", Do: do})
		b.begin(t.Context())
		b.until("its end", func() bool { return b.course.Ending() != nil })
		b.want(want, "Nothing was written.", "Ended before its end")
	}
}

// A row shows its network's curves; the one that waits has none.
func TestTrainWindowChoosesANetwork(t *testing.T) {
	b := newTrainBench(t, "en", "", training.Task{Model: "source-28", Folder: "/out"})
	b.take(sourceEvents(10))
	b.take([]training.Event{stepOf("1", 1, 3, 20, 20, .3, .8), stepOf("all", 2, 3, 1, 20, .7, 0)})
	if n := b.shown(); n.Number != 2 { // the one that is being trained
		t.Errorf("network %d is shown", n.Number)
	}
	b.want("Trained on all pictures: cross-entropy", "Nothing is measured while this network is trained")
	test.Tap(b.rows.rows[0])
	if n := b.shown(); n.Number != 1 {
		t.Errorf("network %d is shown after a tap on 1", n.Number)
	}
	b.want("Fold 1 held out: cross-entropy")
	test.Tap(b.rows.rows[2])
	if n := b.shown(); n.Number != 2 {
		t.Errorf("network %d is shown after a tap on one that waits", n.Number)
	}
	b.typedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if n := b.shown(); n.Number != 1 {
		t.Errorf("network %d is shown after the key for the one before", n.Number)
	}
	b.typedKey(&fyne.KeyEvent{Name: fyne.KeyF8})
	b.want("Here stand, at the end")
}

// What is measured is drawn where its value lies on the axis, in the colour that
// the legend gives it.
func TestQualityDiagram(t *testing.T) {
	themed(t)
	c := training.NewCourse(training.Task{})
	c.Take(stepOf("1", 1, 1, 10, 40, .5, .75))
	d := qualityDiagram(c.Networks(), c.Current())
	if d == nil || len(d.inside) != 1 || d.inside[0].text != "● set MNIST of lungs: 0.750" || d.ys[0].text != "0.7" || d.ys[len(d.ys)-1].text != "1" || d.xs[len(d.xs)-1].text != "step 40" {
		t.Fatalf("%+v", d)
	}
	p := newPen(312, 112, 312)
	d.draw(p)
	// Step 10 of 40; 0.75 between 0.7 and 1.
	x, y := float64(bleed)+.25*299, float64(112-bleed)-(.05/.3)*99
	if at, want := p.img.RGBAAt(int(x), int(y)), theme.Color(d.inside[0].colour); !sameColour(at, want) {
		t.Errorf("the mark at (%.0f, %.0f) is %v, want %v", x, y, at, want)
	}
	loss := lossDiagram(c.Networks(), c.Current())
	if loss == nil || loss.ys[len(loss.ys)-1].text != "0.5" || !strings.HasPrefix(loss.inside[0].text, "━ Fold 1 held out") {
		t.Fatalf("%+v", loss)
	}
	c.Take(stepOf("1", 1, 1, 20, 40, .5, .45))
	d = qualityDiagram(c.Networks(), c.Current())
	if d.ys[0].text != "0" || d.inside[len(d.inside)-1].text != "╌ by chance: 0.5" {
		t.Errorf("%+v", d)
	}
}

// Axes end at round numbers at or above what they hold, with marks in proportion.
func TestAxes(t *testing.T) {
	for _, c := range []struct {
		low, high, end float64
		marks          string
	}{
		{0, .73, .8, "0 0.2 0.4 0.6 0.8"}, {0, 1, 1, "0 0.2 0.4 0.6 0.8 1"}, {.5, 1, 1, "0.5 0.6 0.7 0.8 0.9 1"}, {.9, 1, 1, "0.9 0.92 0.94 0.96 0.98 1"}, {0, 61, 80, "0 20 40 60 80"}, {0, .0031, .004, "0 0.001 0.002 0.003 0.004"},
	} {
		end, ticks := axisOf(c.low, c.high)
		var words []string
		for _, k := range ticks {
			words = append(words, k.text)
			var v float64
			if _, err := fmt.Sscan(k.text, &v); err != nil || math.Abs(c.low+k.at*(end-c.low)-v) > 1e-9*end {
				t.Errorf("%g to %g: the mark %s lies at %g", c.low, c.high, k.text, k.at)
			}
		}
		if math.Abs(end-c.end) > 1e-12 || strings.Join(words, " ") != c.marks {
			t.Errorf("%g to %g: %v up to %v, want %s", c.low, c.high, words, end, c.marks)
		}
	}
	ticks := stepTicks(1100)
	if n := len(ticks); n < 4 || ticks[0].text != "0" || ticks[n-1].text != "step 1000" || math.Abs(ticks[n-1].at-1000.0/1100) > 1e-9 {
		t.Errorf("%v", ticks)
	}
	if ticks := stepTicks(1); len(ticks) != 2 || ticks[1].text != "step 1" {
		t.Errorf("%v", ticks)
	}
}
