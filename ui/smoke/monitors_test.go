//go:build smoke

package smoke

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// twoMonitors is a configuration of Xorg for outputs that end nowhere: they are switched
// on and off as if they were plugged in and out.
const twoMonitors = `
Section "Device"
  Identifier "outputs"
  Driver "dummy"
  VideoRam 65536
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5-1000
  VertRefresh 5-200
EndSection
Section "Screen"
  Identifier "screen"
  Device "outputs"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "1600x1200"
  EndSubSection
EndSection
`

// newMonitors is a private X server with two monitors: Xvfb has one only. The one at the
// left is 1600 × 1200, the one at the right 1280 × 1024.
func newMonitors(t *testing.T) *display {
	t.Helper()
	for _, tool := range []string{"Xorg", "xrandr"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not there; '.ci/install monitors' installs it")
		}
	}
	folder := t.TempDir()
	config, said := filepath.Join(folder, "xorg.conf"), filepath.Join(folder, "xorg.log")
	if err := os.WriteFile(config, []byte(twoMonitors), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := serve(t, "Xorg", "-config", config, "-logfile", said, "+extension", "GLX", "+extension", "RANDR")
	if err != nil {
		log, _ := os.ReadFile(said)
		t.Skipf("Xorg does not start here (%v):\n%s", err, log[max(0, len(log)-600):])
	}
	d.xrandr("--addmode", "DUMMY1", "1280x1024")
	d.plug(true)
	return d
}

func (d *display) xrandr(args ...string) {
	d.t.Helper()
	if out, err := exec.Command("xrandr", append([]string{"-d", d.name}, args...)...).CombinedOutput(); err != nil {
		d.t.Fatalf("xrandr %v: %v\n%s", args, err, out)
	}
}

// plug plugs the monitor at the right in, or out.
func (d *display) plug(in bool) {
	d.t.Helper()
	if in {
		d.xrandr("--output", "DUMMY1", "--mode", "1280x1024", "--right-of", "DUMMY0")
	} else {
		d.xrandr("--output", "DUMMY1", "--off")
	}
	d.xrandr("--query") // the server looks what is plugged in when it is asked
}

// windows are the numbers of the program's windows, the main one first.
func (s *sitting) windows() []string {
	s.t.Helper()
	cmd := exec.Command("xdotool", "search", "--onlyvisible", "--name", "Lightbox")
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display.name)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// left is where a window begins.
func (s *sitting) left(window string) int {
	s.t.Helper()
	cmd := exec.Command("xdotool", "getwindowgeometry", "--shell", window)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display.name)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(out), "\nX=")
	x, err := strconv.Atoi(strings.SplitN(rest, "\n", 2)[0])
	if err != nil {
		s.t.Fatalf("%s: %v", out, err)
	}
	return x
}

// Two monitors: each has its layout, a detached pane goes to the other one, and all
// comes back from one that is unplugged.
func TestSmokeMonitors(t *testing.T) {
	binary, film := environment(t, "LIGHTBOX_BINARY"), environment(t, "LIGHTBOX_DEMO_SCAN")
	d := newMonitors(t)
	s := sitOn(t, d, "monitors", `{"language": "en", "notice_accepted": 1}`, film)
	s.start(binary)
	defer func() { _ = s.cmd.Process.Kill() }()
	on := func(output, layout string) func(hand) bool {
		return func(h hand) bool { return strings.HasPrefix(h.Monitor, output) && h.Layout == layout }
	}
	h := s.until("the left one", on("DUMMY0", "three"))
	if !strings.HasSuffix(h.Monitor, "1600 × 1200") {
		t.Errorf("the monitor is called %q", h.Monitor)
	}
	s.xdotool("mousemove", "300", "300")
	s.key("F11") // it began in full screen
	time.Sleep(2 * time.Second)
	main := s.windows()[0]
	move := func(x, y int) { s.xdotool("windowmove", main, fmt.Sprint(x), fmt.Sprint(y)) }
	move(1700, 40)
	s.until("the right one, all as it was", on("DUMMY1", "three"))
	s.xdotool("mousemove", "1900", "300")
	s.key("F5")
	s.until("two by two", on("DUMMY1", "quad"))
	move(20, 20)
	s.xdotool("mousemove", "300", "300")
	s.until("the left one again", on("DUMMY0", "quad"))
	s.key("F2")
	s.until("three", on("DUMMY0", "three"))
	move(1700, 40)
	s.until("two by two, as was remembered", on("DUMMY1", "quad"))
	move(20, 20)
	s.until("three, as was remembered", on("DUMMY0", "three"))

	s.key("ctrl+d")
	time.Sleep(time.Second)
	all := s.windows()
	if len(all) != 2 || s.left(all[1]) < 1600 {
		t.Fatalf("windows %v", all)
	}
	move(1700, 40)
	s.until("two by two with a pane away", on("DUMMY1", "quad"))
	d.plug(false)
	s.until("the monitor that is left", on("DUMMY0", "three"))
	deadline := time.Now().Add(15 * time.Second)
	for time.Now().Before(deadline) && (len(s.windows()) > 1 || s.left(main) > 1500) {
		time.Sleep(200 * time.Millisecond)
	}
	if w := s.windows(); len(w) != 1 || s.left(main) > 1500 {
		t.Errorf("windows %v, the main one at %d", w, s.left(main))
	}
	d.plug(true)
	s.xdotool("mousemove", "300", "300")
	s.key("F3")
	s.until("it answers", on("DUMMY0", "large"))
	s.orderly()
}
