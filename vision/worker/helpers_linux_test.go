package worker

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// killSelf ends the process by a signal.
func killSelf(name string) {
	_ = syscall.Kill(syscall.Getpid(), unix.SignalNum(name))
	select {}
}

// crash reads where nothing is mapped, in a way that Go does not make a panic
// of: by a signal that says so, on this very thread.
func crash() {
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGBUS)
	select {}
}

// attemptHere are attempts that exist on Linux.
func attemptHere(name string) error {
	switch name {
	case "execve":
		return syscall.Exec("/bin/true", []string{"true"}, nil)
	case "ptrace":
		return unix.PtraceAttach(os.Getppid())
	case "fork":
		_, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		return number(errno)
	case "signal parent":
		return syscall.Kill(os.Getppid(), 0)
	case "raise limit":
		return unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: 1, Max: 1})
	case "shared memory":
		_, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON)
		return err
	case "code":
		_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
		return err
	case "maps": // as malloc does, until there is no more; says how many bytes it got
		const step = 8 << 20
		for n := 0; ; n += step {
			if _, err := unix.Mmap(-1, 0, step, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON); err != nil || n > 1<<34 {
				return fmt.Errorf("%d", n)
			}
		}
	case "reserves": // address space first, rights to it later
		const step = 8 << 20
		for n := 0; ; n += step {
			b, err := unix.Mmap(-1, 0, step, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
			if err == nil {
				err = unix.Mprotect(b, unix.PROT_READ|unix.PROT_WRITE)
			}
			if err != nil || n > 1<<34 {
				return fmt.Errorf("%d", n)
			}
		}
	case "chdir":
		return os.Chdir("/")
	}
	return fmt.Errorf("unknown test %q", name)
}

func number(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}

// children are the processes whose parent is this one, dead ones that nobody
// waited for included.
func children(t testing.TB) []string {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it ended
		}
		// pid (name) state ppid …; the name may hold anything.
		s := string(b)
		f := strings.Fields(s[strings.LastIndexByte(s, ')')+1:])
		if len(f) > 1 && f[1] == fmt.Sprint(os.Getpid()) {
			found = append(found, strings.TrimSpace(s[:strings.IndexByte(s, ' ')])+" "+f[0])
		}
	}
	return found
}

// underWine: see the file for Windows.
func underWine() bool { return false }
