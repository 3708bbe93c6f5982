package fault

import "runtime/debug"

// Contain turns a panic into an error; it is deferred at the top of every
// piece of work that touches a file, so that a defect costs one sentence and
// not the window. The stack goes to the log by way of the error's cause.
func Contain(path string, err *error) {
	if r := recover(); r != nil {
		*err = New(InternalError, path, "a defect was caught").Because(&Panic{Value: r, Stack: debug.Stack()})
	}
}

// Panic is a caught panic with its stack.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return "a defect was caught" }
