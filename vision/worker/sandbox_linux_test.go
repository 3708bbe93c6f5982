package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// What a worker may not do fails, or ends it, in every thread; afterwards the
// pool works.
func TestConfined(t *testing.T) {
	p := newPool(t, Options{Workers: 1, Timeout: 5 * time.Second})
	held, err := p.Isolation(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(held)
	if !held.Seccomp {
		t.Skip("this kernel lets no filter be installed")
	}
	for what, kind := range map[string]fault.Kind{
		"open": fault.Corrupt, "create": fault.Corrupt, "chdir": fault.Corrupt, "exec": fault.Corrupt, "fork": fault.Corrupt,
		"signal parent": fault.Corrupt, "raise limit": fault.Corrupt, "shared memory": fault.Corrupt, "code": fault.Corrupt,
		"socket": fault.Died, "execve": fault.Died, "ptrace": fault.Died,
	} {
		for _, format := range []string{what, "old thread: " + what} {
			_, err := p.Decode(context.Background(), codec.Job{Format: codec.Format("test:" + format)})
			if fault.KindOf(err) != kind {
				t.Errorf("%s: %v, want %s", format, err, kind)
			}
			if kind == fault.Corrupt && !strings.Contains(err.Error(), "not permitted") && !strings.Contains(err.Error(), "denied") {
				t.Errorf("%s: %v", format, err)
			}
			if kind == fault.Died && !strings.Contains(err.Error(), "bad system call") {
				t.Errorf("%s: %v", format, err)
			}
		}
	}
	works(t, p)
}

// The ceiling counts memory however it is had: mapped, or reserved and made
// writable later. (Go's heap: the hog of TestFaults.)
func TestCeiling(t *testing.T) {
	if shadow > 1 {
		t.Skip("the race detector has a ceiling of its own")
	}
	const memory = 300 << 20
	p := newPool(t, Options{Workers: 1, Memory: memory})
	if held, err := p.Isolation(context.Background()); err != nil || held.Memory != memory {
		t.Fatal(held, err)
	}
	for _, how := range []string{"maps", "reserves"} {
		_, err := p.Decode(context.Background(), codec.Job{Format: codec.Format("test:" + how)})
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Corrupt {
			t.Fatalf("%s: %v", how, err)
		}
		n, err := strconv.Atoi(e.Detail)
		if err != nil || n > memory || n < memory/2 {
			t.Errorf("%s: got %d bytes of %d, %v", how, n, memory, err)
		}
		p.mu.Lock() // what it mapped stays mapped
		w := p.idle[0]
		p.mu.Unlock()
		w.kill()
		eventually(t, "it lives", w.isDead)
	}
	works(t, p)
}

// Landlock alone, and the limits alone, hold too: a filter is no reason to
// leave out the rest. The attempts are made in processes that stop short of
// the filter.
func TestConfinedWithoutFilter(t *testing.T) {
	if os.Getenv("LIGHTBOX_TEST_CONFINED") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), "LIGHTBOX_TEST_CONFINED=1")
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "--- SKIP") {
			t.Skip("this kernel has no landlock")
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	version := closeFileSystem()
	if version == 0 {
		t.Skip("no landlock")
	}
	if _, err := os.ReadFile("/etc/passwd"); !os.IsPermission(err) {
		t.Errorf("/etc/passwd: %v", err)
	}
	if err := attempt("socket"); version >= 4 && !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("socket: %v", err)
	}
}

// A worker inherits no variable that says anything about the user.
func TestEnvironment(t *testing.T) {
	t.Setenv("LIGHTBOX_TEST_SECRET", "a secret")
	p := newPool(t, Options{Workers: 1})
	_, err := p.Decode(context.Background(), codec.Job{Format: "test:env"})
	if err == nil || !strings.Contains(err.Error(), workerVariable) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "HOME=") {
		t.Error(err)
	}
}

// When the host is killed its workers end, busy or not.
func TestHostDies(t *testing.T) {
	if os.Getenv("LIGHTBOX_TEST_HOST") != "" {
		p := New(Options{Workers: 2})
		ctx := context.Background()
		go func() { _, _ = p.Decode(ctx, codec.Job{Format: "test:spin"}) }()
		eventually(t, "not begun", func() bool { return len(p.slots) == 1 })
		works(t, p)
		eventually(t, "no two workers", func() bool { return len(children(t)) == 2 })
		fmt.Println("children", strings.Join(children(t), ","))
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "LIGHTBOX_TEST_HOST=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	list, ok := strings.CutPrefix(strings.TrimSpace(line), "children ")
	if !ok {
		t.Fatal(line)
	}
	for _, c := range strings.Split(list, ",") {
		pid, _, _ := strings.Cut(c, " ")
		eventually(t, "worker "+pid+" lives on", func() bool {
			b, err := os.ReadFile("/proc/" + pid + "/stat")
			return err != nil || strings.Contains(string(b), ") Z ")
		})
	}
}
