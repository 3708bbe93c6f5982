// Package model is the room of the neural networks: it takes a picture as
// plain float32 values and says how likely a finding is, and why. It knows no
// files of scans, no windows on screens and no OpenCV.
//
// # The way of a picture
//
//	Gray ──► Gate, Look ──► network ──► logit ──► Prediction ──► Calibrations
//	         may it be        one of      │         │  score      probability at a
//	         read?            three       │         │  ranks      prevalence, set,
//	                                      ▼         ▼             interval
//	                                  Explanation: what was seen, which places
//	                                  count, similar films, distance from them
//
// [Gray] is what the eye sees: monochrome, 0 black to 1 white, at the scan's
// default VOI window. A [Model] is the weights of one of three architectures with
// its [Meta]: what it finds, on whom it was trained, how its input is prepared,
// how well it measured. [Model.SHA256] names weights and preprocessing; it
// belongs beside every number shown.
//
//   - source-28: the source document's network, 28 × 28 pixels ([Prepare])
//   - chest: a segmenter finds the lungs, an ensemble reads nothing else (lungs.Input)
//   - breast: an ensemble reads ultrasound of the breast (breast.Input)
//
// Before a model reads a picture, [Gate] asks the file itself whether the model was
// made for it, and [Model.Look] the picture whether it looks like it; afterwards
// [TooFar] asks whether it is like those of training. A refused picture gets
// a [Note] and no number; an accepted one may carry cautions. A probability is
// calibrated only if the model has a calibration for a patient of this age and the
// patient belongs to its population ([Verdict.InPopulation]).
//
// # Running
//
// Networks are described for package arch, which makes two things of a
// description: Gorgonia's graph, whose gradients train it (package fit), and a
// plan that only runs forward. [BuildGraph] writes the source document's network
// once more with Gorgonia's own operators; the tests hold plan, graph and plain Go
// to its logits, and the map of influence to its gradients. Values of inner nodes of graphs are
// read through gorgonia.Read only, because node.Value() may show reused memory
// after a run.
//
// # Weights
//
// Weights are kept in the safetensors format: a bounded JSON header and raw
// numbers, nothing that could be executed. [ReadTensors] checks every length
// and offset and refuses NaN. Loading is strict: a file made for another
// architecture, one in a format that can run code, and one whose weights or
// metadata are not those that were written are refused in one sentence.
//
// # Rooms within
//
//   - kernel: convolutions and their gradients on the processor's vector units
//   - layer, arch, fit: networks described, in Gorgonia's graph, as a plan, trained
//   - plane, lungs, ensemble, chest, breast, explain: what reads, and what it shows
//   - metrics, calibrate: AUC, operating points, Brier, ECE, predictive values,
//     calibration, conformal sets
//   - dataset: labelled pictures from MedMNIST-style npz files
//   - train: recipes, training, calibration by folds, model cards
//   - onnx: the same networks for other runtimes
//
// # What may be claimed
//
// No model here finds cancer on a chest film, and a network trained on the films of
// one hospital fell from AUC 0.95 to 0.54 in another. The model cards say all of it:
// [EmbeddedCard].
package model
