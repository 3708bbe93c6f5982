package rle

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkDecode decodes about 4 megapixels; the figure of interest is ms/MP.
func BenchmarkDecode(b *testing.B) {
	for _, s := range []shape{{2048, 2048, 1, 8}, {2048, 2048, 1, 16}, {2048, 2048, 3, 8}} {
		data := encode(s.frame(), s.samples, s.bits)
		b.Run(fmt.Sprintf("%d×%d bits", s.samples, s.bits), func(b *testing.B) {
			for b.Loop() {
				if _, err := Decode(context.Background(), s.job(data)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N)/(float64(s.rows*s.columns)/1e6), "ms/MP")
		})
	}
}
