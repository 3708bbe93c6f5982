package study

import (
	"context"
	"fmt"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
)

// BenchmarkIndex reads and groups the headers of 1,000 slices of 512 × 512 ×
// 16 bit, half a gigabyte, written by the benchmark: the disk's cache holds
// them.
func BenchmarkIndex(b *testing.B) {
	const n = 1000
	dir := b.TempDir()
	pixels := make([]byte, 512*512*2)
	for i := range pixels {
		pixels[i] = byte(i * 31)
	}
	for i := range n {
		m := dt.Image{Rows: 512, Columns: 512, Raw: pixels, Extra: []dt.Element{
			{Tag: 0x00080018, VR: "UI", Value: fmt.Sprintf("1.2.%d", i)},
			{Tag: 0x00200013, VR: "IS", Value: fmt.Sprint(i + 1)},
			{Tag: 0x00200032, VR: "DS", Value: fmt.Sprintf(`0\0\%g`, 0.7*float64(i))},
			{Tag: 0x00200037, VR: "DS", Value: `1\0\0\0\1\0`},
		}}
		file(b, dir, fmt.Sprintf("IM%04d", i), m.Bytes())
	}
	for b.Loop() {
		c := NewCatalog()
		err := Index(context.Background(), []string{dir}, Options{}, func(items []*Item) {
			c.Add(items...)
			c.Studies()
		}, func(p Problem) { b.Error(p) }, nil)
		if s := c.Studies(); err != nil || len(s) != 1 || len(s[0].Series[0].Stacks[0].Frames) != n {
			b.Fatal(err, len(s))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/n*1000, "µs/file")
}

// BenchmarkGroup sorts one series of 100,000 slices, as after each batch.
func BenchmarkGroup(b *testing.B) {
	items := series(100_000, 0.5, nil)
	for b.Loop() {
		if stacks, _ := group(items); len(stacks) != 1 {
			b.Fatal(len(stacks))
		}
	}
}
