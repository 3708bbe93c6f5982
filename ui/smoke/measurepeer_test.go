//go:build bench && linux

package smoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// peerWait is how long a browser may take for one page, its loading included.
const peerWait = 5 * time.Minute

// peer is dwv in a browser. It is run as it comes, from the folder that npm put it
// in; nothing of it is part of Lightbox.
type peer struct {
	browser string // the program
	modules string // folder that holds node_modules
	pages   string // .ci/peer
	version string
}

// findPeer says in a sentence what is missing where there is no peer.
func findPeer() (*peer, string) {
	p := &peer{modules: os.Getenv("LIGHTBOX_PEER"), pages: os.Getenv("LIGHTBOX_PEER_PAGES")}
	var err error
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p.browser, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, "No Chromium is installed: there is nothing to show a peer in."
	}
	data, err := os.ReadFile(filepath.Join(p.modules, "node_modules/dwv/package.json"))
	var about struct{ Version string }
	if err != nil || json.Unmarshal(data, &about) != nil {
		return nil, "dwv is not installed and could not be had: there is no peer to measure."
	}
	said, err := exec.Command(p.browser, "--version").Output()
	if err != nil {
		return nil, fmt.Sprintf("Chromium does not start (%v): there is nothing to show a peer in.", err)
	}
	name, _, _ := strings.Cut(string(said), " built on")
	p.version = fmt.Sprintf("dwv %s in %s", about.Version, strings.TrimSpace(name))
	return p, ""
}

// shown is what the page is asked for.
type shown struct {
	files         []string
	panes         int
	width, height int // of a pane in pixels
	action        string
	steps         int
}

// answer is what the page found.
type answer struct {
	Times  []float64 // s, from a step until the frame after the one that shows it began
	Rate   float64   // steps a second, taken as often as frames are drawn
	Canvas [2]int    // pixels that dwv draws into
}

// measure opens the files in a browser on the display and has the page go through
// the steps. Nothing that the browser asks for leaves the machine.
func (p *peer) measure(t *testing.T, d *display, s shown) (answer, error) {
	t.Helper()
	found, failed := make(chan answer, 1), make(chan error, 1)
	at, stop := p.serve(t, s.files, found, failed)
	defer stop()
	query := url.Values{"files": {strconv.Itoa(len(s.files))}, "panes": {strconv.Itoa(s.panes)}, "do": {s.action},
		"width": {strconv.Itoa(s.width)}, "height": {strconv.Itoa(s.height)}, "steps": {strconv.Itoa(s.steps)}}
	ctx, cancel := context.WithTimeout(context.Background(), peerWait)
	defer cancel()
	home := t.TempDir()
	arguments := []string{"--user-data-dir=" + home, "--kiosk", "--window-size=1600,1000", "--window-position=0,0",
		"--test-type", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-breakpad",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--force-device-scale-factor=1"}
	if os.Geteuid() == 0 {
		arguments = append(arguments, "--no-sandbox") // it refuses to run as root with one
	}
	cmd := exec.CommandContext(ctx, p.browser, append(arguments, at+"/index.html?"+query.Encode())...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.name, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "HOME="+home)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return answer{}, err
	}
	defer func() { // the browser is many processes
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	}()
	select {
	case a := <-found:
		return a, nil
	case err := <-failed:
		return answer{}, err
	case <-ctx.Done():
		return answer{}, fmt.Errorf("the page did not answer within %v", peerWait)
	}
}

// serve gives the page, dwv and the files to this machine only.
func (p *peer) serve(t *testing.T, files []string, found chan<- answer, failed chan<- error) (address string, stop func()) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(p.pages)))
	mux.Handle("/node_modules/", http.FileServer(http.Dir(p.modules)))
	mux.HandleFunc("GET /file/{name}", func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(strings.TrimSuffix(path.Base(r.URL.Path), ".dcm"))
		if err != nil || i < 0 || i >= len(files) {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, files[i])
	})
	mux.HandleFunc("POST /found", func(_ http.ResponseWriter, r *http.Request) {
		var a answer
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			failed <- err
			return
		}
		found <- a
	})
	mux.HandleFunc("POST /failed", func(_ http.ResponseWriter, r *http.Request) {
		said, _ := io.ReadAll(io.LimitReader(r.Body, 1<<12))
		select {
		case failed <- errors.New(string(said)):
		default: // the first says enough
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // ends with an error when it is closed
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }
}
