package worker

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"lightbox/vision/fault"
)

// What makes an executable a worker: argument and variable, both.
const (
	workerArgument = "decode-worker"
	workerVariable = "LIGHTBOX_DECODE_WORKER"
)

// process is one worker as its host sees it. One goroutine at a time uses it.
type process struct {
	cmd     *exec.Cmd
	in      *os.File // to the worker
	out     *os.File // from the worker
	stderr  lastWords
	dead    chan struct{} // closed when the process is gone and waited for
	release func()        // what contain holds open, nil if nothing
	grace   time.Duration // from cancelling a job to the process's end

	isolation Isolation
	resident  int64 // bytes, when it was started; 0 if unknown

	writing sync.Mutex // a request is written whole before a cancellation

	frames    int
	busy      time.Duration
	idleSince time.Time
}

// launch starts the process with two pipes of its own.
func (w *process) launch(executable string, o Options) error {
	cmd := exec.Command(executable, workerArgument, strconv.FormatInt(o.Memory, 10))
	cmd.Env = environment()
	cmd.Stderr = &w.stderr
	cmd.WaitDelay = stderrDelay
	cmd.SysProcAttr = attributes()

	childIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, childIn.Close(), in.Close())
	}
	enlarge(in)
	enlarge(out)
	cmd.Stdin, cmd.Stdout = childIn, childOut
	err = cmd.Start()
	_, _ = childIn.Close(), childOut.Close() // the child has its own
	if err == nil {
		w.release, err = contain(cmd, o.Memory)
		if err != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	if err != nil {
		return errors.Join(err, in.Close(), out.Close())
	}
	w.cmd, w.in, w.out = cmd, in, out
	return nil
}

// wait collects the process when it ends, whatever it ends of.
func (w *process) wait() {
	_ = w.cmd.Wait() // ProcessState has it
	close(w.dead)
	_ = w.in.Close() // an error says that it is closed, here and below
	if w.release != nil {
		w.release()
	}
}

// environment is what a worker inherits: where its libraries are, nothing that
// says anything about the user.
func environment() []string {
	env := []string{
		workerVariable + "=" + strconv.Itoa(protocolVersion),
		"GOMAXPROCS=" + strconv.Itoa(workerProcs),
		// One arena of glibc's malloc reserves 64 MiB; a handful of threads
		// need no more than two.
		"MALLOC_ARENA_MAX=2",
	}
	for _, name := range []string{
		"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
		"PATH", "SystemRoot", "SystemDrive", "GOTRACEBACK", "GOCOVERDIR",
	} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// greet reads the worker's hello, which says what holds in it.
func (w *process) greet(o Options) error {
	late := time.AfterFunc(startTimeout, w.kill)
	defer late.Stop()
	var h hello
	err := receive(w.out, &h)
	if err == nil && (h.Magic != helloMagic || h.Version != protocolVersion) {
		err = errors.New("an unknown greeting")
	}
	if err != nil {
		w.kill()
		<-w.dead
		return fault.New(fault.InternalError, "", "the decoder process does not answer as this version's does; start the program again").Because(err)
	}
	w.isolation = Isolation{
		Memory: h.Memory, Timeout: o.Timeout,
		Seccomp: h.Seccomp == 1, Landlock: int(h.Landlock), LowIntegrity: h.LowIntegrity == 1,
	}
	if w.release != nil {
		w.isolation.Job, w.isolation.Memory = true, o.Memory
	}
	w.resident = resident(w.cmd.Process.Pid)
	return nil
}

// kill ends the process at once. Any goroutine may call it.
func (w *process) kill() { _ = w.cmd.Process.Kill() } // an error says that it is gone already

// end lets a worker go: its input ends, so it exits. One that does not is
// killed. It returns when the process is gone.
func (w *process) end() {
	_ = w.in.Close()
	select {
	case <-w.dead:
	case <-time.After(closeGrace):
		w.kill()
		<-w.dead
	}
	_ = w.out.Close()
}

func (w *process) isDead() bool {
	select {
	case <-w.dead:
		return true
	default:
		return false
	}
}

// worn tells whether a worker has served long enough, or has kept too much
// memory, or has decoded a frame after which it should not be used again.
func (w *process) worn(bytes int64) bool {
	if w.frames >= maxFrames || w.busy >= maxBusy || bytes >= retireBytes {
		return true
	}
	if w.frames%residentEvery != 0 && bytes < trimBytes {
		return false
	}
	return w.resident > 0 && resident(w.cmd.Process.Pid)-w.resident > retireResident
}
