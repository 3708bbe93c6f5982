package app

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"lightbox/app/films"
	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// labelsFile is the table that may stand in a folder of labelled scans: CSV
// with a header row and at least the columns file (path below the folder) and
// label; a column patient_id or group names what belongs together.
const labelsFile = "labels.csv"

// negatives and positives are the names that a class may have, in lower case.
var (
	negatives = []string{"0", "normal", "negative", "no finding", "no_finding"}
	positives = []string{"1", "pneumonia", "positive", "lung opacity", "lung_opacity"}
)

// labelOf reads a class name: 1, 0, or ok false for any other class.
func labelOf(name string) (label int, ok bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case slices.Contains(positives, name):
		return 1, true
	case slices.Contains(negatives, name):
		return 0, true
	}
	return 0, false
}

// labelled is one scan with its class.
type labelled struct {
	path, group string
	label       int
}

// LoadLabelled reads a folder of labelled scans: by its labels.csv or, without
// one, by subfolders named after the classes (normal and pneumonia, negative
// and positive, 0 and 1). Classes with other names are left out, and scans
// that cannot be read are listed in skipped; both are for the caller to tell.
//
// Pictures are reduced to the network's input as they are read, so that
// thousands fit in memory.
func LoadLabelled(ctx context.Context, folder string) (data *dataset.Dataset, skipped []Message, err error) {
	list, others, skipped, err := listLabelled(ctx, folder)
	if err != nil {
		return nil, nil, err
	}
	if others > 0 {
		skipped = append(skipped, Say("{{.Count}} files of {{.File}} belong to classes other than normal and pneumonia and are left out.", "Count", others, "File", Printable(filepath.Base(folder))))
	}
	pictures := make([]model.Gray, len(list))
	failures := make([]error, len(list))
	sums := make([][sha256.Size]byte, len(list))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				pictures[i], sums[i], failures[i] = reducedInput(ctx, list[i].path)
			}
		}()
	}
	for i := range list {
		next <- i
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return nil, nil, fault.Wrap(fault.Interrupted, folder, ctx.Err())
	}
	data = &dataset.Dataset{}
	hash := sha256.New()
	for i, l := range list {
		if failures[i] != nil {
			skipped = append(skipped, Explain(failures[i]))
			continue
		}
		data.Names = append(data.Names, l.path)
		data.Images = append(data.Images, pictures[i])
		data.Labels = append(data.Labels, l.label)
		data.Groups = append(data.Groups, l.group)
		_, _ = hash.Write(sums[i][:]) // a hash does not fail
	}
	if len(data.Images) == 0 {
		return nil, skipped, fault.New(fault.NoScans, folder, "no scan of the classes normal and pneumonia")
	}
	data.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return data, skipped, nil
}

// reducedInput is a scan at the size of the network, and the hash of what was
// reduced. Reducing it once more later changes nothing.
func reducedInput(ctx context.Context, path string) (g model.Gray, sum [sha256.Size]byte, err error) {
	defer fault.Contain(path, &err)
	scan, err := vision.Open(ctx, path, nil)
	if err != nil {
		return g, sum, err
	}
	if scan.Incomplete != nil {
		return g, sum, scan.Incomplete
	}
	rows, columns, pix, err := scan.ModelInput(ctx)
	if err != nil {
		return g, sum, err
	}
	small, err := model.Prepare(model.Gray{Rows: rows, Columns: columns, Pix: pix}, model.Preprocessing{Size: model.InputSize, Standardise: model.StandardiseNone})
	if err != nil {
		return g, sum, fault.Wrap(fault.PixelFormat, path, err)
	}
	h := sha256.New()
	_ = binary.Write(h, binary.LittleEndian, small) // a hash does not fail
	return model.Gray{Rows: model.InputSize, Columns: model.InputSize, Pix: small}, [sha256.Size]byte(h.Sum(nil)), nil
}

// listLabelled finds the scans of a folder, counts those of other classes and
// names the folders that cannot be read.
func listLabelled(ctx context.Context, folder string) (list []labelled, others int, unreadable []Message, err error) {
	f, err := os.Open(filepath.Join(folder, labelsFile))
	if err == nil {
		defer func() { _ = f.Close() }() // only read: nothing is lost by a failing close
		list, others, err = readLabels(f, folder)
		return list, others, nil, err
	}
	err = Walk(ctx, folder, func(path, relative string) error {
		label, ok := labelOf(filepath.Base(relative))
		if relative == "" || !ok {
			others++
			return nil
		}
		list = append(list, labelled{path: path, group: path, label: label})
		return nil
	}, func(_ string, err error) { unreadable = append(unreadable, Explain(err)) })
	return list, others, unreadable, err
}

// readLabels reads a labels.csv.
func readLabels(r io.Reader, folder string) (list []labelled, others int, err error) {
	path := filepath.Join(folder, labelsFile)
	rows, err := films.NewTable(r, path)
	if err != nil {
		return nil, 0, err
	}
	file, label, group := rows.Column("file"), rows.Column("label"), rows.Column("patient_id", "group")
	if file < 0 || label < 0 {
		return nil, 0, fault.New(fault.Corrupt, path, "the columns file and label are missing")
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return list, others, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if len(row) <= max(file, label) {
			continue // an empty line at the end
		}
		value, ok := labelOf(row[label])
		at, err := rows.File(row[file])
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			others++
			continue
		}
		l := labelled{path: at, group: filepath.FromSlash(row[file]), label: value}
		if group >= 0 && group < len(row) && row[group] != "" {
			l.group = row[group]
		}
		list = append(list, l)
	}
}
