package ui

import (
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/vision"
)

// viewName is what a view is called.
func viewName(k vision.ViewKind) string {
	switch k {
	case vision.ViewGray:
		return lang.L("Grayscale")
	case vision.ViewGaussian:
		return lang.L("Gaussian blur")
	case vision.ViewUnsharp:
		return lang.L("Unsharp mask")
	case vision.ViewMedian:
		return lang.L("Median")
	case vision.ViewCLAHE:
		return "CLAHE"
	case vision.ViewSobel:
		return lang.L("Sobel")
	case vision.ViewCanny:
		return lang.L("Canny")
	}
	return lang.L("Original")
}

// caption names exactly what a pane shows.
func caption(p *app.Pane) string {
	name, s := viewName(p.View), p.Scan
	if s == nil {
		return name
	}
	switch {
	case p.View == vision.ViewGray:
		return name + " · " + grayText(s)
	case p.View.Filtered():
		f := p.Filtered()
		if f == nil {
			return name
		}
		return name + " · " + filterText(s, p.View, f)
	}
	h := &s.Header
	return fmt.Sprintf("%s · %s %d×%d, %s, %s", name, strings.TrimSpace(string(s.Format)+" "+h.Modality), h.Columns, h.Rows,
		lang.L("{{.Depth}} bit", map[string]any{"Depth": h.BitsStored}), h.Photometric)
}

// grayText says how the gray view of a scan came about.
func grayText(s *vision.Scan) string {
	switch {
	case s.Values.Samples == 1 && s.Wide != nil:
		return lang.L("one channel, 65,536 steps of the stored values")
	case s.Values.Samples == 1 && s.Values != s.Stored:
		return lang.L("one channel, values of the Modality LUT")
	case s.Values.Samples == 1:
		return lang.L("one channel, values as stored")
	}
	return lang.L("cvtColor RGB→gray, Rec. 601 luma, {{.Depth}} bit", map[string]any{"Depth": s.Values.Depth})
}

// filterText is what a view was filtered with.
func filterText(s *vision.Scan, k vision.ViewKind, f *app.Filtered) string {
	switch k {
	case vision.ViewGaussian:
		return blurText(s, f)
	case vision.ViewUnsharp:
		u := f.Of.Unsharp
		return lang.L("σ {{.Sigma}} px", map[string]any{"Sigma": trimmed(u.Sigma)}) + inMillimetres(s, func(sp *vision.Spacing) string { return sigmaMM(u.Sigma, sp) }) +
			", " + lang.L("amount {{.Amount}}", map[string]any{"Amount": trimmed(u.Amount)})
	case vision.ViewMedian:
		return apertureText(s, f.Of.Median)
	case vision.ViewCLAHE:
		c := f.Of.CLAHE
		return lang.L("clip limit {{.Clip}}, {{.Tiles}}×{{.Tiles}} tiles", map[string]any{"Clip": trimmed(c.Clip), "Tiles": c.Tiles})
	case vision.ViewSobel:
		return apertureText(s, f.Of.Sobel) + ", " + lang.L("own window")
	case vision.ViewCanny:
		return cannyText(s, f.Of.Canny)
	}
	return ""
}

// cannyText is what edges were found with, and in which 8 bits.
func cannyText(s *vision.Scan, c vision.Canny) string {
	norm := "|gx|+|gy|"
	if c.Norm == 2 {
		norm = "√(gx²+gy²)"
	}
	return join(", ", lang.L("thresholds {{.Low}} and {{.High}}", map[string]any{"Low": trimmed(c.Low), "High": trimmed(c.High)}),
		norm, apertureText(s, c.Aperture), eightBits(s))
}

// eightBits says how values come to the 8 bits that OpenCV's Canny takes; empty for those
// that have them.
func eightBits(s *vision.Scan) string {
	if s.Values.Depth == 8 && !s.Values.Signed {
		return ""
	}
	return lang.L("8 bit from 0.1–99.9 %")
}

// apertureText is the square that a filter looks at.
func apertureText(s *vision.Scan, n int) string {
	if n == 1 {
		return lang.L("aperture {{.Size}} px", map[string]any{"Size": "1"})
	}
	return lang.L("aperture {{.Size}} px", map[string]any{"Size": fmt.Sprintf("%d×%d", n, n)}) +
		inMillimetres(s, func(sp *vision.Spacing) string { return squareMM(n, sp) })
}

// blurText is kernel and σ in pixels, and in millimetres where the file gives
// a spacing.
func blurText(s *vision.Scan, f *app.Filtered) string {
	b := f.Of.Gaussian
	applied := map[string]any{"Sigma": trimmed(f.Sigma), "Asked": trimmed(b.Sigma)}
	sigma := lang.L("σ {{.Sigma}} px", applied)
	switch {
	case b.Kernel == 1:
		return lang.L("1×1 px: no filtering")
	case b.Sigma == 0:
		sigma = lang.L("σ 0 (derived: {{.Sigma}} px)", applied)
	case math.Abs(b.Sigma-f.Sigma) > 0.02*b.Sigma: // the kernel is too small for it
		sigma = lang.L("σ {{.Asked}} (cut off by the kernel: {{.Sigma}} px)", applied)
	}
	return fmt.Sprintf("%d×%d px, %s", b.Kernel, b.Kernel, sigma) +
		inMillimetres(s, func(sp *vision.Spacing) string { return squareMM(b.Kernel, sp) + ", " + sigmaMM(f.Sigma, sp) })
}

// inMillimetres is a length in brackets, with where its millimetres come from; empty
// where the file gives no spacing.
func inMillimetres(s *vision.Scan, length func(*vision.Spacing) string) string {
	if s.Spacing == nil {
		return ""
	}
	return " (" + length(s.Spacing) + " " + lang.L(string(s.Spacing.Provenance)) + ")"
}

// squareMM is a square of n pixels.
func squareMM(n int, sp *vision.Spacing) string {
	return trimmed(float64(n)*sp.Column) + "×" + trimmed(float64(n)*sp.Row) + " mm"
}

// sigmaMM is a standard deviation of so many pixels: across and down, where pixels are
// not square.
func sigmaMM(sigma float64, sp *vision.Spacing) string {
	if math.Abs(sp.Column-sp.Row) > 1e-6*sp.Row {
		return "σ " + trimmed(sigma*sp.Column) + "×" + trimmed(sigma*sp.Row) + " mm"
	}
	return "σ " + trimmed(sigma*sp.Column) + " mm"
}

// fidelity is the badge of a pane: what stands between the stored values and
// the screen, or "faithful".
func fidelity(p *app.Pane) (text string, faithful bool) {
	if p.Scan == nil {
		return "", false
	}
	var marks []string
	if mark := filterMark(p.View, p.Filtered()); mark != "" {
		marks = append(marks, mark)
	}
	if cut := eightBits(p.Scan); cut != "" && p.View == vision.ViewCanny && p.Filtered() != nil {
		marks = append(marks, cut)
	}
	if p.View == vision.ViewGray && p.Scan.Values.Samples == 3 {
		marks = append(marks, lang.L("colour removed"))
	}
	if p.Scan.Wide != nil || p.Scan.Header.BitsStored > 16 {
		marks = append(marks, lang.L("{{.Depth}} bit in 16-bit steps", map[string]any{"Depth": p.Scan.Header.BitsStored}))
	}
	if p.Scan.Decoded < p.Scan.Stored.Rows {
		marks = append(marks, lang.L("incomplete"))
	}
	if p.Viewport.Zoom != 1 {
		marks = append(marks, lang.L("resampled"))
	}
	if p.Scan.Lossy {
		marks = append(marks, lang.L("lossy"))
	}
	if p.View == vision.ViewCLAHE && p.Filtered() != nil { // last: it is the longest
		marks = append(marks, lang.L("local contrast: grey levels cannot be compared between places"))
	}
	if len(marks) == 0 {
		return lang.L("faithful"), true
	}
	return strings.Join(marks, ", "), false
}

// filterMark says that a view is filtered, and how; empty for one that is not.
func filterMark(k vision.ViewKind, f *app.Filtered) string {
	switch {
	case f == nil || k == vision.ViewGaussian && f.Of.Gaussian.Kernel == 1:
		return ""
	case k == vision.ViewGaussian:
		return lang.L("filtered σ {{.Sigma}} px", map[string]any{"Sigma": trimmed(f.Sigma)})
	}
	return lang.L("filtered: {{.Filter}}", map[string]any{"Filter": viewName(k)})
}
