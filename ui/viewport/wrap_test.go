package viewport

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	short := func(n int) func([]rune) bool { return func(r []rune) bool { return len(r) <= n } }
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"one  two", 4, []string{"one", "two"}},
		{"unbreakable", 4, []string{"unbr", "eaka", "ble"}},
		{"x", 0, []string{"x"}},                               // at least one at a time
		{"检查字符集存疑", 3, []string{"检查字", "符集存", "疑"}},           // between any two
		{"检查字，符集", 3, []string{"检查", "字，符", "集"}},             // but not before a mark
		{"按 Ctrl+G 读取", 8, []string{"按 Ctrl+G", "读取"}},        // foreign words stay whole
		{"读（0028,3006）", 6, []string{"读", "（0028,", "3006）"}}, // nor after an opening one
	} {
		if got := wrapParagraph([]rune(c.text), short(c.width)); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}
