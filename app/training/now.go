package training

import (
	"fmt"
	"math"

	"lightbox/app"
)

// Now says what is going on, and how much of it is done, from 0 to 1; not a number
// where that is not known.
func (c *Course) Now() (what app.Message, part float64) {
	unknown := math.NaN()
	switch {
	case c.ending != nil:
		return c.ended()
	case c.Stopping() && c.Keeps():
		return app.Say("Stopping; the checkpoint is being written"), unknown
	case c.Stopping():
		return app.Say("Stopping"), unknown
	}
	switch c.phase {
	case Reading:
		if c.of == 0 {
			return app.Say("Reading the data"), unknown
		}
		if c.done < c.of {
			return app.Say("Reading scans: {{.Done}} of {{.Of}}", "Done", c.done, "Of", c.of), float64(c.done) / float64(c.of)
		}
		return app.Say("{{.Of}} scans read; comparing them, so that copies stay in one fold", "Of", c.of), unknown
	case Finding:
		return app.Say("Finding the lungs on all films"), unknown
	case Training:
		if len(c.networks) > 0 {
			return c.training(), c.part()
		}
		return app.Say("Preparing the first network"), unknown
	case Assembling:
		return app.Say("Putting the model together: reading the held-out folds, calibrating, measuring"), unknown
	}
	return app.Say("Looking for scans"), unknown
}

// ended is the last word.
func (c *Course) ended() (app.Message, float64) {
	switch e := c.ending; {
	case e.Summary != nil:
		return app.Say("Trained; this run took {{.Time}}", "Time", app.Duration(e.Summary.Took)), 1
	case e.Stopped:
		return app.Say("Stopped"), c.part()
	}
	return app.Say("Ended before its end"), c.part()
}

// training says which network is being trained.
func (c *Course) training() app.Message {
	n := c.Current()
	if n == nil {
		return app.Say("Preparing the first network")
	}
	return app.Say("Network {{.Number}} of {{.Of}}: step {{.Step}} of {{.Steps}}", "Number", n.Number, "Of", len(c.networks), "Step", n.Step, "Steps", n.Steps)
}

// part is how much of all networks is trained. Those that wait count as one each.
func (c *Course) part() float64 {
	if len(c.networks) == 0 {
		return 0
	}
	var sum float64
	for _, n := range c.networks {
		switch {
		case n.State == Whole || n.State == StoppedEarly:
			sum++
		case n.Steps > 0:
			sum += float64(n.Step) / float64(n.Steps)
		}
	}
	return sum / float64(len(c.networks))
}

// Pace says how fast it goes and when it ends, as far as that is known.
func (c *Course) Pace() (m app.Message, ok bool) {
	n := c.Current()
	if c.ending != nil || c.stopping || c.phase != Training || n == nil || n.State != Running || n.perSecond <= 0 {
		return m, false
	}
	speed := fmt.Sprintf("%.2f", n.perSecond)
	if n.perSecond >= 100 {
		speed = fmt.Sprintf("%.0f", n.perSecond)
	}
	left, waiting := float64(n.Steps-n.Step), len(c.networks)-n.Number
	switch {
	case n.mixed && waiting > 0: // those after it are others
		return app.Say("{{.Speed}} steps/s; {{.Left}} left in this network", "Speed", speed, "Left", app.Duration(n.left)), true
	case waiting == 0:
		return app.Say("{{.Speed}} steps/s; {{.Left}} left", "Speed", speed, "Left", app.Duration(seconds(left/n.perSecond))), true
	}
	all := seconds((left + float64(waiting*n.Steps)) / n.perSecond)
	return app.Say("{{.Speed}} steps/s; {{.Left}} left in this network, {{.All}} in all", "Speed", speed, "Left", app.Duration(n.left), "All", app.Duration(all)), true
}

// Standing says where a network stands, in few words.
func (n *Network) Standing() app.Message {
	switch {
	case n.State == Waiting:
		return app.Say("waits")
	case n.State == StoppedEarly:
		return app.Say("stopped early at step {{.Step}}", "Step", n.Step)
	case n.State == Whole && n.Resumed == n.Steps:
		return app.Say("trained before the interruption")
	case n.State == Whole:
		return app.Say("trained, {{.Steps}} steps", "Steps", n.Steps)
	}
	return app.Say("step {{.Step}} of {{.Steps}}", "Step", n.Step, "Steps", n.Steps)
}

// Part is how much of a network is trained, from 0 to 1.
func (n *Network) Part() float64 {
	if n.Steps == 0 {
		return 0
	}
	return float64(n.Step) / float64(n.Steps)
}

// Figures are the latest loss and measurement, each with its name.
func (n *Network) Figures() (list []app.Message) {
	if n.Step > n.Resumed {
		list = append(list, app.Say("loss {{.Value}}", "Value", fmt.Sprintf("%.4f", n.Loss)))
	}
	if q, ok := n.Last(); ok && !math.IsNaN(q.Value) {
		value := fmt.Sprintf("%.3f", q.Value)
		switch {
		case n.Segments():
			list = append(list, app.Say("Dice {{.Value}}", "Value", value))
		case len(q.Parts) > 1:
			list = append(list, app.Say("mean AUC {{.Value}}", "Value", value))
		default:
			list = append(list, app.Say("AUC {{.Value}}", "Value", value))
		}
	}
	return list
}
