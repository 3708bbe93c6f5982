package ui

import (
	"image"
	"testing"

	"lightbox/app"
	"lightbox/vision/dicom/dicomtest"
)

// A window that changes its size while the next scan is being prepared draws what it
// had, and ends with the new scan.
func TestResizedWhileAnotherScanIsOpened(t *testing.T) {
	var b *bench
	between := 0
	b = newBenchThat(t, func(e app.Event) {
		if st := b.window.session.State(); e == app.CineChanged && st.Scan == nil && st.Pane.Picture() != nil {
			between++
			for i := range st.Panes {
				b.window.session.SetSize(i, image.Pt(100+between, 90))
			}
		}
	})
	b.openRadiograph()
	first := b.window.session.State().Scan
	b.open("next.dcm", dicomtest.Chest(120, 80, 12).Bytes())
	b.until("the next scan", func(st *app.State) bool { return ready(st) && st.Scan != first })
	if between == 0 {
		t.Fatal("the scan was never between two pictures")
	}
	if got := b.window.session.State().Scan.Values.Columns; got != 80 {
		t.Errorf("%d columns on screen; want the 80 of the next scan", got)
	}
}
