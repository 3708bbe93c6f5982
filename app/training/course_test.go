package training

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lightbox/app"
	"lightbox/model/fit"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// step is what is told of a step; a mean of NaN says that nothing was measured.
func step(network string, number, of, at, steps int, loss, smooth, perSecond, mean float64, sets ...string) Event {
	p := &ensembles.Progress{Network: network, Number: number, Of: of, Step: at, Steps: steps, Loss: smooth, Last: loss, PerSecond: perSecond, Mixed: network == ensembles.Segmenter}
	if perSecond > 0 {
		p.Left = seconds(float64(steps-at) / perSecond)
	}
	if !math.IsNaN(mean) {
		p.Point = &fit.Point{Step: at, Quality: fit.Quality{Value: metrics.Number(mean), Parts: map[string]metrics.Number{}}}
		for i, s := range sets {
			p.Point.Parts[s] = metrics.Number(mean + float64(i)/100)
		}
	}
	return Event{Phase: Training, Progress: p}
}

var none = math.NaN()

func told(c *Course) string {
	what, part := c.Now()
	s := what.String()
	if !math.IsNaN(part) {
		s += fmt.Sprintf(" [%.4f]", part)
	}
	if pace, ok := c.Pace(); ok {
		s += " | " + pace.String()
	}
	return s
}

// What is said at each moment of a training of a segmenter and two networks, from
// the first scan to the end. The figures are worked out by hand.
func TestCourseTellsWhatIsGoingOn(t *testing.T) {
	folder := t.TempDir()
	c := NewCourse(Task{Model: "chest", Folder: folder, Resume: "lightbox train --resume", Patience: 1})
	unread := fault.New(fault.Empty, "/data/one.png", "")
	twice := fault.New(fault.Contradiction, "/data/two.png", "%s and %s", "normal", "pneumonia")
	for _, s := range []struct {
		event Event
		want  string
	}{
		{Event{Phase: Reading}, "Reading the data"},
		{Event{Phase: Reading, Done: 30, Of: 120}, "Reading scans: 30 of 120 [0.2500]"},
		{Event{Phase: Reading, Done: 120, Of: 120}, "120 scans read; comparing them, so that copies stay in one fold"},
		{Event{Phase: Reading, Problem: unread}, "120 scans read; comparing them, so that copies stay in one fold"},
		{Event{Phase: Reading, Problem: twice}, "120 scans read; comparing them, so that copies stay in one fold"},
		{step("lungs", 1, 3, 1, 40, .7, .7, 0, none), "Network 1 of 3: step 1 of 40 [0.0083]"},
		{step("lungs", 1, 3, 10, 40, .5, .65, 2, none), "Network 1 of 3: step 10 of 40 [0.0833] | 2.00 steps/s; 15 s left in this network"},
		{step("lungs", 1, 3, 40, 40, .2, .3, 2, .9, "films"), "Network 1 of 3: step 40 of 40 [0.3333]"},
		{Event{Phase: Finding}, "Finding the lungs on all films"},
		{Event{Phase: Training, Sets: []ensembles.SetRecord{
			{Name: "films", Positive: 50, Negative: 60, Other: 3, Held: 4, Groups: 100, Used: true}, {Name: "atlas", Pictures: 7},
		}}, "Network 1 of 3: step 40 of 40 [0.3333]"},
		// 80 of 100 steps are left at 0.5/s, 160 s; and 100 more, 200 s.
		{step("1", 2, 3, 20, 100, .6, .66, .5, .8, "films"), "Network 2 of 3: step 20 of 100 [0.4000] | 0.50 steps/s; 2 min left in this network, 6 min in all"},
		{step("1", 2, 3, 40, 100, .6, .64, .5, .8, "films"), "Network 2 of 3: step 40 of 100 [0.4667] | 0.50 steps/s; 2 min left in this network, 5 min in all"},
		// The first one has lost patience.
		{step("2", 3, 3, 50, 100, .6, .64, 120, .85, "films", "more"), "Network 3 of 3: step 50 of 100 [0.8333] | 120 steps/s; 0 s left"},
		{Event{Phase: Assembling}, "Putting the model together: reading the held-out folds, calibrating, measuring"},
	} {
		c.Take(s.event)
		if got := told(c); got != s.want {
			t.Errorf("%q, want %q", got, s.want)
		}
	}
	var standing []string
	for _, n := range c.Networks() {
		var figures []string
		for _, f := range n.Figures() {
			figures = append(figures, f.String())
		}
		standing = append(standing, n.Name().String()+": "+n.Standing().String()+"; "+strings.Join(figures, ", "))
	}
	if want := []string{
		"Segmenter of the lungs: trained, 40 steps; loss 0.3000, Dice 0.900",
		"Fold 1 held out: stopped early at step 40; loss 0.6400, AUC 0.800",
		"Fold 2 held out: stopped early at step 50; loss 0.6400, mean AUC 0.850",
	}; !reflect.DeepEqual(standing, want) {
		t.Errorf("%q", standing)
	}
	n := c.Networks()[1]
	if want := []Loss{{20, .6, .6, .66}, {40, .6, .6, .64}}; !reflect.DeepEqual(n.Losses(), want) {
		t.Errorf("losses %v", n.Losses())
	}
	if q, ok := c.Networks()[2].Last(); !ok || !reflect.DeepEqual(q, Quality{50, .85, []Part{{"films", .85}, {"more", .86}}}) {
		t.Errorf("%v", q)
	}
	a := c.Aside()
	if a.Count() != 2 || a.Unreadable != 1 || a.Contradictory != 1 || a.Unlabelled != 0 || !strings.HasPrefix(a.List[0].String(), "one.png is empty") || !strings.Contains(a.List[1].String(), "normal and pneumonia") {
		t.Errorf("%+v", a)
	}
	c.Take(Event{Phase: Assembling, Problem: &fault.Error{Kind: fault.Unlabelled, Path: "/data/four.png"}})
	c.Take(Event{Phase: Assembling, Problem: fault.New(fault.UnknownClass, "/data/five.png", "%s", "banana")})
	if a := c.Aside(); a.Count() != 4 || a.Unlabelled != 1 || a.UnknownClass != 1 || !strings.HasPrefix(a.List[2].String(), "four.png has no label") || !strings.Contains(a.List[3].String(), "not known (banana)") {
		t.Errorf("left aside %+v", a)
	}
	sets := c.Sets()
	if len(sets) != 3 || sets[0].String() != "films: 50 pictures with the finding and 60 without; 100 patients or groups of pictures" ||
		sets[1].String() != "films, not learned from: 3 of other classes, 4 of patients that are held out for good" || !strings.HasPrefix(sets[2].String(), "atlas: 7 pictures, which teach no network") {
		t.Errorf("%v", sets)
	}
	c.End(&Summary{Took: 62 * time.Second}, nil)
	if got := told(c); got != "Trained; this run took 1 min [1.0000]" || c.Ending().Words(folder) != nil {
		t.Errorf("%q", got)
	}
}

// Of a training with teachers, which are other networks than those they teach, nothing
// follows from one for the next; the last network sees all pictures.
func TestCourseOfTeachers(t *testing.T) {
	c := NewCourse(Task{Model: "source-28"})
	tell := func(network string, number, at int, mean float64) {
		e := step(network, number, 4, at, 10, .5, .5, 2.5, mean, "discs")
		e.Progress.Mixed = true
		c.Take(e)
	}
	tell("1, teacher 1", 1, 10, .8)
	tell("1", 2, 5, .7)
	if got := told(c); got != "Network 2 of 4: step 5 of 10 [0.3750] | 2.50 steps/s; 2 s left in this network" {
		t.Errorf("%q", got)
	}
	tell("1", 2, 10, .7)
	tell("all, teacher 1", 3, 10, none)
	tell("all", 4, 5, none)
	var names []string
	for _, n := range c.Networks() {
		names = append(names, n.Name().String())
	}
	if want := []string{"Teacher 1, fold 1 held out", "Fold 1 held out", "Teacher 1, trained on all pictures", "Trained on all pictures"}; !reflect.DeepEqual(names, want) {
		t.Errorf("%q", names)
	}
	if n := c.Networks(); n[0].Like(n[1]) || !n[0].Like(n[2]) || !n[1].Like(n[3]) {
		t.Error("teachers are taken for those they teach, or not for each other")
	}
	if s := c.Networks()[3].MeasuredOn().String(); !strings.Contains(s, "Nothing is measured") {
		t.Errorf("%q", s)
	}
	if s := c.Networks()[0].MeasuredOn().String(); !strings.HasPrefix(s, "AUC on held-out fold 1,") {
		t.Errorf("%q", s)
	}
}

// After an interruption the curve before it is there again.
func TestCourseAfterAnInterruption(t *testing.T) {
	c := NewCourse(Task{Resume: "again"})
	before := []fit.Point{{Step: 100, Loss: .6, Quality: fit.Quality{Value: .7, Parts: map[string]metrics.Number{"a": .7}}}, {Step: 200, Loss: .5, Quality: fit.Quality{Value: .8, Parts: map[string]metrics.Number{"a": .8}}}}
	resumed := func(network string, number, at int) Event {
		return Event{Phase: Training, Progress: &ensembles.Progress{Network: network, Number: number, Of: 2, Step: at, Steps: 200, Resumed: true, Before: before}}
	}
	c.Take(resumed("1", 1, 200))
	c.Take(resumed("2", 2, 150))
	first, second := c.Networks()[0], c.Networks()[1]
	if first.Standing().String() != "trained before the interruption" || len(first.Losses()) != 2 || len(first.Qualities()) != 2 || len(first.Figures()) != 1 {
		t.Errorf("%+v", first)
	}
	if second.Step != 150 || second.Resumed != 150 || second.State != Running {
		t.Errorf("%+v", second)
	}
	if !c.Keeps() {
		t.Error("nothing is kept of networks that were taken up again")
	}
}

// What is asked and said when a training is stopped depends on whether something
// is kept.
func TestCourseThatIsStopped(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "结果")
	c := NewCourse(Task{Model: "chest", Folder: folder, Resume: "lightbox train --resume"})
	c.Take(Event{Phase: Reading, Done: 1, Of: 2})
	if c.Keeps() || !strings.Contains(c.Question().String(), "No network has been begun") {
		t.Errorf("%v", c.Question())
	}
	c.Take(step("1", 1, 2, 1, 10, .7, .7, 0, none))
	if !c.Keeps() || !strings.Contains(c.Question().String(), folder) {
		t.Errorf("%v", c.Question())
	}
	c.Stop()
	if got := told(c); got != "Stopping; the checkpoint is being written" {
		t.Errorf("%q", got)
	}
	c.End(nil, context.Canceled)
	if e := c.Ending(); !e.Stopped || e.Kept || fmt.Sprint(e.Words(folder)) != "[Training was stopped. Nothing was written.]" {
		t.Errorf("%+v %v", e, e.Words(folder))
	}
	if err := os.MkdirAll(filepath.Join(folder, checkpoints), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, checkpoints, "network-1.checkpoint"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.End(nil, fmt.Errorf("stopped: %w", context.Canceled))
	if e := c.Ending(); !e.Kept || !strings.Contains(fmt.Sprint(e.Words(folder)), "kept in "+folder) {
		t.Errorf("%+v %v", e, e.Words(folder))
	}
	c.End(nil, fault.Writing(folder, errors.New("no room")))
	if e := c.Ending(); e.Stopped || !e.Kept || !strings.Contains(e.Words(folder)[0].String(), "could not be written") {
		t.Errorf("%+v %v", e, e.Words(folder))
	}
}

// Every error that a training is known to end with has a sentence of its own.
func TestExplain(t *testing.T) {
	for err, want := range map[error]string{
		fmt.Errorf("%w: x", ErrUnfinished):                   "--resume",
		fmt.Errorf("%w: x", ErrLeftAside):                    "--strict",
		fmt.Errorf("x: %w", fit.ErrBadCheckpoint):            "another folder",
		fmt.Errorf("x: %w", fit.ErrDiverged):                 "diverged",
		fmt.Errorf("%w: 3 films", ensembles.ErrNoCases):      "3 films",
		errors.New("something\nelse"):                        "with a fault: something\uFFFDelse",
		fault.New(fault.NoScans, "/d/empty", "nothing"):      "empty holds no scan",
		fmt.Errorf("training stopped: %w", context.Canceled): "was stopped",
	} {
		if got := Explain(err).String(); !strings.Contains(got, want) {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

// A curve of any length keeps its extremes and its ends.
func TestLossesStayBounded(t *testing.T) {
	var l losses
	const steps = 50_000
	for k := 1; k <= steps; k++ {
		loss := .5
		if k == 31_415 {
			loss = 9
		}
		l.add(k, loss, 1/float64(k))
	}
	l.add(steps+1, math.NaN(), .1)
	l.add(0, .1, .1)
	highest, points := 0.0, l.points
	for i, p := range points {
		highest = max(highest, p.High)
		if p.Low != .5 || i > 0 && p.Step <= points[i-1].Step || p.Smooth != 1/float64(p.Step) {
			t.Fatalf("point %d: %+v", i, p)
		}
	}
	if n := len(points); n > mostLosses || n < mostLosses/2-1 || highest != 9 || points[n-1].Step != steps {
		t.Errorf("%d points up to %v, the last %+v", n, highest, points[n-1])
	}
}

// Whatever is told, nothing breaks.
func TestCourseOfNonsense(t *testing.T) {
	c := NewCourse(Task{Patience: 2})
	for _, e := range []Event{
		{}, {Phase: "unheard of"}, step("1", 0, 2, 1, 1, 1, 1, 1, none), step("1", 3, 2, 1, 1, 1, 1, 1, none), step("1", 1, 1<<40, 1, 1, 1, 1, 1, none),
		step("x\n", 2, 2, -5, 0, math.Inf(1), none, -1, .5), step("1", 1, 1, 5, 2, 1, 1, 1, .5, "a\x1b"),
	} {
		c.Take(e)
		told(c)
		for _, n := range c.Networks() {
			n.Figures()
			n.Standing()
			if p := n.Part(); p < 0 || p > 1 {
				t.Errorf("part %v of %+v", p, n)
			}
		}
	}
	if q, _ := c.Networks()[0].Last(); q.Parts[0].Name != app.Printable("a\x1b") {
		t.Errorf("%v", q.Parts)
	}
	c.End(nil, nil)
	told(c)
}
