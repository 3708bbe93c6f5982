package app

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Percent words a probability in whole percent. It never rounds to certainty:
// what is nearer to 0 or 1 than half a percent is "< 1 %" or "> 99 %".
func Percent(p float64) string { return percent(p, 0) + " %" }

// PercentRange words an interval, such as "81–91 %"; one that is narrow or near
// an end has a digit after the point.
func PercentRange(low, high float64) string {
	digits := 0
	if high-low < 0.02 || low < 0.01 || high > 0.99 {
		digits = 1
	}
	return percent(low, digits) + "–" + percent(high, digits) + " %"
}

// Share words a share that was counted, where 0 and 100 % are what they are.
func Share(p float64) string { return fmt.Sprintf("%.0f %%", 100*p) }

// ShareRange words the interval of a share that was counted.
func ShareRange(low, high float64) string { return fmt.Sprintf("%.0f–%.0f %%", 100*low, 100*high) }

// ExactPercent words a number that somebody chose or that was counted, without
// idle zeros: "5 %", "0.25 %", "47.7 %".
func ExactPercent(p float64) string {
	p *= 100
	digits := 1
	if p < 1 || p > 99 {
		digits = 3
	}
	text := strconv.FormatFloat(p, 'f', digits, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

func percent(p float64, digits int) string {
	step := math.Pow(10, -float64(digits))
	switch p *= 100; {
	case p < step/2:
		return fmt.Sprintf("< %.*f", digits, step)
	case p > 100-step/2:
		return fmt.Sprintf("> %.*f", digits, 100-step)
	}
	return fmt.Sprintf("%.*f", digits, p)
}

// score words a score.
func score(x float64) string { return fmt.Sprintf("%.2f", x) }

// Short prints at most two digits after the point and no idle zeros.
func Short(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}

func fixed(x float64, digits int) string { return fmt.Sprintf("%.*f", digits, x) }

// Duration words a time in two units at most.
func Duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
