package evaluation

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"lightbox/model/audit"
	"lightbox/model/dataset"
	"lightbox/model/measured"
	"lightbox/model/train/miniature"
	"lightbox/vision/fault"
)

// OfDataset measures a model on pictures of an archive, of which there are no
// files: no gate is asked, and every picture is read.
func OfDataset(ctx context.Context, o Options, data *dataset.Dataset) (*Evaluation, error) {
	m, err := o.Network.Model()
	if err != nil {
		return nil, err
	}
	if err := data.Validate(); err != nil {
		return nil, err
	}
	e := &Evaluation{Model: m, Folder: o.Folder, Split: o.Split, SHA256: data.SHA256, Templates: map[string]string{}}
	predictions, err := m.PredictBatch(ctx, data.Images, o.Progress)
	if err != nil {
		return nil, err
	}
	reader, err := audit.NewReader(m)
	if err != nil {
		return nil, err
	}
	set := miniature.SetOf(strings.TrimSuffix(filepath.Base(o.Folder), filepath.Ext(o.Folder)))
	scans := make([]scan, len(predictions))
	failures := make([]error, len(predictions))
	each(ctx, len(scans), func(i int) {
		g := data.Images[i]
		fitted, _ := m.Calibrations().For(o.Age)
		scans[i] = scan{
			picture: measured.Picture{Set: set, Group: data.Groups[i], Label: data.Labels[i], Logit: predictions[i].Logit, Fitted: fitted},
			width:   g.Columns, height: g.Rows,
		}
		if o.Audit {
			scans[i].rim = audit.RimFeatures(g)
			scans[i].audited, failures[i] = reader.Read(ctx, g, uint64(i))
		}
	})
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, o.Folder, ctx.Err())
	}
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	return e, e.measure(o, scans)
}
