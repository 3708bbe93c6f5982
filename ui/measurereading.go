//go:build bench && linux

package ui

import (
	"encoding/json"
	"log/slog"
	"math"
	"os"
	"runtime/pprof"
	"time"

	"fyne.io/fyne/v2"

	"lightbox/vision"
)

// sigmaBy is one step of a drag over σ, in pixels.
const sigmaBy = 0.1

// Steps of what a hand does; ui/smoke/page.js takes as many.
const (
	stepsWindow = 200 // of a drag
	stepsStack  = 300 // notches of the wheel
	stepsBlur   = 46  // of the σ control, 0.1 px each
)

// The filter while σ is dragged: the kernel reaches 3 σ at the last step.
const (
	benchKernel = 31  // px
	benchSigma  = 0.5 // px, at the first step
)

// measuredReading is what a run found; all times are in seconds.
type measuredReading struct {
	// From the intention until a frame with the picture was swapped onto the screen,
	// step by step.
	Window, Stack, Full []float64
	// Preview is the same for the first picture with any other filter than before.
	Preview []float64
	// Elapsed is how long all steps of Window and Stack together took.
	WindowElapsed, StackElapsed float64
}

// A program that is built with the tag bench, and told by LIGHTBOX_BENCH_READING
// where to write what it found, does what a reader does before it reports: drags
// the window and σ of a single picture, or goes through a stack.
func init() {
	if file := os.Getenv("LIGHTBOX_BENCH_READING"); file != "" {
		beforeReport = func(w *mainWindow, write func()) {
			h := &hand{window: w}
			if at := os.Getenv("LIGHTBOX_BENCH_PROFILE"); at != "" {
				inner := write
				stop := profile(at)
				write = func() {
					stop()
					inner()
				}
			}
			w.onPainted = h.frame
			h.whenListed(0, func() {
				if w.session.State().Frames() > 1 {
					h.goThrough(file, write)
				} else {
					h.dragAll(file, write)
				}
			})
		}
	}
}

// hand does one step, waits until the screen shows it, and does the next.
type hand struct {
	window *mainWindow
	found  measuredReading

	began   time.Time
	pending bool            // a step waits to be seen
	seen    func() bool     // whether what is being painted shows it
	before  *vision.Pyramid // the blurred picture before the step
	early   func()          // told of the first other blurred picture
	later   func(s float64)
}

// frame is called while a pane is painted. What is queued here runs when the frame
// has been swapped onto the screen.
func (h *hand) frame() {
	if !h.pending {
		return
	}
	if h.early != nil && h.blurred() != h.before {
		fyne.Do(h.early)
		h.early = nil
	}
	if h.seen() {
		h.pending = false
		fyne.Do(func() { h.later(time.Since(h.began).Seconds()) })
	}
}

// blurred is the picture in the Gaussian view, nil without.
func (h *hand) blurred() *vision.Pyramid {
	for _, p := range h.window.session.State().Panes {
		if p.View == vision.ViewGaussian {
			return p.Picture()
		}
	}
	return nil
}

// run takes n steps and then goes on with done, which is told how long that took.
// Each step gives what the screen is to show for it to be seen.
func (h *hand) run(n int, times *[]float64, step func(i int) (seen func() bool), done func(elapsed float64)) {
	start := time.Now()
	next := func() {
		h.before, h.began = h.blurred(), time.Now()
		h.seen = step(len(*times))
		h.pending = true
	}
	h.later = func(s float64) {
		*times = append(*times, s)
		if len(*times) < n {
			next()
			return
		}
		elapsed := time.Since(start).Seconds()
		time.AfterFunc(time.Second, func() { fyne.Do(func() { done(elapsed) }) }) // what hangs on the last step comes to rest
	}
	next()
}

func anything() bool { return true }

// dragAll drags the window in circles and then σ from end to end.
func (h *hand) dragAll(file string, write func()) {
	s := h.window.session
	h.run(stepsWindow, &h.found.Window, func(i int) func() bool {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / stepsWindow)
		s.DragWindow(8*cos, 8*sin, 1)
		return anything
	}, func(elapsed float64) {
		h.found.WindowElapsed = elapsed
		h.run(stepsBlur, &h.found.Full, h.blur, func(float64) { h.end(file, write) })
	})
}

// blur asks for the filter of step i.
func (h *hand) blur(i int) func() bool {
	s := h.window.session
	b := vision.Blur{Kernel: benchKernel, Sigma: benchSigma + float64(i)*sigmaBy}
	h.early = func() { h.found.Preview = append(h.found.Preview, time.Since(h.began).Seconds()) }
	if err := s.SetBlur(b); err != nil {
		slog.Error("the filter cannot be measured", "error", err)
	}
	return func() bool { return s.State().Settled() && h.blurred() != h.before }
}

// goThrough turns the wheel notch by notch; at an end of the stack the other way.
func (h *hand) goThrough(file string, write func()) {
	s, by := h.window.session, 1
	if st := s.State(); len(st.Loaded) < st.Frames() {
		time.AfterFunc(listed, func() { fyne.Do(func() { h.goThrough(file, write) }) })
		return
	}
	h.run(stepsStack, &h.found.Stack, func(int) func() bool {
		st := s.State()
		if n := st.Frame + by; n < 0 || n >= st.Frames() {
			by = -by
		}
		wanted := st.Frame + by
		h.window.panes.boxes[st.Active].hand.Wheel(-float64(by), false, st.Centre())
		return func() bool {
			st := s.State()
			return st.Frame == wanted && st.Scan != nil && st.ShownFrame() == wanted
		}
	}, func(elapsed float64) {
		h.found.StackElapsed = elapsed
		h.end(file, write)
	})
}

// whenListed goes on when the stack has ceased to grow.
func (h *hand) whenListed(before int, then func()) {
	n := h.window.session.State().Frames()
	if n > 0 && n == before {
		then()
		return
	}
	time.AfterFunc(listed, func() { fyne.Do(func() { h.whenListed(n, then) }) })
}

func (h *hand) end(file string, write func()) {
	h.window.onPainted = func() {}
	data, err := json.Marshal(h.found)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		slog.Error("reading was measured in vain", "error", err)
	}
	write()
}

// profile writes where the processor's time went into a file, until it is stopped.
func profile(file string) (stop func()) {
	f, err := os.Create(file)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		slog.Error("no profile", "error", err)
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close() // what is missing is seen when it is read
	}
}
