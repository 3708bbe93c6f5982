package app

import "testing"

// Nothing that is not certain is written as if it were.
func TestNumbersForPeople(t *testing.T) {
	for p, want := range map[float64]string{0: "< 1 %", .004: "< 1 %", .006: "1 %", .5: "50 %", .874: "87 %", .994: "99 %", .996: "> 99 %", 1: "> 99 %"} {
		if got := Percent(p); got != want {
			t.Errorf("%v is written %q, want %q", p, got, want)
		}
	}
	for _, c := range []struct {
		low, high float64
		want      string
	}{{.81, .91, "81–91 %"}, {.992, .9985, "99.2–99.9 %"}, {.0001, .03, "< 0.1–3.0 %"}, {.5, .51, "50.0–51.0 %"}, {.9, .99999, "90.0–> 99.9 %"}} {
		if got := PercentRange(c.low, c.high); got != c.want {
			t.Errorf("%v to %v is written %q, want %q", c.low, c.high, got, c.want)
		}
	}
	for p, want := range map[float64]string{.05: "5 %", .0025: "0.25 %", .4767: "47.7 %", .5: "50 %", .995: "99.5 %"} {
		if got := ExactPercent(p); got != want {
			t.Errorf("%v is written %q, want %q", p, got, want)
		}
	}
}
