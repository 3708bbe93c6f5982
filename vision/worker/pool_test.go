package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// Pictures of all widths, and of sizes beyond what a pipe holds, come through
// unchanged, from many goroutines at once.
func TestRoundTrip(t *testing.T) {
	p := newPool(t, Options{Workers: 2})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(g)))
			for range 20 {
				bits := []int{8, 16, 32}[r.IntN(3)]
				j := job("echo", 1+r.IntN(900), 1+r.IntN(700), 1+r.IntN(4), bits)
				j.MaxBytes = int64(len(j.Data))
				got, err := p.Decode(context.Background(), j)
				if err != nil {
					t.Error(err)
					return
				}
				want, err := echo(j)
				if err != nil {
					t.Error(err)
					return
				}
				if !bytes.Equal(got.Data, want.Data) {
					t.Errorf("%d × %d × %d: other data", j.Rows, j.Columns, j.Samples)
				}
				got.Data, want.Data = nil, nil
				if fmt.Sprint(*got) != fmt.Sprint(*want) {
					t.Errorf("got %+v, want %+v", *got, *want)
				}
			}
		})
	}
	wg.Wait()
}

// A picture that breaks off comes with its error, whose parts stay apart.
func TestPartial(t *testing.T) {
	p := newPool(t, Options{Workers: 1})
	j := job("partial", 10, 8, 1, 8)
	got, err := p.Decode(context.Background(), j)
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind != fault.Truncated || e.Format != "%d of %d rows, %s, %.1f" || e.Detail != "5 of 10 rows, then nothing, 0.5" {
		t.Fatalf("error %+v", err)
	}
	if len(e.Args) != 4 || e.Args[0] != 5 || e.Args[2] != "then nothing" || e.Args[3] != 0.5 || e.Err == nil || e.Err.Error() != "unexpected EOF" {
		t.Errorf("arguments %#v, cause %v", e.Args, e.Err)
	}
	if got == nil || got.Decoded != 5 || !bytes.Equal(got.Data, j.Data) {
		t.Errorf("picture %+v", got)
	}
	works(t, p)
}

// Each way of going wrong gives its kind of fault, in time, and the next frame
// is decoded.
func TestFaults(t *testing.T) {
	const timeout = 4 * time.Second
	p := newPool(t, Options{Workers: 1, Memory: 256 << 20, Timeout: timeout})
	for _, c := range []struct {
		format string
		kind   fault.Kind
		detail string
	}{
		{"panic", fault.InternalError, "test:panic decoder: an index out of range"},
		{"goroutine", fault.Died, "exit status 2"},
		{"nil", fault.InternalError, ""},
		{"plain", fault.InternalError, ""},
		{"kill", fault.Died, "killed"},
		{"segfault", fault.Died, "SIGSEGV"},
		{"crash", fault.Died, "SIGBUS"},
		{"abort", fault.Died, "SIGABRT"},
		{"exit", fault.Died, "exit status 3"},
		{"hog", fault.Died, "more memory than the 256 MiB"},
		{"spin", fault.TimedOut, "no picture after"},
		{"garbage", fault.Died, "could not be true"},
		{"giveup", fault.InternalError, ""},
		{"an unknown one", fault.Corrupt, "unknown test"},
	} {
		t.Run(c.format, func(t *testing.T) {
			if runtime.GOOS != "linux" && strings.Contains("kill segfault crash abort", c.format) {
				t.Skip("signals are sent on Linux only")
			}
			if shadow > 1 && c.format == "hog" {
				t.Skip("the race detector has a ceiling of its own")
			}
			if c.format == "hog" && underWine() {
				t.Skip("Wine has no ceiling")
			}
			within(t, timeout+8*time.Second, func() {
				_, err := p.Decode(context.Background(), codec.Job{Format: codec.Format("test:" + c.format), Data: []byte{1, 2, 3}})
				if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.detail) {
					t.Errorf("got %v, want %s … %s", err, c.kind, c.detail)
				}
				works(t, p)
			})
		})
	}
}

// An answer that contradicts itself or the job ends the worker; none of the
// lengths is believed.
func TestLies(t *testing.T) {
	p := newPool(t, Options{Workers: 1, Timeout: 5 * time.Second})
	for n := range lies {
		j := codec.Job{Format: "test:lie", Data: []byte{byte(n)}, MaxBytes: 1 << 16, Rows: int(p.ids.Load() + 1)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := p.Decode(context.Background(), j)
		runtime.ReadMemStats(&after)
		if got != nil || fault.KindOf(err) != fault.Died || !strings.Contains(err.Error(), "could not be true") {
			t.Errorf("lie %d: %v", n, err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
			t.Errorf("lie %d made the host allocate %d bytes", n, grown)
		}
		works(t, p)
	}
}

// Samples beyond the stated precision are cut off.
func TestWild(t *testing.T) {
	p := newPool(t, Options{Workers: 1})
	for _, rows := range []int{10, 11} { // unsigned, signed
		j := job("wild", rows, 33, 1, 16)
		got, err := p.Decode(context.Background(), j)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(j.Data); i += 2 {
			v, w := int(j.Data[i])|int(j.Data[i+1])<<8, int(got.Data[i])|int(got.Data[i+1])<<8
			v &= 0xFFF
			if got.Signed && v >= 0x800 {
				v |= 0xF000
			}
			if v != w {
				t.Fatalf("signed %v: sample %d is %#x, want %#x", got.Signed, i/2, w, v)
			}
		}
	}
}

// Within the ceiling memory can be had again and again.
func TestMemoryWithinCeiling(t *testing.T) {
	p := newPool(t, Options{Workers: 1, Memory: 512 << 20})
	for range 10 {
		j := job("some", 10, 10, 1, 8)
		j.MaxBytes = 200 << 20
		if _, err := p.Decode(context.Background(), j); err != nil {
			t.Fatal(err)
		}
	}
}

// A cancelled frame returns at once. A decoder that gives up keeps its worker,
// one that does not loses it.
func TestCancel(t *testing.T) {
	p := newPool(t, Options{Workers: 1})
	p.grace = 500 * time.Millisecond // which a busy computer needs
	for format, keeps := range map[string]bool{"patient": true, "spin": false} {
		before := pidOf(t, p)
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(50*time.Millisecond, cancel)
		within(t, 2*time.Second, func() {
			if _, err := p.Decode(ctx, codec.Job{Format: codec.Format("test:" + format)}); fault.KindOf(err) != fault.Interrupted || !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", format, err)
			}
		})
		if after := pidOf(t, p); (after == before) != keeps {
			t.Errorf("%s: the worker was %s, is %s", format, before, after)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Decode(cancelled, job("echo", 1, 1, 1, 8)); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled before: %v", err)
	}
	works(t, p)
}

// A cancelled frame that waits for a worker does not wait on.
func TestCancelWaiting(t *testing.T) {
	p := newPool(t, Options{Workers: 1})
	works(t, p)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = p.Decode(ctx, codec.Job{Format: "test:patient"}) })
	eventually(t, "the first frame has no worker", func() bool { return len(p.slots) == 1 })
	short, stop := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer stop()
	if _, err := p.Decode(short, job("echo", 1, 1, 1, 8)); fault.KindOf(err) != fault.Interrupted {
		t.Error(err)
	}
	cancel()
	wg.Wait()
	works(t, p)
}

// Two hundred goroutines, some of whose frames are cancelled and some of whose
// frames kill: nothing is left over.
func TestHammer(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	p := New(Options{Workers: 2})
	var wg sync.WaitGroup
	var decoded, interrupted, died int
	var mu sync.Mutex
	for g := range 200 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(2, uint64(g)))
			for n := range 5 {
				format := "echo"
				if g%50 == 0 && n == 2 {
					format = "exit"
				}
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(400))*time.Millisecond)
				j := job(format, 100+r.IntN(200), 100, 1, 16)
				got, err := p.Decode(ctx, j)
				cancel()
				mu.Lock()
				switch fault.KindOf(err) {
				case "":
					decoded++
					if !bytes.Equal(got.Data, j.Data) {
						t.Error("another picture")
					}
				case fault.Interrupted:
					interrupted++
				case fault.Died:
					died++
				default:
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("%d decoded, %d interrupted, %d died", decoded, interrupted, died)
	works(t, p)
	p.Close()
	if left := children(t); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
	eventually(t, "goroutines are left", func() bool { return runtime.NumGoroutine() <= goroutines })
}

// Workers are used again, and those without work end.
func TestIdle(t *testing.T) {
	p := newPool(t, Options{Workers: 3})
	p.idleFor = 50 * time.Millisecond
	first := pidOf(t, p)
	if second := pidOf(t, p); second != first {
		t.Errorf("a new worker for each frame: %s, %s", first, second)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { _, _ = p.Decode(ctx, codec.Job{Format: "test:patient"}) })
	}
	eventually(t, "no three workers", func() bool { return len(children(t)) == 3 })
	cancel()
	wg.Wait()
	idle := func() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.idle) }
	eventually(t, "idle workers stay", func() bool { return idle() == keepIdle })
	eventually(t, "ended workers stay", func() bool { return len(children(t)) == keepIdle })
	works(t, p)
}

// A worker that died while it was idle costs no frame.
func TestIdleDeath(t *testing.T) {
	p := newPool(t, Options{Workers: 1})
	works(t, p)
	p.mu.Lock()
	w := p.idle[0]
	p.mu.Unlock()
	w.kill()
	eventually(t, "it lives", w.isDead)
	works(t, p)
}

// After many frames a worker is replaced.
func TestWorn(t *testing.T) {
	p := newPool(t, Options{Workers: 1})
	before := pidOf(t, p)
	p.mu.Lock()
	p.idle[0].frames = maxFrames - 1
	p.mu.Unlock()
	works(t, p)
	if after := pidOf(t, p); after == before {
		t.Error("the worker is still used")
	}
}

// Without its executable a pool says so, and decodes nothing.
func TestNoExecutable(t *testing.T) {
	for _, path := range []string{"/nonexistent/lightbox", "/bin/true"} {
		p := newPool(t, Options{Workers: 1})
		p.executable = path
		for range 3 {
			got, err := p.Decode(context.Background(), job("echo", 2, 2, 1, 8))
			if got != nil || fault.KindOf(err) != fault.InternalError {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

// A closed pool decodes nothing and waits for what runs.
func TestClose(t *testing.T) {
	p := New(Options{Workers: 2})
	works(t, p)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := p.Decode(context.Background(), codec.Job{Format: "test:spin"}); fault.KindOf(err) != fault.Interrupted {
				t.Error(err)
			}
		})
	}
	eventually(t, "not begun", func() bool { return len(p.slots) == 2 })
	within(t, 5*time.Second, p.Close)
	wg.Wait()
	p.Close()
	if _, err := p.Decode(context.Background(), job("echo", 1, 1, 1, 8)); fault.KindOf(err) != fault.Interrupted {
		t.Error(err)
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
}

func TestInProcess(t *testing.T) {
	p := newPool(t, Options{InProcess: true})
	works(t, p)
	if i, err := p.Isolation(context.Background()); err != nil || i.String() != "in process, no limits" {
		t.Error(i, err)
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("processes: %v", left)
	}
}

func TestTimeFor(t *testing.T) {
	o := Options{Timeout: time.Second, PerMegapixel: time.Second}
	for _, c := range []struct {
		rows, columns int
		want          time.Duration
	}{
		{0, 0, time.Second},
		{-1, 1 << 30, time.Second},
		{1000, 2000, 3 * time.Second},
		{1 << 30, 1 << 30, (1 + maxMegapixels) * time.Second},
	} {
		if got := o.timeFor(c.rows, c.columns, 1); got != c.want {
			t.Errorf("%d × %d: %v, want %v", c.rows, c.columns, got, c.want)
		}
	}
}
