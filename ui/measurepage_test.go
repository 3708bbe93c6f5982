package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lightbox/app/marks"
)

// addRegion puts a rectangle of whole pixels on the image; it is selected then.
func (b *bench) addRegion(x0, y0, x1, y1 float64) string {
	b.window.session.AddMark(marks.Mark{Kind: marks.Rectangle, Points: []marks.Point{{X: x0, Y: y0}, {X: x1, Y: y1}}})
	return b.window.session.State().Selected
}

// Mean, area and pixels of a region are reckoned here pixel by pixel; the diagram
// ends at the least and the greatest of them.
func TestTheMeasurePageSaysAllOfAMark(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.addRegion(40, 50, 60, 80)
	m := b.window.session.State().Scan.Values
	sum, least, greatest := 0, m.Value(40, 50, 0), m.Value(40, 50, 0)
	for y := 50; y < 80; y++ {
		for x := 40; x < 60; x++ {
			v := m.Value(x, y, 0)
			sum, least, greatest = sum+v, min(least, v), max(greatest, v)
		}
	}
	e := b.window.proof
	for _, want := range []string{
		"Rectangle", fmt.Sprintf("Mean %.1f", float64(sum)/600), fmt.Sprintf("Minimum %d", least), fmt.Sprintf("Maximum %d", greatest),
		"Skewness ", "Excess kurtosis ", "bit (histogram of ", "Pixels 600", "Area 24.0 mm² (at detector)", "Perimeter 20.0 mm (at detector)",
	} {
		if !strings.Contains(e.words.Text, want) {
			t.Errorf("%q lacks %q", e.words.Text, want)
		}
	}
	d := e.chart.shows
	if d == nil || d.xs[0].text != fmt.Sprint(least) || d.xs[1].text != fmt.Sprint(greatest) || d.across != "value" {
		t.Errorf("diagram %+v", d)
	}
	label := b.window.markLabel(b.window.session.State().Pane, *b.window.session.State().Mark(b.window.session.State().Selected))
	if got := strings.Join(label, "|"); !strings.Contains(got, "Mean") || !strings.Contains(got, "SD") || !strings.Contains(got, "Area 24.0 mm²") || len(label) > 3 {
		t.Errorf("the label says %q", got)
	}
}

func TestASelectionTurnsToTheMeasurePage(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	s, e := b.window.session, b.window.proof
	e.turn(evidenceROC)
	first := b.addRegion(40, 50, 60, 80)
	if e.page != evidenceMeasure || e.tabs.chosen != int(evidenceMeasure) {
		t.Fatalf("a selection turns to page %d", e.page)
	}
	s.SelectMark("")
	if e.page != evidenceROC {
		t.Errorf("without a selection page %d is there", e.page)
	}
	s.SelectMark(first)
	test.Tap(e.tabs.tabs[evidenceSet])
	m := s.State().Mark(first).Clone()
	m.Points[1].X++
	s.ChangeMark(m)
	if e.page != evidenceSet {
		t.Errorf("the user turned to another page, page %d is there", e.page)
	}
	s.SelectMark("")
	if e.page != evidenceSet {
		t.Errorf("and is taken back to page %d", e.page)
	}
	s.SelectMark(first)
	b.addRegion(10, 10, 20, 20) // from one mark to the next
	s.RemoveMark(s.State().Selected)
	if e.page != evidenceSet {
		t.Errorf("after two selections page %d is there", e.page)
	}
	e.turn(evidenceMeasure)
	if !strings.Contains(e.words.Text, "No mark is selected") || e.chart.Visible() {
		t.Errorf("without a mark: %q", e.words.Text)
	}
}

func TestAMarkThatIsNotMeasuredSaysWhy(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	b.addRegion(-30, -30, -10, -10)
	e := b.window.proof
	if !strings.Contains(e.words.Text, "Not measured. The region lies outside the image") || e.chart.Visible() {
		t.Errorf("%q", e.words.Text)
	}
}

// Two bins share four columns: the first is half as high as the second.
func TestBars(t *testing.T) {
	themed(t)
	const side = 4 + 2*bleed
	p := newPen(side, side, side)
	p.bars([]int{50, 100}, 100, theme.ColorNameForeground)
	for x := range 4 {
		high := 4
		if x < 2 {
			high = 2
		}
		for y := range 4 {
			want := uint8(0)
			if y >= 4-high {
				want = 255
			}
			if got := alphaAt(p, bleed+x, bleed+y); got != want {
				t.Errorf("(%d, %d) is %d, want %d", x, y, got, want)
			}
		}
	}
}
