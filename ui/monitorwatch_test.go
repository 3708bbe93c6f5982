package ui

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"

	"lightbox/app"
)

// fakeScreens stands for the window system: monitors that can be unplugged, and windows that
// stay where they were put.
type fakeScreens struct {
	all    []monitor
	places map[fyne.Window]windowPlace
	moved  map[fyne.Window]image.Rectangle
}

var _ screens = (*fakeScreens)(nil)

func (d *fakeScreens) monitors() []monitor { return d.all }

func (d *fakeScreens) place(w fyne.Window) windowPlace { return d.places[w] }

func (d *fakeScreens) move(w fyne.Window, to image.Rectangle) {
	d.moved[w] = to
	d.places[w] = windowPlace{at: to, known: true}
}

// watched is a window on the left one of two monitors.
func watched(t *testing.T) (*bench, *fakeScreens, *monitorWatch) {
	b := newBench(t)
	d := &fakeScreens{desk(), map[fyne.Window]windowPlace{}, map[fyne.Window]image.Rectangle{}}
	d.places[b.window.window] = windowPlace{at: image.Rect(100, 100, 900, 700), known: true}
	return b, d, &monitorWatch{window: b.window, screens: d}
}

// times looks n times.
func (m *monitorWatch) times(n int) {
	for range n {
		m.look()
	}
}

// The session knows the monitor before anything is opened, and another once the window
// rests there.
func TestTheSessionKnowsTheMonitor(t *testing.T) {
	b, d, m := watched(t)
	monitorIs := func(what, want string) {
		t.Helper()
		if got := b.window.session.Monitor(); got != want {
			t.Errorf("%s: on %q, want %q", what, got, want)
		}
	}
	m.look()
	monitorIs("at the start", "wide")
	b.openSeries(4)
	main := b.window.window
	d.places[main] = windowPlace{at: image.Rect(2000, 100, 2800, 700), known: true}
	m.look()
	monitorIs("under way", "wide")
	m.look()
	monitorIs("at rest", "tall")
	b.press("F5")
	d.places[main] = windowPlace{at: image.Rect(100, 100, 900, 700), known: true}
	m.times(looksAtRest)
	b.press("F3") // here the panes are to lie in another way
	d.places[main] = windowPlace{at: image.Rect(2000, 100, 2800, 700), known: true}
	m.times(looksAtRest)
	if got := b.window.session.State().Layout; got != app.LayoutQuad {
		t.Errorf("on the tall monitor again: %s", got)
	}
	b.press("Ctrl+Z")
	if got := b.window.session.State().Layout; got != app.LayoutLarge {
		t.Errorf("undo brings %s", got)
	}
	d.places[main] = windowPlace{} // put away for a while
	m.times(looksAtRest + 1)
	monitorIs("not seen", "tall")
	d.all = nil // all are off
	m.times(looksOfGrace + 1)
	monitorIs("without any", "tall")
}

// Windows come back from a monitor that is unplugged: the main window, a detached pane,
// and one that filled it.
func TestAMonitorIsUnplugged(t *testing.T) {
	b, d, m := watched(t)
	b.openSeries(4)
	main := b.window.window
	d.places[main] = windowPlace{at: image.Rect(2000, -300, 2800, 300), known: true}
	b.window.session.Activate(paneBlur)
	b.press("Ctrl+D")
	blur := b.window.panes.boxes[paneBlur]
	d.places[blur.window] = windowPlace{at: image.Rect(2100, 500, 3000, 1400), known: true}
	b.window.session.Activate(paneGray)
	b.press("Ctrl+D")
	gray := b.window.panes.boxes[paneGray]
	gray.window.SetFullScreen(true)
	d.places[gray.window] = windowPlace{at: image.Rect(1920, -400, 3120, 1200), known: true, full: true}
	m.times(2)

	d.all = desk()[:1]
	d.places[gray.window] = windowPlace{at: image.Rect(0, 0, 1200, 1600), known: true} // GLFW's way
	m.times(looksOfGrace)
	if len(d.moved) != 0 {
		t.Fatalf("moved at once: %v", d.moved)
	}
	m.look()
	if got, want := d.moved[main], image.Rect(1120, 0, 1920, 600); got != want {
		t.Errorf("the window came to %v, want %v", got, want)
	}
	if got, want := d.moved[blur.window], image.Rect(1020, 140, 1920, 1040); got != want {
		t.Errorf("the pane came to %v, want %v", got, want)
	}
	if gray.window != nil || b.window.panes.attached() != 2 {
		t.Errorf("the pane that filled the monitor is still away; %d panes in the window", b.window.panes.attached())
	}
	if b.window.session.Monitor() != "wide" {
		t.Errorf("on %q", b.window.session.Monitor())
	}
	clear(d.moved)
	m.times(2 * looksOfGrace)
	if len(d.moved) != 0 {
		t.Errorf("moved again: %v", d.moved)
	}
}

// A window that filled a monitor that went fills another; leaving that, it is not where
// the other was.
func TestAFullWindowLosesItsMonitor(t *testing.T) {
	b, d, m := watched(t)
	main := b.window.window
	main.SetFullScreen(true)
	d.places[main] = windowPlace{at: image.Rect(1920, -400, 3120, 1200), known: true, full: true}
	m.times(2)
	d.all = desk()[:1]
	d.places[main] = windowPlace{at: image.Rect(0, 0, 1200, 1600), known: true}
	m.times(looksOfGrace + 1)
	if !main.FullScreen() || len(d.moved) != 0 {
		t.Errorf("full %v, moved %v", main.FullScreen(), d.moved)
	}
	d.places[main] = windowPlace{at: image.Rect(0, 0, 1920, 1080), known: true, full: true}
	m.look()
	main.SetFullScreen(false)
	d.places[main] = windowPlace{at: image.Rect(2000, 100, 2800, 700), known: true}
	m.times(looksOfGrace + 1)
	if got, want := d.moved[main], image.Rect(1120, 100, 1920, 700); got != want {
		t.Errorf("the window came to %v, want %v", got, want)
	}
}

// closable is an application whose windows can be closed as their own buttons, or the
// system, close them: Fyne's window for tests cannot.
type closable struct{ fyne.App }

func (c closable) NewWindow(title string) fyne.Window {
	return &closableWindow{Window: c.App.NewWindow(title)}
}

type closableWindow struct {
	fyne.Window
	intercept func()
}

func (w *closableWindow) SetCloseIntercept(f func()) { w.intercept = f }

// A detached pane whose window is closed comes back.
func TestAClosedWindowGivesItsPaneBack(t *testing.T) {
	b := newBench(t)
	b.window.fyne = closable{b.window.fyne}
	b.openSeries(4)
	b.window.session.Activate(paneGray)
	b.press("Ctrl+D")
	box := b.window.panes.boxes[paneGray]
	if box.window == nil || b.window.panes.attached() != 2 {
		t.Fatal("nothing was detached")
	}
	box.window.(*closableWindow).intercept()
	if box.window != nil || b.window.panes.attached() != 3 {
		t.Errorf("%d panes in the window", b.window.panes.attached())
	}
	b.window.session.ScrollTo(2)
	b.at(2)
}
