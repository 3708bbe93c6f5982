package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"io"
	"log/slog"
	"math"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// TestMain keeps the log out of the way: deaths are what is tested here.
func TestMain(m *testing.M) {
	flag.Parse()
	if !testing.Verbose() {
		slog.SetDefault(slog.New(slog.DiscardHandler))
	}
	os.Exit(m.Run())
}

// In the test binary, host and worker alike, formats that begin with "test:"
// are decoded here. It is set before any init function runs.
var _ = func() bool { decoder = misbehaving{decoder}; return true }()

// A thread that is older than a worker's confinement, which must hold for it
// as well.
var oldThread = func() chan func() {
	c := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range c {
			f()
		}
	}()
	return c
}()

// misbehaving does what a job's format says.
type misbehaving struct{ real codec.Decoder }

var errRefused = errors.New("refused")

var kept [][]byte

func (m misbehaving) Decode(ctx context.Context, job codec.Job) (*codec.Picture, error) {
	name, isTest := strings.CutPrefix(string(job.Format), "test:")
	if !isTest {
		return m.real.Decode(ctx, job)
	}
	switch name {
	case "echo":
		return echo(job)
	case "echo in place": // as fast as can be, for figures
		p := pictureFor(job)
		if p.Data = job.Data; int64(len(p.Data)) != sizeOf(p, job.Format) {
			p.Data = always(int(sizeOf(p, job.Format)))
		}
		return p, nil
	case "partial":
		p, err := echo(job)
		if err != nil {
			return nil, err
		}
		p.Decoded = p.Rows / 2
		return p, fault.New(fault.Truncated, "", "%d of %d rows, %s, %.1f", p.Decoded, p.Rows, "then nothing", 0.5).Because(io.ErrUnexpectedEOF)
	case "wild":
		p, err := echo(job)
		p.Bits = 12
		return p, err
	case "panic":
		panic("an index out of range")
	case "goroutine":
		go panic("where nobody catches it")
		select {}
	case "nil":
		return nil, nil
	case "plain":
		return nil, errors.New("a plain error")
	case "kill":
		killSelf("SIGKILL")
	case "segfault":
		killSelf("SIGSEGV")
	case "abort":
		killSelf("SIGABRT")
	case "exit":
		os.Exit(3)
	case "hog":
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			kept = append(kept, b)
		}
	case "some": // takes as many bytes as MaxBytes says, and gives them back
		b := make([]byte, job.MaxBytes)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		return echo(job)
	case "spin":
		for n := 0; ; n++ {
			if n < 0 {
				break
			}
		}
	case "patient": // works until it is told to stop
		<-ctx.Done()
		return nil, fault.Wrap(fault.Interrupted, "", ctx.Err())
	case "giveup":
		return nil, fault.New(fault.Interrupted, "", "nobody asked")
	case "lie":
		return nil, lie(job)
	case "garbage":
		return nil, errors.Join(garbage(), errRefused)
	case "pid":
		return nil, fault.New(fault.Corrupt, "", "%d", os.Getpid())
	case "crash": // a fault of the processor, as in C
		crash()
	case "env":
		return nil, fault.New(fault.Corrupt, "", "%s", strings.Join(os.Environ(), " "))
	default:
		if old, ok := strings.CutPrefix(name, "old thread: "); ok {
			done := make(chan error)
			oldThread <- func() { done <- attempt(old) }
			return nil, <-done
		}
		return nil, attempt(name)
	}
	return nil, errors.New("not reached")
}

// attempt tries what a worker may not do, and says what came of it: Corrupt
// with the error, Syntax if it worked.
func attempt(name string) error {
	var err error
	switch name {
	case "open":
		_, err = os.ReadFile("/etc/passwd")
	case "create":
		err = os.WriteFile(os.TempDir()+"/lightbox-worker-test", []byte("x"), 0o600)
	case "exec":
		err = exec.Command("/bin/true").Run()
	case "socket":
		_, err = net.Dial("tcp", "127.0.0.1:1")
	default:
		err = attemptHere(name)
	}
	if err != nil {
		return fault.New(fault.Corrupt, "", "%s", err.Error())
	}
	return fault.New(fault.Syntax, "", "%s", "it worked")
}

func pictureFor(job codec.Job) *codec.Picture {
	return &codec.Picture{Rows: job.Rows, Columns: job.Columns, Samples: job.Samples, Bits: job.BitsAllocated, Decoded: job.Rows,
		Signed: job.Rows%2 == 1, Lossy: job.Columns%2 == 1, Transformed: job.Samples == 3}
}

// echo gives the codestream back as the samples.
func echo(job codec.Job) (*codec.Picture, error) {
	p := pictureFor(job)
	if err := codec.Check(p.Rows, p.Columns, p.Samples, p.Bits, job.MaxBytes); err != nil {
		return nil, err
	}
	p.Data = make([]byte, sizeOf(p, job.Format))
	copy(p.Data, job.Data)
	return p, nil
}

var sharedBytes []byte

// always gives the same memory.
func always(n int) []byte {
	if len(sharedBytes) < n {
		sharedBytes = make([]byte, n)
	}
	return sharedBytes[:n]
}

// lie answers, past the server, with a picture whose numbers contradict the
// job: which one is the first byte of the codestream. The job's rows are its
// number.
func lie(job codec.Job) error {
	a := answerFor(uint64(job.Rows), &codec.Picture{Rows: 4, Columns: 4, Samples: 1, Bits: 8, Decoded: 4, Data: make([]byte, 16)}, nil)
	switch job.Data[0] {
	case 0:
		a.DataBytes = math.MaxUint64 / 2
	case 1:
		a.Rows, a.Columns, a.Bits, a.Decoded, a.DataBytes = 1<<19, 1<<19, 16, 1<<19, 1<<39
	case 2:
		a.DataBytes = 17
	case 3:
		a.Rows = -4
	case 4:
		a.Flags = 0
	case 5:
		a.Decoded = 5
	case 6:
		a.ErrorBytes, a.Flags = maxErrorBytes+1, a.Flags|hasError
	case 7:
		a.ID += 7
	case 8:
		a.Decoded = 3
	case 9:
		a.Samples, a.DataBytes = 5, 80
	case 10:
		a.Magic++
	case 11:
		a.Bits, a.DataBytes = 33, 64
	}
	return errors.Join(send(toHost, a, nil), stay())
}

const lies = 12

func garbage() error {
	b := make([]byte, 1<<20)
	_, err := rand.Read(b)
	if err != nil {
		return err
	}
	_, err = toHost.Write(b)
	return err
}

// stay blocks for good.
func stay() error { select {} }

// newPool is a pool that a test closes.
func newPool(t testing.TB, o Options) *Pool {
	t.Helper()
	p := New(o)
	t.Cleanup(p.Close)
	return p
}

// job is a random picture for the echo.
func job(format string, rows, columns, samples, bits int) codec.Job {
	j := codec.Job{Format: codec.Format("test:" + format), Rows: rows, Columns: columns, Samples: samples, BitsAllocated: bits}
	j.Data = make([]byte, rows*columns*samples*codec.WidthOf(bits))
	if _, err := rand.Read(j.Data); err != nil {
		panic(err)
	}
	return j
}

// within fails the test when f takes longer.
func within(t testing.TB, limit time.Duration, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if d := time.Since(began); d > limit {
		t.Errorf("took %v, limit %v", d, limit)
	}
}

// works fails the test unless the pool decodes a picture now.
func works(t testing.TB, p *Pool) {
	t.Helper()
	j := job("echo", 7, 5, 1, 16)
	got, err := p.Decode(context.Background(), j)
	if err != nil {
		t.Fatalf("the pool does not work any more: %v", err)
	}
	if string(got.Data) != string(j.Data) {
		t.Fatal("the pool gives another picture")
	}
}

// pidOf is the process id of the worker that is used next.
func pidOf(t testing.TB, p *Pool) string {
	t.Helper()
	_, err := p.Decode(context.Background(), codec.Job{Format: "test:pid"})
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind != fault.Corrupt {
		t.Fatalf("no process id: %v", err)
	}
	return e.Detail
}

// eventually waits until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}
