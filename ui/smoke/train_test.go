//go:build smoke

package smoke

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightbox/vision/dicom/dicomtest"
)

// films writes phantoms of chests of so many patients, every other one with a
// bright spot in a lung, into folders named after the classes.
func films(t *testing.T, patients int) string {
	t.Helper()
	folder := t.TempDir()
	const side = 96
	base := dicomtest.Phantom(side, side, 8)
	r := rand.New(rand.NewPCG(1, 4))
	for p := range patients {
		m := image.NewGray(image.Rect(0, 0, side, side))
		wave, tilt := 2+10*r.Float64(), 9*r.Float64() // no two are copies of each other
		for i, v := range base {
			x, y := i%side, i/side
			grey := 30 + 0.7*float64(v) + 30*math.Sin((wave*float64(x)+tilt*float64(y))/side) + 4*r.Float64()
			if dx, dy := x-26, y-44; p%2 == 1 && dx*dx+dy*dy < 100 {
				grey += 70
			}
			m.Pix[i] = uint8(min(max(grey, 0), 255))
		}
		class := filepath.Join(folder, []string{"normal", "pneumonia"}[p%2])
		var b bytes.Buffer
		err := errors.Join(os.MkdirAll(class, 0o755), png.Encode(&b, m))
		if err := errors.Join(err, os.WriteFile(filepath.Join(class, fmt.Sprintf("%d.png", p)), b.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// train is a command that shows a training in a window, on a display or on none.
func train(ctx context.Context, t *testing.T, binary, display, out string) *exec.Cmd {
	t.Helper()
	home := t.TempDir()
	c := exec.CommandContext(ctx, binary, "train", "--window", "--model", "chest", "--lungs", "chest", "--steps", "3", "--folds", "2", "--data", films(t, 16), "--out", out)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DISPLAY=") && !strings.HasPrefix(v, "WAYLAND_DISPLAY=") {
			c.Env = append(c.Env, v)
		}
	}
	c.Env = append(c.Env, "LIBGL_ALWAYS_SOFTWARE=1", "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home)
	if display != "" {
		c.Env = append(c.Env, "DISPLAY="+display)
	}
	return c
}

// A training is shown in a window, which stays when it has ended; Fyne is called
// from its own goroutine only.
func TestSmokeTrainWindow(t *testing.T) {
	binary := environment(t, "LIGHTBOX_BINARY_CHECKED")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	d := newDisplay(t)
	out := filepath.Join(t.TempDir(), "结果")
	c := train(ctx, t, binary, d.name, out)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(said.String(), "written to") {
		n, err := stdout.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			_ = c.Wait()
			t.Fatalf("ended after %q:\n%s", said.String(), stderr.String())
		}
	}
	time.Sleep(2 * time.Second) // what was told last is painted
	colours := map[[3]uint32]int{}
	screen := d.screenshot()
	for y := range screen.Bounds().Dy() {
		for x := range screen.Bounds().Dx() {
			r, g, b, _ := screen.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}]++
		}
	}
	if len(colours) < 20 { // letters are smoothed
		t.Errorf("the window has %d colours", len(colours))
	}
	_ = c.Process.Signal(syscall.SIGTERM)
	if err := c.Wait(); err != nil {
		t.Errorf("ended with %v:\n%s", err, stderr.String())
	}
	if s := stderr.String(); strings.Contains(s, "Error in Fyne call thread") || strings.Contains(s, "panic") {
		t.Error(s)
	}
	if _, err := os.Stat(filepath.Join(out, "weights.safetensors")); err != nil {
		t.Error(err)
	}
}

// Without a display nothing is begun, and a sentence says so.
func TestSmokeTrainNoDisplay(t *testing.T) {
	binary := environment(t, "LIGHTBOX_BINARY")
	out := filepath.Join(t.TempDir(), "out")
	c := train(t.Context(), t, binary, "", out)
	said, err := c.CombinedOutput()
	if c.ProcessState.ExitCode() != 1 || !strings.Contains(string(said), "needs a display") || !strings.Contains(string(said), "leave --window out") || strings.Contains(string(said), "goroutine") || strings.Contains(string(said), "reading") {
		t.Errorf("%v:\n%s", err, said)
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("output folder: %v", err)
	}
}
