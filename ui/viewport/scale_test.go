package viewport

import (
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
		o := newOverlay()
		o.set(c)
		o.layout(size)
		want := size.Height >= 600
		if got := o.text == 2*overlayTextSize; got != want || o.text < overlayTextSize {
			t.Errorf("%v: letters of size %g", size, o.text)
		}
		upper, lower, letter := o.lines[0][2].copies[4], o.lines[bottomLeft][0].copies[4], o.edges[3].copies[4]
		if o.text > overlayTextSize && (letter.Position().Y < upper.Position().Y+upper.Size().Height-1 || letter.Position().Y+letter.Size().Height > lower.Position().Y+1) {
			t.Errorf("%v: the letter at %v stands between %v and %v", size, letter.Position(), upper.Position(), lower.Position())
		}
	}
}
