//go:build bench && linux

package ui

import (
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"lightbox/app"
	"lightbox/vision"
)

// What a soak does of each kind; a part of it where LIGHTBOX_SOAK_PART says so.
const (
	soakWindows  = 10_000
	soakOpenings = 1_000
	soakLayouts  = 100
)

// readEvery is how many openings pass before one waits for its result: the others are
// followed by the next as soon as they are painted, which cancels their reading.
const readEvery = 20

// A program that is built with the tag bench, and told by LIGHTBOX_SOAK where to write
// what it found, is used for long before it reports: the folder of the picture that it
// was given holds what it opens.
func init() {
	if file := os.Getenv("LIGHTBOX_SOAK"); file != "" {
		beforeReport = func(w *mainWindow, write func()) {
			s := &soak{hand: &hand{window: w}, part: 1}
			if v, err := strconv.ParseFloat(os.Getenv("LIGHTBOX_SOAK_PART"), 64); err == nil {
				s.part = v
			}
			folder := filepath.Dir(w.session.State().Scan.Path)
			for _, pattern := range []string{"*.dcm", "ct/IM000[123].dcm"} {
				found, err := filepath.Glob(filepath.Join(folder, pattern))
				if err != nil {
					slog.Error("there is nothing to open", "error", err)
				}
				s.paths = append(s.paths, found...)
			}
			w.onPainted = func() { s.meter.painting(); s.hand.frame() }
			s.windows(func() {
				if err := s.meter.write(file); err != nil {
					slog.Error("a soak was in vain", "error", err)
				}
				w.onPainted = func() {}
				write()
			})
		}
	}
}

// soak goes on for hours of a reader's work and counts what it holds meanwhile.
type soak struct {
	hand  *hand
	meter meter
	part  float64
	paths []string
}

// phase takes n steps, or the part of them that was asked for, and some to warm up.
func (s *soak) phase(name string, n int, step func(i int) (seen func() bool), then func()) {
	n = max(int(float64(n)*s.part), samples)
	var times []float64
	s.meter.begin(name, n)
	s.hand.run(warmUp+n, &times, func(i int) func() bool {
		s.meter.step(i - warmUp)
		s.hand.began = time.Now() // to sample takes long
		return step(i)
	}, func(float64) {
		s.meter.end()
		then()
	})
}

func (s *soak) windows(then func()) {
	session := s.hand.window.session
	s.phase("window changes", soakWindows, func(i int) func() bool {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / stepsWindow)
		session.DragWindow(8*cos, 8*sin, 1)
		return anything
	}, func() { s.openings(then) })
}

func (s *soak) openings(then func()) {
	session := s.hand.window.session
	s.phase("openings", soakOpenings, func(i int) func() bool {
		before := session.State().Scan
		session.Open(s.paths[i%len(s.paths)])
		whole := i%readEvery == 0
		return func() bool {
			st := session.State()
			return st.Scan != nil && st.Scan != before && st.Settled() && (!whole || settled(st))
		}
	}, func() { s.layouts(then) })
}

func (s *soak) layouts(then func()) {
	session := s.hand.window.session
	s.phase("layout changes", soakLayouts, func(i int) func() bool {
		session.SetLayout(app.Layouts[(i+1)%len(app.Layouts)])
		return session.State().Settled
	}, then)
}

// mats is how many Mats are open; not a number where they are not counted.
func mats() float64 {
	if n, known := vision.OpenMats(); known {
		return float64(n)
	}
	return math.NaN()
}

// verdict says whether a quantity is flat: no more than a part of it, or of one where
// it is small, came to it.
func verdict(first, last float64) string {
	if math.IsNaN(first) || math.IsNaN(last) {
		return "not counted"
	}
	if last-first > flat*max(first, 1) {
		return "**✗**"
	}
	return "✓"
}
