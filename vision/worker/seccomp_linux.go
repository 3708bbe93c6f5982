package worker

import (
	"errors"
	"slices"
	"syscall"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// What Go's runtime, malloc and threads of C need once a program runs. Names
// that an architecture does not have are left out there.
var allowed = []string{
	// The host's pipes, and Go's poller.
	"read", "readv", "write", "writev", "close", "fcntl", "fstat", "lseek",
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "poll", "ppoll",
	// Memory; mmap and mprotect are under conditions.
	"munmap", "madvise", "mremap", "brk", "mincore",
	// Threads; clone is under a condition.
	"futex", "sched_yield", "sched_getaffinity", "set_robust_list", "rseq", "set_tid_address",
	"gettid", "getpid", "getcpu", "membarrier", "exit", "exit_group", "arch_prctl",
	// Signals: Go's preemption, abort.
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
	// Time and chance.
	"nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time", "getrandom",
	// What C libraries ask to choose sizes and numbers of threads by.
	"getrusage", "sysinfo", "getrlimit",
}

// Calls that no decoder makes unless it has been taken over: the process ends
// on the spot. Every other call that is not allowed fails with EPERM, because
// harmless code tries some and does without, such as malloc reading
// /proc/sys/vm/overcommit_memory.
var fatal = []string{
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
	"socket", "connect", "bpf", "io_uring_setup", "userfaultfd", "kexec_load", "init_module", "finit_module",
	"mount", "unshare", "setns", "keyctl",
}

// filterSystemCalls installs the filter in all threads, for good.
func filterSystemCalls() error {
	info, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	if !seccomp.Supported() {
		return errors.New("no seccomp")
	}
	known := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { _, ok := info.SyscallNames[n]; return !ok })
	}
	return seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionErrno,
			Syscalls: []seccomp.SyscallGroup{
				{Action: seccomp.ActionAllow, Names: known(allowed), NamesWithCondtions: conditional()},
				// Its flags lie in memory, where a filter cannot look. C
				// libraries fall back to clone when there is no clone3.
				{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: known([]string{"clone3"})},
				{Action: seccomp.ActionKillProcess, Names: known(fatal)},
			},
		},
	})
}

// conditional are the calls that are allowed with certain arguments only:
// threads but no processes, memory that is neither code nor shared, signals
// to this process alone, limits to be read but not set.
func conditional() []seccomp.NameWithConditions {
	self := uint64(syscall.Getpid())
	return []seccomp.NameWithConditions{
		{Name: "clone", Conditions: seccomp.ArgumentConditions{
			{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_THREAD},
		}},
		{Name: "mmap", Conditions: seccomp.ArgumentConditions{
			{Argument: 2, Operation: seccomp.BitsNotSet, Value: unix.PROT_EXEC},
			{Argument: 3, Operation: seccomp.BitsNotSet, Value: unix.MAP_SHARED}, // it would escape RLIMIT_DATA
		}},
		{Name: "mprotect", Conditions: seccomp.ArgumentConditions{
			{Argument: 2, Operation: seccomp.BitsNotSet, Value: unix.PROT_EXEC},
		}},
		{Name: "tgkill", Conditions: seccomp.ArgumentConditions{
			{Argument: 0, Operation: seccomp.Equal, Value: self},
		}},
		{Name: "kill", Conditions: seccomp.ArgumentConditions{
			{Argument: 0, Operation: seccomp.Equal, Value: self},
		}},
		{Name: "prlimit64", Conditions: seccomp.ArgumentConditions{
			{Argument: 0, Operation: seccomp.Equal, Value: 0},
			{Argument: 2, Operation: seccomp.Equal, Value: 0},
		}},
	}
}
