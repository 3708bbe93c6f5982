package ui

import (
	"encoding/json"
	"fmt"
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
	Panes       [][4]int           `json:"panes"` // x, y, width, height in screen pixels
}

// reporter waits until everything is painted and writes the report.
type reporter struct {
	file   string
	window *mainWindow
	start  time.Time
	marks  map[string]float64
	queued bool
	done   bool
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
		if e == app.ReadingChanged || e == app.ProblemChanged {
			w.showPanes() // a frame to be told of, even if only the strip changes
		}
	})
	w.onPainted = r.later
}

func (r *reporter) now() float64 { return float64(time.Since(r.start)) / float64(time.Millisecond) }

// later checks after the frame that is being painted: what is queued here runs
// when it has been swapped onto the screen.
func (r *reporter) later() {
	if r.queued || r.done {
		return
	}
	r.queued = true
	complete := r.complete()
	fyne.Do(func() {
		r.queued = false
		// State that came after this frame was drawn is in the next one.
		if complete && !r.done {
			r.done = true
			r.write()
		}
	})
}

func (r *reporter) complete() bool {
	st := r.window.session.State()
	if st.Problem != nil {
		return true
	}
	return st.Scan != nil && st.Views.Blurred != nil && st.Reading.Status != app.Running
}

func (r *reporter) write() {
	st := r.window.session.State()
	r.marks["painted"] = r.now()
	p := painted{PaintedAt: time.Now(), Milestones: r.marks}
	if st.Problem != nil {
		p.Error = st.Problem.String()
		fmt.Println(p.Error)
	}
	if st.Scan != nil {
		p.Path = st.Scan.Path
		rd := st.Reading
		p.Finding, p.Calibrated, p.Eligible = rd.Finding, rd.Calibrated, rd.Status == app.Result
		if rd.Reason != nil {
			p.Reason = rd.Reason.String()
		}
		if p.Eligible {
			p.Score, p.Probability = &rd.Score, &rd.Probability
		}
		fmt.Print(cli.ReadingText(st.Scan, &rd))
	}
	for _, b := range r.window.panes {
		pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(b.pane)
		scale := r.window.window.Canvas().Scale()
		size := b.pane.Size()
		p.Panes = append(p.Panes, [4]int{int(pos.X * scale), int(pos.Y * scale), int(size.Width * scale), int(size.Height * scale)})
	}
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = model.WriteFileAtomic(r.file, append(data, '\n'))
	}
	r.window.session.Report(err)
}
