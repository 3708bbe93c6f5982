package app

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightbox/app/journal"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// write puts a file into a folder with a Chinese name and a space.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "放射科 一", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// radiograph is a chest-like phantom that says it is a CR of a child's chest.
func radiograph(extra ...dicomtest.Element) []byte {
	m := dicomtest.Chest(160, 128, 10)
	m.Extra = append([]dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "CR"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"},
		{Tag: 0x00101010, VR: "AS", Value: "004Y"},
		dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "900"),
	}, extra...)
	return m.Bytes()
}

func colourPNG(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 50, 40))
	for i := range 2000 {
		m.SetNRGBA(i%50, i/50, color.NRGBA{R: uint8(i), G: uint8(i / 7), B: 200, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// desk runs a session as the window does: everything on one goroutine.
type desk struct {
	t       *testing.T
	session *Session
	queue   chan func()
	events  []Event
	leave   func() // ends the program that the desk stands for
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, queue: make(chan func(), 1000)}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case f := <-d.queue:
				f()
			case <-quit:
				return
			}
		}
	}()
	d.session = NewSession(func(f func()) {
		select {
		case d.queue <- f:
		case <-quit: // posts after the end of the test have nobody to run them
		}
	}, NewNetwork(""), &Settings{})
	d.do(func(s *Session) { s.Listen(func(e Event) { d.events = append(d.events, e) }) })
	d.leave = sync.OnceFunc(func() {
		d.do(func(s *Session) { s.Close() })
		close(quit)
		<-done
	})
	t.Cleanup(func() { d.leave() })
	return d
}

// newKeptDesk is a desk whose session keeps what is done in a folder.
func newKeptDesk(t *testing.T, folder string) *desk {
	d := newDesk(t)
	var j *journal.Journal
	d.do(func(s *Session) {
		j = journal.Open(folder, s.JournalListener())
		s.UseJournal(j)
	})
	leave := d.leave
	d.leave = sync.OnceFunc(func() {
		leave()
		_ = j.Close() // some tests have no disk
	})
	return d
}

// do runs f while the session's goroutine waits, and waits for it too. A test that
// gives up in f ends f alone: the session goes on, and can be closed.
func (d *desk) do(f func(*Session)) {
	d.t.Helper()
	done := make(chan struct{})
	d.queue <- func() {
		go func() { defer close(done); f(d.session) }()
		<-done
	}
	<-done
}

// until waits for a state, as long as a slow machine under the race detector
// may need.
func (d *desk) until(what string, ok func(*State) bool) {
	d.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		reached := false
		d.do(func(s *Session) { reached = ok(s.State()) })
		if reached {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.t.Fatalf("never came to: %s", what)
}

// settled is a scan with its views and its reading.
func settled(st *State) bool {
	return st.Scan != nil && st.Settled() && st.Reading.Status != Running
}

// blurred is the Gaussian view of the frame in the active pane, nil without.
func blurred(st *State) *Filtered { return st.Views.Filtered(vision.ViewGaussian) }

// applied is what it was made with.
func applied(st *State) vision.Blur {
	if f := blurred(st); f != nil {
		return f.Of.Gaussian
	}
	return vision.Blur{}
}

// sized gives all panes one size.
func sized(s *Session, size image.Point) {
	for i := range s.State().Panes {
		s.SetSize(i, size)
	}
}
