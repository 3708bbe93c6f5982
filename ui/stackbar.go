package ui

import (
	"fmt"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lightbox/app"
	"lightbox/app/frames"
)

// stackBar goes through the frames of a stack: buttons for the cine, a slider
// that shows what is decoded, the number of the frame, and the rate. It lies
// under the panes, where square images leave room anyway, and is hidden for a
// single image.
type stackBar struct {
	window   *mainWindow
	object   *fyne.Container
	play     *tipButton
	track    *frameTrack
	number   *canvas.Text
	rate     *numberEntry
	measured *canvas.Text

	meter    rateMeter
	drawn    time.Time // when the decoded frames were last drawn
	waiting  bool      // they will be drawn again soon
	updating bool
}

// loadedEvery is how often the decoded frames are drawn at most.
const loadedEvery = 50 * time.Millisecond

func newStackBar(w *mainWindow) *stackBar {
	b := &stackBar{
		window:   w,
		number:   colouredText("", theme.ColorNameForeground, 13, true),
		measured: colouredText("", colourQuiet, 11, false),
	}
	b.number.Alignment = fyne.TextAlignTrailing
	b.track = newFrameTrack(func(i int) {
		if i != w.session.State().Frame {
			w.session.ScrollTo(i)
		}
	}, b.loadedAt)
	buttons := container.NewHBox()
	for _, a := range w.actions {
		if !a.onBar {
			continue
		}
		t := newTipButton(w.tips, a.icon, "", a.tooltip(), func() { w.run(a) })
		if a.id == "cine" {
			b.play = t
		}
		buttons.Add(t)
	}
	giveUp := func() { b.showCine(w.session.State()) }
	b.rate = newNumberEntry(b.submit, giveUp, w.focusPane, w.typedKey)
	fixed := func(width float32, o fyne.CanvasObject) fyne.CanvasObject {
		return container.NewCenter(container.NewGridWrap(fyne.NewSize(scaled(width), o.MinSize().Height), o))
	}
	rate := withTip(w.tips, lang.L("Frames per second of the cine, 1 to 60; Enter applies it. Beside it is what is reached."),
		container.NewHBox(fixed(46, b.rate), container.NewCenter(colouredText(lang.L("images/s"), theme.ColorNameForeground, 12, false)), fixed(40, b.measured)))
	track := newReach(&w.tips.way, b.track.typed).under(b.track)
	b.object = inOrder(nil, buttons, track, container.NewHBox(fixed(96, b.number), rate), nil)
	b.object.Hide()
	return b
}

// submit takes the rate that was typed; the session says why one is impossible.
func (b *stackBar) submit() {
	s := b.window.session
	if b.updating || b.rate.Text == trimmed(s.State().Rate) {
		return
	}
	s.SetRate(parseNumber(b.rate.Text))
	b.showCine(s.State())
}

// show draws the whole bar.
func (b *stackBar) show(st *app.State) {
	b.showCine(st)
	b.move(st)
	b.track.line.Refresh()
}

// move draws which frame was asked for. While it is waited for its number
// stands out: the panes still show the one before.
func (b *stackBar) move(st *app.State) {
	b.track.show(st.Frames(), st.Frame)
	colour := theme.Color(theme.ColorNameForeground)
	if st.Scan != nil && st.ShownFrame() != st.Frame {
		colour = theme.Color(colourCaution)
	}
	text := fmt.Sprintf("%d/%d", st.Frame+1, st.Frames())
	if b.number.Text != text || b.number.Color != colour {
		b.number.Text, b.number.Color = text, colour
		b.number.Refresh()
	}
}

// shown counts a frame that came on the screen.
func (b *stackBar) shown(st *app.State) {
	b.move(st)
	if st.Playing {
		if rate, ok := b.meter.count(time.Now()); ok {
			setText(b.measured, fmt.Sprintf("%.1f", rate))
		}
	}
}

// showCine draws what belongs to playing.
func (b *stackBar) showCine(st *app.State) {
	b.updating = true
	defer func() { b.updating = false }()
	icon := theme.MediaPlayIcon()
	if st.Playing {
		icon = theme.MediaPauseIcon()
	} else {
		b.meter = rateMeter{}
		setText(b.measured, "")
	}
	if b.play.Icon != icon {
		b.play.SetIcon(icon)
	}
	setEntry(b.rate, trimmed(st.Rate))
}

// loaded draws which frames are decoded, soon and not too often.
func (b *stackBar) loaded() {
	if b.waiting || b.object.Hidden {
		return
	}
	if wait := loadedEvery - time.Since(b.drawn); wait > 0 {
		b.waiting = true
		b.window.after(wait, func() {
			b.waiting = false
			b.drawn = time.Now()
			b.track.line.Refresh()
		})
		return
	}
	b.drawn = time.Now()
	b.track.line.Refresh()
}

// loadedAt tells whether frame i of the stack is decoded.
func (b *stackBar) loadedAt(i int) bool {
	st := b.window.session.State()
	k := st.Stack()
	return k != nil && i < len(k.Frames) && st.Loaded[frames.KeyOf(k.Frames[i])]
}

// rateMeter measures how many frames a second come on the screen.
type rateMeter struct {
	since time.Time
	n     int
}

// meterTime is how long frames are counted before the rate is told.
const meterTime = 700 * time.Millisecond

// count takes a frame; ok tells that enough of them were counted for a rate.
func (m *rateMeter) count(now time.Time) (rate float64, ok bool) {
	if m.since.IsZero() {
		m.since = now
		return 0, false
	}
	m.n++
	gone := now.Sub(m.since)
	if gone < meterTime {
		return 0, false
	}
	rate = float64(m.n) / gone.Seconds()
	m.since, m.n = now, 0
	return math.Round(rate*10) / 10, true
}
