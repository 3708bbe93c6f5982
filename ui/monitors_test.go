package ui

import (
	"image"
	"testing"
)

// Two monitors as they stand on many desks: a wide one with a bar below, and a tall one
// at its right that begins higher.
func desk() []monitor {
	return []monitor{
		{"wide", image.Rect(0, 0, 1920, 1080), image.Rect(0, 0, 1920, 1040)},
		{"tall", image.Rect(1920, -400, 3120, 1200), image.Rect(1920, -400, 3120, 1200)},
	}
}

func TestTheMonitorThatHasMostOfAWindow(t *testing.T) {
	at := func(x, y, w, h int) windowPlace { return windowPlace{at: image.Rect(x, y, x+w, y+h), known: true} }
	for _, x := range []struct {
		what string
		all  []monitor
		at   windowPlace
		want string
	}{
		{"within the first", desk(), at(100, 100, 800, 600), "wide"},
		{"within the second", desk(), at(2000, -300, 800, 600), "tall"},
		{"more on the first", desk(), at(1400, 100, 1000, 600), "wide"},
		{"more on the second", desk(), at(1500, 100, 1000, 600), "tall"},
		{"half on each", desk(), at(1420, 100, 1000, 600), "wide"},
		{"above the second", desk(), at(2000, -1500, 800, 600), "tall"},
		{"left of all", desk(), at(-3000, 100, 800, 600), "wide"},
		{"not told, as by Wayland", desk(), windowPlace{}, ""},
		{"not told, but there is one only", desk()[:1], windowPlace{}, "wide"},
		{"no monitor", nil, at(0, 0, 800, 600), ""},
	} {
		name := ""
		if m := monitorOf(x.all, x.at); m != nil {
			name = m.name
		}
		if name != x.want {
			t.Errorf("%s: %q, want %q", x.what, name, x.want)
		}
	}
}

// Windows that nobody can reach are brought back whole; all others are left alone.
func TestLostWindows(t *testing.T) {
	for _, x := range []struct {
		what string
		at   image.Rectangle
		lost bool
		back image.Rectangle
	}{
		{"within", image.Rect(100, 100, 900, 700), false, image.Rectangle{}},
		{"hanging out, as a hand left it", image.Rect(-700, 900, 100, 1500), false, image.Rectangle{}},
		{"over both", image.Rect(1500, 100, 2500, 700), false, image.Rectangle{}},
		{"on a monitor that was at the right", image.Rect(3500, 100, 4300, 700), true, image.Rect(2320, 100, 3120, 700)},
		{"on one that was at the left", image.Rect(-1000, 300, -200, 900), true, image.Rect(0, 300, 800, 900)},
		{"below, and wider than what is there", image.Rect(1900, 3000, 4460, 3900), true, image.Rect(1920, 300, 3120, 1200)},
		{"a few pixels of it are seen", image.Rect(100, 1070, 900, 1670), true, image.Rect(100, 440, 900, 1040)},
	} {
		p := windowPlace{at: x.at, known: true}
		if got := lost(desk(), p); got != x.lost {
			t.Errorf("%s: lost %v", x.what, got)
			continue
		}
		if x.lost {
			if got := within(x.at, monitorOf(desk(), p).work); got != x.back {
				t.Errorf("%s: to %v, want %v", x.what, got, x.back)
			}
		}
	}
	if p := (windowPlace{at: image.Rect(9000, 0, 9100, 100)}); lost(desk(), p) || lost(nil, windowPlace{at: p.at, known: true}) {
		t.Error("lost without knowing")
	}
}
