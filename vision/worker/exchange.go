package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// errUnread: the worker was dead before the request reached it, so that the
// request is not to blame.
var errUnread = errors.New("the worker died while it was idle")

// decode has the worker do one job. usable tells whether the worker may be
// given another.
func (w *process) decode(ctx context.Context, id uint64, job codec.Job, limit time.Duration) (p *codec.Picture, usable bool, err error) {
	w.stderr.forget()
	began := time.Now()
	guard := w.watch(ctx, id, limit)
	p, failure, broken := w.exchange(id, job)
	if broken != nil && !errors.Is(broken, io.EOF) && !errors.Is(broken, errUnread) {
		// Not only silent but wrong: whatever it is, it is no decoder any more.
		guard.kill(liar)
	}
	end := guard.stop()
	w.frames++
	w.busy += time.Since(began)

	switch {
	case end == cancelled || ctx.Err() != nil:
		// The answer may have come nevertheless, and with it the worker's
		// readiness for the next job.
		return nil, end == finished && broken == nil, interrupted(ctx)
	case end == timedOut:
		slog.Warn("decoder timed out", "format", job.Format, "seconds", limit.Seconds())
		return nil, false, fault.New(fault.TimedOut, "", "no picture after %d s", int(limit.Round(time.Second).Seconds()))
	case errors.Is(broken, errUnread):
		return nil, false, errUnread
	case broken != nil:
		return nil, false, w.postMortem(end, job.Format, broken)
	}
	if failure != nil {
		// After a panic a decoder's state is anyone's guess.
		if failure.Kind == fault.InternalError {
			slog.Warn("decoder failed", "format", job.Format, "detail", failure.Detail, "stderr", w.stderr.String())
			return p, false, failure
		}
		return p, true, failure
	}
	return p, true, nil
}

func interrupted(ctx context.Context) error {
	return fault.Wrap(fault.Interrupted, "", context.Cause(ctx))
}

// exchange sends a job and reads the answer: a picture, or the decoder's
// error, or both. broken is what went wrong between the two processes: io.EOF
// in its chain when the worker is gone, errUnread, or what cannot be true.
func (w *process) exchange(id uint64, job codec.Job) (p *codec.Picture, failure *fault.Error, broken error) {
	if err := w.ask(id, job); err != nil {
		return nil, nil, err
	}
	var a answer
	if err := receive(w.out, &a); err != nil {
		return nil, nil, gone(err)
	}
	p, err := a.picture(id, job)
	if err != nil {
		return nil, nil, err
	}
	if a.ErrorBytes > 0 {
		b := make([]byte, a.ErrorBytes)
		if _, err := io.ReadFull(w.out, b); err != nil {
			return nil, nil, gone(err)
		}
		var ok bool
		if failure, ok = decodeError(b); !ok {
			return nil, nil, errors.New("an unreadable error")
		}
		if failure.Kind == fault.Interrupted {
			// Nobody asked for it, or decode would not look at it.
			failure.Kind = fault.InternalError
		}
	}
	if p != nil {
		p.Data = make([]byte, a.DataBytes)
		if _, err := io.ReadFull(w.out, p.Data); err != nil {
			return nil, nil, gone(err)
		}
		if !packed(p, job.Format) {
			confine(p)
		}
	}
	return p, failure, nil
}

// ask writes the request. A worker that is gone while its codestream is
// written has begun to read it.
func (w *process) ask(id uint64, job codec.Job) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if err := send(w.in, requestFor(id, job), []byte(job.Format)); err != nil {
		return errUnread
	}
	if _, err := w.in.Write(job.Data); err != nil {
		return gone(err)
	}
	return nil
}

// gone makes any failure to read from the worker, or to write to it, an io.EOF.
func gone(err error) error {
	if errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("%w (%w)", io.EOF, err)
}

var (
	signalName  = regexp.MustCompile(`\bSIG[A-Z]+\b`)
	memoryWords = []string{"out of memory", "cannot allocate memory", "bad_alloc", "Cannot allocate memory", "failed to create new OS thread", "pthread_create failed"}
)

// postMortem waits for the end of a worker that broke off, and says what it
// died of.
func (w *process) postMortem(end verdict, format codec.Format, broken error) error {
	if end == finished {
		// It closed its output and may linger.
		w.kill()
	}
	<-w.dead
	state, words := w.cmd.ProcessState.String(), w.stderr.String()
	slog.Warn("decoder died", "format", format, "state", state, "broken", broken.Error(), "stderr", words)
	if end == liar {
		return fault.New(fault.Died, "", "the decoder's answer could not be true")
	}
	for _, s := range memoryWords {
		if strings.Contains(words, s) {
			return fault.New(fault.Died, "", "the decoder wanted more memory than the %d MiB that it may have", int(w.isolation.Memory>>20))
		}
	}
	if name := signalName.FindString(words); name != "" {
		state = name
	}
	return fault.New(fault.Died, "", "the decoder ended with “%s”", state)
}
