package ui

import (
	"cmp"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/vision/format"
	"lightbox/vision/study"
)

// seriesPanel lists what is open: a heading for each study, under it one
// thumbnail for each stack, as IHE BIR asks for, and a quiet line for each
// object without an image. Only what is in sight is made of widgets, so that
// thousands of stacks cost no more than a few.
type seriesPanel struct {
	window *mainWindow
	object fyne.CanvasObject

	rows    []panelRow
	tops    []float32 // where each row begins, and at last where the list ends
	current int       // row of the stack on screen, -1 without
	marked  int       // row that keys are on, -1 without

	scroll  *container.Scroll
	content *panelContent
	views   map[int]rowView // of the rows in sight
	spare   map[rowKind][]rowView
}

// rowKind is what a row of the panel is.
type rowKind int

const (
	rowStudy rowKind = iota
	rowStack
	rowOther
)

// panelRow is one row. Stacks are named by their number in State.Stacks.
type panelRow struct {
	kind  rowKind
	study *study.Study
	stack int
	other *study.Item
}

// rowView draws rows of one kind, one at a time.
type rowView interface {
	fyne.CanvasObject
	bind(*panelRow)
}

// Sizes of the panel in Fyne's units, at 100 % of what has text in it.
const (
	panelWidth    = 154
	minPanelWidth = 150
	maxPanelWidth = 420

	rowGap       = 4
	headHeight   = 38
	otherHeight  = 20
	captionLines = 2
	captionLine  = 15
	stackMargins = 8
)

func (k rowKind) height() float32 {
	stack := app.ThumbnailSize + scaled(captionLines*captionLine) + stackMargins
	return [...]float32{rowStudy: scaled(headHeight), rowStack: stack, rowOther: scaled(otherHeight)}[k] + rowGap
}

func newSeriesPanel(w *mainWindow) *seriesPanel {
	p := &seriesPanel{window: w, current: -1, marked: -1, views: map[int]rowView{}, spare: map[rowKind][]rowView{}, tops: []float32{0}}
	p.content = &panelContent{panel: p}
	p.content.ExtendBaseWidget(p.content)
	p.scroll = container.NewVScroll(p.content)
	p.scroll.OnScrolled = func(fyne.Position) {
		w.tips.leave() // what it belonged to has moved away
		p.cull()
	}
	p.object = p.takeKeys(&w.tips.way).under(container.New(&inSight{p}, p.scroll))
	return p
}

// inSight has the rows made that come into sight when the panel gets higher: the list
// itself keeps its size then, and is not laid out again.
type inSight struct{ panel *seriesPanel }

// MinSize is that of the list.
func (l *inSight) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// Layout gives the list all the room.
func (l *inSight) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
	l.panel.cull()
}

// worthShowing tells whether there is more to choose from than one image.
func worthShowing(st *app.State) bool {
	if len(st.Stacks) > 1 || st.Frames() > 1 {
		return true
	}
	for _, x := range st.Studies {
		for _, s := range x.Series {
			if len(s.Others) > 0 {
				return true
			}
		}
	}
	return false
}

// update takes over what the session has found.
func (p *seriesPanel) update() {
	st := p.window.session.State()
	p.rows = panelRows(st)
	p.tops = p.tops[:0]
	y := float32(rowGap)
	for i := range p.rows {
		p.tops = append(p.tops, y)
		y += p.rows[i].kind.height()
	}
	p.tops = append(p.tops, y)
	for i, v := range p.views { // rows have other numbers now
		p.putAway(i, v)
	}
	p.content.Refresh()
	p.scroll.Refresh()
	p.follow()
}

// panelRows lists studies, stacks and objects without images, in the order of
// State.Stacks.
func panelRows(st *app.State) []panelRow {
	var rows []panelRow
	n := 0
	for _, x := range st.Studies {
		rows = append(rows, panelRow{kind: rowStudy, study: x})
		for _, s := range x.Series {
			for range s.Stacks {
				rows = append(rows, panelRow{kind: rowStack, study: x, stack: n})
				n++
			}
			for _, it := range s.Others {
				rows = append(rows, panelRow{kind: rowOther, study: x, other: it})
			}
		}
	}
	return rows
}

// follow frames the stack on screen and brings it into sight if it has changed.
func (p *seriesPanel) follow() {
	index := p.window.session.State().StackIndex
	at := -1
	for i := range p.rows {
		if p.rows[i].kind == rowStack && p.rows[i].stack == index {
			at = i
			break
		}
	}
	moved := at != p.current
	p.current = at
	if moved && at >= 0 {
		p.reveal(at)
	}
	p.cull()
}

// reveal scrolls as little as is needed to have a row in sight whole, a
// study's heading with its first stack.
func (p *seriesPanel) reveal(row int) {
	top, bottom := p.tops[row], p.tops[row+1]
	if row > 0 && p.rows[row-1].kind == rowStudy {
		top = p.tops[row-1]
	}
	height := p.scroll.Size().Height
	offset := p.scroll.Offset
	offset.Y = max(min(offset.Y, top-rowGap), bottom-height, 0)
	if offset != p.scroll.Offset && height > 0 {
		p.scroll.ScrollToOffset(offset)
	}
}

// cull makes widgets of the rows in sight and puts the others away.
func (p *seriesPanel) cull() {
	from, height, width := p.scroll.Offset.Y, p.scroll.Size().Height, p.content.Size().Width
	first := max(sort.Search(len(p.rows), func(i int) bool { return p.tops[i+1] > from }), 0)
	last := sort.Search(len(p.rows), func(i int) bool { return p.tops[i] >= from+height })
	for i, v := range p.views {
		if i < first || i >= last {
			p.putAway(i, v)
		}
	}
	for i := first; i < last; i++ {
		row := &p.rows[i]
		v := p.views[i]
		if v == nil {
			v = p.view(row.kind)
			p.views[i] = v
			v.Show()
		}
		v.Move(fyne.NewPos(0, p.tops[i]))
		v.Resize(fyne.NewSize(width, row.kind.height()-rowGap))
		v.bind(row)
	}
	for _, v := range p.spare[rowStack] {
		v.(*stackRow).letGo()
	}
	p.prefer(p.rows[first:max(first, last)])
	canvas.Refresh(p.content)
}

// prefer has the thumbnails of the rows in sight drawn before the others.
func (p *seriesPanel) prefer(rows []panelRow) {
	first, last := -1, -1
	for i := range rows {
		if rows[i].kind == rowStack {
			if first < 0 {
				first = rows[i].stack
			}
			last = rows[i].stack + 1
		}
	}
	p.window.session.PreferThumbnails(first, last)
}

func (p *seriesPanel) putAway(row int, v rowView) {
	delete(p.views, row)
	var kind rowKind
	switch v.(type) {
	case *stackRow:
		kind = rowStack
	case *textRow:
		kind = rowStudy
	}
	p.spare[kind] = append(p.spare[kind], v)
}

// view is a widget for a row: one that was put away, or a new one.
func (p *seriesPanel) view(kind rowKind) rowView {
	if kind == rowOther {
		kind = rowStudy // both are lines of text
	}
	if n := len(p.spare[kind]); n > 0 {
		v := p.spare[kind][n-1]
		p.spare[kind] = p.spare[kind][:n-1]
		return v
	}
	if kind == rowStack {
		return newStackRow(p)
	}
	return newTextRow(p)
}

// panelContent holds the rows in sight and asks for the room of all.
type panelContent struct {
	widget.BaseWidget
	panel *seriesPanel
}

// CreateRenderer is part of fyne.Widget.
func (c *panelContent) CreateRenderer() fyne.WidgetRenderer { return &panelRenderer{c.panel} }

type panelRenderer struct{ panel *seriesPanel }

func (r *panelRenderer) MinSize() fyne.Size {
	return fyne.NewSize(minPanelWidth-10, r.panel.tops[len(r.panel.tops)-1])
}

func (r *panelRenderer) Layout(fyne.Size) { r.panel.cull() }

func (r *panelRenderer) Refresh() {}

func (r *panelRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(r.panel.views))
	for _, v := range r.panel.views {
		out = append(out, v)
	}
	return out
}

func (r *panelRenderer) Destroy() {}

// studyTitle is a study's date and description, or its folder.
func studyTitle(x *study.Study) string {
	if x.UID == "" && x.Description == "" && x.Folder != "" {
		return join(" ", dicomDate(x.Date), filepath.Base(x.Folder))
	}
	return cmp.Or(join(" ", dicomDate(x.Date), x.Description), lang.L("Study"))
}

// studyPatient is whose study it is, if the annotations tell that too.
func (w *mainWindow) studyPatient(x *study.Study) string {
	if w.annotations == annotationsOff {
		return ""
	}
	st := w.session.State()
	if st.Demo {
		return x.PatientID // the pseudonym of the case
	}
	if k := st.Stack(); k != nil && k.Study == x && st.Scan != nil && st.Scan.Header.PatientName != "" {
		return readableName(st.Scan.Header.PatientName) // perhaps read in another character set
	}
	return readableName(x.PatientName)
}

// stackCaption is modality, description and count; and what tells the stack
// from the others of its series.
func stackCaption(st *app.State, k *app.Stack) (caption, label string) {
	first := k.Frames[0].Item
	modality, description := k.Series.Modality, k.Series.Description
	if first.Format != format.DICOM {
		modality = cmp.Or(modality, string(first.Format))
		description = cmp.Or(description, st.FileName(first))
	}
	description = cmp.Or(description, k.Series.Protocol, k.Series.BodyPart)
	if modality == "" && description == "" {
		description = st.FileName(first)
	}
	return join(" · ", modality, description, fmt.Sprint(len(k.Frames))), stackLabel(k)
}

// stackLabel is the number of the series and what tells the stack from others.
func stackLabel(k *app.Stack) string {
	number := ""
	if k.Series.Number != "" {
		number = lang.L("Series") + " " + k.Series.Number
	}
	return join(" · ", number, k.Label)
}

// stackTip is all that the row of a stack has no room for.
func stackTip(st *app.State, k *app.Stack, t *app.Thumbnail) string {
	caption, label := stackCaption(st, k)
	size := fmt.Sprintf("%d×%d", k.Columns, k.Rows)
	if k.Spacing > 0 {
		size += " · " + lang.L("{{.Spacing}} mm from slice to slice", map[string]any{"Spacing": trimmed(k.Spacing)})
	}
	out := lines(join(" · ", dicomDate(cmp.Or(k.Series.Date, k.Study.Date)), caption), label, size)
	if t != nil && t.Fault != nil {
		out = append(out, say(*t.Fault))
	}
	return strings.Join(append(out, sentences(st, stackNotes(st, k))...), "\n")
}

// otherText names an object without an image.
func otherText(st *app.State, it *study.Item) string {
	return join(" · ", it.Modality, cmp.Or(it.SeriesDescription, st.FileName(it)), lang.L("no image"))
}
