package viewport

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Letters in the corners are as large as the settings say where there is room, and
// smaller where the corners of the left edge would run into each other; the
// orientation letter stands between them.
func TestCornersWithLargeText(t *testing.T) {
	test.NewTempApp(t)
	SetTextScale(2)
	defer SetTextScale(1)
	c := Corners{TopLeft: []string{"a", "b", "c"}, BottomLeft: []string{"d", "e", "f", "g"}, Edges: [4]string{"A", "L", "P", "R"}}
	for _, size := range []fyne.Size{{Width: 600, Height: 600}, {Width: 600, Height: 200}, {Width: 600, Height: 120}} {
		o := &overlay{}
		o.set(c)
		o.layout(size)
		want := size.Height >= 600
		if got := o.text == 2*overlayTextSize; got != want || o.text < overlayTextSize {
			t.Errorf("%v: letters of size %g", size, o.text)
		}
		line := func(text string) textLine {
			return o.lines[slices.IndexFunc(o.lines, func(l textLine) bool { return l.text == text })]
		}
		upper, lower, letter := line("c"), line("d"), line("R")
		if o.text > overlayTextSize && (letter.at.Y < upper.at.Y+upper.box.Height-1 || letter.at.Y+letter.box.Height > lower.at.Y+1) {
			t.Errorf("%v: the letter at %v stands between %v and %v", size, letter.at, upper.at, lower.at)
		}
	}
}
