package worker

import "sync"

// lastWords keeps the beginning and the end of what a worker writes to standard
// error: a crash names its reason first and its place in the end.
type lastWords struct {
	mu    sync.Mutex
	begin []byte
	end   []byte
	lost  int // bytes between the two
}

// Write keeps b; it never fails.
func (l *lastWords) Write(b []byte) (int, error) {
	n := len(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	k := min(len(b), maxStderrBytes-len(l.begin))
	l.begin = append(l.begin, b[:k]...)
	l.end = append(l.end, b[k:]...)
	if over := len(l.end) - maxStderrBytes; over > 0 {
		l.end = append(l.end[:0], l.end[over:]...)
		l.lost += over
	}
	return n, nil
}

// forget starts afresh, so that what is kept belongs to one frame.
func (l *lastWords) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin, l.end, l.lost = l.begin[:0], l.end[:0], 0
}

func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := string(l.begin)
	if l.lost > 0 {
		s += "\n…\n"
	}
	return s + string(l.end)
}
