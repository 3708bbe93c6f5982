package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"lightbox/app"
	"lightbox/vision"
)

// namer gives each scan of a command its own name in the output folder, so
// that a.png and a.dcm do not overwrite each other's views.
type namer struct {
	out   string
	taken map[string]string // name in its folder → the input that has it
}

func newNamer(out string) *namer { return &namer{out: out, taken: map[string]string{}} }

// name completes in with the folder and the name for its views: its base name
// without extension, else with it, else numbered. A folder that was walked
// keeps its shape. Files that are no scans need no name.
func (n *namer) name(in *input) {
	if _, err := vision.Detect(in.path); err != nil {
		return
	}
	in.folder = filepath.Join(n.out, in.relative)
	base := filepath.Base(in.path)
	for i := 0; ; i++ {
		switch i {
		case 0:
			in.name = app.Stem(in.path)
		case 1:
			in.name = base
		default:
			in.name = fmt.Sprintf("%s-%d", base, i)
		}
		// Windows and macOS do not tell case apart.
		key := strings.ToLower(filepath.Join(in.folder, in.name))
		if owner, ok := n.taken[key]; !ok || owner == in.path {
			n.taken[key] = in.path
			return
		}
	}
}
