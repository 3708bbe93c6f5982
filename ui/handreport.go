package ui

import (
	"strings"

	"lightbox/app"
	"lightbox/vision"
)

// handReport is what the reader set, as --report tells it.
type handReport struct {
	Layout   app.Layout        `json:"layout"`
	Active   int               `json:"active"` // pane, from 0
	Views    []vision.ViewKind `json:"views"`
	Series   []string          `json:"series"` // of each pane
	Frames   []int             `json:"frames"` // on screen in each pane, from 1
	Links    app.Links         `json:"links"`
	Tool     string            `json:"tool"`
	Width    float64           `json:"width"`
	Centre   float64           `json:"centre"`
	Source   string            `json:"source"` // of the window
	Zoom     float64           `json:"zoom"`
	Sigma    float64           `json:"sigma"` // of the Gaussian that is applied, px; 0 where none is shown
	Marks    []string          `json:"marks"` // of the image in the active pane: what stands beside them
	Key      bool              `json:"key_image"`
	Undo     app.Step          `json:"undo"` // what undo would take back
	Mode     app.Mode          `json:"mode"`
	Revealed app.Reveal        `json:"revealed"`
	Demo     bool              `json:"demo"`
	Title    string            `json:"title"`
	Told     string            `json:"told"` // the sentence in the status line
	Busy     bool              `json:"dialog"`
	Monitor  string            `json:"monitor"`
}

func (w *mainWindow) reportHand() handReport {
	st := w.session.State()
	h := handReport{
		Layout: st.Layout, Active: st.Active, Links: st.Links, Tool: string(w.tool), Zoom: st.Viewport.Zoom, Mode: st.Mode,
		Revealed: st.Revealed(), Demo: st.Demo, Title: w.window.Title(), Key: st.IsKey(st.Pane), Busy: w.dialog != nil, Monitor: w.session.Monitor(),
	}
	h.Undo, _ = w.session.CanUndo()
	for _, p := range st.Panes {
		series := ""
		if k := p.Stack(); k != nil {
			caption, _ := stackCaption(st, k)
			series = join(" ", caption, k.Study.Date)
		}
		h.Views, h.Series, h.Frames = append(h.Views, p.View), append(h.Series, series), append(h.Frames, p.ShownFrame()+1)
	}
	if st.Scan != nil {
		h.Centre, h.Width = st.VOI.Window()
		h.Source = string(st.VOI.Source)
		if f := st.Views.Filtered(vision.ViewGaussian); f != nil {
			h.Sigma = f.Sigma
		}
		for _, m := range st.Marks(st.Pane) {
			h.Marks = append(h.Marks, strings.Join(w.markLabel(st.Pane, m), "; "))
		}
	}
	if st.Told != nil {
		h.Told = st.Told.String()
	}
	return h
}

// reportButtons is where the toolbar's buttons are.
func (w *mainWindow) reportButtons() map[string][4]int {
	at := map[string][4]int{}
	for _, b := range w.buttons {
		at[b.action.id] = corner4(screenRect(b.button))
	}
	return at
}
