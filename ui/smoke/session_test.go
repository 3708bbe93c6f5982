//go:build smoke

package smoke

import (
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightbox/vision/dicom/dicomtest"
)

// hand is what the program says the reader set, see ui/handreport.go.
type hand struct {
	Layout   string   `json:"layout"`
	Views    []string `json:"views"`
	Series   []string `json:"series"`
	Frames   []int    `json:"frames"`
	Tool     string   `json:"tool"`
	Width    float64  `json:"width"`
	Centre   float64  `json:"centre"`
	Source   string   `json:"source"`
	Zoom     float64  `json:"zoom"`
	Sigma    float64  `json:"sigma"`
	Marks    []string `json:"marks"`
	Key      bool     `json:"key_image"`
	Undo     string   `json:"undo"`
	Mode     string   `json:"mode"`
	Revealed int      `json:"revealed"`
	Demo     bool     `json:"demo"`
	Title    string   `json:"title"`
	Told     string   `json:"told"`
	Monitor  string   `json:"monitor"`
}

// sitting is a reader at the window: what is done is done by mouse and keys, and what
// came of it is asked of the program and kept as a picture.
type sitting struct {
	t       *testing.T
	display *display
	home    string // settings and journal, which outlive the program
	folder  string // of the pictures
	args    []string
	cmd     *exec.Cmd
	file    string
	last    struct {
		report
		Hand hand `json:"hand"`
	}
	presses, clicks int // since the last count
}

func (s *sitting) start(binary string) {
	s.t.Helper()
	_ = os.Remove(s.file)
	s.cmd = exec.Command(binary, append([]string{"--fill-screen", "--report", s.file}, s.args...)...)
	s.cmd.Env = append(os.Environ(), "DISPLAY="+s.display.name, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LANG=en_US.UTF-8",
		"XDG_CONFIG_HOME="+s.home, "XDG_CACHE_HOME="+s.home, "XDG_DATA_HOME="+s.home, "XDG_STATE_HOME="+s.home)
	log, err := os.Create(filepath.Join(s.folder, "log.txt"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd.Stderr = log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.await(time.Time{})
}

// await reads the next report, written after a time.
func (s *sitting) await(after time.Time) {
	s.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for time.Now().Before(deadline) {
		if info, err := os.Stat(s.file); err == nil && info.ModTime().After(after) {
			data, err := os.ReadFile(s.file)
			if err == nil {
				s.last.Hand = hand{}
				err = json.Unmarshal(data, &s.last)
			}
			if err != nil {
				s.t.Fatal(err)
			}
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(s.folder, "log.txt"))
	s.t.Fatalf("the program says nothing:\n%s", log)
}

// look asks the program what there is now.
func (s *sitting) look() hand {
	s.t.Helper()
	before := time.Now()
	if info, err := os.Stat(s.file); err == nil {
		before = info.ModTime()
	}
	_ = s.cmd.Process.Signal(syscall.SIGUSR1)
	s.await(before)
	return s.last.Hand
}

// until looks until something is so.
func (s *sitting) until(what string, ok func(hand) bool) hand {
	s.t.Helper()
	var h hand
	for range 60 {
		if h = s.look(); ok(h) {
			return h
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.keep("unexpected")
	s.t.Fatalf("never came to: %s; there is %+v", what, h)
	return h
}

func (s *sitting) xdotool(args ...string) {
	s.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display.name)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("xdotool %v: %v\n%s", args, err, out)
	}
}

func (s *sitting) key(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		s.xdotool("key", k)
		s.presses++
		time.Sleep(40 * time.Millisecond)
	}
}

// place is a point of a pane, by parts of its width and height.
func (s *sitting) place(pane int, x, y float64) (px, py string) {
	r := s.last.Panes[pane]
	return fmt.Sprint(r[0] + int(x*float64(r[2]))), fmt.Sprint(r[1] + int(y*float64(r[3])))
}

// drag drags from place to place of a pane with a button.
func (s *sitting) drag(pane, button int, x0, y0, x1, y1 float64) {
	s.t.Helper()
	b := fmt.Sprint(button)
	x, y := s.place(pane, x0, y0)
	args := []string{"mousemove", x, y, "sleep", "0.1", "mousedown", b}
	for i := 1; i <= 4; i++ {
		x, y := s.place(pane, x0+(x1-x0)*float64(i)/4, y0+(y1-y0)*float64(i)/4)
		args = append(args, "sleep", "0.05", "mousemove", x, y)
	}
	s.xdotool(append(args, "sleep", "0.1", "mouseup", b)...)
	s.clicks++
	time.Sleep(100 * time.Millisecond)
}

// keep takes a picture of the screen under a name, the pointer out of the way.
func (s *sitting) keep(name string) image.Image {
	s.t.Helper()
	s.xdotool("mousemove", "1590", "990")
	time.Sleep(700 * time.Millisecond) // tooltips go, and what is drawn late comes
	screen := s.display.screenshot()
	f, err := os.Create(filepath.Join(s.folder, name+".png"))
	if err == nil {
		err = png.Encode(f, screen)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return screen
}

// patient writes a chest film and two CT studies of a phantom, the prior with a smaller
// nodule.
func patient(t *testing.T) (current, prior string) {
	t.Helper()
	folder := t.TempDir()
	for _, p := range []dicomtest.Thorax{
		{Size: 256, Slices: 24, Nodule: 18, Date: "20240301", Patient: "PHANTOM^EVE"},
		{Size: 256, Slices: 24, Nodule: 9, Date: "20230301", Patient: "PHANTOM^EVE"},
	} {
		at := filepath.Join(folder, p.Date)
		if err := os.Mkdir(at, 0o755); err != nil {
			t.Fatal(err)
		}
		for i := range p.Slices {
			if err := os.WriteFile(filepath.Join(at, fmt.Sprintf("%03d.dcm", i)), p.Slice(i+8), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return filepath.Join(folder, "20240301"), filepath.Join(folder, "20230301")
}

// sit makes a sitting with settings of its own.
func sit(t *testing.T, name, settings string, args ...string) *sitting {
	t.Helper()
	return sitOn(t, newDisplay(t), name, settings, args...)
}

// sitOn is sit on a display that is there.
func sitOn(t *testing.T, d *display, name, settings string, args ...string) *sitting {
	t.Helper()
	s := &sitting{t: t, display: d, home: t.TempDir(), folder: t.TempDir(), args: args}
	if at := os.Getenv("LIGHTBOX_SESSION_PICTURES"); at != "" {
		s.folder = filepath.Join(at, name)
		if err := os.MkdirAll(s.folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.file = filepath.Join(s.home, "report.json")
	at := filepath.Join(s.home, "lightbox", "settings.json")
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	return s
}

// A radiologist's hour in a minute: a film is windowed, enlarged, measured, blurred,
// read with the result kept back; a CT is scrolled, windowed and compared with its
// prior; steps are taken back; the program is killed, and all is there again.
func TestSmokeSession(t *testing.T) {
	binary, film := environment(t, "LIGHTBOX_BINARY"), environment(t, "LIGHTBOX_DEMO_SCAN")
	current, prior := patient(t)
	for _, x := range []struct{ language, theme string }{{"en", ""}, {"zh", ""}, {"en", "light"}, {"zh", "light"}} {
		name := x.language + "-" + map[string]string{"": "dark", "light": "light"}[x.theme]
		t.Run(name, func(t *testing.T) {
			settings := fmt.Sprintf(`{"language": %q, "theme": %q, "notice_accepted": 1, "reader": "R1"}`, x.language, x.theme)
			s := sit(t, name, settings, film, current, prior)
			s.start(binary)
			defer func() { _ = s.cmd.Process.Kill() }()
			s.readFilm()
			s.readCT()
			s.killAndReopen(binary)
		})
	}
}

func (s *sitting) readFilm() {
	t := s.t
	h := s.until("the film and both CTs", func(hand) bool { return len(s.last.Panes) == 3 && s.last.Eligible })
	if h.Layout != "three" || !slices.Equal(h.Views, []string{"original", "gray", "gaussian"}) {
		t.Errorf("opened in %s with %v", h.Layout, h.Views)
	}
	s.keep("01-open")

	before := h
	s.drag(0, 1, 0.4, 0.5, 0.6, 0.4) // right is wider, up is brighter
	if h = s.look(); h.Width <= before.Width || h.Centre == before.Centre || h.Source != "manual" {
		t.Errorf("window W %g L %g (%s) after a drag from W %g L %g", h.Width, h.Centre, h.Source, before.Width, before.Centre)
	}
	s.keep("02-window")

	s.drag(0, 3, 0.5, 0.4, 0.5, 0.55)
	if h = s.look(); h.Zoom <= 1.2*before.Zoom {
		t.Errorf("zoom %g after a drag from %g", h.Zoom, before.Zoom)
	}
	s.keep("03-zoom")
	s.key("ctrl+0")

	s.key("d")
	s.drag(0, 1, 0.2, 0.62, 0.7, 0.62)
	s.key("e")
	s.drag(0, 1, 0.42, 0.3, 0.52, 0.38)
	if h = s.look(); len(h.Marks) != 2 || !strings.Contains(h.Marks[0], " mm") {
		t.Errorf("marks %q", h.Marks)
	}
	s.keep("04-measure")

	s.key("w")
	for range 25 {
		s.xdotool("key", "ctrl+shift+Up")
	}
	if h = s.until("the blur", func(h hand) bool { return h.Sigma > 1.2 }); h.Undo != "filter" {
		t.Errorf("undo would take back %q", h.Undo)
	}
	s.keep("05-blur")

	s.key("ctrl+shift+r")
	s.until("the mode of the second reader", func(h hand) bool { return h.Mode == "second-reader" && h.Revealed == 0 })
	s.keep("06-read-first")
}

// choose goes through the list to the series whose caption has a text.
func (s *sitting) choose(text string) hand {
	s.t.Helper()
	stacks := max(s.last.Stacks, 4)
	for range stacks {
		s.key("Prior")
	}
	for range stacks {
		if h := s.until("a stack", func(h hand) bool { return h.Series[0] != "" && h.Frames[0] > 0 }); strings.Contains(h.Series[0], text) {
			return h
		}
		s.key("Next")
	}
	s.t.Fatalf("no %s in the list", text)
	return hand{}
}

func (s *sitting) readCT() {
	t := s.t
	s.key("ctrl+shift+r")
	s.until("the direct mode", func(h hand) bool { return h.Mode == "direct" })
	h := s.choose("20240301")
	for range 12 {
		s.xdotool("key", "Down")
	}
	s.key("7") // lung
	h = s.until("the lungs", func(h hand) bool { return h.Frames[0] == 13 && h.Source == "preset" })
	if h.Width != 1500 || h.Centre != -500 || h.Frames[2] != 13 {
		t.Errorf("W %g L %g, frames %v", h.Width, h.Centre, h.Frames)
	}
	s.keep("07-ct")
	s.key("k")

	s.key("F12")
	h = s.until("the prior beside it", func(h hand) bool {
		return h.Layout == "compare" && len(h.Series) == 2 && strings.Contains(h.Series[1], "20230301") && h.Frames[1] > 0
	})
	s.xdotool("key", "Down")
	h = s.until("both scrolled", func(h hand) bool { return h.Frames[0] == 14 })
	s.keep("08-compare")

	s.key("ctrl+z")
	h = s.until("the layout before", func(h hand) bool { return h.Layout == "three" })
	s.keep("09-undo")
}

// killAndReopen kills the program without a word and opens the same studies again.
func (s *sitting) killAndReopen(binary string) {
	t := s.t
	h := s.choose("CR")
	if len(h.Marks) != 2 {
		t.Errorf("the film has %q", h.Marks)
	}
	time.Sleep(500 * time.Millisecond) // the journal is written within a third of a second
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.start(binary)
	after := s.until("all as it was left", func(h hand) bool { return len(h.Marks) == 2 && s.last.Eligible })
	if !slices.Equal(after.Marks, h.Marks) || math.Abs(after.Width-h.Width) > 1e-6 || math.Abs(after.Centre-h.Centre) > 1e-6 || math.Abs(after.Sigma-h.Sigma) > 1e-6 {
		t.Errorf("left %+v\ncame back %+v", h, after)
	}
	s.keep("10-reopened")
	s.choose("20240301")
	s.key("Up") // it was left at the image after it
	s.until("the key image", func(h hand) bool { return h.Key && h.Frames[0] == 13 })
	s.keep("11-key-image")
	s.orderly()
}

// orderly ends the program as a session manager does; it must say goodbye itself, and
// nothing must have gone wrong before.
func (s *sitting) orderly() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("ended with %v", err)
	}
	log, err := os.ReadFile(filepath.Join(s.folder, "log.txt"))
	if err != nil {
		s.t.Error(err)
	}
	for _, bad := range []string{"panic", "goroutine ", "a defect was caught", "Error in Fyne call thread"} {
		if strings.Contains(string(log), bad) {
			s.t.Errorf("the log says %q:\n%s", bad, log[max(0, len(log)-4000):])
			return
		}
	}
}
