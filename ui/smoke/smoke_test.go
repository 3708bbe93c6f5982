//go:build smoke || bench

// Package smoke opens the real program in a real window on a virtual display
// and looks at the screen.
package smoke

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightbox/vision"
)

// report is what the program says of its screen, see ui/report.go.
type report struct {
	Score    float64 `json:"score"`
	Eligible bool    `json:"eligible"`
	Error    string  `json:"error"`
	Overlay  *struct {
		Lungs   bool `json:"lungs_outline"`
		HeatMap bool `json:"heat_map"`
	} `json:"overlay"`
	Panes    [][4]int `json:"panes"`
	ScoreBar [4]int   `json:"score_bar"`

	Buttons map[string][4]int `json:"buttons"`
	Stacks  int               `json:"stacks"`
}

// display is a private X server.
type display struct {
	t    *testing.T
	name string
}

func newDisplay(t *testing.T) *display {
	t.Helper()
	return newDisplayOf(t, "1600x1000x24")
}

// newDisplayOf is newDisplay with a screen of some width, height and depth.
func newDisplayOf(t *testing.T, screen string) *display {
	t.Helper()
	d, err := serve(t, "Xvfb", "-screen", "0", screen, "+extension", "GLX")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// serve starts an X server and waits for the number of its display; the error tells that
// it ended without one.
func serve(t *testing.T, program string, args ...string) (*display, error) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(program, append([]string{"-displayfd", "3", "-noreset", "-nolisten", "tcp"}, args...)...)
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close() // the server has its own
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	})
	number := make([]byte, 16)
	n, err := read.Read(number)
	if err != nil {
		return nil, err
	}
	return &display{t, ":" + strings.TrimSpace(string(number[:n]))}, nil
}

func (d *display) screenshot() image.Image {
	d.t.Helper()
	var out bytes.Buffer
	cmd := exec.Command("import", "-display", d.name, "-window", "root", "png:-")
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		d.t.Fatal(err)
	}
	img, err := png.Decode(&out)
	if err != nil {
		d.t.Fatal(err)
	}
	return img
}

// program is a running Lightbox.
type program struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	report report
}

// environment names what the test is given; without it there is nothing to test.
func environment(t *testing.T, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Skip(name + " is not set; make test sets it")
	}
	return v
}

// start runs the program until it says that everything is painted.
func (d *display) start(binary string, args ...string) *program {
	d.t.Helper()
	home := d.t.TempDir()
	file := filepath.Join(home, "report.json")
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	d.t.Cleanup(cancel)
	p := &program{}
	p.cmd = exec.CommandContext(ctx, binary, append([]string{"--fill-screen", "--report", file}, args...)...)
	p.cmd.Env = append(os.Environ(), "DISPLAY="+d.name, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LANG=en_US.UTF-8",
		"XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home)
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	for ctx.Err() == nil {
		data, err := os.ReadFile(file)
		if err == nil {
			if err := json.Unmarshal(data, &p.report); err != nil {
				d.t.Fatal(err)
			}
			return p
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = p.cmd.Process.Kill()
	d.t.Fatalf("nothing was painted:\n%s", p.stderr.String())
	return nil
}

// stop ends the program as a session manager does; it must say goodbye itself.
func (p *program) stop(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("ended with %v:\n%s", err, p.stderr.String())
	}
}

// drawnOver tells whether something in colour is drawn within a few pixels: the
// outlines of what the result hangs on, with their rims, over a gray scan.
func drawnOver(screen image.Image, x, y int) bool {
	const reach, tinge = 3, 24 // pixels, levels
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			r, g, b, _ := screen.At(x+dx, y+dy).RGBA()
			if max(r, g, b)-min(r, g, b) > tinge<<8 {
				return true
			}
		}
	}
	return false
}

// correlation compares a part of the screen with a picture of the same size,
// where nothing is drawn over it.
func correlation(screen image.Image, at image.Point, want *image.RGBA, inner image.Rectangle) float64 {
	var n, sa, sb, saa, sbb, sab float64
	for y := inner.Min.Y; y < inner.Max.Y; y++ {
		for x := inner.Min.X; x < inner.Max.X; x++ {
			if drawnOver(screen, at.X+x, at.Y+y) {
				continue
			}
			r, _, _, _ := screen.At(at.X+x, at.Y+y).RGBA()
			a, b := float64(r>>8), float64(want.RGBAAt(x, y).R)
			n, sa, sb, saa, sbb, sab = n+1, sa+a, sb+b, saa+a*a, sbb+b*b, sab+a*b
		}
	}
	return (sab - sa*sb/n) / math.Sqrt((saa-sa*sa/n)*(sbb-sb*sb/n))
}

// The demo scan's three views and its probability stand on the screen.
func TestSmokeDemoScan(t *testing.T) {
	binary, scanPath := environment(t, "LIGHTBOX_BINARY"), environment(t, "LIGHTBOX_DEMO_SCAN")
	d := newDisplay(t)
	p := d.start(binary, scanPath)
	screen := d.screenshot()
	p.stop(t)
	if p.report.Error != "" || !p.report.Eligible || len(p.report.Panes) != 3 {
		t.Fatalf("%+v", p.report)
	}

	if o := p.report.Overlay; o == nil || !o.Lungs || o.HeatMap {
		t.Errorf("over the picture of a result: %+v; want the outline of the lungs", o)
	}

	scan, err := vision.Open(context.Background(), scanPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	gray, err := scan.Gray(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	blurred, err := gray.Blur(context.Background(), vision.DefaultBlur)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range []*vision.Image{scan.Values, gray.Image, blurred.Image} {
		r := p.report.Panes[i]
		want := image.NewRGBA(image.Rect(0, 0, r[2], r[3]))
		vision.Render(want, vision.NewPyramid(m), vision.Fit(m.Columns, m.Rows, r[2], r[3]), scan.DisplayLUT(m, scan.VOIs[0], false))
		// The text over the image stays out of the comparison.
		inner := image.Rect(r[2]/6, r[3]/6, r[2]*5/6, r[3]*5/6)
		if c := correlation(screen, image.Pt(r[0], r[1]), want, inner); c < 0.995 {
			t.Errorf("pane %d correlates %.4f with the view", i, c)
		}
	}

	// The bar of the score is as long as the score says.
	bar, lit := p.report.ScoreBar, 0
	for x := range bar[2] {
		r, _, b, _ := screen.At(bar[0]+x, bar[1]+bar[3]/2).RGBA()
		if int(r>>8)-int(b>>8) > 80 { // amber, not gray
			lit++
		}
	}
	if got := float64(lit) / float64(bar[2]); math.Abs(got-p.report.Score) > 0.03 {
		t.Errorf("the bar shows %.3f, the score is %.3f", got, p.report.Score)
	}
	// Left above the bar stands the number: letters, light on dark.
	bright := 0
	for y := bar[1] - 24; y < bar[1]-4; y++ {
		for x := bar[0]; x < bar[0]+bar[2]/2; x++ {
			if r, _, _, _ := screen.At(x, y).RGBA(); r>>8 > 180 {
				bright++
			}
		}
	}
	if bright < 200 {
		t.Errorf("only %d bright pixels where finding and number stand", bright)
	}
}

// Fyne reports calls from the wrong goroutine, unless it was built for
// programs that have none; this one was not.
func TestSmokeThreads(t *testing.T) {
	binary, scan := environment(t, "LIGHTBOX_BINARY_CHECKED"), environment(t, "LIGHTBOX_DEMO_SCAN")
	p := newDisplay(t).start(binary, "--language", "zh", scan)
	time.Sleep(time.Second) // timers of progress and tooltips
	p.stop(t)
	if s := p.stderr.String(); strings.Contains(s, "Error in Fyne call thread") || strings.Contains(s, "panic") {
		t.Error(s)
	}
}

// Without a display there is a sentence, not a stack.
func TestSmokeNoDisplay(t *testing.T) {
	cmd := exec.Command(environment(t, "LIGHTBOX_BINARY"))
	home := t.TempDir()
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DISPLAY=") && !strings.HasPrefix(v, "WAYLAND_DISPLAY=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "needs a display") || strings.Contains(string(out), "goroutine") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// A bad file opens the window with a sentence.
func TestSmokeBadFile(t *testing.T) {
	binary := environment(t, "LIGHTBOX_BINARY")
	bad := filepath.Join(t.TempDir(), "坏 文件.dcm")
	if err := os.WriteFile(bad, []byte("no scan"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := newDisplay(t).start(binary, bad)
	p.stop(t)
	if !strings.HasPrefix(p.report.Error, "坏 文件.dcm") {
		t.Errorf("%q", p.report.Error)
	}
}
