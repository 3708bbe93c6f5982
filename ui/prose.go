package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"lightbox/ui/viewport"
)

// prose is small text that takes as many lines as it needs. Unlike a label it
// breaks Chinese as Chinese is broken, and has no margins.
type prose struct {
	Text   string
	colour fyne.ThemeColorName
	lines  *fyne.Container
	shown  string // the text that the lines are of, and their width
	width  float32
}

// proseSize is the size of the letters at 100 %.
const proseSize = 11

func newProse(colour fyne.ThemeColorName) *prose {
	return &prose{colour: colour, lines: container.New(layout.NewCustomPaddedVBoxLayout(0))}
}

// wrap breaks the text for a width.
func (p *prose) wrap(width float32) {
	if p.shown == p.Text && p.width == width {
		return
	}
	p.shown, p.width = p.Text, width
	p.lines.Objects = nil
	if p.Text != "" && width > 0 {
		// A number stays with its percent sign.
		for _, line := range viewport.Wrap(strings.ReplaceAll(p.Text, " %", "\u00a0%"), width, scaled(proseSize), fyne.TextStyle{}) {
			p.lines.Objects = append(p.lines.Objects, colouredText(line, p.colour, proseSize, false))
		}
	}
	p.lines.Refresh()
}

// proseBox scrolls texts that stand one below the other.
type proseBox struct {
	object *fyne.Container
	parts  []*prose
	body   *fyne.Container
	scroll *container.Scroll
	reach  *reach // scrolls by keys, where there is more than the box shows
}

func newProseBox(parts ...*prose) *proseBox {
	b := &proseBox{parts: parts, body: container.New(layout.NewCustomPaddedVBoxLayout(0))}
	for _, p := range parts {
		b.body.Add(p.lines)
	}
	b.scroll = container.NewVScroll(b.body)
	b.reach = newReach(nil, func(e *fyne.KeyEvent) bool { return scrollBy(b.scroll, e.Name) })
	b.reach.idle = func() bool { return b.body.MinSize().Height <= b.scroll.Size().Height }
	b.object = container.New((*proseLayout)(b), b.reach, b.scroll)
	return b
}

// set changes a text.
func (b *proseBox) set(p *prose, text string) {
	if p.Text == text {
		return
	}
	p.Text = text
	b.fit(b.object.Size())
}

// fit breaks all texts for the box and lets it scroll as far as they reach.
func (b *proseBox) fit(size fyne.Size) {
	size.Height = max(size.Height, 0) // while what is above it takes all there is
	for _, p := range b.parts {
		p.wrap(size.Width - scrollRoom)
	}
	b.body.Refresh()
	b.reach.Resize(size)
	b.scroll.Resize(size)
	b.scroll.Refresh()
}

// scrollLines is how far an arrow key scrolls, in units.
const scrollLines = 40

// scrollBy scrolls by a key that scrolls, and tells whether it is one.
func scrollBy(s *container.Scroll, key fyne.KeyName) bool {
	by, ok := map[fyne.KeyName]float32{
		fyne.KeyUp: -scrollLines, fyne.KeyDown: scrollLines, fyne.KeyHome: -s.Offset.Y, fyne.KeyEnd: s.Content.MinSize().Height,
	}[key]
	if ok {
		s.ScrollToOffset(fyne.NewPos(0, s.Offset.Y+by))
	}
	return ok
}

// scrollRoom is what the bar of a scroller covers, in units.
const scrollRoom = 6

// proseLayout gives the box its texts' lines anew whenever its size changes.
type proseLayout proseBox

func (*proseLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

func (l *proseLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) { (*proseBox)(l).fit(size) }
