package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// toolbarButton is an action with its button.
type toolbarButton struct {
	action *action
	button *tipButton
}

// makeToolbar builds the row of buttons: those actions that have an icon.
func (w *mainWindow) makeToolbar() fyne.CanvasObject {
	w.tools = map[tool]*tipButton{}
	w.buttons = nil
	row := container.NewHBox()
	menu := ""
	for _, a := range w.actions {
		if a.icon == nil || a.onBar {
			continue
		}
		if menu != "" && menu != a.menu {
			row.Add(widget.NewSeparator())
		}
		menu = a.menu
		b := newTipButton(w.tips, a.icon, "", a.tooltip(), func() { w.run(a) })
		switch a.id {
		case "window-tool":
			w.tools[toolWindow] = b
		case "zoom-tool":
			w.tools[toolZoom] = b
		case "pan-tool":
			w.tools[toolPan] = b
		case "scroll-tool":
			w.tools[toolScroll] = b
		}
		w.buttons = append(w.buttons, toolbarButton{a, b})
		row.Add(b)
	}
	// On a small screen the toolbar scrolls; it must not push the panes apart.
	bar := container.NewHScroll(inOrder(nil, row, w.voi.object, nil, nil))
	for _, b := range w.buttons {
		b.button.seen = func() {
			x, width := b.button.Position().X, b.button.Size().Width
			if at := max(min(bar.Offset.X, x), x+width-bar.Size().Width); at != bar.Offset.X {
				bar.ScrollToOffset(fyne.NewPos(at, 0))
			}
		}
	}
	return bar
}

// showButtons brings the buttons to what can be done now.
func (w *mainWindow) showButtons() {
	for _, b := range w.buttons {
		ok, why := w.possible(b.action)
		b.button.allow(ok, why)
	}
	w.showSwitches()
	for t, b := range w.tools {
		b.Importance = widget.LowImportance
		if t == w.tool {
			b.Importance = widget.HighImportance
		}
		b.Refresh()
	}
}

// showSwitches marks the buttons of what is switched on.
func (w *mainWindow) showSwitches() {
	for _, b := range w.buttons {
		if b.action.on == nil {
			continue
		}
		importance := widget.LowImportance
		if b.action.on() {
			importance = widget.HighImportance
		}
		if b.button.Importance != importance {
			b.button.Importance = importance
			b.button.Refresh()
		}
	}
}

func (w *mainWindow) setTool(t tool) {
	w.tool = t
	w.showButtons()
}
