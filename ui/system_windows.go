package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"golang.org/x/sys/windows"
)

// openFile opens a file in the program that the system has for it. Fyne's way, a
// URL handed to rundll32, loses names that are not ASCII.
func openFile(_ fyne.App, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	file, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	return windows.ShellExecute(0, nil, file, nil, nil, windows.SW_SHOWNORMAL)
}

// tellWithoutWindow says in a box of the system's own why there is no window:
// whoever started the program from the desktop sees nothing else.
func tellWithoutWindow(sentence string) {
	text, err := windows.UTF16PtrFromString(sentence)
	if err != nil {
		return
	}
	title, err := windows.UTF16PtrFromString("Lightbox")
	if err != nil {
		return
	}
	_, _ = windows.MessageBox(0, text, title, windows.MB_OK|windows.MB_ICONERROR|windows.MB_SETFOREGROUND)
}
