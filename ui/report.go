package ui

import (
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"time"

	"fyne.io/fyne/v2"

	"lightbox/app"
	"lightbox/app/cli"
	"lightbox/model"
)

// painted is what --report writes once the three views and the result are on
// the screen. Times are in milliseconds since the program's first line ran.
type painted struct {
	Path        string             `json:"path"`
	Finding     string             `json:"finding"`
	Score       *float64           `json:"score"`
	Probability *float64           `json:"probability"`
	Calibrated  bool               `json:"calibrated"`
	Eligible    bool               `json:"eligible"`
	Reason      string             `json:"reason"`
	Error       string             `json:"error"`
	PaintedAt   time.Time          `json:"painted_at"`
	Milestones  map[string]float64 `json:"milestones_ms"`
	// The stack on screen: which frame of how many, from 1; how many stacks
	// there are (more may still be found), and what this one is called.
	Frame  int    `json:"frame"`
	Frames int    `json:"frames"`
	Stacks int    `json:"stacks"`
	Series string `json:"series"`
	// What is drawn over the pictures; nil where there is no result.
	Overlay *paintedOverlay `json:"overlay"`
	// Where things are on the screen: x, y, width, height in pixels.
	Panes    [][4]int `json:"panes"`
	ScoreBar [4]int   `json:"score_bar"`
	// Buttons of the toolbar, by the action that each stands for.
	Buttons map[string][4]int `json:"buttons"`
	// What the reader set.
	Hand handReport `json:"hand"`

	resultReport
}

// paintedOverlay is what is drawn over the pictures of a result.
type paintedOverlay struct {
	Method  string `json:"method"` // of the influence: grad-cam or occlusion
	Lungs   bool   `json:"lungs_outline"`
	Hot     bool   `json:"influence_outline"`
	HeatMap bool   `json:"heat_map"`
	Against bool   `json:"heat_map_against"`
	// Most and Least are the ends of the influence in log-odds; Inside is the part
	// of what is positive that lies in the lungs, null where it was not measured.
	Most   float64  `json:"most"`
	Least  float64  `json:"least"`
	Inside *float64 `json:"inside_lungs"`
	Caveat string   `json:"caveat"`
}

func overlayOf(st *app.State) *paintedOverlay {
	why, over := st.Why(), drawing(st)
	if why == nil {
		return nil
	}
	p := &paintedOverlay{Method: why.Method.String(), Most: why.Most, Least: why.Least}
	if why.InsideKnown {
		p.Inside = &why.Inside
	}
	if over != nil {
		p.Lungs, p.Hot = over.Outlines != nil && len(why.Lungs) > 0, over.Outlines != nil && len(why.Hot) > 0
		p.HeatMap = over.Heat != nil
		p.Against = p.HeatMap && over.Heat.Against
	}
	if c := st.Legend().Caveat; c != nil {
		p.Caveat = c.String()
	}
	return p
}

func corner4(r image.Rectangle) [4]int { return [4]int{r.Min.X, r.Min.Y, r.Dx(), r.Dy()} }

// reporter waits until everything is painted and writes the report.
type reporter struct {
	file   string
	window *mainWindow
	start  time.Time
	marks  map[string]float64
	done   bool
	shown  bool      // the views and the result are on the screen
	at     time.Time // when that was
}

// reportWhenPainted has the report written to file once the open scan and its
// result, or the reason why there is none, are on the screen.
func (w *mainWindow) reportWhenPainted(file string, start time.Time, marks map[string]float64) {
	r := &reporter{file: file, window: w, start: start, marks: marks}
	w.session.Listen(func(e app.Event) {
		names := map[app.Event]string{app.ScanOpened: "scan opened", app.ViewsChanged: "views made", app.ReadingChanged: "model has read"}
		if name, ok := names[e]; ok && marks[name] == 0 {
			marks[name] = r.now()
		}
		if e == app.ReadingChanged || e == app.ProblemChanged || e == app.StabilityChanged {
			w.panes.repaint() // a frame to be told of, even if only the strip changes
		}
	})
	w.onPainted = r.later
	reportAgain(func() { fyne.Do(r.again) })
}

// again writes the report anew when all that was asked for is there.
func (r *reporter) again() {
	if !r.done || !r.complete() || r.window.session.State().Busy != nil {
		r.window.after(reportPause, r.again)
		return
	}
	r.window.panes.repaint()
	r.window.after(reportPause, r.write) // the frame is on the screen by then
}

// reportPause is how long a report that is asked for again waits for the screen.
const reportPause = 100 * time.Millisecond

// beforeReport is what happens between the first complete picture and its
// report: nothing, but in a program built to measure scrolling.
var beforeReport = func(_ *mainWindow, write func()) { write() }

func (r *reporter) now() float64 { return float64(time.Since(r.start)) / float64(time.Millisecond) }

// later is called while a frame is painted. Once it shows everything, the
// report is queued: it is written when that frame has been swapped onto the
// screen.
func (r *reporter) later() {
	if r.done || !r.complete() {
		return
	}
	if !r.shown {
		r.shown = true
		fyne.Do(func() { r.marks["painted"], r.at = r.now(), time.Now() })
	}
	if c := r.window.session.State().Stability; c != nil && !c.Done {
		return // the result stands; its curve is still being drawn
	}
	r.done = true
	fyne.Do(func() { beforeReport(r.window, r.write) })
}

func (r *reporter) complete() bool {
	st := r.window.session.State()
	if st.Problem != nil {
		return true
	}
	return st.FrameFault != nil || st.Scan != nil && st.Settled() && st.Reading.Status != app.Running
}

// reading tells what is shown of the result.
func (p *painted) reading(st *app.State) {
	rd := st.Reading
	if st.Reveals(app.RevealFinding) {
		p.Finding, p.Eligible = rd.Finding, rd.Status == app.Result
		if rd.Reason != nil {
			p.Reason = rd.Reason.String()
		}
	}
	if !st.Reveals(app.RevealNumber) {
		fmt.Println("the result is not revealed")
		return
	}
	p.Calibrated = rd.Calibrated
	if p.Eligible {
		p.Score, p.Probability = &rd.Score, &rd.Probability
	}
	fmt.Print(cli.ReadingText(st.Scan, &rd, app.Terms{}))
}

func (r *reporter) write() {
	st := r.window.session.State()
	p := painted{PaintedAt: r.at, Milestones: r.marks, resultReport: r.window.reportResult()}
	if k := st.Stack(); k != nil {
		p.Frame, p.Frames, p.Stacks = st.ShownFrame()+1, len(k.Frames), len(st.Stacks)
		caption, label := stackCaption(st, k)
		p.Series = join(" · ", caption, label)
	}
	if problem := cmp.Or(st.Problem, st.FrameFault); problem != nil {
		p.Error = problem.String()
		fmt.Println(p.Error)
	}
	if st.Scan != nil {
		p.Path = st.Scan.Path
		p.reading(st)
	}
	p.Overlay = overlayOf(st)
	for _, rect := range r.window.panes.rects() {
		p.Panes = append(p.Panes, corner4(rect))
	}
	p.ScoreBar = corner4(r.window.result.bar.rect())
	p.Buttons = r.window.reportButtons()
	p.Hand = r.window.reportHand()
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = model.WriteFileAtomic(r.file, append(data, '\n'))
	}
	r.window.session.Report(err)
}
