package ui

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app/training"
)

// networkRows lists the networks of a training; a tap shows the curves of one.
type networkRows struct {
	object *container.Scroll
	box    *fyne.Container
	title  *canvas.Text
	rows   []*networkRow
	choose func(number int)
}

func newNetworkRows(choose func(number int)) *networkRows {
	r := &networkRows{choose: choose, title: colouredText(lang.L("Networks"), theme.ColorNameForeground, 13, true)}
	r.box = container.New(layout.NewCustomPaddedVBoxLayout(2), r.title)
	r.object = container.NewVScroll(r.box)
	return r
}

// show draws where the networks stand, and marks the one whose curves are shown. It
// tells whether there are more of them than before.
func (r *networkRows) show(all []*training.Network, shown *training.Network) (grown bool) {
	grown = len(all) > len(r.rows)
	r.title.Hidden = len(all) == 0
	for len(r.rows) < len(all) {
		number := len(r.rows) + 1
		row := newNetworkRow(func() { r.choose(number) })
		r.rows = append(r.rows, row)
		r.box.Add(row)
	}
	for i, n := range all {
		r.rows[i].show(n, n == shown)
	}
	return grown
}

// networkRow is one of them: its name, where it stands, a bar, and its newest
// figures.
type networkRow struct {
	widget.BaseWidget
	name, standing, figures *canvas.Text
	back, edge              *canvas.Rectangle
	bar                     *partBar
	tapped                  func()
}

var (
	_ fyne.Tappable      = (*networkRow)(nil)
	_ desktop.Cursorable = (*networkRow)(nil)
)

func newNetworkRow(tapped func()) *networkRow {
	none := func() *canvas.Rectangle { return canvas.NewRectangle(color.Transparent) }
	r := &networkRow{
		name: colouredText("", theme.ColorNameForeground, 12, true), standing: colouredText("", colourQuiet, 11, false), figures: colouredText("", theme.ColorNameForeground, 11, false),
		back: none(), edge: none(), bar: newPartBar(rowBar), tapped: tapped,
	}
	r.ExtendBaseWidget(r)
	return r
}

// show draws where a network stands.
func (r *networkRow) show(n *training.Network, shown bool) {
	setText(r.name, say(n.Name()))
	setText(r.standing, say(n.Standing()))
	var figures []string
	for _, m := range n.Figures() {
		figures = append(figures, say(m))
	}
	setText(r.figures, strings.Join(figures, "   "))
	r.back.FillColor, r.edge.FillColor = color.Transparent, color.Transparent
	if shown {
		r.back.FillColor, r.edge.FillColor = theme.Color(theme.ColorNameButton), theme.Color(theme.ColorNamePrimary)
	}
	colour := theme.ColorNamePrimary
	if n.State != training.Running {
		colour = colourLoaded
	}
	r.bar.set(n.Part(), colour)
	r.Refresh()
}

// Tapped shows the network's curves.
func (r *networkRow) Tapped(*fyne.PointEvent) { r.tapped() }

// Cursor shows that the row can be chosen.
func (r *networkRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is part of fyne.Widget.
func (r *networkRow) CreateRenderer() fyne.WidgetRenderer { return &networkRowRenderer{r} }

type networkRowRenderer struct{ row *networkRow }

// Sizes of a row in units.
const (
	rowEdge   = 3
	rowInset  = 8
	rowBar    = 3
	rowHeight = 44
)

func (*networkRowRenderer) MinSize() fyne.Size { return fyne.NewSize(200, scaled(rowHeight)) }

func (r *networkRowRenderer) Layout(size fyne.Size) {
	w := r.row
	w.back.Resize(size)
	w.edge.Resize(fyne.NewSize(rowEdge, size.Height))
	inner := size.Width - 2*rowInset
	standing := w.standing.MinSize()
	w.standing.Move(fyne.NewPos(size.Width-rowInset-standing.Width, scaled(4)))
	w.standing.Resize(standing)
	fitText(w.name, max(inner-standing.Width-rowInset, 1), 12, smallest)
	w.name.Move(fyne.NewPos(rowInset, scaled(3)))
	w.name.Resize(w.name.MinSize())
	w.bar.object.Move(fyne.NewPos(rowInset, scaled(22)))
	w.bar.object.Resize(fyne.NewSize(inner, rowBar))
	w.figures.Move(fyne.NewPos(rowInset, scaled(27)))
	w.figures.Resize(fyne.NewSize(inner, w.figures.MinSize().Height))
}

func (r *networkRowRenderer) Refresh() {
	r.Layout(r.row.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *networkRowRenderer) Objects() []fyne.CanvasObject {
	w := r.row
	return []fyne.CanvasObject{w.back, w.edge, w.name, w.standing, w.bar.object, w.figures}
}

func (*networkRowRenderer) Destroy() {}

// trainNotes says whom the networks are trained on, and what was left aside.
type trainNotes struct {
	box                              *proseBox
	setsHead, sets, asideHead, aside *prose
}

func newTrainNotes() *trainNotes {
	n := &trainNotes{
		setsHead: newProse(theme.ColorNameForeground), sets: newProse(colourQuiet),
		asideHead: newProse(theme.ColorNameForeground), aside: newProse(colourQuiet),
	}
	n.box = newProseBox(n.setsHead, n.sets, n.asideHead, n.aside)
	return n
}

func (n *trainNotes) show(c *training.Course) {
	sets, head := "", ""
	if list := c.Sets(); len(list) > 0 {
		head = lang.L("Pictures for training and held-out folds")
		for _, m := range list {
			sets += say(m) + "\n"
		}
	}
	for _, m := range c.Notes() {
		sets += say(m) + "\n"
	}
	n.box.set(n.setsHead, head)
	n.box.set(n.sets, sets)
	a := c.Aside()
	if a.Count() == 0 {
		n.box.set(n.asideHead, lang.L("No scan was left aside so far."))
		return
	}
	n.asideHead.colour = colourCaution
	n.box.set(n.asideHead, lang.L("Scans left aside: {{.Count}} ({{.Unreadable}} unreadable, {{.Contradictory}} labelled in two ways, {{.Unlabelled}} without a label, {{.Unknown}} with one that is not known)",
		map[string]any{"Count": a.Count(), "Unreadable": a.Unreadable, "Contradictory": a.Contradictory, "Unlabelled": a.Unlabelled, "Unknown": a.UnknownClass}))
	var lines []string
	for _, m := range a.List {
		lines = append(lines, "• "+say(m))
	}
	if rest := a.Count() - len(a.List); rest > 0 {
		lines = append(lines, lang.L("… and {{.Count}} more; all are printed in the terminal.", map[string]any{"Count": rest}))
	}
	n.box.set(n.aside, strings.Join(lines, "\n"))
}
