//go:build !linux && !windows

package worker

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func channel() (in, out *os.File, err error) {
	out = os.Stdout
	os.Stdout = os.Stderr // what a library prints is no answer
	return os.Stdin, out, nil
}

// confineProcess sets what limits these systems have. None of them counts
// mapped memory reliably, so the worker watches itself and ends when it has
// too much.
func confineProcess(memory int64) hello {
	signal.Ignore(os.Interrupt, syscall.SIGHUP) // those are for the host
	set := func(resource int, n int64) {
		var l unix.Rlimit
		fill(&l.Cur, n)
		fill(&l.Max, n)
		_ = unix.Setrlimit(resource, &l)
	}
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_FSIZE, 0)
	set(unix.RLIMIT_NOFILE, openFiles)
	set(unix.RLIMIT_CPU, maxCPUSeconds)
	set(unix.RLIMIT_DATA, memory)
	go watchMemory(memory)
	return hello{Memory: memory}
}

// fill sets a limit, whose type differs from system to system.
func fill[T int64 | uint64](limit *T, n int64) { *limit = T(n) }

// watchMemory ends the process when its peak memory has risen by more than
// the ceiling since it began.
func watchMemory(memory int64) {
	const pause = 20 * time.Millisecond
	first := peakMemory()
	for ; peakMemory()-first <= memory; time.Sleep(pause) {
	}
	fmt.Fprintln(os.Stderr, "out of memory")
	os.Exit(2)
}

// peakMemory is the most that this process has had resident, in bytes
// (getrusage(2): kilobytes, on Darwin bytes).
func peakMemory() int64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}

// attributes put a worker into a process group of its own, so that an interrupt
// from the terminal is the host's alone. That the host is gone a worker sees by
// the end of its input.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func contain(*exec.Cmd, int64) (release func(), err error) { return nil, nil }

func enlarge(*os.File) {}

func resident(int) int64 { return 0 }
