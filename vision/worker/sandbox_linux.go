package worker

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// channel takes the host's two pipes away from standard input and output, so
// that nothing that a library prints can get among the answers.
func channel() (in, out *os.File, err error) {
	fds := [2]int{}
	for i := range fds {
		if fds[i], err = unix.FcntlInt(uintptr(i), unix.F_DUPFD_CLOEXEC, 3); err != nil {
			return nil, nil, err
		}
	}
	null, err := unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	if err = errors.Join(unix.Dup3(null, 0, 0), unix.Dup3(2, 1, 0), unix.Close(null)); err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fds[0]), "host"), os.NewFile(uintptr(fds[1]), "host"), nil
}

// confineProcess takes from this process what a decoder does not need, for good
// and for all its threads, before it has read a byte of anyone's file. Each
// step that the kernel does not offer is left out; the greeting says which
// ones hold.
func confineProcess(memory int64) hello {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	signal.Ignore(os.Interrupt, syscall.SIGHUP) // those are for the host
	closeInherited()
	// When the system runs out of memory a worker goes first, not the window.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	// Neither a core dump, by whatever handler, nor a look from another process
	// at the pictures in memory.
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

	var g hello
	size, data := memoryNow()
	g.Landlock = int64(closeFileSystem())
	g.Memory = limitResources(memory, size, data)
	if err := filterSystemCalls(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		g.Seccomp = 1
	}
	return g
}

// closeInherited closes the descriptors that came from the host by mistake:
// whatever a C library there opened without close-on-exec. Those of this
// process have that flag.
func closeInherited() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd < 3 {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			_ = unix.Close(fd)
		}
	}
}

// closeFileSystem forbids every path and, where the kernel knows how, every TCP
// port and signals to others. It gives the version of the kernel's interface,
// 0 where there is none.
func closeFileSystem() int {
	version, err := ll.LandlockGetABIVersion()
	if err != nil || version <= 0 {
		return 0
	}
	if err := landlock.V9.BestEffort().Restrict(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 0
	}
	return version
}

// limitResources sets the ceiling on memory and gives it, in bytes; 0 if it
// could not be set.
//
// RLIMIT_DATA counts private writable memory, which is what both malloc and
// Go's heap are made of, when it is mapped; reserved address space does not
// count. RLIMIT_AS bounds the rest, loosely. Both are counted from what the
// process has at this point: its libraries are many and no file's fault.
//
// RLIMIT_NPROC is not set: it counts all of the user's threads, those of the
// host and of other programs too. The filter forbids processes.
func limitResources(memory int64, size, data uint64) int64 {
	set := func(resource int, n uint64) error {
		return unix.Setrlimit(resource, &unix.Rlimit{Cur: n, Max: n})
	}
	_ = set(unix.RLIMIT_CORE, 0)
	_ = set(unix.RLIMIT_FSIZE, 0)
	_ = set(unix.RLIMIT_NOFILE, openFiles)
	_ = set(unix.RLIMIT_CPU, maxCPUSeconds)
	if data == 0 {
		return 0
	}
	if err := set(unix.RLIMIT_AS, size+shadow*uint64(memory)+addressSlack); err != nil {
		fmt.Fprintln(os.Stderr, "RLIMIT_AS:", err)
	}
	if err := set(unix.RLIMIT_DATA, data+shadow*uint64(memory)); err != nil {
		fmt.Fprintln(os.Stderr, "RLIMIT_DATA:", err)
		return 0
	}
	return memory
}

// memoryNow is the size of this process's address space and of its private
// writable part, in bytes; 0 if unknown.
func memoryNow() (size, data uint64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmSize":
			size = n << 10
		case "VmData":
			data = n << 10
		}
	}
	return size, data
}
