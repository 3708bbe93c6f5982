package app

import (
	"image"
	"testing"

	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// largeFilm is too large to be filtered with the other views.
func largeFilm(t *testing.T) string {
	return write(t, "film.dcm", dicomtest.Chest(1700, 1300, 12).Bytes())
}

// While a filter is dragged over a large film, what is in sight is shown first; the
// whole picture follows, and is what it would have been without.
func TestADraggedFilterIsPreviewed(t *testing.T) {
	d := newDesk(t)
	path := largeFilm(t)
	var previews []vision.Blur
	d.do(func(s *Session) {
		sized(s, image.Pt(300, 400))
		s.Listen(func(e Event) {
			if f := blurred(s.State()); e == ViewsChanged && f != nil && f.Preview {
				previews = append(previews, f.Of.Gaussian)
				if s.State().Settled() {
					t.Error("a preview is taken for the whole picture")
				}
			}
		})
		s.Open(path)
	})
	d.until("the film", settled)
	if len(previews) != 0 {
		t.Error("the first picture was a preview")
	}
	last := vision.Blur{Kernel: 21, Sigma: 4}
	d.do(func(s *Session) {
		for k := 7; k <= 21; k += 2 {
			if err := s.SetBlur(vision.Blur{Kernel: k, Sigma: 4}); err != nil {
				t.Error(err)
			}
		}
	})
	d.until("the whole picture", func(st *State) bool { return settled(st) && applied(st) == last })
	d.do(func(s *Session) {
		f := blurred(s.State())
		want, err := s.State().Views.gray.Blur(t.Context(), last)
		if err != nil || f.Preview || len(previews) == 0 {
			t.Fatalf("%v, preview %v, %d previews", err, f.Preview, len(previews))
		}
		for i := range want.Pix {
			if f.Pyramid.Base.Pix[i] != want.Pix[i] {
				t.Fatalf("pixel %d is %d, want %d", i, f.Pyramid.Base.Pix[i], want.Pix[i])
			}
		}
	})
}

// Escape in the middle brings back the last whole picture, and its filter.
func TestAPreviewIsGivenUp(t *testing.T) {
	d := newDesk(t)
	path := largeFilm(t)
	d.do(func(s *Session) { sized(s, image.Pt(300, 400)); s.Open(path) })
	d.until("the film", settled)
	seen := false
	d.do(func(s *Session) {
		s.Listen(func(e Event) {
			if f := blurred(s.State()); e == ViewsChanged && f != nil && f.Preview && !seen {
				seen = true
				s.post(s.Cancel) // the whole picture has been begun by then
			}
		})
		if err := s.SetBlur(vision.Blur{Kernel: 99, Sigma: 30}); err != nil {
			t.Error(err)
		}
	})
	d.until("what was before", func(st *State) bool { return seen && settled(st) })
	d.do(func(s *Session) {
		if s.State().Filters.Gaussian != vision.DefaultBlur && applied(s.State()) != s.State().Filters.Gaussian {
			t.Errorf("asked %+v, applied %+v", s.State().Filters.Gaussian, applied(s.State()))
		}
	})
}
