package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lightbox/ui/viewport"
)

// helpWindow shows the help: contents and search at the left, a page at the right.
// It is a window of its own, so that it can stay open beside the scans.
type helpWindow struct {
	window   fyne.Window
	language string
	pages    []helpPage
	found    []int // the pages that the search found, by their number
	query    string
	search   *widget.Entry
	list     *widget.List
	page     *document
	back     *widget.Button
	way      []int // pages that were shown before, the newest last
	now      int   // the page that is shown
}

// Sizes of the help in units at 100 % of text.
const (
	helpWidth    = 980
	helpHeight   = 760
	helpContents = 0.3 // share of the width
)

// showHelp opens the help, or brings it to the front.
func (w *mainWindow) showHelp() {
	if w.helpWindow != nil && w.helpWindow.language == cardLanguage() {
		w.helpWindow.window.RequestFocus()
		return
	}
	h, err := newHelpWindow(w.fyne, cardLanguage(), w.session.Settings().Theme == "light", dialogSize(w.window, helpWidth, helpHeight))
	if err != nil {
		w.session.Report(err)
		return
	}
	w.closeHelp()
	w.helpWindow = h
	h.window.SetOnClosed(func() {
		if w.helpWindow == h {
			w.helpWindow = nil
		}
	})
	h.window.Show()
	h.window.Canvas().Focus(h.search)
}

// closeHelp closes it, if it is open.
func (w *mainWindow) closeHelp() {
	if h := w.helpWindow; h != nil {
		w.helpWindow = nil
		h.window.Close()
	}
}

func newHelpWindow(a fyne.App, language string, light bool, size fyne.Size) (*helpWindow, error) {
	pages, err := helpPages(language)
	if err != nil {
		return nil, err
	}
	h := &helpWindow{language: language, pages: pages, now: -1}
	h.window = a.NewWindow(lang.L("Lightbox help"))
	h.search = widget.NewEntry()
	h.search.SetPlaceHolder(lang.L("Search the help"))
	h.search.OnChanged = h.find
	h.search.OnSubmitted = func(string) { h.window.Canvas().Focus(h.list) }
	h.list = widget.NewList(func() int { return len(h.found) }, newHelpRow, func(i widget.ListItemID, o fyne.CanvasObject) {
		p := h.pages[h.found[i]]
		o.(*helpRow).set(p.title, p.around(h.query))
	})
	h.list.OnSelected = func(i widget.ListItemID) { h.turn(h.found[i]) }
	h.page = newDocument(func(name string) []byte { return helpPicture(language, name, light) }, h.follow)
	h.back = widget.NewButtonWithIcon(lang.L("Back"), theme.NavigateBackIcon(), h.goBack)
	h.back.Disable()
	left := container.NewBorder(container.NewVBox(h.search, h.back), nil, nil, nil, h.list)
	split := container.NewHSplit(container.NewPadded(left), container.NewPadded(h.page.object))
	split.Offset = helpContents
	h.window.SetContent(split)
	h.window.Resize(size)
	h.keys()
	h.find("")
	h.turn(0)
	return h, nil
}

// keys: Escape closes, Ctrl+F searches, Alt+← goes back, page keys scroll.
func (h *helpWindow) keys() {
	c := h.window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyEscape:
			h.window.Close()
		case fyne.KeyPageDown, fyne.KeySpace:
			h.scroll(1)
		case fyne.KeyPageUp:
			h.scroll(-1)
		}
	})
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: ctrl}, func(fyne.Shortcut) { c.Focus(h.search) })
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: alt}, func(fyne.Shortcut) { h.goBack() })
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyW, Modifier: ctrl}, func(fyne.Shortcut) { h.window.Close() })
}

// scroll moves by most of what is in sight.
func (h *helpWindow) scroll(pages float32) {
	s := h.page.scroll
	s.ScrollToOffset(s.Offset.AddXY(0, pages*s.Size().Height*0.9))
}

// find lists the pages that have all words of a query; the empty query lists all.
func (h *helpWindow) find(query string) {
	h.query, h.found = query, h.found[:0]
	for i, p := range h.pages {
		if p.has(query) {
			h.found = append(h.found, i)
		}
	}
	h.list.UnselectAll()
	height := helpRowHeight(query != "")
	for i := range h.found {
		h.list.SetItemHeight(i, height)
	}
	h.list.Refresh()
}

// turn shows a page and remembers the one before.
func (h *helpWindow) turn(page int) {
	if page == h.now {
		return
	}
	if h.now >= 0 {
		h.way = append(h.way, h.now)
		h.back.Enable()
	}
	h.display(page)
}

func (h *helpWindow) display(page int) {
	h.now = page
	h.page.show(h.pages[page].text)
}

func (h *helpWindow) goBack() {
	n := len(h.way)
	if n == 0 {
		return
	}
	page := h.way[n-1]
	h.way = h.way[:n-1]
	if n == 1 {
		h.back.Disable()
	}
	h.list.UnselectAll()
	h.display(page)
}

// follow turns to the page that a link names; it tells whether there is one.
func (h *helpWindow) follow(target string) bool {
	for i, p := range h.pages {
		if p.name == target {
			h.list.UnselectAll()
			h.turn(i)
			return true
		}
	}
	return false
}

// helpRow is a line of the contents: a title, and below it where the search found
// its words.
type helpRow struct {
	widget.BaseWidget
	title, where *canvas.Text
	full         [2]string
}

// Sizes of a row in units at 100 % of text.
const (
	helpTitle = 13
	helpWhere = 11
	helpInset = 6
)

func helpRowHeight(found bool) float32 {
	height := lineHeight(helpTitle) + 2*helpInset
	if found {
		height += lineHeight(helpWhere)
	}
	return height
}

func newHelpRow() fyne.CanvasObject {
	r := &helpRow{title: colouredText("", theme.ColorNameForeground, helpTitle, false), where: colouredText("", colourQuiet, helpWhere, false)}
	r.ExtendBaseWidget(r)
	return r
}

func (r *helpRow) set(title, where string) {
	r.full = [2]string{title, where}
	r.title.Color, r.where.Color = theme.Color(theme.ColorNameForeground), theme.Color(colourQuiet)
	r.arrange()
}

// arrange cuts the texts to the width of the row.
func (r *helpRow) arrange() {
	y := float32(helpInset)
	for i, t := range []*canvas.Text{r.title, r.where} {
		width := r.Size().Width - 2*helpInset
		t.Text = viewport.Shorten(r.full[i], width, t.TextSize, t.TextStyle)
		t.Move(fyne.NewPos(helpInset, y))
		t.Resize(fyne.NewSize(width, t.MinSize().Height))
		t.Refresh()
		y += t.MinSize().Height
	}
}

// MinSize asks for no width.
func (r *helpRow) MinSize() fyne.Size { return fyne.NewSize(0, helpRowHeight(false)) }

// CreateRenderer is part of fyne.Widget.
func (r *helpRow) CreateRenderer() fyne.WidgetRenderer {
	return &rowRenderer{arrange: r.arrange, objects: []fyne.CanvasObject{r.title, r.where}}
}
