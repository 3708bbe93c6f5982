//go:build smoke

package smoke

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox/app"
	"lightbox/app/journal"
	"lightbox/app/marks"
	"lightbox/vision/dicom/dicomtest"
)

// many is how many marks one image has in the test, and how many of them lie beside each
// other.
const (
	many   = 500
	across = 25
)

// markMany opens a file as the program does and puts marks on its image, in its lower
// half, which a journal keeps for the program.
func markMany(t *testing.T, file string) {
	t.Helper()
	folder, err := journal.Folder()
	if err != nil {
		t.Fatal(err)
	}
	queue := make(chan func(), 1000)
	session := app.NewSession(func(f func()) { queue <- f }, app.NewNetwork(""), &app.Settings{})
	j := journal.Open(folder, session.JournalListener())
	session.UseJournal(j)
	session.Open(file)
	for st := session.State(); st.Scan == nil || !st.Settled() || st.Indexing; {
		select {
		case f := <-queue:
			f()
		case <-time.After(time.Minute):
			t.Fatal("the file is not opened")
		}
	}
	image := session.State().Scan.Values
	for i := range many {
		x := float64(image.Columns) * (0.05 + 0.9*float64(i%across)/across)
		y := float64(image.Rows) * (0.55 + 0.4*float64(i/across)/(many/across))
		session.AddMark(marks.Mark{
			Kind: []marks.Kind{marks.Length, marks.Ellipse, marks.Arrow}[i%3], Name: fmt.Sprint(i),
			Points: []marks.Point{{X: x, Y: y}, {X: x + float64(image.Columns)/60, Y: y + float64(image.Rows)/90}},
		})
	}
	session.Close()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// mixed writes a series whose images differ in size.
func mixed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for i := range 12 {
		p := dicomtest.Thorax{Size: 96 + 64*(i%2), Slices: 12, Nodule: 9, Date: "20220301", Patient: "PHANTOM^EVE"}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.dcm", i)), p.Slice(i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// answers presses keys that take a tool and waits until the program says so.
func (s *sitting) answers(after string) {
	s.t.Helper()
	s.xdotool("mousemove", "60", "60") // where the window is, however small
	for key, tool := range map[string]string{"z": "zoom", "w": "window"} {
		s.key(key)
		s.until("an answer after "+after, func(h hand) bool { return h.Tool == tool })
	}
}

// hold holds a key down for some seconds.
func (s *sitting) hold(key string, seconds float64) {
	s.t.Helper()
	s.xdotool("keydown", key, "sleep", fmt.Sprint(seconds), "keyup", key)
}

// What hands, other programs and odd files do to the window: nothing is lost, nothing
// freezes, nothing panics.
func TestSmokeRoughHandling(t *testing.T) {
	binary, film := environment(t, "LIGHTBOX_BINARY"), environment(t, "LIGHTBOX_DEMO_SCAN")
	current, prior := patient(t)
	s := sitOn(t, newDisplayOf(t, "3840x2160x24"), "rough", `{"language": "en", "notice_accepted": 1}`, film, current, prior, current, mixed(t), film)
	t.Setenv("XDG_CONFIG_HOME", s.home)
	t.Setenv("XDG_DATA_HOME", s.home)
	markMany(t, film)
	s.start(binary)
	defer func() { _ = s.cmd.Process.Kill() }()

	h := s.until("all, each once, and the marks", func(h hand) bool { return s.last.Stacks == 5 && len(h.Marks) == many })
	s.drag(0, 1, 0.4, 0.3, 0.6, 0.2)
	if got := s.look(); got.Width <= h.Width {
		t.Errorf("with %d marks a drag leaves the window at W %g", many, got.Width)
	}

	s.key("F11") // from 4K to a window
	time.Sleep(2 * time.Second)
	main := s.windows()[0]
	for _, size := range [][2]string{{"200", "200"}, {"3840", "2160"}, {"200", "2160"}, {"3840", "200"}, {"1500", "940"}} {
		s.xdotool("windowsize", main, size[0], size[1])
		s.answers(strings.Join(size[:], " × "))
	}
	s.keep("sizes")

	s.dragsOut()
	s.keysHeld()
	s.hurry()
	s.choose("CR")
	if h = s.look(); len(h.Marks) != many {
		t.Errorf("%d marks in the end", len(h.Marks))
	}
	s.orderly()
}

// dragsOut drags out of the window with each tool, and lets go there.
func (s *sitting) dragsOut() {
	s.t.Helper()
	for _, key := range []string{"w", "z", "t", "s", "d", "e", "shift+p", "m", "shift+w", "j", "v"} {
		s.xdotool("mousemove", "60", "60", "key", key)
		x, y := s.place(0, 0.5, 0.2)
		s.xdotool("mousemove", x, y, "mousedown", "1", "mousemove", "2000", "1500", "mousemove", "3839", "2159", "mousemove", "0", "2159", "mouseup", "1")
		s.xdotool("mousemove", "60", "60", "key", "Escape")
	}
	s.answers("drags out of the window")
	for len(s.look().Marks) > many { // what the drags drew
		s.key("ctrl+z")
	}
}

// keysHeld holds keys down that go through images and stacks, and one while dragging.
func (s *sitting) keysHeld() {
	s.t.Helper()
	s.choose("20240301")
	s.hold("Down", 2)
	if h := s.until("images gone by", func(h hand) bool { return h.Frames[0] > 10 }); h.Layout != "three" {
		s.t.Errorf("%+v", h)
	}
	for _, key := range []string{"Up", "Next", "Prior", "ctrl+plus", "shift+i", "F5", "F3", "F2"} {
		s.hold(key, 1)
	}
	x, y := s.place(0, 0.5, 0.5)
	s.xdotool("mousemove", x, y, "keydown", "w", "mousedown", "1", "sleep", "0.5", "mousemove_relative", "80", "40", "sleep", "0.5", "mousemove_relative", "--", "-30", "60", "mouseup", "1", "keyup", "w")
	s.answers("keys held down")
	s.key("Escape")
}

// hurry has panes go and come, away and back, while their stacks are being read.
func (s *sitting) hurry() {
	s.t.Helper()
	s.xdotool("mousemove", "60", "60")
	for range 4 {
		s.xdotool("key", "--delay", "1", "Next", "F5", "Next", "ctrl+d", "Prior", "F12", "Next", "F3", "Next", "ctrl+d", "Next", "F2", "ctrl+d", "Prior", "ctrl+d", "Prior", "F2")
	}
	s.answers("stacks and layouts in a hurry")
	s.until("three panes", func(h hand) bool { return h.Layout == "three" })
}
