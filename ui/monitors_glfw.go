//go:build !ci

package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// systemScreens asks GLFW, by which Fyne makes its windows: Fyne has no list of
// monitors and does not say where a window is. It must be the very package that Fyne
// imports; a second copy knows no windows. All of it belongs to Fyne's goroutine.
type systemScreens struct{}

// glfwWindow is what Fyne draws a window with; nil for one that is not there (any more)
// and where Fyne does not draw with GLFW. Fyne keeps it to itself, but makes its context
// the current one where it is asked to.
func glfwWindow(w fyne.Window) (g *glfw.Window) {
	if r, ok := w.(interface{ RunWithContext(func()) }); ok {
		r.RunWithContext(func() { g = glfw.GetCurrentContext() })
	}
	return g
}

// unavailable takes GLFW's panic where a monitor was unplugged a moment ago or the
// program is ending: there is no answer then, and a later look will have one.
func unavailable() {
	if r := recover(); r != nil {
		if _, is := r.(*glfw.Error); !is {
			panic(r)
		}
	}
}

func (systemScreens) monitors() (all []monitor) {
	defer unavailable()
	for _, m := range glfw.GetMonitors() {
		mode := m.GetVideoMode()
		if mode == nil {
			continue
		}
		x, y := m.GetPos()
		wide, high := m.GetPhysicalSize()
		left, top, width, height := m.GetWorkarea()
		found := monitor{
			name: monitorName(m.GetName(), image.Pt(wide, high), image.Pt(mode.Width, mode.Height)),
			area: image.Rect(x, y, x+mode.Width, y+mode.Height),
			work: image.Rect(left, top, left+width, top+height),
		}
		if found.work.Empty() {
			found.work = found.area
		}
		all = append(all, found)
	}
	return all
}

func (systemScreens) place(w fyne.Window) (p windowPlace) {
	defer unavailable()
	g := glfwWindow(w)
	if g == nil || g.GetAttrib(glfw.Visible) == 0 || g.GetAttrib(glfw.Iconified) != 0 {
		return windowPlace{}
	}
	if m := g.GetMonitor(); m != nil {
		mode := m.GetVideoMode()
		if mode == nil {
			return windowPlace{}
		}
		x, y := m.GetPos()
		return windowPlace{at: image.Rect(x, y, x+mode.Width, y+mode.Height), known: true, full: true}
	}
	if glfw.GetPlatform() == glfw.PlatformWayland {
		return windowPlace{}
	}
	x, y := g.GetPos()
	width, height := g.GetSize()
	left, top, right, bottom := g.GetFrameSize()
	return windowPlace{at: image.Rect(x-left, y-top, x+width+right, y+height+bottom), known: true}
}

func (systemScreens) move(w fyne.Window, to image.Rectangle) {
	defer unavailable()
	g := glfwWindow(w)
	if g == nil {
		return
	}
	left, top, right, bottom := g.GetFrameSize()
	if width, height := g.GetSize(); width+left+right != to.Dx() || height+top+bottom != to.Dy() {
		g.SetSize(to.Dx()-left-right, to.Dy()-top-bottom)
	}
	g.SetPos(to.Min.X+left, to.Min.Y+top)
}
