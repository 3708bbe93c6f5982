package app

import (
	"testing"
	"time"

	"lightbox/app/frames"
	"lightbox/vision"
)

// aheadOf waits until the frame after the one on screen is made; i is its number.
func aheadOf(t *testing.T, d *desk, i int) {
	t.Helper()
	for range 200 {
		there := false
		d.do(func(s *Session) {
			there = s.ahead.made != nil && s.ahead.made.scan == s.cache.Get(frames.KeyOf(s.state.stack.Frames[i]))
		})
		if there {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("frame %d is not made ahead", i)
}

// Who scrolls on finds the next frame made, in both directions, and sees it at once; with
// another filter it is made anew.
func TestTheNextFrameIsMadeAhead(t *testing.T) {
	d := newDesk(t)
	d.open(series(t, 6))
	d.until("all frames", func(st *State) bool { return settled(st) && len(st.Loaded) == 6 })
	shown := func(s *Session) int { return s.State().ShownFrame() }
	d.do(func(s *Session) { s.ScrollTo(2) })
	d.until("frame 2", func(st *State) bool { return settled(st) && st.ShownFrame() == 2 })
	d.do(func(s *Session) { s.ScrollTo(3) })
	d.until("frame 3", func(st *State) bool { return settled(st) && st.ShownFrame() == 3 })
	aheadOf(t, d, 4)
	d.do(func(s *Session) {
		if s.ScrollBy(1); shown(s) != 4 {
			t.Errorf("frame %d is on screen at once, want 4", shown(s))
		}
		for _, p := range s.State().Panes {
			if p.View.Filtered() && !p.filteredBy(s.State().Filters) {
				t.Error("its filtered view is missing")
			}
		}
	})
	aheadOf(t, d, 5)
	d.do(func(s *Session) { s.ScrollBy(-1) })
	d.until("frame 3 again", func(st *State) bool { return settled(st) && st.ShownFrame() == 3 })
	aheadOf(t, d, 2)
	d.do(func(s *Session) {
		if err := s.SetBlur(vision.Blur{Kernel: 9, Sigma: 2}); err != nil {
			t.Error(err)
		}
	})
	d.until("the other filter", settled)
	d.do(func(s *Session) {
		if s.ScrollBy(-1); shown(s) == 2 {
			t.Error("a frame is shown with a filter that is no longer asked for")
		}
	})
	d.until("frame 2", func(st *State) bool { return settled(st) && st.ShownFrame() == 2 })
	d.do(func(s *Session) { s.Open(series(t, 2)) })
	d.until("another series", func(st *State) bool { return settled(st) && !st.Indexing && st.Frames() == 2 })
	d.do(func(s *Session) {
		if s.ahead.made != nil {
			t.Error("a frame of a closed series is kept")
		}
	})
}
