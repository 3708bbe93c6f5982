// Package model is the room of the neural networks: it takes a picture as
// plain float32 values and says how likely a finding is. It knows no files of
// scans, no windows on screens and no OpenCV.
//
// # The way of a picture
//
//	Gray ──► Prepare ──► Network ──► logit ──► Prediction
//	          28×28       121,345      │
//	                      weights      ├─ Score        sigmoid(logit)
//	                                   └─ Probability  Platt-calibrated
//
// [Gray] is what the eye sees: monochrome, 0 black to 1 white, at the scan's
// default VOI window. [Prepare] is the only preprocessing there is; training,
// the window and the command line all call it, so that the network never
// meets a picture made in another way than those it learned from.
//
// A [Network] is eight slices of numbers. A [Model] is a network with its
// [Meta]: what it finds, on whom it was trained, how its input is prepared,
// how well it measured. [Model.SHA256] names weights and preprocessing; it
// belongs beside every number shown.
//
// Before a model reads a picture, [Gate] asks the file itself whether the
// model was made for it. A refused picture gets a [Note] and no probability;
// an accepted one may carry cautions. A probability is calibrated only if the
// model has a calibration and the patient belongs to its population
// ([Verdict.InPopulation]).
//
// # Running
//
// [SourceNet] describes the network for package arch, which makes two things of
// it: Gorgonia's graph, whose gradients train it (package fit), and a plan that
// only runs forward. [Model.Predict] runs the plan and is safe for concurrent
// use. [BuildGraph] writes the same network once more with Gorgonia's own
// operators; the tests hold plan, graph and plain Go to its logits. Values of
// inner nodes of graphs are read through gorgonia.Read only, because
// node.Value() may show reused memory after a run.
//
// # Weights
//
// Weights are kept in the safetensors format: a bounded JSON header and raw
// numbers, nothing that could be executed. [ReadWeights] checks every length
// and offset and refuses NaN. Loading is strict: a file made for another
// architecture is refused in one sentence.
//
// # Rooms within
//
//   - kernel: convolutions and their gradients on the processor's vector units
//   - layer, arch, fit: networks described, in Gorgonia's graph, as a plan, trained
//   - metrics: AUC, operating points, Brier, ECE, bootstrap intervals
//   - dataset: labelled pictures from MedMNIST-style npz files
//   - train: recipes, training, calibration by folds, model cards
//
// # What may be claimed
//
// The embedded model tells pneumonia from normal in children aged 1–5 years
// from one hospital, at 28×28 pixels. It does not find cancer, and a network
// trained on these films fell from AUC 0.95 to 0.54 in another hospital.
// The model card says all of it: [EmbeddedCard].
package model
