package viewport

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// In a small pane a legend gives way to the texts of its corner and of the one above,
// but for its warnings, which stay whole.
func TestALegendGivesWay(t *testing.T) {
	test.NewTempApp(t)
	c := Corners{TopLeft: []string{"NAME", "ID", "M 67 Y"}, BottomLeft: []string{"W 1023 L 511", "Zoom 6 %"}, Legend: Legend{Lines: []LegendLine{
		{Text: "Where the model looked: the lungs"}, {Text: "Outlined: Grad-CAM 0.018 log-odds or more"},
		{Text: "In the lungs: 86 % of what speaks for it"}, {Text: "Shows no disease", Caution: true},
	}}}
	for _, x := range []struct {
		size  fyne.Size
		whole bool
	}{{fyne.NewSize(500, 500), true}, {fyne.NewSize(320, 130), false}, {fyne.NewSize(180, 120), false}} {
		o := overlay{}
		o.layout(x.size)
		o.set(c)
		var shown []string
		for _, l := range o.lines {
			shown = append(shown, l.text)
		}
		all := strings.Join(shown, " ")
		if strings.Contains(all, "Grad-CAM") != x.whole || !strings.Contains(all, "Shows no disease") || !slices.Contains(shown, "Zoom 6 %") {
			t.Errorf("%v: %q", x.size, shown)
		}
		upper, lower := o.blocks[0], o.blocks[bottomLeft]
		if upper.at.Y+upper.size.Height > lower.at.Y {
			t.Errorf("%v: the upper corner ends at %g, the lower begins at %g", x.size, upper.at.Y+upper.size.Height, lower.at.Y)
		}
	}
}
