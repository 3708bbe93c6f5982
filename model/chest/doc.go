// Package chest is the network for frontal chest radiographs that reads nothing
// but the lungs: a segmenter finds them, and an ensemble of residual networks
// reads what lies in them, each film and its mirror image.
package chest

import "lightbox/model/arch"

// Side is the side of what the classifiers see, in pixels.
const Side = 96

// Net is one classifier: one logit, for opacity or pneumonia against normal.
func Net() *arch.Net { return arch.ResNet("chest", Side, 1, 32, 48, 96, 128) }
