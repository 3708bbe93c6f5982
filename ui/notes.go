package ui

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/viewport"
)

// frameNotes are the sentences on what is odd about the frame on screen and its
// stack.
func frameNotes(s *app.Session) []string {
	var out []string
	st := s.State()
	out = append(out, sentences(st, s.PresentationNotes())...)
	if m, ok := st.Unmasked(); ok {
		out = append(out, say(m))
	}
	if st.Scan != nil {
		if st.Scan.Incomplete != nil {
			out = append(out, say(st.Explain(st.Scan.Incomplete)))
		}
		out = append(out, sentences(st, st.Scan.Notes)...)
	}
	return append(out, sentences(st, stackNotes(st, st.Stack()))...)
}

// stackNotes are those of a stack; none while slices are still being found.
func stackNotes(st *app.State, k *app.Stack) []error {
	if k == nil || st.Indexing {
		return nil
	}
	return k.Notes
}

func sentences(st *app.State, notes []error) []string {
	out := make([]string, 0, len(notes))
	for _, err := range notes {
		out = append(out, say(st.Explain(err)))
	}
	return out
}

// noteLine shows one line of notes beside a sign of warning: visible, but in
// nobody's way. The tooltip has them in full.
type noteLine struct {
	widget.BaseWidget
	wayfarer
	tips  *tipLayer
	notes []string
	icon  *widget.Icon
	text  *canvas.Text
	frame *canvas.Rectangle // while it has the keyboard
}

var _ desktop.Hoverable = (*noteLine)(nil)

func newNoteLine(tips *tipLayer) *noteLine {
	n := &noteLine{
		tips: tips, icon: widget.NewIcon(theme.NewWarningThemedResource(theme.WarningIcon())),
		text: colouredText("", colourCaution, 12, false), frame: canvas.NewRectangle(color.Transparent), wayfarer: wayfarer{&tips.way},
	}
	n.frame.StrokeWidth, n.frame.CornerRadius = 1, 2
	n.ExtendBaseWidget(n)
	n.Hide()
	return n
}

// show has the notes shown; none hides the line.
func (n *noteLine) show(notes []string) {
	if strings.Join(notes, "\n") == strings.Join(n.notes, "\n") {
		return
	}
	n.notes = notes
	n.tips.leave()
	if len(notes) == 0 {
		n.Hide()
		return
	}
	n.Show()
	n.Refresh()
}

// MouseIn starts to wait for the tooltip.
func (n *noteLine) MouseIn(*desktop.MouseEvent) { n.tips.rest(n, strings.Join(n.notes, "\n")) }

// MouseMoved is part of desktop.Hoverable.
func (n *noteLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut hides the tooltip.
func (n *noteLine) MouseOut() { n.tips.leave() }

// FocusGained frames the line and waits for the tooltip.
func (n *noteLine) FocusGained() {
	n.frame.StrokeColor = theme.Color(theme.ColorNamePrimary)
	n.frame.Refresh()
	n.tips.rest(n, strings.Join(n.notes, "\n"))
}

// FocusLost hides both.
func (n *noteLine) FocusLost() {
	n.frame.StrokeColor = color.Transparent
	n.frame.Refresh()
	n.tips.leave()
}

// TypedRune is part of fyne.Focusable.
func (n *noteLine) TypedRune(rune) {}

// TypedKey is not for the line.
func (n *noteLine) TypedKey(e *fyne.KeyEvent) { n.way.typed(e) }

// CreateRenderer is part of fyne.Widget.
func (n *noteLine) CreateRenderer() fyne.WidgetRenderer { return &noteRenderer{n} }

type noteRenderer struct{ line *noteLine }

const noteIcon = 16

func (r *noteRenderer) MinSize() fyne.Size {
	return fyne.NewSize(noteIcon, max(noteIcon, r.line.text.MinSize().Height))
}

// Layout puts the text at the right and the sign before it.
func (r *noteRenderer) Layout(size fyne.Size) {
	n := r.line
	first := ""
	if len(n.notes) > 0 {
		first = strings.Join(n.notes, "  ")
	}
	setText(n.text, viewport.Shorten(first, max(size.Width-noteIcon-4, 0), n.text.TextSize, n.text.TextStyle))
	text := n.text.MinSize()
	x := max(size.Width-text.Width, noteIcon+4)
	n.text.Move(fyne.NewPos(x, (size.Height-text.Height)/2))
	n.text.Resize(text)
	n.frame.Move(fyne.NewPos(x-noteIcon-6, 0))
	n.frame.Resize(fyne.NewSize(size.Width-x+noteIcon+6, size.Height))
	n.icon.Move(fyne.NewPos(x-noteIcon-4, (size.Height-noteIcon)/2))
	n.icon.Resize(fyne.NewSquareSize(noteIcon))
}

func (r *noteRenderer) Refresh() {
	r.Layout(r.line.Size())
	r.line.icon.Refresh()
	r.line.text.Refresh()
}

func (r *noteRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line.frame, r.line.icon, r.line.text}
}

func (r *noteRenderer) Destroy() {}

// cursorLine lays out the values under the cursor and, at the right, the notes;
// neither asks for room.
type cursorLine struct{}

// noteShare is the notes' part of the line.
const noteShare = 0.42

func (*cursorLine) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}

func (*cursorLine) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := float32(0)
	if objects[1].Visible() {
		width = size.Width * noteShare
	}
	objects[0].Resize(fyne.NewSize(size.Width-width, size.Height))
	objects[1].Move(fyne.NewPos(size.Width-size.Width*noteShare, 0))
	objects[1].Resize(fyne.NewSize(size.Width*noteShare, size.Height))
}
