package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lightbox/app"
	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/format"
	"lightbox/vision/study"
)

// slice is one slice of a CT phantom of size × size pixels, whose values are
// its number.
func slice(size, number int, extra ...dicomtest.Element) []byte {
	m := dicomtest.Image{Rows: size, Columns: size, Allocated: 16, Stored: 12, Values: make([]uint16, size*size)}
	for i := range m.Values {
		m.Values[i] = uint16(number)
	}
	text := func(tag uint32, vr, value string) dicomtest.Element {
		return dicomtest.Element{Tag: tag, VR: vr, Value: value}
	}
	m.Extra = append([]dicomtest.Element{
		text(0x00080060, "CS", "CT"), text(0x00080018, "UI", fmt.Sprintf("1.2.3.4.%d", number+1)), text(0x0020000D, "UI", "1.2.3"),
		text(0x0020000E, "UI", "1.2.3.4"), text(0x0008103E, "LO", "HEAD 1.5 mm"), text(0x00080020, "DA", "20240203"), text(0x00081030, "LO", "Head"),
		text(0x00100010, "PN", "PHANTOM^EVE"), text(0x00200013, "IS", fmt.Sprint(number)), text(0x00200032, "DS", fmt.Sprintf(`0\0\%g`, 1.5*float64(number))),
		text(0x00200037, "DS", `1\0\0\0\1\0`), dicomtest.DS(dicomtest.PixelSpacing, `0.5\0.5`),
		text(0x00201041, "DS", fmt.Sprintf("%g", 1.5*float64(number))),
		dicomtest.DS(dicomtest.WindowCentre, "40"), dicomtest.DS(dicomtest.WindowWidth, "400"),
	}, extra...)
	return m.Bytes()
}

// series writes n slices into a new folder.
func series(t testing.TB, n, size int) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "头 颅")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.dcm", i)), slice(size, i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// BenchmarkFrameShown measures what the window does on its goroutine for each
// new frame of a stack; painting is not in it.
func BenchmarkFrameShown(b *testing.B) {
	var spent time.Duration
	var began time.Time
	x := newBenchThat(b, func(app.Event) { began = time.Now() })
	x.window.session.Listen(func(app.Event) { spent += time.Since(began) })
	x.window.session.Open(series(b, 40, 512))
	x.until("the stack", func(st *app.State) bool { return ready(st) && st.Frames() == 40 && len(st.Loaded) == 40 })
	x.capture()
	spent = 0
	b.ResetTimer()
	for i := range b.N {
		to := (i*7 + 3) % 40
		x.window.session.ScrollTo(to)
		x.until("a frame", func(st *app.State) bool { return ready(st) && st.ShownFrame() == to })
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "ui-µs/frame")
}

// manyStacks is a window with n stacks, as of a large study; nothing of them is
// on the disk.
func manyStacks(t testing.TB, n int) *bench {
	x := newBench(t)
	items := make([]*study.Item, n)
	for i := range items {
		items[i] = &study.Item{
			Blob: blob.File(fmt.Sprintf("/nowhere/%d.dcm", i)), Format: format.DICOM, StudyUID: fmt.Sprintf("1.2.%d", i/20),
			SeriesUID: fmt.Sprintf("1.2.%d.%d", i/20, i), SOPInstanceUID: fmt.Sprintf("1.2.3.%d", i), Modality: "CT",
			SeriesNumber: fmt.Sprint(i), SeriesDescription: fmt.Sprintf("Series %d", i), Rows: 64, Columns: 64, Samples: 1, Frames: 1,
		}
	}
	c := study.NewCatalog()
	c.Add(items...)
	st := x.window.session.State()
	st.Studies = c.Studies()
	for _, s := range st.Studies {
		for _, r := range s.Series {
			for _, k := range r.Stacks {
				st.Stacks = append(st.Stacks, &app.Stack{Stack: k, Study: s, Series: r})
			}
		}
	}
	st.StackIndex = 0
	x.window.changed(app.CatalogChanged)
	x.capture()
	return x
}

// Of thousands of stacks only those in sight are made of widgets.
func TestAListOfThousandsIsLight(t *testing.T) {
	x := manyStacks(t, 5000)
	p := x.window.series
	if len(p.rows) != 5250 {
		t.Fatalf("%d rows", len(p.rows))
	}
	most := 0
	for y := float32(0); y < p.tops[len(p.rows)]; y += 977 {
		p.scroll.ScrollToOffset(fyne.NewPos(0, y))
		most = max(most, len(p.views))
		for i, v := range p.views {
			if r, ok := v.(*stackRow); ok && r.stack != p.rows[i].stack {
				t.Fatalf("row %d shows stack %d, want %d", i, r.stack, p.rows[i].stack)
			}
		}
	}
	spare := 0
	for _, s := range p.spare {
		spare += len(s)
	}
	if most > 20 || spare > 20 {
		t.Errorf("%d rows are in sight at once, %d spare", most, spare)
	}
	p.window.session.State().StackIndex = 4999
	p.follow()
	found := false
	for _, r := range x.stackRows() {
		found = found || r.stack == 4999
	}
	if !found {
		t.Error("the stack on screen is not brought into sight")
	}
}

// BenchmarkThumbnailList measures a new list of 1,000 stacks, as it comes up to
// ten times a second while a folder is read, and one step of scrolling in it.
func BenchmarkThumbnailList(b *testing.B) {
	x := manyStacks(b, 1000)
	b.Run("update", func(b *testing.B) {
		for range b.N {
			x.window.series.update()
		}
	})
	b.Run("scroll", func(b *testing.B) {
		for i := range b.N {
			x.window.series.scroll.ScrollToOffset(fyne.NewPos(0, float32(i%2000*80)))
		}
	})
	b.Run("thumbnail", func(b *testing.B) {
		for range b.N {
			x.window.changed(app.ThumbnailReady)
		}
	})
}
