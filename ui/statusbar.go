package ui

import (
	"fmt"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/tools"
	"lightbox/vision"
)

// statusBar is the line under the panes: where the cursor is, what is going on
// and what went wrong. Nothing here is a box that must be clicked away.
type statusBar struct {
	object  fyne.CanvasObject
	cursor  *canvas.Text
	hint    *canvas.Text // in the place of cursor for a while
	tool    string       // what to do with the tool in hand
	values  string       // under the cursor
	stage   *canvas.Text
	known   *widget.ProgressBar
	unknown *widget.ProgressBarInfinite
	busy    *fyne.Container
	problem *widget.Label
	sign    *widget.Icon
	trouble *fyne.Container
	notes   *noteLine
	mode    *chip           // which mode is in force, if not the direct one
	demo    *chip           // that names are masked
	chips   *fyne.Container // of both; hidden without one
}

func newStatusBar(session *app.Session, tips *tipLayer) *statusBar {
	b := &statusBar{
		cursor:  colouredText("", theme.ColorNameForeground, 12, false),
		hint:    colouredText("", colourCaution, 12, false),
		stage:   colouredText("", theme.ColorNameForeground, 12, false),
		known:   widget.NewProgressBar(),
		unknown: widget.NewProgressBarInfinite(),
		problem: widget.NewLabel(""),
		notes:   newNoteLine(tips),
		mode:    newChip(chipAmber, 12),
		demo:    newChip(chipYellow, 12),
	}
	b.chips = container.NewHBox(b.demo.object, b.mode.object)
	b.unknown.Stop()
	b.problem.Wrapping = fyne.TextWrapWord
	b.problem.Importance = widget.DangerImportance
	cancel := newTipButton(tips, theme.CancelIcon(), lang.L("Cancel"), lang.L("Stop what is going on (Esc)"), session.Cancel)
	bar := container.NewGridWrap(fyne.NewSize(180, scaled(22)), container.NewStack(b.known, b.unknown))
	b.busy = container.NewHBox(b.stage, container.NewCenter(bar), cancel)
	dismiss := newTipButton(tips, theme.CancelIcon(), "", lang.L("Dismiss this message"), session.DismissProblem)
	b.sign = widget.NewIcon(theme.NewErrorThemedResource(theme.ErrorIcon()))
	b.trouble = container.NewBorder(nil, nil, b.sign, dismiss, b.problem)
	b.trouble.Hide()
	line := inOrder(nil, b.chips, container.New(&cursorLine{}, container.NewStack(b.cursor, b.hint), b.notes), b.busy, nil)
	height := canvas.NewRectangle(color.Transparent)
	height.SetMinSize(fyne.NewSize(0, b.busy.MinSize().Height)) // the panes keep their size when it appears
	b.object = container.NewVBox(b.trouble, container.NewStack(height, container.NewPadded(line)))
	return b
}

// show draws what is going on and what went wrong.
func (b *statusBar) show(st *app.State) {
	if busy := st.Busy; busy != nil {
		setText(b.stage, join(" · ", lang.L(string(busy.Stage)), busy.File))
		if busy.Total > 0 {
			b.unknown.Stop()
			b.unknown.Hide()
			b.known.Show()
			b.known.SetValue(float64(busy.Done) / float64(busy.Total))
		} else {
			b.known.Hide()
			b.unknown.Show()
			b.unknown.Start()
		}
		b.busy.Show()
	} else {
		b.unknown.Stop()
		b.busy.Hide()
		setText(b.stage, "") // it names a file
	}
	b.showModes(st)
	b.showMessage(st)
}

// showModes draws which modes are in force.
func (b *statusBar) showModes(st *app.State) {
	demo, mode := demoText(st), modeText(st)
	if b.demo.text.Text == demo && b.mode.text.Text == mode && b.chips.Visible() == (demo+mode != "") {
		return
	}
	b.demo.set(demo)
	b.mode.set(mode)
	setVisible(b.chips, demo+mode != "")
	b.object.Refresh()
}

// tell says something in the place of the cursor's values; nothing gives it back.
func (b *statusBar) tell(text string) {
	b.cursor.Hidden = text != ""
	b.cursor.Refresh()
	setText(b.hint, text)
}

// showMessage draws what went wrong or, without that, what is to be known.
func (b *statusBar) showMessage(st *app.State) {
	m, importance, icon := st.Problem, widget.DangerImportance, fyne.Resource(theme.NewErrorThemedResource(theme.ErrorIcon()))
	if m == nil {
		m, importance, icon = st.Told, widget.MediumImportance, theme.NewPrimaryThemedResource(theme.InfoIcon())
	}
	if setVisible(b.trouble, m != nil); m == nil {
		return
	}
	b.problem.Importance = importance
	b.problem.SetText(say(*m))
	b.sign.SetResource(icon)
	b.object.Refresh() // it takes room that it did not before
}

// plainTools need no word on what to do with them.
var plainTools = []tools.Kind{tools.Window, tools.Scroll, tools.Zoom, tools.Pan}

// prompt says what the reader can do next with the tool in hand.
func (b *statusBar) prompt(kind tools.Kind, about tools.About) {
	b.tool = ""
	if about.Next != "" && !slices.Contains(plainTools, kind) {
		b.tool = lang.L(string(about.Name)) + ": " + lang.L(string(about.Next))
	}
	setText(b.cursor, join("    ", b.tool, b.values))
}

// showCursor draws the position and the values under the cursor in all views of the
// frame that it lies on.
func (b *statusBar) showCursor(st *app.State) {
	text := ""
	var said []vision.ViewKind
	var first *app.Pane
	for _, p := range st.Panes {
		v, ok := p.Probe()
		if !ok || first != nil && !first.SameFrame(p) || slices.Contains(said, p.View) {
			continue
		}
		if first == nil {
			first, text = p, fmt.Sprintf("x %d  y %d", v.X, v.Y)
		}
		said = append(said, p.View)
		text += "    " + viewName(p.View) + " " + probeText(p)
	}
	b.values = text
	setText(b.cursor, join("    ", b.tool, b.values))
}
