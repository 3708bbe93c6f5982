package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// A program that was started to be a worker is one from here on; main does not
// run. Packages that the decoders need are initialised before, by Go's order
// also others whose import path sorts before this one's; windows are opened by
// main, so there are none.
func init() {
	if len(os.Args) != 3 || os.Args[1] != workerArgument || os.Getenv(workerVariable) == "" {
		return
	}
	os.Exit(serve())
}

// toHost is where a worker's answers go.
var toHost io.Writer

// serve is a worker's life. It gives the process's exit status.
func serve() int {
	memory, err := strconv.ParseInt(os.Args[2], 10, 64)
	if err != nil || memory <= 0 || os.Getenv(workerVariable) != strconv.Itoa(protocolVersion) {
		fmt.Fprintln(os.Stderr, "not started by this version's host")
		return 2
	}
	in, out, err := channel()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	toHost = out
	// A worker's heap is a few frames, and each frame is garbage when it is
	// answered: by Go's own measure it would be collected after every fourth.
	// The limit makes it collect hard before it takes what C may need as well.
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memory / 2)
	greeting := confineProcess(memory)
	greeting.Magic, greeting.Version = helloMagic, protocolVersion
	if err := send(toHost, greeting, nil); err != nil {
		return 0 // the host is gone
	}
	l := &listener{in: in, jobs: make(chan *assignment)}
	go l.listen()
	// Not here: init functions run on the main thread, and to wake that one
	// takes longer than to go on with another.
	gone := make(chan struct{})
	go func() {
		work(l.jobs, uint64(memory)/8)
		close(gone)
	}()
	<-gone
	return 0
}

// assignment is a job with its number and the context that the host can
// cancel.
type assignment struct {
	id  uint64
	ctx context.Context
	job codec.Job
}

// listener reads the host's messages all the time, so that a cancellation and
// the host's end are seen while a frame is decoded.
type listener struct {
	in     io.Reader
	jobs   chan *assignment
	buffer []byte // the codestream; the host sends another only after the answer

	id     uint64
	cancel context.CancelFunc // of job id
}

// listen ends the process when the input ends or makes no sense.
func (l *listener) listen() {
	for {
		var r request
		if err := receive(l.in, &r); err != nil {
			os.Exit(0)
		}
		switch {
		case r.Magic == cancelMagic:
			if l.cancel != nil && l.id == r.ID {
				l.cancel()
			}
			continue
		case r.Magic != requestMagic || r.FormatBytes > maxFormatBytes:
			fmt.Fprintln(os.Stderr, "an unknown request")
			os.Exit(2)
		}
		a, err := l.accept(r)
		if err != nil {
			os.Exit(0)
		}
		l.jobs <- a
	}
}

// accept reads what follows a request's header.
func (l *listener) accept(r request) (*assignment, error) {
	format := make([]byte, r.FormatBytes)
	if _, err := io.ReadFull(l.in, format); err != nil {
		return nil, err
	}
	if n := int(r.DataBytes); cap(l.buffer) < n || cap(l.buffer) > trimBytes && n < trimBytes {
		l.buffer = nil // so that it can be collected while the next is made
		l.buffer = make([]byte, n)
	}
	data := l.buffer[:r.DataBytes]
	if _, err := io.ReadFull(l.in, data); err != nil {
		return nil, err
	}
	if l.cancel != nil {
		l.cancel()
	}
	a := &assignment{id: r.ID, job: r.job(string(format), data)}
	a.ctx, l.cancel = context.WithCancel(context.Background())
	l.id = r.ID
	return a, nil
}

// work decodes and answers until the host is gone. What is on the heap beyond
// so many bytes after an answer is collected before the next frame adds to it.
func work(jobs <-chan *assignment, heap uint64) {
	var trim <-chan time.Time
	for {
		select {
		case <-trim:
			debug.FreeOSMemory()
			trim = nil
		case a := <-jobs:
			p, err := decodeSafely(a)
			if err := reply(a, p, err); err != nil {
				return
			}
			if p != nil && len(p.Data) > trimBytes || len(a.job.Data) > trimBytes {
				trim = time.After(time.Second)
			}
			if heapBytes() > heap {
				runtime.GC()
			}
		}
	}
}

// heapBytes is the size of the Go heap's objects, garbage included.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

func decodeSafely(a *assignment) (p *codec.Picture, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fault.New(fault.InternalError, "", "%s decoder: %v", string(a.job.Format), r)
			fmt.Fprintf(os.Stderr, "%v\n%s", r, debug.Stack())
		}
	}()
	return decoder.Decode(a.ctx, a.job)
}

// reply sends picture, error or both.
func reply(a *assignment, p *codec.Picture, err error) error {
	if p == nil && err == nil {
		err = errors.New("neither picture nor error")
	}
	failure := encodeError(err)
	head := answerFor(a.id, p, failure)
	if _, wrong := head.picture(a.id, a.job); wrong != nil {
		// The host would take it for a lie and end this process.
		p = nil
		failure = encodeError(fault.New(fault.InternalError, "", "%s decoder: %v", string(a.job.Format), wrong.Error()))
		head = answerFor(a.id, nil, failure)
	}
	if err := send(toHost, head, failure); err != nil || p == nil {
		return err
	}
	_, err = toHost.Write(p.Data)
	return err
}
