package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// Export writes the three views of an analysed scan into folder as
// NAME.original.png, NAME.gray.png and NAME.blur.png at full resolution (see
// vision.Scan.EncodePNG) and returns the files. Only exports of ours are
// replaced, never another file of the same name. If one cannot be written, those
// that were new are taken away again; no file is ever half-written.
func Export(ctx context.Context, a *Analysis, folder, name string) (files []string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fault.Writing(folder, err)
	}
	var added []string
	var encoded *vision.Image // what b holds: the views of a gray scan share their values
	var b bytes.Buffer
	defer func() {
		if err == nil {
			return
		}
		for _, f := range added {
			_ = os.Remove(f) // the error that brought us here is the one to report
		}
		files = nil
	}()
	for _, v := range []struct {
		suffix string
		image  *vision.Image
	}{
		{"original", a.Scan.Values},
		{"gray", a.Gray.Image},
		{"blur", a.Blurred.Image},
	} {
		path := filepath.Join(folder, name+"."+v.suffix+".png")
		if ctx.Err() != nil {
			return files, fault.Wrap(fault.Interrupted, path, ctx.Err())
		}
		if encoded != v.image {
			b.Reset()
			if err := a.Scan.EncodePNG(&b, v.image, Disclaimer); err != nil {
				return files, fault.WithPath(err, path)
			}
			encoded = v.image
		}
		_, missing := os.Lstat(path)
		if missing == nil && !vision.IsExport(path, Disclaimer) {
			return files, fault.New(fault.CannotWrite, path, "another file of this name is there, which Lightbox did not make")
		}
		if err := model.WriteFileAtomic(path, b.Bytes()); err != nil {
			return files, fault.Writing(path, err)
		}
		if missing != nil {
			added = append(added, path)
		}
		files = append(files, path)
	}
	return files, nil
}

// Stem is a file's name without its extension; a name that is all extension
// stays whole.
func Stem(path string) string {
	name := filepath.Base(path)
	if s := strings.TrimSuffix(name, filepath.Ext(name)); s != "" {
		return s
	}
	return name
}
