//go:build cgo

package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"lightbox/vision/dicom"
	"lightbox/vision/dicom/codec"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
	"lightbox/vision/worker"
)

// recorder keeps the jobs that it is given and decodes nothing.
type recorder struct{ jobs []codec.Job }

func (r *recorder) Decode(_ context.Context, job codec.Job) (*codec.Picture, error) {
	r.jobs = append(r.jobs, job)
	return nil, fault.New(fault.Interrupted, "", "only recorded")
}

// publicJobs are the first two compressed frames of each public file.
func publicJobs(t testing.TB) []codec.Job {
	t.Helper()
	ctx := context.Background()
	r := &recorder{}
	err := filepath.WalkDir(dicomtest.Shared(t), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := dicom.Open(ctx, path, nil)
		if err != nil {
			return nil // not a DICOM object, or one that is broken on purpose
		}
		f.Decoder = r
		for i := range min(f.Frames, 2) {
			_, _ = f.Frame(ctx, i) // what comes of it is not the question here
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.jobs
}

// same fails the test unless a worker gives what this process gives: picture
// and error, in all their parts.
func same(t *testing.T, name string, want, got *codec.Picture, wantErr, gotErr error) {
	t.Helper()
	if (want == nil) != (got == nil) || (wantErr == nil) != (gotErr == nil) {
		t.Errorf("%s: in process %v, %v; in a worker %v, %v", name, want != nil, wantErr, got != nil, gotErr)
		return
	}
	if want != nil {
		if !bytes.Equal(want.Data, got.Data) {
			t.Errorf("%s: other samples", name)
		}
		w, g := *want, *got
		w.Data, g.Data = nil, nil
		if !reflect.DeepEqual(w, g) {
			t.Errorf("%s: %+v became %+v", name, w, g)
		}
	}
	var w, g *fault.Error
	if errors.As(wantErr, &w) && (!errors.As(gotErr, &g) || g.Kind != w.Kind || g.Detail != w.Detail || g.Format != w.Format) {
		t.Errorf("%s: %+v became %+v", name, w, g)
	}
}

// The public files' frames come out of a confined worker as they do in
// process: C, C++ and Go under the filter.
func TestPublicFrames(t *testing.T) {
	pool, here := worker.New(worker.Options{Workers: 2}), worker.New(worker.Options{InProcess: true})
	defer pool.Close()
	ctx := context.Background()
	decoded, refused := map[codec.Format]int{}, map[codec.Format]int{}
	for i, job := range publicJobs(t) {
		want, wantErr := here.Decode(ctx, job)
		got, gotErr := pool.Decode(ctx, job)
		same(t, fmt.Sprintf("frame %d, %s", i, job.Format), want, got, wantErr, gotErr)
		if wantErr == nil {
			decoded[job.Format]++
		} else {
			refused[job.Format]++
		}
	}
	t.Logf("decoded %v, refused %v", decoded, refused)
	for _, f := range []codec.Format{codec.RLE, codec.JPEG, codec.JPEGLS, codec.JPEG2000} {
		if decoded[f] == 0 {
			t.Errorf("no frame of %s was decoded", f)
		}
	}
}

// Damaged frames cost no more than themselves: whatever comes of them, the
// next sound frame is decoded. No kind but those of codec.Decoder and the
// pool's own comes out.
func TestDamagedFrames(t *testing.T) {
	jobs := publicJobs(t)
	pool := worker.New(worker.Options{Workers: 2})
	defer pool.Close()
	ctx := context.Background()
	rnd := rand.New(rand.NewPCG(3, 4))
	kinds := map[string]int{}
	for range 300 {
		job := jobs[rnd.IntN(len(jobs))]
		if len(job.Data) == 0 {
			continue
		}
		job.Data = bytes.Clone(job.Data)
		if rnd.IntN(3) == 0 {
			job.Data = job.Data[:rnd.IntN(len(job.Data))]
		}
		for range rnd.IntN(10) {
			if len(job.Data) > 0 {
				job.Data[rnd.IntN(len(job.Data))] = byte(rnd.IntN(256))
			}
		}
		job.MaxBytes = 64 << 20
		_, err := pool.Decode(ctx, job)
		kind := fault.KindOf(err)
		kinds[string(job.Format)+" "+string(kind)]++
		if kind == fault.InternalError || kind == fault.Died || kind == fault.TimedOut {
			t.Logf("%s: %v", job.Format, err)
		}
	}
	t.Log(kinds)
}

// OpenJPEG starts threads for large pictures, which the filter must allow, and
// their stacks and heaps count to the ceiling.
func TestThreadsOfC(t *testing.T) {
	tool, err := exec.LookPath("opj_compress")
	if err != nil {
		t.Skip("opj_compress is not installed; it makes the picture")
	}
	const rows, columns = 2100, 2300
	dir := t.TempDir()
	var b bytes.Buffer
	fmt.Fprintf(&b, "P5\n%d %d\n65535\n", columns, rows)
	rnd := rand.New(rand.NewPCG(5, 6))
	for y := range rows {
		for x := range columns {
			v := uint16(x*y>>7) + uint16(rnd.IntN(32))
			b.Write([]byte{byte(v >> 8), byte(v)})
		}
	}
	in, out := filepath.Join(dir, "in.pgm"), filepath.Join(dir, "out.j2k")
	if err := os.WriteFile(in, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(tool, "-i", in, "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	pool := worker.New(worker.Options{Workers: 1})
	defer pool.Close()
	for range 3 {
		got, err := pool.Decode(context.Background(), codec.Job{Format: codec.JPEG2000, Data: data, Rows: rows, Columns: columns, Samples: 1, BitsAllocated: 16})
		if err != nil {
			t.Fatal(err)
		}
		// The truth is the picture that was compressed, without loss.
		truth := b.Bytes()[b.Len()-2*rows*columns:]
		for i := 0; i < len(truth); i += 2 {
			if truth[i] != got.Data[i+1] || truth[i+1] != got.Data[i] {
				t.Fatalf("sample %d differs", i/2)
			}
		}
	}
}
