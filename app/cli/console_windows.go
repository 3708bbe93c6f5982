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
	streams := []struct {
		id   uint32
		name string
		mode int
		file **os.File
	}{
		{windows.STD_INPUT_HANDLE, "CONIN$", os.O_RDWR, &os.Stdin},
		{windows.STD_OUTPUT_HANDLE, "CONOUT$", os.O_RDWR, &os.Stdout},
		{windows.STD_ERROR_HANDLE, "CONOUT$", os.O_RDWR, &os.Stderr},
	}
	closed := make([]bool, len(streams))
	missing := false
	for i, s := range streams {
		handle, err := windows.GetStdHandle(s.id)
		closed[i] = err != nil || handle == 0 || handle == windows.InvalidHandle
		missing = missing || closed[i]
	}
	if !missing {
		return
	}
	if attached, _, _ := attachConsoleProc.Call(attachParentProcess); attached == 0 {
		return // started from the desktop: there is none
	}
	for i, s := range streams {
		if !closed[i] {
			continue
		}
		f, err := os.OpenFile(s.name, s.mode, 0)
		if err != nil {
			continue
		}
		*s.file = f
		_ = windows.SetStdHandle(s.id, windows.Handle(f.Fd())) // where the Go runtime writes of a crash
	}
	log.SetOutput(os.Stderr) // had the old one since it was initialised
}
