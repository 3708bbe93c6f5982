package ui

import (
	"strings"
	"testing"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// oblong is a film whose pixels are 0.2 mm wide and 0.4 mm high, or of no known size.
func oblong(spacing string) []byte {
	m := dicomtest.Chest(300, 240, 10)
	m.Extra = []dicomtest.Element{{Tag: 0x00080060, VR: "CS", Value: "CR"}}
	if spacing != "" {
		m.Extra = append(m.Extra, dicomtest.Element{Tag: 0x00181164, VR: "DS", Value: spacing})
	}
	return m.Bytes()
}

// asked are parameters that differ from the defaults; none is cut off.
var asked = vision.Filters{
	Gaussian: vision.Blur{Kernel: 31, Sigma: 2.5}, Unsharp: vision.Unsharp{Sigma: 1.5, Amount: 0.8}, Median: 5,
	CLAHE: vision.CLAHE{Clip: 2.5, Tiles: 4}, Sobel: 5,
	Canny: vision.Canny{Low: 40, High: 90.5, Aperture: 5, Norm: 2},
}

// Captions name all parameters with their units, and millimetres where the file has a
// spacing; badges say that the values are filtered, and how. Both languages.
func TestCaptionsOfAllViews(t *testing.T) {
	type words struct{ caption, badge string }
	b := newBench(t)
	for _, film := range []struct {
		spacing string
		en, zh  map[vision.ViewKind]words
	}{
		{`0.4\0.2`, map[vision.ViewKind]words{
			vision.ViewOriginal: {"Original · DICOM CR 240×300, 10 bit, MONOCHROME2", "faithful"},
			vision.ViewGray:     {"Grayscale · one channel, values as stored", "faithful"},
			vision.ViewGaussian: {"Gaussian blur · 31×31 px, σ 2.5 px (6.2×12.4 mm, σ 0.5×1 mm at detector)", "filtered σ 2.5 px"},
			vision.ViewUnsharp:  {"Unsharp mask · σ 1.5 px (σ 0.3×0.6 mm at detector), amount 0.8", "filtered: Unsharp mask"},
			vision.ViewMedian:   {"Median · aperture 5×5 px (1×2 mm at detector)", "filtered: Median"},
			vision.ViewCLAHE:    {"CLAHE · clip limit 2.5, 4×4 tiles", "filtered: CLAHE, local contrast: grey levels cannot be compared between places"},
			vision.ViewSobel:    {"Sobel · aperture 5×5 px (1×2 mm at detector), own window", "filtered: Sobel"},
			vision.ViewCanny:    {"Canny · thresholds 40 and 90.5, √(gx²+gy²), aperture 5×5 px (1×2 mm at detector), 8 bit from 0.1–99.9 %", "filtered: Canny, 8 bit from 0.1–99.9 %"},
		}, map[vision.ViewKind]words{
			vision.ViewGaussian: {"高斯模糊 · 31×31 px, σ 2.5 px (6.2×12.4 mm, σ 0.5×1 mm 探测器处)", "已滤波 σ 2.5 px"},
			vision.ViewUnsharp:  {"反锐化掩模 · σ 1.5 px (σ 0.3×0.6 mm 探测器处), 强度 0.8", "已滤波：反锐化掩模"},
			vision.ViewMedian:   {"中值 · 孔径 5×5 px (1×2 mm 探测器处)", "已滤波：中值"},
			vision.ViewCLAHE:    {"CLAHE · 对比度限幅 2.5，4×4 分块", "已滤波：CLAHE, 局部对比度：不同位置的灰阶不可相互比较"},
			vision.ViewSobel:    {"Sobel · 孔径 5×5 px (1×2 mm 探测器处), 自身的窗", "已滤波：Sobel"},
			vision.ViewCanny:    {"Canny · 阈值 40 和 90.5, √(gx²+gy²), 孔径 5×5 px (1×2 mm 探测器处), 按 0.1–99.9 % 转为 8 位", "已滤波：Canny, 按 0.1–99.9 % 转为 8 位"},
		}},
		{"", map[vision.ViewKind]words{
			vision.ViewGaussian: {"Gaussian blur · 31×31 px, σ 2.5 px", "filtered σ 2.5 px"},
			vision.ViewUnsharp:  {"Unsharp mask · σ 1.5 px, amount 0.8", "filtered: Unsharp mask"},
			vision.ViewMedian:   {"Median · aperture 5×5 px", "filtered: Median"},
			vision.ViewSobel:    {"Sobel · aperture 5×5 px, own window", "filtered: Sobel"},
		}, nil},
	} {
		path := b.open("film"+film.spacing[:min(len(film.spacing), 3)]+".dcm", oblong(film.spacing))
		b.until("the film", func(st *app.State) bool { return ready(st) && st.Scan.Path == path })
		b.capture()
		if err := b.window.session.SetFilters(asked); err != nil {
			t.Fatal(err)
		}
		for language, want := range map[string]map[vision.ViewKind]words{"en": film.en, "zh": film.zh} {
			b.window.session.Settings().Language = language
			b.window.applySettings()
			head := b.window.panes.boxes[paneBlur].paneHead
			for k, w := range want {
				b.window.session.SetView(paneBlur, k)
				b.window.session.ZoomTo(1, b.window.session.State().Centre())
				b.until("the view", ready)
				if head.caption.Text != w.caption || head.full != w.badge {
					t.Errorf("%s, %s: caption %q, badge %q", language, k, head.caption.Text, head.full)
				}
				if tip := head.tooltip(); !strings.Contains(tip, w.caption) || !strings.Contains(tip, w.badge) {
					t.Errorf("%s, %s: the tooltip is %q", language, k, tip)
				}
				if faithful := !k.Filtered(); (head.mark.FillColor == head.mark.StrokeColor) != faithful {
					t.Errorf("%s, %s: its mark says faithful: %v", language, k, !faithful)
				}
			}
		}
	}
	if err := useLanguage("en"); err != nil {
		t.Fatal(err)
	}
}

// What a pane of the gradient says of window and values is the gradient's own; the
// others keep theirs.
func TestTheGradientHasItsOwnWindow(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	s, st := b.window.session, b.window.session.State()
	s.SetView(paneBlur, vision.ViewSobel)
	b.until("the gradient", ready)
	s.SetWindow(300, 77)
	window := func(i int) string { return corners(st.Panes[i], st, annotationsMinimal).BottomLeft[0] }
	if got := window(paneBlur); !strings.Contains(got, "auto 0–99.5 % of the gradient") || strings.Contains(got, "77") {
		t.Errorf("the corner of the gradient says %q", got)
	}
	if got := window(paneGray); !strings.Contains(got, "W 77 L 300 · manual") {
		t.Errorf("the corner of the gray view says %q", got)
	}
}

// What a head says stays in its pane, however long it is and however narrow the pane.
func TestHeadsStayInTheirPanes(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	for _, width := range []float32{390, 300, 180, 60} {
		for _, k := range vision.ViewKinds {
			b.window.session.SetView(paneBlur, k)
			b.until("the view", ready)
			h := b.window.panes.boxes[paneBlur].paneHead
			h.Resize(h.MinSize().AddWidthHeight(width-h.MinSize().Width, 0))
			h.Refresh()
			if got := h.badge.Position().X + h.badge.MinSize().Width; got > width+0.5 {
				t.Errorf("%s: the badge %q reaches to %g of %g", k, h.badge.Text, got, width)
			}
			if got := h.arrow.Position().X + h.arrow.Size().Width; got > width+0.5 {
				t.Errorf("%s: the arrow reaches to %g of %g", k, got, width)
			}
		}
	}
}
