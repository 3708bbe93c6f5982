package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"lightbox/app/training"
	"lightbox/vision/fault"
)

// Sizes of the window of a training in Fyne's units before the user changes it.
const (
	trainWidth  = 1280
	trainHeight = 860
)

// Train shows a training in a window while it is carried out, and returns its
// error when the window is closed and the training has ended. Where no window can
// be opened, nothing is begun. It must be called on the main goroutine.
func Train(ctx context.Context, t training.Task) error {
	settings, _ := loadSettings() // the window that is worked in says what is odd about them
	if err := useLanguage(settings.Language); err != nil {
		return err
	}
	a := newFyneApp(settings)
	w := newTrainWindow(a, t, fyne.Do)
	w.window.Resize(fyne.NewSize(trainWidth, trainHeight))
	a.Lifecycle().SetOnStarted(func() { w.begin(ctx) })
	if err := show(w.window); err != nil {
		return withoutWindow(err, "nothing was begun: leave --window out, and the progress is printed", true)
	}
	a.Run()
	return w.wait()
}

// begin has the training carried out beside the window.
func (w *trainWindow) begin(ctx context.Context) {
	ctx, w.stop = context.WithCancel(ctx)
	w.result = make(chan error, 1)
	go func() {
		var s *training.Summary
		var err error
		func() {
			defer fault.Contain(w.course.Task().Folder, &err)
			s, err = w.course.Task().Do(ctx, w.relay.Tell)
		}()
		w.result <- err
		w.post(func() { w.ended(s, err) })
	}()
	context.AfterFunc(ctx, func() { w.post(w.stopped) })
}

// wait ends a training whose window has gone without asking, as at the end of a
// session of the desktop, and returns the training's error.
func (w *trainWindow) wait() error {
	if w.result == nil { // gone before anything was begun
		return nil
	}
	w.stop()
	return <-w.result
}
