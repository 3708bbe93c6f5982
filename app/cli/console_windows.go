package cli

import (
	"log"
	"os"

	"golang.org/x/sys/windows"
)

// attachParentProcess is ATTACH_PARENT_PROCESS of AttachConsole.
const attachParentProcess = ^uintptr(0)

var attachConsoleProc = windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")

// attachConsole lets a program of the window subsystem, which Windows starts
// without a console, write to the one that it was called from. Streams that were
// redirected to a file or a pipe stay as they are.
//
// A command interpreter does not wait for a program of this kind; lightbox.com,
// which is installed beside it, waits in its place.
func attachConsole() {
	if attached, _, _ := attachConsoleProc.Call(attachParentProcess); attached == 0 {
		return // started from the desktop: there is none
	}
	for _, s := range []struct {
		id   uint32
		name string
		file **os.File
	}{
		{windows.STD_INPUT_HANDLE, "CONIN$", &os.Stdin},
		{windows.STD_OUTPUT_HANDLE, "CONOUT$", &os.Stdout},
		{windows.STD_ERROR_HANDLE, "CONOUT$", &os.Stderr},
	} {
		if redirected(s.id) {
			continue
		}
		f, err := os.OpenFile(s.name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		*s.file = f
		_ = windows.SetStdHandle(s.id, windows.Handle(f.Fd())) // where the Go runtime writes of a crash
	}
	log.SetOutput(os.Stderr) // had the old one since it was initialised
}

// redirected tells whether a stream leads anywhere but to the console. A handle to
// the console that was there before the console was this process's does not count:
// Go has taken it for a file, and would write UTF-8 to it as it is.
func redirected(stream uint32) bool {
	handle, err := windows.GetStdHandle(stream)
	if err != nil || handle == 0 || handle == windows.InvalidHandle {
		return false
	}
	var mode uint32
	return windows.GetConsoleMode(handle, &mode) != nil
}
