// Package layer holds the layers of the networks as operators of Gorgonia's
// graph that compute with package kernel. Gorgonia derives the gradients: each
// operator says which operators make them.
//
// Pictures are (image, row, column, channel), as in package kernel; Gorgonia's
// own operators want channels before rows and cannot be mixed with these.
package layer
