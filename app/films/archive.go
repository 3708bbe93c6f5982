package films

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lightbox/model/dataset"
	"lightbox/model/plane"
	"lightbox/vision/fault"
)

// Archive lists the pictures of a MedMNIST-style npz file, of the splits train and
// val. Pictures that are the same have one group, in whichever split they are: the
// splits of such files are known to share some. The split test is not decoded, but
// counted. What is no such file wraps dataset.ErrBadData.
func Archive(path string) (list []Entry, test int, err error) {
	archive, err := dataset.OpenNPZ(path)
	var system *os.PathError
	if errors.As(err, &system) {
		return nil, 0, fault.Reading(path, err)
	}
	if err != nil {
		return nil, 0, err
	}
	set := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	for _, split := range []string{"train", "val"} {
		if split == "val" && !archive.Has(split) {
			continue
		}
		data, err := archive.Split(split)
		if err != nil {
			return nil, 0, err
		}
		for i, g := range data.Images {
			list = append(list, Entry{
				Set: set, Dir: path, Path: path + "/" + data.Names[i], Name: data.Names[i], Split: split,
				Class: fmt.Sprint(data.Labels[i]), Group: set + "/" + data.Groups[i],
				Pixels: plane.Plane{Rows: g.Rows, Columns: g.Columns, Pix: g.Pix},
			})
		}
	}
	if archive.Has("test") {
		test, err = archive.Count("test")
	}
	return list, test, err
}
