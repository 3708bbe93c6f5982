package ui

import (
	"log/slog"
	"time"

	"lightbox/app"
	"lightbox/app/journal"
	"lightbox/app/userfolder"
	"lightbox/vision/fault"
)

// journalPatience is how long the end of the program waits for a disk that does not
// answer. Nearly all is on disk by then: it is written as it happens.
const journalPatience = 2 * time.Second

// openJournal has what the reader does kept. Where there is no place for it that is
// said, and work goes on.
func openJournal(session *app.Session) *journal.Journal {
	folder, err := journal.Folder()
	if err != nil {
		session.Report(fault.Wrap(fault.NotKept, "", err))
		return nil
	}
	if former, err := journal.FormerFolder(); err == nil {
		folder = userfolder.Moved(former, folder)
	}
	j := journal.Open(folder, session.JournalListener())
	session.UseJournal(j)
	return j
}

// closeJournal brings what is left to disk.
func closeJournal(j *journal.Journal) {
	if j == nil {
		return
	}
	done := make(chan error, 1)
	go func() { done <- j.Close() }()
	select {
	case err := <-done:
		if err != nil {
			slog.Warn("not all that was done is kept", "kind", fault.KindOf(err))
		}
	case <-time.After(journalPatience):
		slog.Warn("the disk of the journal does not answer")
	}
}
