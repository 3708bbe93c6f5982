package ui

import (
	"testing"

	"lightbox/app"
)

// All that an opening changes in the menu makes one menu: the widgets of each that is
// made stay in Fyne's caches for a minute.
func TestAnOpeningMakesOneMenu(t *testing.T) {
	b := newBench(t)
	b.openRadiograph()
	made, queue := 0, []func(){}
	b.window.soon.do = func(f func()) { queue = append(queue, f) }
	turn := func() {
		for len(queue) > 0 {
			f := queue[0]
			queue = queue[1:]
			before := b.window.window.MainMenu()
			f()
			if b.window.window.MainMenu() != before {
				made++
			}
		}
	}
	first := b.window.session.State().Scan
	b.open("next.dcm", radiograph())
	b.until("the next film", func(st *app.State) bool {
		defer turn()
		return ready(st) && st.Scan != first && !st.Indexing
	})
	turn()
	if made != 1 {
		t.Errorf("%d menus were made", made)
	}
}
