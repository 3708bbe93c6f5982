package blob

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lightbox/vision/fault"
)

// write puts bytes into a file of the test's folder.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// packed makes an archive with the standard library, which shares no code with
// ours but flate.
func packed(t testing.TB, add func(*zip.Writer)) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	add(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func put(t testing.TB, w *zip.Writer, h zip.FileHeader, data []byte) {
	t.Helper()
	f, err := w.CreateHeader(&h)
	if err == nil {
		_, err = f.Write(data)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func noise(n int) []byte {
	b := make([]byte, n)
	rnd := rand.New(rand.NewSource(3))
	for i := range b {
		b[i] = byte(rnd.Intn(32))
	}
	return b
}

func all(b Blob) ([]byte, error) {
	r, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
}

func TestZipEntries(t *testing.T) {
	big, small := noise(300_000), []byte("twelve bytes")
	data := packed(t, func(w *zip.Writer) {
		put(t, w, zip.FileHeader{Name: "a/", Method: zip.Store}, nil)
		put(t, w, zip.FileHeader{Name: "a/stored", Method: zip.Store}, big)
		put(t, w, zip.FileHeader{Name: "a/deflated", Method: zip.Deflate}, big)
		put(t, w, zip.FileHeader{Name: "empty", Method: zip.Deflate}, nil)
		put(t, w, zip.FileHeader{Name: "片子.dcm", Method: zip.Deflate}, small)
	})
	for name, archive := range map[string][]byte{"as it is": data, "behind a program": append(noise(5000), data...), "with a comment": comment(data)} {
		path := write(t, "scans.zip", archive)
		blobs, err := Zip(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := []struct {
			name string
			data []byte
		}{{"a/stored", big}, {"a/deflated", big}, {"empty", nil}, {"片子.dcm", small}}
		if len(blobs) != len(want) {
			t.Fatalf("%s: %d entries", name, len(blobs))
		}
		for i, b := range blobs {
			got, err := all(b)
			if err != nil || !bytes.Equal(got, want[i].data) || b.Path() != filepath.Join(path, want[i].name) {
				t.Errorf("%s: %s: %d bytes, %v", name, b.Path(), len(got), err)
			}
		}
	}
}

// comment adds an archive comment that itself looks like an end record.
func comment(data []byte) []byte {
	data = slices.Clone(data)
	text := []byte("PK\x05\x06 is how it ends, and then some more text of no use")
	binary.LittleEndian.PutUint16(data[len(data)-2:], uint16(len(text)))
	return append(data, text...)
}

// Any piece of an entry, in any order and by several goroutines.
func TestInflateAnywhere(t *testing.T) {
	data := noise(5*pieceBytes + 77)
	path := write(t, "a.zip", packed(t, func(w *zip.Writer) { put(t, w, zip.FileHeader{Name: "x", Method: zip.Deflate}, data) }))
	blobs, err := Zip(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := blobs[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			rnd := rand.New(rand.NewSource(int64(g)))
			for range 200 {
				off := rnd.Intn(len(data) + 10)
				p := make([]byte, rnd.Intn(2*pieceBytes))
				n, err := r.ReadAt(p, int64(off))
				want := data[min(off, len(data)):min(off+len(p), len(data))]
				if !bytes.Equal(p[:n], want) || (n < len(p)) != errors.Is(err, io.EOF) {
					t.Errorf("%d bytes at %d: %d read, %v", len(p), off, n, err)
				}
			}
		})
	}
	group.Wait()
}

// Reading the header of a large entry must not inflate the rest.
func TestHeaderOnlyInflatesItsPiece(t *testing.T) {
	path := write(t, "a.zip", packed(t, func(w *zip.Writer) { put(t, w, zip.FileHeader{Name: "x", Method: zip.Deflate}, noise(8<<20)) }))
	blobs, _ := Zip(path)
	r, err := blobs[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.ReadAt(make([]byte, 512), 0); err != nil {
		t.Fatal(err)
	}
	if got := r.(*inflated).have; got != pieceBytes {
		t.Errorf("%d bytes inflated", got)
	}
}

func TestZipNames(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("胸部\\片子.dcm")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, want string }{
		{gbk, "胸部/片子.dcm"},
		{"../../etc/passwd", "etc/passwd"},
		{"/abs/x", "abs/x"},
		{`C:\scans\x`, "scans/x"},
		{"a//./b\x1b[2J", "a/b\uFFFD[2J"},
		{"..", "?"},
		{"caf\x82.dcm\xff", "café.dcm\u00a0"},
	}
	for _, c := range cases {
		data := packed(t, func(w *zip.Writer) { put(t, w, zip.FileHeader{Name: c.name, NonUTF8: true}, []byte("x")) })
		blobs, err := Zip(write(t, "a.zip", data))
		if err != nil || len(blobs) != 1 {
			t.Fatalf("%q: %v", c.name, err)
		}
		if got := filepath.ToSlash(blobs[0].(*entry).name); got != strings.ReplaceAll(c.want, "\u00a0", "\uFFFD") {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
}

// deflated gives n MiB of zeros as deflate has them: one piece, flushed, over
// and over, because what it refers back to are zeros again.
func deflated(t testing.TB, n int) (data []byte, crc uint32) {
	t.Helper()
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	chunk := make([]byte, 1<<20)
	if err == nil {
		_, err = w.Write(chunk)
	}
	if err == nil {
		err = w.Flush()
	}
	piece := bytes.Clone(buf.Bytes())
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	end := buf.Bytes()[len(piece):]
	for range n {
		crc = crc32.Update(crc, crc32.IEEETable, chunk)
	}
	return append(bytes.Repeat(piece, n), end...), crc
}

func raw(t testing.TB, data []byte, size uint64, crc uint32, flags uint16) []byte {
	return packed(t, func(w *zip.Writer) {
		f, err := w.CreateRaw(&zip.FileHeader{Name: "x", Method: zip.Deflate, CompressedSize64: uint64(len(data)), UncompressedSize64: size, CRC32: crc, Flags: flags})
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A billion zeros cost no more than what is asked of them; sizes that lie are
// found out.
func TestZipBombs(t *testing.T) {
	const giant = 1 << 30
	zeros, crc := deflated(t, giant>>20)
	some, someCRC := deflated(t, 1)
	cases := []struct {
		name    string
		archive []byte
		open    fault.Kind
		read    fault.Kind
	}{
		{"1 GiB of zeros", raw(t, zeros, giant, crc, 0), "", ""},
		{"one byte more than may be held", raw(t, zeros, giant+1, crc, 0), fault.TooLarge, ""},
		{"5 GiB declared", raw(t, zeros, 5<<30, crc, 0), fault.TooLarge, ""},
		{"more declared than deflate can give", raw(t, some, 900<<20, someCRC, 0), fault.Corrupt, ""},
		{"less declared than there is", raw(t, some, 1000, someCRC, 0), "", fault.Corrupt},
		{"more declared than there is", raw(t, some, 1<<20+5, someCRC, 0), "", fault.Truncated},
		{"a wrong checksum", raw(t, some, 1<<20, someCRC+1, 0), "", fault.Corrupt},
		{"encrypted", raw(t, some, 1<<20, someCRC, flagEncrypted), fault.CannotRead, ""},
		{"no deflate at all", raw(t, []byte("\xff\xff\xff\xff"), 100, 0, 0), "", fault.Corrupt},
	}
	for _, c := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		blobs, err := Zip(write(t, "a.zip", c.archive))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		r, err := blobs[0].Open()
		if got := fault.KindOf(err); got != c.open {
			t.Errorf("%s: open: %v", c.name, err)
		}
		if err != nil {
			continue
		}
		if _, err = r.ReadAt(make([]byte, 512), 0); err != nil && c.read == "" {
			t.Errorf("%s: head: %v", c.name, err)
		}
		if c.read != "" {
			_, err = io.Copy(io.Discard, io.NewSectionReader(r, 0, r.Size()))
			if fault.KindOf(err) != c.read {
				t.Errorf("%s: read: %v", c.name, err)
			}
		}
		_ = r.Close()
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
			t.Errorf("%s: %d bytes allocated", c.name, n)
		}
	}
}

// handmade writes a directory of n records that all name the one local header.
func handmade(n int, claimed uint16) []byte {
	le := binary.LittleEndian
	b := make([]byte, localBytes+1)
	le.PutUint32(b, localSignature)
	at := len(b)
	record := make([]byte, entryBytes+1)
	le.PutUint32(record, entrySignature)
	le.PutUint16(record[28:], 1)
	record[entryBytes] = 'x'
	b = append(b, bytes.Repeat(record, n)...)
	end := make([]byte, endBytes)
	le.PutUint32(end, endSignature)
	le.PutUint16(end[8:], claimed)
	le.PutUint16(end[10:], claimed)
	le.PutUint32(end[12:], uint32(n*len(record)))
	le.PutUint32(end[16:], uint32(at))
	return append(b, end...)
}

func TestZipHostileDirectories(t *testing.T) {
	const million = 1_000_000
	good := packed(t, func(w *zip.Writer) {
		for i := range 3 {
			put(t, w, zip.FileHeader{Name: fmt.Sprint(i)}, noise(100))
		}
	})
	lyingCount := slices.Clone(good)
	binary.LittleEndian.PutUint16(lyingCount[len(lyingCount)-12:], 60000)
	farOff := slices.Clone(good)
	binary.LittleEndian.PutUint32(farOff[len(farOff)-6:], 0xfffffff0)
	count := uint64(million) % 65536
	cases := []struct {
		name    string
		archive []byte
		want    fault.Kind
	}{
		{"a million entries", handmade(million, uint16(count)), fault.TooLarge},
		{"two entries at one place", handmade(2, 2), fault.Corrupt},
		{"a count of entries that are not there", lyingCount, fault.Corrupt},
		{"a directory outside of the file", farOff, fault.Corrupt},
		{"no end", good[:len(good)-10], fault.Truncated},
		{"only an end", good[len(good)-endBytes:], fault.Corrupt},
		{"nothing", nil, fault.Truncated},
	}
	for _, c := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Zip(write(t, "a.zip", c.archive))
		if fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
			t.Errorf("%s: %d bytes allocated", c.name, n)
		}
	}
	if _, err := Zip(t.TempDir()); fault.KindOf(err) != fault.IsDirectory {
		t.Errorf("a folder: %v", err)
	}
	if blobs, err := Zip(write(t, "a.zip", packed(t, func(*zip.Writer) {}))); err != nil || len(blobs) != 0 {
		t.Errorf("an empty archive: %d entries, %v", len(blobs), err)
	}
}

// 70,000 entries need ZIP64's count; the standard library writes it.
func TestZip64(t *testing.T) {
	const n = 70_000
	blobs, err := Zip(write(t, "a.zip", packed(t, func(w *zip.Writer) {
		for i := range n {
			put(t, w, zip.FileHeader{Name: fmt.Sprint(i)}, nil)
		}
	})))
	if err != nil || len(blobs) != n || !strings.HasSuffix(blobs[n-1].Path(), fmt.Sprint(n-1)) {
		t.Fatalf("%d entries, %v", len(blobs), err)
	}
}

func TestArchiveChangedSinceListing(t *testing.T) {
	path := write(t, "a.zip", packed(t, func(w *zip.Writer) { put(t, w, zip.FileHeader{Name: "x"}, noise(2000)) }))
	blobs, err := Zip(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"other": noise(3000), "shorter": []byte("PK\x03\x04")} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := blobs[0].Open(); fault.KindOf(err) != fault.Corrupt && fault.KindOf(err) != fault.Truncated {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := blobs[0].Open(); fault.KindOf(err) != fault.NotFound {
		t.Errorf("gone: %v", err)
	}
}

// FuzzZip: whatever the bytes, entries whose heads can be read or a *fault.Error.
func FuzzZip(f *testing.F) {
	small := packed(f, func(w *zip.Writer) {
		put(f, w, zip.FileHeader{Name: "a", Method: zip.Store}, []byte("stored"))
		put(f, w, zip.FileHeader{Name: "b", Method: zip.Deflate}, noise(300))
	})
	f.Add(small)
	f.Add(comment(small))
	f.Add(append([]byte("before"), small...))
	f.Add(handmade(3, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "a.zip")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		blobs, err := Zip(path)
		typed(t, err)
		for _, b := range blobs {
			r, err := b.Open()
			if typed(t, err); err != nil {
				continue
			}
			head := make([]byte, 512)
			if _, err = r.ReadAt(head, 0); !errors.Is(err, io.EOF) {
				typed(t, err)
			}
			_ = r.Close()
		}
	})
}

func typed(t *testing.T, err error) {
	t.Helper()
	var e *fault.Error
	if err != nil && !errors.As(err, &e) {
		t.Errorf("%T: %v", err, err)
	}
}
