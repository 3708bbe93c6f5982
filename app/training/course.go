package training

import (
	"context"
	"errors"

	"lightbox/app"
	"lightbox/model/train/ensembles"
	"lightbox/vision/fault"
)

// Course is how a training goes: what is going on, the curves of its networks,
// what was left aside, and how it ended. It serves one goroutine; a [Relay] brings
// the events there.
type Course struct {
	task     Task
	phase    Phase
	done, of int // scans that were read
	networks []*Network
	sets     []ensembles.SetRecord
	aside    Aside
	notes    []app.Message
	stopping bool
	ending   *Ending
}

// Aside is what was left aside.
type Aside struct {
	Unreadable, Contradictory int
	Unlabelled, UnknownClass  int           // without a class, or with one that is not known
	List                      []app.Message // why, of each; the first [MostAside]
}

// MostAside bounds the list of what was left aside; all of it is printed.
const MostAside = 200

// Count is how many scans were left aside.
func (a Aside) Count() int { return a.Unreadable + a.Contradictory + a.Unlabelled + a.UnknownClass }

// Ending is how a training ended.
type Ending struct {
	Summary *Summary // of a training that came to its end; else nil
	Stopped bool     // by somebody
	Kept    bool     // a checkpoint is kept, and Task.Resume goes on from it
	why     *app.Message
}

// NewCourse is a training that has not begun.
func NewCourse(t Task) *Course { return &Course{task: t} }

// Task is what is followed.
func (c *Course) Task() Task { return c.task }

// Take takes in what was told.
func (c *Course) Take(e Event) {
	c.phase = e.Phase
	switch {
	case e.Problem != nil:
		c.leaveAside(e.Problem)
	case e.Note != nil:
		c.notes = append(c.notes, *e.Note)
	case e.Progress != nil:
		c.follow(*e.Progress)
	case e.Sets != nil:
		c.sets = e.Sets
	case e.Of > 0:
		c.done, c.of = max(c.done, e.Done), e.Of
	}
	c.settle()
}

func (c *Course) leaveAside(err error) {
	switch fault.KindOf(err) {
	case fault.Contradiction:
		c.aside.Contradictory++
	case fault.Unlabelled:
		c.aside.Unlabelled++
	case fault.UnknownClass:
		c.aside.UnknownClass++
	default:
		c.aside.Unreadable++
	}
	if len(c.aside.List) < MostAside {
		c.aside.List = append(c.aside.List, app.Explain(err))
	}
}

// mostNetworks bounds how many are listed, whatever is told.
const mostNetworks = 1000

func (c *Course) follow(p ensembles.Progress) {
	if p.Number < 1 || p.Number > p.Of || p.Of > mostNetworks {
		return
	}
	for len(c.networks) < p.Of {
		c.networks = append(c.networks, &Network{Number: len(c.networks) + 1})
	}
	c.networks[p.Number-1].follow(p)
}

// settle finds out which networks have ended before their last step: with
// patience, those after which another one has begun.
func (c *Course) settle() {
	if c.task.Patience == 0 {
		return
	}
	later := c.phase == Assembling
	for i := len(c.networks) - 1; i >= 0; i-- {
		n := c.networks[i]
		if n.State == Running && later {
			n.State = StoppedEarly
		}
		later = later || n.State != Waiting
	}
}

// Networks are all that are to be trained, in their order; none before the first
// has begun.
func (c *Course) Networks() []*Network { return c.networks }

// Current is the network that is being trained, or the last that was; nil before any
// has begun. They are trained one after the other.
func (c *Course) Current() *Network {
	for i := len(c.networks) - 1; i >= 0; i-- {
		if c.networks[i].State != Waiting {
			return c.networks[i]
		}
	}
	return nil
}

// Aside is what was left aside so far.
func (c *Course) Aside() Aside { return c.aside }

// Sets says whom the networks are trained on, set by set.
func (c *Course) Sets() (list []app.Message) {
	for _, s := range c.sets {
		name := app.Printable(s.Name)
		if !s.Used {
			list = append(list, app.Say("{{.Set}}: {{.Pictures}} pictures, which teach no network to tell the classes apart", "Set", name, "Pictures", s.Pictures))
			continue
		}
		list = append(list, app.Say("{{.Set}}: {{.Positive}} pictures with the finding and {{.Negative}} without; {{.Groups}} patients or groups of pictures",
			"Set", name, "Positive", s.Positive, "Negative", s.Negative, "Groups", s.Groups))
		if s.Other+s.Held > 0 {
			list = append(list, app.Say("{{.Set}}, not learned from: {{.Other}} of other classes, {{.Held}} of patients that are held out for good", "Set", name, "Other", s.Other, "Held", s.Held))
		}
	}
	return list
}

// Notes say what is done in another way than was to be expected.
func (c *Course) Notes() []app.Message { return c.notes }

// Keeps tells whether a checkpoint stays when training is stopped now.
func (c *Course) Keeps() bool { return c.Current() != nil }

// Question is what is asked before training is stopped.
func (c *Course) Question() app.Message {
	if c.Keeps() {
		return app.Say("The last checkpoint is kept in {{.Folder}}. This command goes on from it, to the same weights as without a break:", "Folder", app.Printable(c.task.Folder))
	}
	return app.Say("No network has been begun yet in this run: nothing that was trained gets lost.")
}

// Stop tells that training is being stopped.
func (c *Course) Stop() { c.stopping = true }

// Stopping tells whether it is being stopped and has not ended.
func (c *Course) Stopping() bool { return c.stopping && c.ending == nil }

// End takes in what Task.Do returned.
func (c *Course) End(s *Summary, err error) {
	e := &Ending{Summary: s}
	if err != nil {
		why := Explain(err)
		e.why = &why
		e.Stopped = errors.Is(err, context.Canceled)
		e.Kept = s == nil && Resumable(c.task.Folder, err)
	}
	c.ending = e
}

// Ending is how it ended; nil while it goes on.
func (c *Course) Ending() *Ending { return c.ending }

// Words say why a training ended before its end, and what is left of it; none for
// one that is whole.
func (e *Ending) Words(folder string) (list []app.Message) {
	if e.why == nil {
		return nil
	}
	list = append(list, *e.why)
	switch {
	case e.Summary != nil: // it failed after everything was written
	case e.Kept:
		list = append(list, app.Say("The last checkpoint is kept in {{.Folder}}. This command goes on from it, to the same weights as without a break:", "Folder", app.Printable(folder)))
	default:
		list = append(list, app.Say("Nothing was written."))
	}
	return list
}
