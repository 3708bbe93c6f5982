package worker

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes put a worker into a process group of its own, so that an interrupt
// from the terminal is the host's alone, and have the kernel kill it when its
// host is gone. The end of its input would tell it too, unless it is too far
// gone to read.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// contain does nothing here: a worker limits itself, see confineProcess.
func contain(*exec.Cmd, int64) (release func(), err error) { return nil, nil }

// enlarge lets a pipe hold a frame of 512 × 512 × 16 bit, so that neither side
// waits for the other. The system may refuse; it is a matter of speed only.
func enlarge(pipe *os.File) {
	if c, err := pipe.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeBytes) })
	}
}

// resident is the memory in bytes that a process occupies, 0 if unknown
// (proc(5), statm).
func resident(pid int) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0
	}
	n, err := strconv.ParseInt(string(f[1]), 10, 64)
	if err != nil {
		return 0
	}
	return n * int64(os.Getpagesize())
}
