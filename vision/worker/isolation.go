package worker

import (
	"fmt"
	"strings"
	"time"
)

// Isolation says what holds in a pool's workers. It is what the operating
// system granted, not what was asked for.
type Isolation struct {
	InProcess bool          // no worker at all
	Memory    int64         // ceiling in bytes; 0 where the system has none to offer
	Timeout   time.Duration // for a frame, without what its size adds
	Seccomp   bool          // Linux: only the system calls that a decoder needs
	Landlock  int           // Linux: version of the interface that closed the file system; 0 if none. From 4 on the network too.
	Job       bool          // Windows: a job object bounds memory, processor time and processes
	// Windows: no privileges, and a low integrity level, which keeps the process from
	// writing to anything of the user's. It may read, and reach the network.
	LowIntegrity bool
}

// String is for the log and the command line, as in "worker process, memory
// 2048 MiB, 20 s, seccomp, landlock 7".
func (i Isolation) String() string {
	if i.InProcess {
		return "in process, no limits"
	}
	parts := []string{"worker process"}
	if i.Memory > 0 {
		parts = append(parts, fmt.Sprintf("memory %d MiB", i.Memory>>20))
	}
	parts = append(parts, i.Timeout.String())
	if i.Seccomp {
		parts = append(parts, "seccomp")
	}
	if i.Landlock > 0 {
		parts = append(parts, fmt.Sprintf("landlock %d", i.Landlock))
	}
	if i.Job {
		parts = append(parts, "job object")
	}
	if i.LowIntegrity {
		parts = append(parts, "low integrity")
	}
	return strings.Join(parts, ", ")
}
