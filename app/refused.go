package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"

	"lightbox/model"
)

// refusals word why a model that was named cannot be used, the first that holds.
var refusals = []struct {
	err error
	why Term
}{
	{model.ErrUnknownModel, Term("there is no model of this name")},
	{fs.ErrNotExist, Term("it cannot be found")},
	{fs.ErrPermission, Term("your user rights do not allow reading it")},
	{model.ErrNotWeights, Term("it is no weights file of Lightbox")},
	{model.ErrOtherArchitecture, Term("it was made for another network")},
	{model.ErrWrongHash, Term("it is not as it was written, but damaged, changed, or made by an older version")},
	{model.ErrBadWeights, Term("it is damaged")},
}

// UsableNetwork is [NewNetwork] of a model that was named, loaded; or, where that
// model cannot be used, the network that chooses by itself, and the sentence that
// says so.
func UsableNetwork(name string) (n *Network, refused *Message) {
	n = NewNetwork(name)
	if n.fixed == "" {
		return n, nil
	}
	_, err := n.Model()
	if err == nil {
		return n, nil
	}
	why := Term("it cannot be read")
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			why = r.why
			break
		}
	}
	slog.Warn("the model is refused", "why", string(why)) // the error names the path, which the log must not
	m := Say("{{.File}} cannot be used as a model: {{.Why}}. The embedded models read instead; to use another, start Lightbox with a weights file that lightbox train wrote.",
		"File", Printable(filepath.Base(name)), "Why", why)
	return n.With(AutoModel), &m
}
