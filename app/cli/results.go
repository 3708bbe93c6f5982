package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"lightbox/app"
	"lightbox/vision/fault"
)

// results prints what a command finds and decides how it ends.
type results struct {
	stdout, stderr io.Writer
	objects        *json.Encoder // nil prints for people

	done, failed int
	heading      string    // the last one that was printed
	err          error     // of printing
	told         time.Time // when the progress was last printed
}

// progressEvery is how often a long run says how far it is.
const progressEvery = 2 * time.Second

// tell prints the progress now and then.
func (r *results) tell() {
	if now := time.Now(); now.Sub(r.told) >= progressEvery {
		r.told = now
		_, _ = fmt.Fprintf(r.stderr, "%d files done\n", r.done) // a closed stderr loses only this
	}
}

func newResults(asJSON bool, stdout, stderr io.Writer) *results {
	r := &results{stdout: stdout, stderr: stderr, told: time.Now()}
	if asJSON {
		r.objects = json.NewEncoder(stdout)
		r.objects.SetEscapeHTML(false)
	}
	return r
}

// add prints one result: as an object, or as text with its failure on stderr. A
// heading, if any, is printed above the first of the results that have it.
func (r *results) add(path string, object any, heading, forPeople string, failure *string) {
	r.done++
	r.tell()
	if failure != nil {
		r.failed++
	}
	if r.objects != nil {
		r.err = errors.Join(r.err, r.objects.Encode(object))
		return
	}
	if heading != "" && heading != r.heading {
		forPeople = heading + forPeople
	}
	r.heading = heading
	_, err := io.WriteString(r.stdout, forPeople)
	r.err = errors.Join(r.err, err)
	if failure != nil {
		// Nothing can be done about a closed stderr.
		_, _ = fmt.Fprintf(r.stderr, "%s: %s\n", app.Printable(path), *failure)
	}
}

// finish is how the command ends; cancelled is what stopped it early, if
// anything.
func (r *results) finish(cancelled error, paths []string) error {
	switch {
	case cancelled != nil:
		return fmt.Errorf("cancelled after %d files", r.done)
	case r.err != nil:
		return fmt.Errorf("the results could not be printed: %w", r.err)
	case r.done == 0:
		// Only folders without a scan come here; each is named.
		for _, p := range paths {
			_, _ = fmt.Fprintf(r.stderr, "%s: %s\n", app.Printable(p), app.Explain(fault.New(fault.NoScans, p, "nothing in it is a scan")))
		}
		return errInputsFailed
	case r.failed > 0:
		return errInputsFailed
	}
	return nil
}
