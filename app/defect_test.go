package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// broken is a network whose loading has a defect.
func broken() *Network {
	n := NewNetwork("broken")
	n.loaded.load["broken"] = func() (*model.Model, error) { panic("a defect in the model room") }
	return n
}

// A defect is called one: not a cancelled opening, and never silence.
func TestADefectInTheModelIsCalledOne(t *testing.T) {
	path := write(t, "a.dcm", radiograph())
	_, err := Analyze(context.Background(), path, vision.DefaultBlur, broken())
	var p *fault.Panic
	if fault.KindOf(err) != fault.InternalError || !errors.As(err, &p) {
		t.Errorf("analyze: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	scan, err := vision.Open(ctx, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := NewNetwork("").Read(ctx, scan); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled: %v", err)
	}
}

// In the window the scan stays, the reading says that it failed, and the stack
// is in the log.
func TestADefectInTheModelCostsOnlyTheReading(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	d := newDesk(t)
	path := write(t, "张三.dcm", radiograph())
	d.do(func(s *Session) { s.network = broken(); s.Open(path) })
	d.until("an open scan", settled)
	d.do(func(s *Session) {
		r := s.State().Reading
		if r.Status != Failed || r.Reason == nil || strings.Contains(r.Reason.String(), "张三") {
			t.Errorf("%+v", r)
		}
		if s := log.String(); !strings.Contains(s, "stack=") || strings.Contains(s, "张三") {
			t.Errorf("log: %s", s)
		}
	})
}

// A first filtering that was cancelled can be asked for again, with the same
// parameters.
func TestACancelledFirstFilterCanBeAskedForAgain(t *testing.T) {
	d := newDesk(t)
	path := write(t, "large.dcm", dicomtest.Image{Rows: 3000, Columns: 3000, Stored: 12}.Bytes())
	asked := vision.Blur{Kernel: 99, Sigma: 30}
	d.do(func(s *Session) {
		if err := s.SetBlur(asked); err != nil {
			t.Error(err)
		}
		s.Open(path)
	})
	cancelled := false
	d.until("a cancelled filter or a done one", func(st *State) bool {
		if st.Scan == nil {
			return false
		}
		if d.session.filter.cancel != nil {
			d.session.Cancel()
			cancelled = true
		}
		return cancelled || blurred(st) != nil
	})
	if !cancelled {
		t.Skip("this machine filtered before it could be cancelled")
	}
	d.do(func(s *Session) {
		if s.State().Filters.Gaussian != asked || blurred(s.State()) != nil {
			t.Errorf("after cancelling: %+v, blurred %v", s.State().Filters.Gaussian, blurred(s.State()))
		}
		if err := s.SetBlur(asked); err != nil {
			t.Error(err)
		}
	})
	d.until("the filter", func(st *State) bool { return blurred(st) != nil && applied(st) == asked })
}
