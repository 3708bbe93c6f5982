package dataset

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/sbinet/npyio/npy"

	"lightbox/model"
)

// Limits on what is read from an npz file.
const (
	maxFileBytes   = 1 << 30 // the archive itself
	maxArrayBytes  = 1 << 30 // one array, unpacked
	maxHeaderBytes = 4096    // the text before an array's data
	prefixBytes    = 12      // before that text, at most
)

// npyHeader is the text NumPy writes before an array. It is checked here
// because the reader of npyio slices it without looking.
var npyHeader = regexp.MustCompile(`^\{'descr': '([^']{1,16})', 'fortran_order': (True|False), 'shape': \(([0-9, ]{0,128})\), \} *\n$`)

// Archive is an open npz file in the MedMNIST layout: keys
// {train,val,test}_{images,labels}, images uint8 of shape (n, rows, columns),
// labels uint8 of shape (n) or (n, 1) with values 0 and 1.
type Archive struct {
	zip    *zip.Reader
	sha256 string
	name   string
}

// OpenNPZ reads an npz file into memory. Errors wrap [ErrBadData] where the
// file is not such an archive.
func OpenNPZ(name string) (*Archive, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open the data set: %w", err)
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the data set %s: %w", name, err)
	}
	a, err := NewArchive(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a.name = name
	return a, nil
}

// NewArchive takes the bytes of an npz file.
func NewArchive(file []byte) (*Archive, error) {
	if len(file) > maxFileBytes {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrBadData, maxFileBytes)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("%w: not an npz archive: %w", ErrBadData, err)
	}
	sum := sha256.Sum256(file)
	return &Archive{zip: z, sha256: hex.EncodeToString(sum[:]), name: "data set"}, nil
}

// SHA256 is the hash of the whole file in lower-case hex.
func (a *Archive) SHA256() string { return a.sha256 }

// Has tells whether the archive holds a split's pictures and labels.
func (a *Archive) Has(split string) bool {
	found := 0
	for _, f := range a.zip.File {
		switch strings.TrimSuffix(f.Name, ".npy") {
		case split + "_images", split + "_labels":
			found++
		}
	}
	return found == 2
}

// Count is how many pictures a split has, by what its labels say of themselves: none
// is decoded.
func (a *Archive) Count(split string) (int, error) {
	key := split + "_labels"
	raw, err := a.member(key, prefixBytes+maxHeaderBytes)
	if err != nil {
		return 0, fmt.Errorf("%s, split %q: %w", a.name, split, err)
	}
	shape, _, _, err := readHeader(raw)
	if err == nil && len(shape) == 0 {
		err = fmt.Errorf("%w: labels without a shape", ErrBadData)
	}
	if err != nil {
		return 0, fmt.Errorf("%s, split %q: %q: %w", a.name, split, key, err)
	}
	return shape[0], nil
}

// Split reads one part; pixels become value/255. Identical pictures share a
// group. Errors wrap [ErrBadData].
func (a *Archive) Split(split string) (*Dataset, error) {
	d, err := a.split(split)
	if err != nil {
		return nil, fmt.Errorf("%s, split %q: %w", a.name, split, err)
	}
	return d, nil
}

func (a *Archive) split(split string) (*Dataset, error) {
	images, shape, err := a.bytes(split + "_images")
	if err != nil {
		return nil, err
	}
	labels, labelShape, err := a.bytes(split + "_labels")
	if err != nil {
		return nil, err
	}
	if len(shape) != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1 {
		return nil, fmt.Errorf("%w: images of shape %v, (n, rows, columns) is needed", ErrBadData, shape)
	}
	n, rows, columns := shape[0], shape[1], shape[2]
	if len(labels) != n || labelShape[0] != n {
		return nil, fmt.Errorf("%w: labels of shape %v for %d pictures", ErrBadData, labelShape, n)
	}
	d := &Dataset{SHA256: a.sha256}
	for i := range n {
		pix := make([]float32, rows*columns)
		for j, v := range images[i*rows*columns : (i+1)*rows*columns] {
			pix[j] = float32(v) / 255
		}
		d.Names = append(d.Names, split+"/"+strconv.Itoa(i))
		d.Images = append(d.Images, model.Gray{Rows: rows, Columns: columns, Pix: pix})
		d.Labels = append(d.Labels, int(labels[i]))
	}
	d.Groups = DuplicateGroups(d.Images)
	return d, d.Validate()
}

// bytes reads one uint8 array and its shape.
func (a *Archive) bytes(key string) ([]byte, []int, error) {
	raw, err := a.member(key, maxArrayBytes+1)
	if err != nil {
		return nil, nil, err
	}
	if len(raw) > maxArrayBytes {
		return nil, nil, fmt.Errorf("%w: %q unpacks to more than %d bytes", ErrBadData, key, maxArrayBytes)
	}
	shape, err := checkHeader(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%q: %w", key, err)
	}
	r, err := npy.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %q: %w", ErrBadData, key, err)
	}
	var data []uint8
	if err := r.Read(&data); err != nil {
		return nil, nil, fmt.Errorf("%w: %q: %w", ErrBadData, key, err)
	}
	return data, shape, nil
}

// member unpacks the first bytes of one entry, without trusting the size the archive
// states.
func (a *Archive) member(key string, most int64) ([]byte, error) {
	for _, f := range a.zip.File {
		if strings.TrimSuffix(f.Name, ".npy") != key {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%w: cannot unpack %q: %w", ErrBadData, key, err)
		}
		raw, err := io.ReadAll(io.LimitReader(r, most))
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, fmt.Errorf("%w: cannot unpack %q: %w", ErrBadData, key, err)
		}
		return raw, nil
	}
	return nil, fmt.Errorf("%w: there is no array %q", ErrBadData, key)
}

// checkHeader verifies an npy file's header and that the data behind it have exactly
// the stated size.
func checkHeader(raw []byte) ([]int, error) {
	shape, elements, end, err := readHeader(raw)
	if err == nil && elements != len(raw)-end {
		err = fmt.Errorf("%w: shape %v needs %d values, %d are there", ErrBadData, shape, elements, len(raw)-end)
	}
	return shape, err
}

// readHeader reads an npy file's header (NumPy format 1.0 and 2.0), which ends where
// the data begin.
// Source: numpy.lib.format, "Format Version 1.0".
func readHeader(raw []byte) (shape []int, elements, end int, err error) {
	refuse := func(format string, args ...any) ([]int, int, int, error) {
		return nil, 0, 0, fmt.Errorf("%w: %w", ErrBadData, fmt.Errorf(format, args...))
	}
	const magic = "\x93NUMPY"
	if len(raw) < prefixBytes || string(raw[:6]) != magic {
		return refuse("not a NumPy array")
	}
	begin, length := 10, int(binary.LittleEndian.Uint16(raw[8:]))
	if raw[6] == 2 {
		begin, length = 12, int(min(binary.LittleEndian.Uint32(raw[8:]), maxHeaderBytes+1))
	} else if raw[6] != 1 {
		return refuse("NumPy format version %d.%d", raw[6], raw[7])
	}
	if length > maxHeaderBytes || begin+length > len(raw) {
		return refuse("the array's header is cut off or too long")
	}
	fields := npyHeader.FindSubmatch(raw[begin : begin+length])
	if fields == nil {
		return refuse("the array's header cannot be read")
	}
	if dtype := string(fields[1]); dtype != "|u1" && dtype != "uint8" && dtype != "u1" {
		return refuse("values of type %q, uint8 is needed", dtype)
	}
	if string(fields[2]) == "True" {
		return refuse("the array is stored by columns")
	}
	shape, elements, err = parseShape(string(fields[3]))
	return shape, elements, begin + length, err
}

func parseShape(text string) (shape []int, elements int, err error) {
	elements = 1
	for _, field := range strings.Split(strings.TrimSuffix(strings.TrimSpace(text), ","), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 0 || n > maxArrayBytes || elements > maxArrayBytes/max(n, 1) {
			return nil, 0, fmt.Errorf("%w: array shape (%s)", ErrBadData, text)
		}
		elements *= n
		shape = append(shape, n)
	}
	return shape, elements, nil
}
