package ensembles

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"lightbox/model/arch"
)

// teachers are networks that another one learns from. They are safe for concurrent
// use.
type teachers struct {
	plans []*arch.Plan
	runs  sync.Pool // of []*arch.Run
}

func newTeachers(net *arch.Net, weights []arch.Weights) (*teachers, error) {
	t := &teachers{}
	for _, w := range weights {
		plan, err := arch.NewPlan(net, w)
		if err != nil {
			return nil, err
		}
		t.plans = append(t.plans, plan)
	}
	return t, nil
}

// logit is the mean of what they say about a picture.
func (t *teachers) logit(input []float32) (sum float64) {
	runs, ok := t.runs.Get().(*[]*arch.Run)
	if !ok {
		runs = &[]*arch.Run{}
		for _, p := range t.plans {
			*runs = append(*runs, p.NewBatch(1))
		}
	}
	defer t.runs.Put(runs)
	for _, run := range *runs {
		sum += float64(run.Forward(input, 1)[0])
	}
	return sum / float64(len(t.plans))
}

// Whole is what progress and curves call the network that is trained on all cases.
const Whole = "all"

// teacherWord stands between the name of a network and the number of a teacher.
const teacherWord = ", teacher "

// TeacherName is what progress and curves call a teacher, from 1, of a network.
func TeacherName(network string, teacher int) string {
	return fmt.Sprintf("%s%s%d", network, teacherWord, teacher)
}

// Teacher takes the name of a network apart: whom it teaches, and its number from 1;
// 0 for one that is no teacher.
func Teacher(name string) (network string, teacher int) {
	network, number, found := strings.Cut(name, teacherWord)
	if n, err := strconv.Atoi(number); found && err == nil && n > 0 {
		return network, n
	}
	return name, 0
}
