package ui

import (
	"time"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// Widths of the outlines, in Fyne's units.
const (
	lungsLine = 1.5
	hotLine   = 2
)

// drawing is what is drawn over the pictures: what the result hangs on, as far as
// the user wants to see it; nil where there is nothing to be drawn.
func drawing(st *app.State) *viewport.Drawing {
	why, o := st.Why(), st.Overlay
	if why == nil {
		return nil
	}
	d := &viewport.Drawing{}
	if o.Heat() && len(why.Map.Pix) > 0 {
		d.Heat = &viewport.Heat{Map: why.Map, Within: why.Within, Most: why.Scale, Against: o.Against}
	}
	if o.Outlines {
		d.Outlines = []viewport.Outline{
			{Lines: why.Lungs, Colour: viewport.LungsColour, Width: lungsLine},
			{Lines: why.Hot, Colour: viewport.HotColour, Width: hotLine},
		}
	}
	if d.Heat == nil && d.Outlines == nil {
		return nil
	}
	return d
}

// legend puts into words what is drawn. The caveat stands with it whatever the
// level of the annotations; what explains outlines alone goes with them.
func legend(st *app.State, level annotations) (l viewport.Legend) {
	of := st.Legend()
	if level != annotationsOff || st.Overlay.Heat() {
		if of.Lungs != nil {
			l.Lines = append(l.Lines, viewport.LegendLine{Text: say(*of.Lungs), Colour: viewport.LungsColour})
		}
		if of.Hot != nil {
			l.Lines = append(l.Lines, viewport.LegendLine{Text: say(*of.Hot), Colour: viewport.HotColour})
		}
		for _, m := range of.Notes {
			l.Lines = append(l.Lines, viewport.LegendLine{Text: say(m)})
		}
	}
	if of.Caveat != nil {
		l.Lines = append(l.Lines, viewport.LegendLine{Text: say(*of.Caveat), Caution: true})
	}
	l.Low, l.High, l.Both = of.Low, of.High, of.Low != "0"
	return l
}

// whyShown is all that drawings and legends depend on but for the geometry.
type whyShown struct {
	why     *app.Why
	overlay app.Overlay
}

// showWhy paints the panes again if what is drawn over them has changed since.
func (w *mainWindow) showWhy() {
	st := w.session.State()
	if now := (whyShown{st.Why(), st.Overlay}); now != w.why {
		w.showPanes()
	}
}

// changeOverlay is what a key that changes the overlay does.
func (w *mainWindow) changeOverlay(change func(*app.Overlay)) func() {
	return func() {
		o := w.session.State().Overlay
		change(&o)
		w.session.SetOverlay(o)
	}
}

func otherMethod(o *app.Overlay) {
	if o.Method == app.GradCAM {
		o.Method = app.Occlusion
	} else {
		o.Method = app.GradCAM
	}
}

// alsoAgainst shows what it switches on.
func alsoAgainst(o *app.Overlay) {
	o.Against = !o.Against
	o.HeatMap = o.HeatMap || o.Against
}

func (w *mainWindow) peek(on bool) {
	w.changeOverlay(func(o *app.Overlay) { o.Peek = on })()
}

// peekTime is how long the heat map is shown by the menu, where nothing is held.
const peekTime = 3 * time.Second

func (w *mainWindow) peekAWhile() {
	w.peek(true)
	w.after(peekTime, func() { w.peek(false) })
}
