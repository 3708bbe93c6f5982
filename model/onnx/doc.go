// Package onnx writes networks as ONNX models, so that other runtimes can run
// the same weights and check our numbers.
//
// A model is written for operator set 13 with one input, `input`, float32
// (batch, channels, rows, columns), and one output, `logit`, float32: (batch),
// or (batch, rows, columns) where the network has one logit for each pixel. The
// batch is symbolic.
//
// ONNX wants channels before rows, so the weights of package arch are turned
// from (row, column, input, output) to (output, input, row, column);
// normalisations are written as they were learned, not folded.
//
// What happens to a picture before the network sees it, and to the logit after
// it, is not part of the graph: the metadata say in words what belongs there.
// The same network gives the same bytes.
//
// Source: github.com/onnx/onnx, docs/IR.md, docs/Operators.md, onnx/onnx.proto.
package onnx
