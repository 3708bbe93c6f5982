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

// name completes in with the folder and, for each of its frames, the name for
// its views: its base name without extension, else with it, else numbered; with
// the frame's number behind it where several frames of the file are analysed. A
// folder that was walked keeps its shape. Files that are no scans need no name.
func (n *namer) name(in *input, every bool) {
	if in.err != nil {
		return
	}
	if _, err := vision.DetectBlob(in.blob); err != nil {
		return
	}
	in.folder = filepath.Join(n.out, in.relative)
	for _, frame := range in.frames {
		suffix := ""
		if every && (in.several || len(in.frames) > 1) {
			suffix = fmt.Sprintf(".f%04d", frame+1)
		}
		in.outputNames = append(in.outputNames, n.free(in, suffix))
	}
}

func (n *namer) free(in *input, suffix string) string {
	base := filepath.Base(in.path)
	owner := in.path + suffix
	for i := 0; ; i++ {
		name := ""
		switch i {
		case 0:
			name = app.Stem(in.path) + suffix
		case 1:
			name = base + suffix
		default:
			name = fmt.Sprintf("%s-%d%s", base, i, suffix)
		}
		// Windows and macOS do not tell case apart.
		key := strings.ToLower(filepath.Join(in.folder, name))
		if o, ok := n.taken[key]; !ok || o == owner {
			n.taken[key] = owner
			return name
		}
	}
}
