package app

import (
	"context"
	"image"

	"lightbox/app/frames"
	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// ThumbnailSize is the side of a stack's thumbnail in screen pixels.
const ThumbnailSize = 128

// Thumbnail is the small picture of a stack, or why there is none.
type Thumbnail struct {
	Image *image.RGBA
	Fault *Message
}

// Thumbnail returns the small picture of a stack; nil until it is there, which
// ThumbnailReady tells.
func (s *Session) Thumbnail(k *Stack) *Thumbnail { return s.thumbnails[k.ID()] }

// PreferThumbnails names the stacks that are in sight, from first to before
// last: their thumbnails are drawn before the others.
func (s *Session) PreferThumbnails(first, last int) { s.inSight = [2]int{first, last} }

// nextThumbnail is a stack that has no thumbnail yet, nil if all have.
func (s *Session) nextThumbnail() *Stack {
	all := s.state.Stacks
	first := min(max(s.inSight[0], 0), len(all))
	last := min(max(s.inSight[1], first), len(all))
	for _, stacks := range [][]*Stack{all[first:last], all} {
		for _, k := range stacks {
			if s.thumbnails[k.ID()] == nil && len(k.Frames) > 0 {
				return k
			}
		}
	}
	return nil
}

// drawThumbnails draws those of the stacks that have none, one after the other
// and behind everything else, each of the frame in the stack's middle.
func (s *Session) drawThumbnails() {
	if s.thumbs.cancel != nil {
		return // the running job sees what is new when it ends
	}
	next := s.nextThumbnail()
	if next == nil {
		return
	}
	id, frame := next.ID(), next.Frames[len(next.Frames)/2]
	kept := s.cache.Get(frames.KeyOf(frame))
	inBackground(s, &s.thumbs, nil, frame.Item.Path(), func(ctx context.Context) (*Thumbnail, error) {
		scan, err := kept, error(nil)
		if scan == nil {
			scan, err = readFrame(ctx, frame)
		}
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Interrupted, frame.Item.Path(), ctx.Err())
		}
		if err != nil {
			m := Explain(err)
			return &Thumbnail{Fault: &m}, nil
		}
		return &Thumbnail{Image: scan.Thumbnail(ThumbnailSize)}, nil
	}, func(t *Thumbnail) {
		t.Fault = s.state.masked(t.Fault)
		s.thumbnails[id] = t
		s.publish(ThumbnailReady)
		s.drawThumbnails()
	})
}

// readFrame reads one frame apart from the cache.
func readFrame(ctx context.Context, f study.Frame) (scan *vision.Scan, err error) {
	defer fault.Contain(f.Item.Path(), &err)
	if f.Item.NoImage() {
		return nil, f.Item.Fault
	}
	file, err := vision.OpenFile(ctx, f.Item.Blob)
	if err != nil {
		return nil, err
	}
	return file.Scan(ctx, f.Index)
}
