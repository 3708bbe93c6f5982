package ui

import "fyne.io/fyne/v2"

// The panel by keys: while it has the keyboard a row is marked, arrows move the mark
// from stack to stack, and Enter or Space shows the stack; with Shift in the active pane alone.

// takeKeys makes the reach beneath the panel.
func (p *seriesPanel) takeKeys(way *way) *reach {
	r := newReach(way, p.typed)
	r.idle = func() bool { return p.stackFrom(0, 1) < 0 }
	r.gained = func() {
		p.mark(max(p.current, p.stackFrom(0, 1)))
	}
	r.lost = func() { p.mark(-1) }
	return r
}

// typed moves the mark, or shows the stack it is on.
func (p *seriesPanel) typed(e *fyne.KeyEvent) bool {
	var to int
	switch e.Name {
	case fyne.KeyUp:
		to = p.stackFrom(p.marked-1, -1)
	case fyne.KeyDown:
		to = p.stackFrom(p.marked+1, 1)
	case fyne.KeyHome:
		to = p.stackFrom(0, 1)
	case fyne.KeyEnd:
		to = p.stackFrom(len(p.rows)-1, -1)
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if p.marked >= 0 && p.marked < len(p.rows) {
			p.chooseStack(p.rows[p.marked].stack)
		}
		return e.Name == fyne.KeySpace // Enter leads back to the image as well
	default:
		return false
	}
	if to >= 0 {
		p.mark(to)
	}
	return true
}

// stackFrom is the next row of a stack from a row on, in steps of 1 or -1; -1 is none.
func (p *seriesPanel) stackFrom(row, step int) int {
	for ; row >= 0 && row < len(p.rows); row += step {
		if p.rows[row].kind == rowStack {
			return row
		}
	}
	return -1
}

// mark marks a row and brings it into sight; -1 marks none.
func (p *seriesPanel) mark(row int) {
	p.marked = row
	if row >= 0 && row+1 < len(p.tops) {
		p.reveal(row)
	}
	p.cull()
}

// isMarked tells whether the mark is on a stack.
func (p *seriesPanel) isMarked(stack int) bool {
	return p.marked >= 0 && p.marked < len(p.rows) && p.rows[p.marked].kind == rowStack && p.rows[p.marked].stack == stack
}
