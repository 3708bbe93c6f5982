package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/lang"
)

// errNoWindow is why there is none, in the user's language: nothing else of the
// program is left to say it.
type errNoWindow struct{ cause string }

func (e errNoWindow) Error() string {
	sentence := lang.L("No window can be opened: Lightbox needs a display with OpenGL 2.1 or newer. Install the graphics card's own driver, or switch OpenGL on in the remote desktop or virtual machine.")
	if e.cause == "" {
		return sentence
	}
	return fmt.Sprintf("%s (%s)", sentence, e.cause)
}

// made makes the window. Where GLFW cannot even begin, as on Windows without a desktop,
// Fyne panics there; anything else that panics is a defect of ours.
func made(make func() *mainWindow) (w *mainWindow, err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		cause := fmt.Sprint(r)
		if !strings.Contains(cause, "GLFW") {
			panic(r)
		}
		err = errNoWindow{cause}
	}()
	return make(), nil
}

// show opens the window. Where there is no display Fyne panics; where there is no
// OpenGL it only logs that, and goes on without a window. Neither is a defect of
// ours, and both have an answer.
func show(w fyne.Window) (err error) {
	var said bytes.Buffer
	before := log.Writer()
	log.SetOutput(io.MultiWriter(before, &said))
	defer func() {
		log.SetOutput(before)
		if r := recover(); r != nil {
			err = errNoWindow{fmt.Sprint(r)}
		}
	}()
	w.Show()
	if hasNoNativeWindow(w) || strings.Contains(said.String(), "failed to initialise OpenGL") {
		return errNoWindow{loggedCause(said.String())}
	}
	return nil
}

// hasNoNativeWindow tells whether a window that was shown is one of Fyne's only,
// without one of the system's behind it.
func hasNoNativeWindow(w fyne.Window) bool {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return false // a driver without windows of the system: the tests'
	}
	var none bool
	native.RunNative(func(context any) {
		switch c := context.(type) {
		case driver.X11WindowContext:
			none = c.WindowHandle == 0
		case driver.WaylandWindowContext:
			none = c.WaylandSurface == 0
		case driver.WindowsWindowContext:
			none = c.HWND == 0
		case driver.MacWindowContext:
			none = c.NSWindow == 0
		}
	})
	return none
}

// loggedCause is the cause in what Fyne's LogError has written, empty if there is
// none.
func loggedCause(said string) string {
	for line := range strings.Lines(said) {
		if _, cause, found := strings.Cut(line, "Cause: "); found {
			return strings.TrimSpace(cause)
		}
	}
	return ""
}

// withoutWindow is what a command that opens no window gives: the reason, and what
// else there is. A reader who started it from the desktop gets a box.
func withoutWindow(err error, instead string, box bool) error {
	if box && errors.As(err, new(errNoWindow)) {
		tellWithoutWindow(err.Error())
	}
	return fmt.Errorf("%w; %s", err, instead)
}
