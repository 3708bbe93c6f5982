package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lightbox/app"
	"lightbox/app/link"
	"lightbox/ui/viewport"
	"lightbox/vision"
)

// annotations is how much text stands over the images.
type annotations int

const (
	annotationsFull annotations = iota
	annotationsMinimal
	annotationsOff
	annotationsCount
)

// trimmed prints at most two digits after the point and no idle zeros.
func trimmed(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}

// corners is the text over the image, laid out as Weasis does: patient top
// left, study top right, display bottom left, series bottom right.
func corners(p *app.Pane, st *app.State, level annotations) viewport.Corners {
	if p.Scan == nil {
		return withoutPicture(p, level)
	}
	var c viewport.Corners
	if st.IsRead(p) {
		c.Legend = legend(st, level)
	}
	if level == annotationsOff {
		return c
	}
	h := &p.Scan.Header
	c.Edges = edgeLetters(p.Viewport.Turn.Letters(p.Scan.Orientation()))
	c.BottomLeft = displayLines(p, st)
	if state, left := presentationLines(p, st); len(state) > 0 {
		c.BottomLeft = slices.Concat(state, lines(left), c.BottomLeft)
		c.Caution = append(c.Caution, lines(left)...)
	}
	if missing := missingText(p.Scan); missing != "" {
		c.BottomLeft = append([]string{missing}, c.BottomLeft...)
		c.Caution = append(c.Caution, missing)
	}
	charset := charsetText(p)
	if charset != "" {
		c.Caution = append(c.Caution, charset)
	}
	if level == annotationsMinimal {
		c.TopLeft = lines(readableName(h.PatientName), charset, h.PatientID)
		if p.Scan.Format != vision.DICOM {
			c.TopLeft = []string{fileTitle(p)}
		}
		return c
	}
	if p.Scan.Format != vision.DICOM {
		c.TopLeft = []string{fileTitle(p), lang.L("no patient data in this file")}
		c.BottomRight = lines(lossyText(p.Scan))
		return c
	}
	c.TopLeft = lines(readableName(h.PatientName), charset, dicomDate(h.BirthDate), h.PatientID, join(" · ", h.Sex, ageText(h.Age)))
	c.TopRight = lines(h.Institution, h.StudyDescription, h.Accession, join(" ", dicomDate(h.StudyDate), dicomTime(h.StudyTime)))
	c.BottomRight = seriesLines(p)
	return c
}

// seriesLines say where the image comes from within its study.
func seriesLines(p *app.Pane) []string {
	h := &p.Scan.Header
	series := ""
	if h.SeriesNumber != "" {
		series = lang.L("Series") + " " + h.SeriesNumber
	}
	label := ""
	if k := p.Stack(); k != nil {
		label = k.Label
	}
	thickness, location := "", ""
	if h.SliceThickness != "" {
		thickness = shortNumber(h.SliceThickness) + " mm"
	}
	if h.SliceLocation != "" {
		location = lang.L("Location") + " " + shortNumber(h.SliceLocation)
	}
	return lines(lossyText(p.Scan), join(" · ", series, label), join(" ", h.BodyPart, h.ViewPosition, h.Laterality), h.SeriesDescription, join(" · ", thickness, location))
}

// withoutPicture says why there is none, and still which frame of whom it is.
func withoutPicture(p *app.Pane, level annotations) (c viewport.Corners) {
	k := p.Stack()
	switch {
	case k == nil:
		c.Centre = lang.L("Open a scan with Ctrl+O, or drop it here")
		return c
	case p.FrameFault != nil:
		c.Centre = say(*p.FrameFault)
	default:
		c.Centre = lang.L("Decoding…")
	}
	c.BottomLeft = lines(frameText(p))
	if level != annotationsOff {
		c.TopLeft = lines(readableName(k.Study.PatientName), k.Study.PatientID)
		c.BottomRight = lines(k.Series.Description, k.Label)
	}
	return c
}

// frameText is which frame of the stack is on screen.
func frameText(p *app.Pane) string {
	if n := p.Frames(); n > 1 {
		return lang.L("Image") + fmt.Sprintf(" %d/%d", p.ShownFrame()+1, n)
	}
	return ""
}

// missingText says that rows of the image could not be decoded.
func missingText(s *vision.Scan) string {
	if s.Decoded >= s.Stored.Rows {
		return ""
	}
	return lang.L("INCOMPLETE: {{.Rows}} of {{.All}} rows", map[string]any{"Rows": s.Decoded, "All": s.Stored.Rows})
}

// charsetText says that texts are not read as the file declares them, or that
// they should perhaps not be.
func charsetText(p *app.Pane) string {
	switch {
	case p.Redecoded:
		return lang.L("texts read as GB18030")
	case p.Scan.Header.CharsetDoubt:
		return lang.L("character set doubtful: Ctrl+G reads it as GB18030")
	}
	return ""
}

// shortNumber cuts a decimal string to two digits after the point; what is no
// number stays as it is.
func shortNumber(s string) string {
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return s
	}
	return trimmed(x)
}

// displayLines is frame, window and zoom.
func displayLines(p *app.Pane, st *app.State) []string {
	_, voi, _ := p.Drawn()
	window := windowText(voi)
	if p.Invert {
		window += " · " + lang.L("inverted")
	}
	zoom := lang.L("Zoom") + " " + fmt.Sprintf("%.0f %%", 100*p.Viewport.Zoom)
	file := ""
	if p.Scan.Format != vision.DICOM && len(st.Stacks) > 1 {
		file = lang.L("File") + fmt.Sprintf(" %d/%d · %s", p.StackIndex+1, len(st.Stacks), fileTitle(p))
	}
	return lines(file, frameText(p), linkText(p, st), window, zoom)
}

// linkText says in what way the image was found by what another pane shows; nothing
// where it is the same image.
func linkText(p *app.Pane, st *app.State) string {
	if p == st.Pane || p.Linked == "" || p.Linked == link.SameImage || p.Linked == link.NotLinked {
		return ""
	}
	return lang.L("Linked") + ": " + lang.L(string(p.Linked))
}

// windowText is the window with its source in the window's language.
func windowText(v vision.VOI) string {
	translated := v
	translated.Source = vision.Source(lang.L(string(v.Source)))
	if v.Source == vision.SourcePreset {
		translated.Explanation = say(app.Term(v.Explanation).Message())
	}
	translated.Clamp = vision.Clamp{} // its words are translated too
	if v.Clamp.On {
		return translated.Label() + " · " + lang.L("clamped at {{.Floor}}", map[string]any{"Floor": trimmed(v.Clamp.Floor)})
	}
	return translated.Label()
}

// lossyText is the mark of IHE BIR: that an image was compressed with loss,
// how much and how.
func lossyText(s *vision.Scan) string {
	h := &s.Header
	if !s.Lossy {
		return ""
	}
	ratio := lang.L("ratio unknown")
	if s.LossyRatio > 0 {
		ratio = strconv.FormatFloat(math.Round(10*s.LossyRatio)/10, 'g', -1, 64) + ":1"
	}
	return strings.TrimSpace(lang.L("LOSSY") + " " + ratio + " " + h.LossyMethod)
}

// edgeLetters are the orientation letters for top, right, bottom and left, from
// the directions to the right and down; what is not known is drawn as "?".
func edgeLetters(right, down string) [4]string {
	right, down = cmp.Or(right, "?"), cmp.Or(down, "?")
	return [4]string{vision.Opposite(down), right, down, vision.Opposite(right)}
}

// fileTitle is a picture file's name without its folder.
func fileTitle(p *app.Pane) string {
	path := strings.ReplaceAll(p.Scan.Path, `\`, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// readableName turns a person name's carets into spaces; the ideographic group
// of a multi-group name comes first, as it is written.
func readableName(pn string) string {
	groups := strings.Split(pn, "=")
	name := groups[0]
	if len(groups) > 1 && strings.Trim(groups[1], "^ ") != "" {
		name = groups[1] + " (" + groups[0] + ")"
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(name, "^", " ")), " ")
}

// dicomDate prints YYYYMMDD as YYYY-MM-DD; anything else stays as it is.
func dicomDate(s string) string {
	if len(s) != 8 {
		return s
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

// dicomTime prints HHMMSS… as HH:MM:SS.
func dicomTime(s string) string {
	if len(s) < 6 {
		return s
	}
	return s[:2] + ":" + s[2:4] + ":" + s[4:6]
}

// ageText prints "067Y" as "67 Y".
func ageText(s string) string {
	s = strings.TrimLeft(s, "0")
	if n := len(s); n > 1 {
		return s[:n-1] + " " + s[n-1:]
	}
	return s
}

// lines drops what is empty.
func lines(all ...string) []string {
	var out []string
	for _, l := range all {
		if strings.TrimSpace(l) != "" {
			out = append(out, l)
		}
	}
	return out
}

func join(separator string, parts ...string) string { return strings.Join(lines(parts...), separator) }

// probeText is the value under the cursor of a pane in its view.
func probeText(p *app.Pane) string {
	v, ok := p.Probe()
	if !ok {
		return ""
	}
	switch {
	case p.View == vision.ViewGray:
		return derived(v.StoredGray, v.Gray, v)
	case p.View.Filtered():
		if !v.HasView {
			return ""
		}
		v.Unit = v.ViewUnit
		return derived(v.StoredView, v.View, v)
	}
	if len(v.Modality) == 3 {
		text := fmt.Sprintf("R %.0f G %.0f B %.0f", v.Modality[0], v.Modality[1], v.Modality[2])
		if len(v.Stored) == 1 { // an index into a palette
			text = fmt.Sprintf("%.0f = ", v.Stored[0]) + text
		}
		return text
	}
	text := value(v.Stored[0], v.Modality[0], v)
	if v.Padding {
		text += " · " + lang.L("padding")
	}
	return text
}

// derived prints a value of the other views. Steps, which they are of files
// with more than 16 bits, mean nothing to anyone.
func derived(stored int, modality float64, p app.Probe) string {
	if p.Wide {
		return strings.TrimSpace(strconv.FormatFloat(modality, 'g', 6, 64) + " " + p.Unit)
	}
	if float64(stored) == modality && p.Unit == "" {
		return trimmed(modality)
	}
	return value(float64(stored), modality, p)
}

// wideNumber prints a value that can be very small or very large: whole ones
// exactly.
func wideNumber(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

// value prints a stored value and, where it differs, its modality value.
func value(stored, modality float64, p app.Probe) string {
	print := trimmed
	if p.Wide {
		print = wideNumber
	}
	if !p.HasModality {
		return print(stored)
	}
	return strings.TrimSpace(fmt.Sprintf("%s = %s %s", print(stored), print(modality), p.Unit))
}
