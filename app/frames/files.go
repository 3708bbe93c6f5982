package frames

import (
	"context"
	"sync"

	"lightbox/vision"
	"lightbox/vision/study"
)

// maxFiles is how many files with several frames stay parsed: their functional
// groups would otherwise be read again for each frame.
const maxFiles = 4

// files opens the files of items, each once at a time.
type files struct {
	mu   sync.Mutex
	open []*openFile // the most recently used last
}

type openFile struct {
	item *study.Item
	once sync.Once
	file *vision.File
	err  error
}

// get opens the file of an item. Files of one frame are not kept.
func (f *files) get(ctx context.Context, item *study.Item) (*vision.File, error) {
	if item.Frames <= 1 {
		return vision.OpenFile(ctx, item.Blob)
	}
	o := f.slot(item)
	// Not with ctx: others wait for the same file and may still want it.
	o.once.Do(func() { o.file, o.err = vision.OpenFile(context.WithoutCancel(ctx), item.Blob) })
	if o.err != nil {
		f.forget(o)
	}
	return o.file, o.err
}

func (f *files) slot(item *study.Item) *openFile {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, o := range f.open {
		if o.item == item {
			f.open = append(append(f.open[:i:i], f.open[i+1:]...), o)
			return o
		}
	}
	o := &openFile{item: item}
	f.open = append(f.open, o)
	if len(f.open) > maxFiles {
		f.open = f.open[1:]
	}
	return o
}

func (f *files) forget(o *openFile) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, x := range f.open {
		if x == o {
			f.open = append(f.open[:i:i], f.open[i+1:]...)
			return
		}
	}
}
