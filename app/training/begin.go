package training

import (
	"lightbox/app"
	"lightbox/model"
)

// beginWith is the model whose networks a training begins with; nil where none is named.
func (o Options) beginWith() (*model.Model, error) {
	if o.Begin == "" {
		return nil, nil
	}
	return app.LoadModel(o.Begin)
}
