package worker

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
)

// What handing a frame to a worker costs: a decoder that does nothing but hand
// over data that it has, in a worker and in process. The codestream is half as
// large as the picture.
func BenchmarkFrame(b *testing.B) {
	for _, size := range []int{512, 2048} {
		for _, inProcess := range []bool{true, false} {
			where := "worker"
			if inProcess {
				where = "in process"
			}
			b.Run(fmt.Sprintf("%d×%d×16 %s", size, size, where), func(b *testing.B) {
				p := newPool(b, Options{Workers: 1, InProcess: inProcess})
				j := codec.Job{Format: "test:echo in place", Data: make([]byte, size*size), Rows: size, Columns: size, Samples: 1, BitsAllocated: 16}
				works(b, p)
				b.SetBytes(int64(2 * size * size))
				var times []time.Duration
				for b.Loop() {
					began := time.Now()
					if _, err := p.Decode(context.Background(), j); err != nil {
						b.Fatal(err)
					}
					times = append(times, time.Since(began))
				}
				slices.Sort(times)
				b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1e3, "µs-median")
				b.ReportMetric(float64(times[len(times)*9/10].Nanoseconds())/1e3, "µs-p90")
			})
		}
	}
}

// How long the first frame waits for its worker.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p := New(Options{Workers: 1})
		began := time.Now()
		works(b, p)
		b.ReportMetric(float64(time.Since(began).Microseconds()), "µs/start")
		p.Close()
	}
}
