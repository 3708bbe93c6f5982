package viewport

import (
	"strings"

	"fyne.io/fyne/v2"
)

// Wrap breaks text into lines at most width wide: at spaces, between Chinese
// characters, and where neither helps, anywhere.
func Wrap(text string, width, size float32, style fyne.TextStyle) []string {
	return wrapBy(text, func(r []rune) bool { return fyne.MeasureText(string(r), size, style).Width <= width })
}

// Shorten cuts text with an ellipsis so that it is at most width wide.
func Shorten(text string, width, size float32, style fyne.TextStyle) string {
	if text == "" || fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // the longest prefix that fits lies between
	for low < high {
		mid := (low + high + 1) / 2
		if fyne.MeasureText(string(runes[:mid])+"…", size, style).Width <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return string(runes[:low]) + "…"
}

// wrapBy breaks text into lines that fit.
func wrapBy(text string, fits func([]rune) bool) (lines []string) {
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, wrapParagraph([]rune(paragraph), fits)...)
	}
	return lines
}

func wrapParagraph(rest []rune, fits func([]rune) bool) []string {
	var lines []string
	for {
		n := longestPrefix(rest, fits)
		if n == len(rest) {
			return append(lines, string(rest))
		}
		cut := n
		for cut > 0 && !breaksAt(rest, cut) {
			cut--
		}
		if cut == 0 {
			cut = n
		}
		lines = append(lines, strings.TrimRight(string(rest[:cut]), " "))
		rest = []rune(strings.TrimLeft(string(rest[cut:]), " "))
	}
}

// longestPrefix is the number of leading runes that fit, at least one.
func longestPrefix(rest []rune, fits func([]rune) bool) int {
	low, high := min(1, len(rest)), len(rest)
	for low < high {
		mid := (low + high + 1) / 2
		if fits(rest[:mid]) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// breaksAt tells whether a line may end before rune i: at a space, or beside a
// Chinese character, but not before a closing mark.
func breaksAt(text []rune, i int) bool {
	if text[i] == ' ' || text[i-1] == ' ' {
		return true
	}
	return (ideographic(text[i-1]) || ideographic(text[i])) && !strings.ContainsRune("，。、；：！？）」』”》,.;:!?)", text[i]) &&
		!strings.ContainsRune("（「『“《(", text[i-1])
}

// ideographic tells characters that are written without spaces between words.
func ideographic(r rune) bool { return r >= 0x2e80 && r <= 0x9fff || r >= 0xff00 && r <= 0xffef }
