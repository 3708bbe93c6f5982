package ui

import (
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"
)

// boxes are the programs of desktops that show a sentence without Lightbox's window,
// the first that is there; the sentence comes behind their arguments.
var boxes = [][]string{
	{"zenity", "--error", "--no-markup", "--title=Lightbox", "--text"},
	{"kdialog", "--title", "Lightbox", "--error"},
	{"notify-send", "--urgency=critical", "Lightbox"},
	{"xmessage", "-center", "-title", "Lightbox"},
}

// tellWithoutWindow says in a box of the desktop's why there is no window: whoever
// started the program from the menu does not see standard error. On a terminal it has
// nothing to add.
func tellWithoutWindow(sentence string) {
	if _, err := unix.IoctlGetTermios(int(os.Stderr.Fd()), unix.TCGETS); err == nil {
		return
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return
	}
	sentence = strings.ReplaceAll(sentence, ". ", ".\n") // xmessage breaks no lines
	for _, box := range boxes {
		program, err := exec.LookPath(box[0])
		if err != nil {
			continue
		}
		// Not waited for: it stays until it is read, and who started Lightbox need not.
		if exec.Command(program, append(box[1:len(box):len(box)], sentence)...).Start() == nil {
			return
		}
	}
}
