package jpeg2000

import (
	"fmt"
	"testing"

	"lightbox/vision/dicom/codec/jpeg2000/internal/encode"
)

// BenchmarkDecode decodes about 4 megapixels; the figure of interest is ms/MP.
func BenchmarkDecode(b *testing.B) {
	for _, f := range []encode.Form{{Rows: 2000, Columns: 2000, Samples: 1, Bits: 12}, {Rows: 2000, Columns: 2000, Samples: 1, Bits: 12, Lossy: true},
		{Rows: 2000, Columns: 2000, Samples: 3, Bits: 8, Transform: true}, {Rows: 2100, Columns: 2100, Samples: 1, Bits: 12}} {
		data, _ := encoded(b, f)
		b.Run(fmt.Sprintf("%d×%d bits, %d rows, lossy %v", f.Samples, f.Bits, f.Rows, f.Lossy), func(b *testing.B) {
			for b.Loop() {
				if _, err := decode(data); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N)/(float64(f.Rows*f.Columns)/1e6), "ms/MP")
		})
	}
}
