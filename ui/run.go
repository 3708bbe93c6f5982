package ui

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"lightbox/app"
	"lightbox/app/cli"
	"lightbox/assets"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// processStart is as near to the start of the process as Go code comes.
var processStart = time.Now()

// Sizes of the window in Fyne's units before the user changes it.
const (
	windowWidth  = 1500
	windowHeight = 940
)

// Run gives the function that opens the window and returns when it is closed or ctx
// is cancelled. It must be called on the main goroutine. Documents are what the
// about page shows: LICENSE, NOTICE and CONFORMANCE.md.
func Run(documents fs.FS) func(ctx context.Context, o cli.WindowOptions) error {
	return func(ctx context.Context, o cli.WindowOptions) error { return run(ctx, o, documents) }
}

func run(ctx context.Context, o cli.WindowOptions, documents fs.FS) error {
	marks := map[string]float64{}
	mark := func(name string) { marks[name] = float64(time.Since(processStart)) / float64(time.Millisecond) }
	mark("main")

	settings, newer := loadSettings()
	if o.Language != "" {
		settings.Language = o.Language
	}
	if err := useLanguage(settings.Language); err != nil {
		return fmt.Errorf("--language: %w", err)
	}
	network, refused := app.UsableNetwork(o.Model)
	if o.Calibration != "" {
		if err := network.Calibrate(o.Calibration); err != nil {
			return fmt.Errorf("--calibration: %w", err)
		}
	}
	go func() { _, _ = network.Model() }() // warmed beside the window; an error comes back when it is used

	go func() {
		if confined, err := vision.WarmUp(ctx); err != nil {
			slog.Warn("no decoding process", "error", err) // said again, for people, when a frame needs one
		} else {
			slog.Info("decoding process", "confined by", confined)
		}
	}()

	crash, left := startCrashLog()
	defer crash.Close()

	a := newFyneApp(settings)
	session := app.NewSession(fyne.Do, network, settings)
	defer closeJournal(openJournal(session))
	session.SetDemo(o.Demo || settings.DemoAtStart)
	session.OpenAll(o.Paths) // reading the file goes on while the window is made
	mark("opening started")

	w, err := made(func() *mainWindow { return newMainWindow(a, session, network) })
	if err != nil {
		return withoutWindow(err, "without one, use 'lightbox analyze'", o.Report == "")
	}
	w.documents = documents
	mark("window built")
	if o.Report != "" {
		w.reportWhenPainted(o.Report, processStart, marks)
	}
	w.window.Resize(fyne.NewSize(windowWidth, windowHeight))
	if o.FillScreen {
		w.window.SetFullScreen(true)
	}
	a.Lifecycle().SetOnStarted(func() {
		mark("window shown")
		w.focusPane()
		tell := func() { w.tellRefused(refused, func() { w.tellNewer(newer, func() { w.offerCrashLogs(left) }) }) }
		if o.Report != "" { // for measurements and tests: nobody sits there to accept
			tell()
			return
		}
		w.askNotice(tell)
	})
	a.Lifecycle().SetOnExitedForeground(func() { w.held("", false) })
	go func() {
		<-ctx.Done()
		fyne.Do(w.quit)
	}()
	if err := show(w.window); err != nil {
		return withoutWindow(err, "without one, use 'lightbox analyze'", o.Report == "")
	}
	w.watchMonitors(systemScreens{})
	mark("show called")
	a.Run()
	return nil
}

// newFyneApp makes the program's one Fyne application.
func newFyneApp(settings *app.Settings) fyne.App {
	a := fyneapp.NewWithID("org.lightbox.Lightbox")
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon()))
	a.Settings().SetTheme(newTheme(settings))
	return a
}

// focusPane gives the keyboard to the active pane: at the start, so that keys work
// before anything is clicked, and when an entry is left.
func (w *mainWindow) focusPane() {
	box := w.panes.boxes[w.session.State().Active]
	canvas := w.window.Canvas()
	if box.window != nil {
		canvas = box.window.Canvas()
	}
	canvas.Focus(box.pane)
}

// loadSettings reads the user's settings; without them the defaults serve. The error
// is for the user: the settings are a newer version's.
func loadSettings() (*app.Settings, error) {
	path, err := app.SettingsPath()
	if err != nil {
		slog.Warn("no place for settings", "error", err)
		return &app.Settings{}, nil
	}
	s, err := app.LoadSettings(path)
	if fault.KindOf(err) == fault.SettingsNewer {
		return s, err
	}
	if err != nil {
		slog.Warn("settings not read, defaults are used", "kind", fault.KindOf(err))
	}
	return s, nil
}

// startCrashLog starts this run's crash log and lists those left behind. Not
// to have one is no reason not to start.
func startCrashLog() (*app.CrashLog, []string) {
	folder, err := app.CrashFolder()
	if err != nil {
		slog.Warn("no place for a crash log", "error", err)
		return nil, nil
	}
	if err := app.TakeOverCrashLogs(folder); err != nil {
		slog.Warn("crash logs of an older version stay where they are", "error", err)
	}
	left := app.LeftCrashLogs(folder)
	crash, err := app.StartCrashLog(folder)
	if err != nil {
		slog.Warn("no crash log", "error", err)
	}
	return crash, left
}
