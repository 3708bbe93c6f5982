package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// toolbarButton is an action with its button, or a group of actions with the button
// that opens their menu.
type toolbarButton struct {
	action *action
	group  string // empty for one action
	button *tipButton
}

// makeToolbar builds the row of buttons: those actions that have an icon, and one for
// each group.
func (w *mainWindow) makeToolbar() fyne.CanvasObject {
	w.buttons = nil
	row := container.NewHBox()
	menu := ""
	groups := map[string]bool{}
	for _, a := range w.actions {
		if a.icon == nil || a.onBar || groups[a.group] {
			continue
		}
		if menu != "" && menu != a.menu {
			row.Add(widget.NewSeparator())
		}
		menu = a.menu
		b := w.makeButton(a)
		groups[a.group] = a.group != ""
		w.buttons = append(w.buttons, b)
		row.Add(b.button)
	}
	// On a small screen the toolbar scrolls; it must not push the panes apart.
	bar := container.NewHScroll(row)
	for _, b := range w.buttons {
		b.button.seen = func() {
			x, width := b.button.Position().X, b.button.Size().Width
			if at := max(min(bar.Offset.X, x), x+width-bar.Size().Width); at != bar.Offset.X {
				bar.ScrollToOffset(fyne.NewPos(at, 0))
			}
		}
	}
	return container.New(&toolbarLayout{}, bar, w.voi.object)
}

// makeButton is the button of an action, or that of the group which it is the first of.
func (w *mainWindow) makeButton(a *action) toolbarButton {
	if a.group == "" {
		return toolbarButton{action: a, button: newTipButton(w.tips, a.icon, "", a.tooltip(), func() { w.run(a) })}
	}
	b := toolbarButton{action: a, group: a.group}
	b.button = newTipButton(w.tips, withMenu(a.icon), "", groupName(a.group), func() {
		widget.ShowPopUpMenuAtRelativePosition(w.groupMenu(a.group), w.window.Canvas(), fyne.NewPos(0, b.button.Size().Height), b.button)
	})
	return b
}

// shown is the action that a button stands for now: of a group the one that is
// switched on.
func (w *mainWindow) shown(b toolbarButton) *action {
	if b.group != "" {
		for _, a := range w.actions {
			if a.group == b.group && a.icon != nil && w.switched(a) {
				return a
			}
		}
	}
	return b.action
}

// showButtons brings the buttons to what can be done now.
func (w *mainWindow) showButtons() {
	for _, b := range w.buttons {
		ok, why := w.possible(b.action)
		b.button.allow(ok, why)
	}
	w.showSwitches()
}

// showSwitches marks the buttons of what is switched on, and of the tool in the hand.
func (w *mainWindow) showSwitches() {
	for _, b := range w.buttons {
		a := w.shown(b)
		importance := widget.LowImportance
		if w.switched(a) && (b.group == "" || a.tool != "") {
			importance = widget.HighImportance
		}
		icon := a.icon
		if b.group != "" {
			icon = withMenu(icon)
		}
		if b.button.Importance != importance || b.button.Icon.Name() != icon.Name() {
			b.button.Importance, b.button.Icon = importance, icon
			b.button.Refresh()
		}
	}
}

// withMenu is an icon with the sign of a menu in its corner.
func withMenu(icon fyne.Resource) fyne.Resource {
	if _, themed := icon.(*theme.ThemedResource); !themed {
		return icon
	}
	svg := strings.Replace(string(icon.Content()), "</svg>", menuSign+"</svg>", 1)
	return theme.NewThemedResource(fyne.NewStaticResource("menu-"+icon.Name(), []byte(svg)))
}

// menuSign is a small triangle in the lower right corner of an icon of 24 × 24.
const menuSign = `<path d="M16 20h8l-4 4z" fill="#ffffff" stroke="none"/>`

// toolbarLayout gives the controls of the window their room at the right, and the
// buttons what is left.
type toolbarLayout struct{}

// voiShare is the most of the toolbar's width that the window's controls take.
const voiShare = 0.5

func (*toolbarLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(a.Width+b.Width, max(a.Height, b.Height))
}

func (*toolbarLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	bar, window := objects[0].(*container.Scroll), objects[1]
	wanted := bar.Content.MinSize().Width
	least := window.MinSize().Width
	width := max(size.Width-wanted, min(max(least, size.Width*0.25), size.Width*voiShare), least)
	bar.Resize(fyne.NewSize(max(size.Width-width, 0), size.Height))
	window.Move(fyne.NewPos(size.Width-width, 0))
	window.Resize(fyne.NewSize(width, size.Height))
}
