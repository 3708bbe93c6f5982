package ui

import (
	"image"
	"runtime"
	"testing"
	"time"
	"weak"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/study"
)

// The window holds nothing of what gave way to something else: not in the tables of its
// windows, not without overlay planes, not in the rows of the panel, not in its panes.
func TestTheWindowLetsGoOfWhatIsClosed(t *testing.T) {
	b := newBench(t)
	var items []weak.Pointer[study.Item]
	var pixels []weak.Pointer[vision.Image]
	seen := func() {
		st := b.window.session.State()
		for _, k := range st.Stacks {
			items = append(items, weak.Make(k.Frames[0].Item))
		}
		pixels = append(pixels, weak.Make(st.Scan.Stored))
	}
	b.openTwoStacks()
	seen()
	b.addRegion(4, 4, 12, 12)
	b.window.session.SetLayout(app.LayoutQuad)
	b.window.panes.boxes[0].glass = &image.Point{X: 5, Y: 5}
	b.window.showPanes()
	b.until("the panes", ready)
	b.capture()

	b.window.toggleOverlays()
	b.open("overlay.dcm", overlaid(32))
	b.until("a film with an overlay", func(st *app.State) bool { return ready(st) && st.Frames() == 1 && !st.Indexing })
	b.capture()
	seen()

	b.open("film.dcm", radiograph())
	b.until("another film", func(st *app.State) bool { return ready(st) && st.Scan.Overlay == nil && !st.Indexing })
	b.capture()
	for try := range 101 {
		runtime.GC()
		held := 0
		for i, x := range items {
			if x.Value() != nil {
				held++
				if try == 100 {
					t.Errorf("the file of stack %d that was opened is held", i)
				}
			}
		}
		for i, x := range pixels {
			if x.Value() != nil {
				held++
				if try == 100 {
					t.Errorf("the pixels of picture %d that was opened are held", i)
				}
			}
		}
		if held == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
