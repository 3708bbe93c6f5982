package ui

import (
	"errors"
	"log"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/test"
)

// windowless is a window as Fyne leaves it when the system gives none: shown, with
// the reason in the log, and no window of the system's behind it.
type windowless struct {
	fyne.Window
	handle uintptr
	show   func()
}

func (w windowless) Show() { w.show() }

func (w windowless) RunNative(f func(any)) { f(driver.WindowsWindowContext{HWND: w.handle}) }

// Every way in which a window does not come about is an error with a sentence in
// the user's language and the cause; a window that does come about is none.
func TestNoWindow(t *testing.T) {
	test.NewTempApp(t)
	shown := test.NewTempWindow(t, nil)
	logged := func() {
		log.Println("Fyne error:  window creation error")
		log.Println("  Cause: VersionUnavailable: WGL: Requested OpenGL version 2.1, got version 1.1")
	}
	for language, want := range map[string]string{"en": "OpenGL 2.1 or newer", "zh": "OpenGL 2.1 或更高"} {
		if err := useLanguage(language); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			window fyne.Window
			cause  string
		}{
			"an old OpenGL": {windowless{shown, 0, logged}, "got version 1.1"},
			"no display":    {windowless{shown, 0, func() { panic("GLFW is not initialised") }}, "not initialised"},
			"no functions":  {windowless{shown, 7, func() { log.Println("Fyne error:  failed to initialise OpenGL") }}, ""},
		} {
			err := show(c.window)
			if !errors.As(err, new(errNoWindow)) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), c.cause) {
				t.Errorf("%s, %s: %v", name, language, err)
			}
		}
	}
	for name, w := range map[string]fyne.Window{"with a handle": windowless{shown, 7, func() {}}, "the tests' driver": shown} {
		if err := show(w); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Where GLFW cannot begin there is a sentence; another panic is not taken for that.
func TestNoWindowIsMade(t *testing.T) {
	test.NewTempApp(t)
	w, err := made(func() *mainWindow { panic("NotInitialized: The GLFW library is not initialized") })
	if w != nil || !errors.As(err, new(errNoWindow)) || !strings.Contains(err.Error(), "NotInitialized") {
		t.Errorf("%v, %v", w, err)
	}
	defer func() {
		if r := recover(); r != "a defect" {
			t.Errorf("recovered %v", r)
		}
	}()
	_, err = made(func() *mainWindow { panic("a defect") })
	t.Errorf("a defect was taken for %v", err)
}
