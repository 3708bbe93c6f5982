package vision

import "context"

// ViewKind names a view of a scan.
type ViewKind string

// The views.
const (
	ViewOriginal ViewKind = "original"
	ViewGray     ViewKind = "gray"
	ViewGaussian ViewKind = "gaussian"
	ViewUnsharp  ViewKind = "unsharp"
	ViewMedian   ViewKind = "median"
	ViewCLAHE    ViewKind = "clahe"
	ViewSobel    ViewKind = "sobel"
)

// ViewKinds are all views in the order in which they are offered.
var ViewKinds = []ViewKind{ViewOriginal, ViewGray, ViewGaussian, ViewUnsharp, ViewMedian, ViewCLAHE, ViewSobel}

// Filtered tells whether a view is computed by a filter.
func (k ViewKind) Filtered() bool { return k != ViewOriginal && k != ViewGray }

// Filters are the parameters of all filters.
type Filters struct {
	Gaussian Blur
}

// DefaultFilters are the parameters at the beginning.
var DefaultFilters = Filters{Gaussian: DefaultBlur}

// Validate tells what is impossible.
func (f Filters) Validate() error { return f.Gaussian.Validate() }

// Only keeps the parameters of one view.
func (f Filters) Only(k ViewKind) Filters {
	if k == ViewGaussian {
		return Filters{Gaussian: f.Gaussian}
	}
	return Filters{}
}

// Filter makes a view of g.
func (g *Gray) Filter(ctx context.Context, k ViewKind, f Filters) (*Gray, error) {
	if k == ViewGaussian {
		return g.Blur(ctx, f.Gaussian)
	}
	return g, nil
}

// With takes the parameters of one view from other filters.
func (f Filters) With(k ViewKind, o Filters) Filters {
	if k == ViewGaussian {
		f.Gaussian = o.Gaussian
	}
	return f
}
