package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// object is a JSON object; encoding/json writes its keys in their order, so the same
// contents are the same bytes.
type object = map[string]any

// completeBill takes the bill of the Go modules over from cyclonedx-gomod and adds
// their licences as NOTICE states them, the C libraries and the networks. Times are the
// commit's and the serial number follows from the contents: CycloneDX 1.6, JSON.
func completeBill(o options, modules, libraries []part) ([]byte, error) {
	text, err := os.ReadFile(o.gomod)
	if err != nil {
		return nil, err
	}
	var bill object
	if err := json.Unmarshal(text, &bill); err != nil {
		return nil, fmt.Errorf("%s: %w", o.gomod, err)
	}
	metadata, _ := bill["metadata"].(object)
	main, _ := metadata["component"].(object)
	list, _ := bill["components"].([]any)
	if main == nil || list == nil {
		return nil, fmt.Errorf("%s is no bill of materials with a program and components", o.gomod)
	}
	metadata["timestamp"] = time.Unix(o.epoch, 0).UTC().Format(time.RFC3339)
	metadata["tools"] = object{"components": []any{object{"type": "application", "name": "cyclonedx-gomod", "version": toolVersion(metadata)}}}
	// It holds the sums of the program before it was stripped and signed.
	delete(metadata, "properties")
	main["name"], main["version"] = "Lightbox", o.version
	main["licenses"] = licensed("Apache-2.0")
	main["properties"] = []any{object{"name": "lightbox:target", "value": o.target}}
	if err := licenseModules(list, modules); err != nil {
		return nil, err
	}
	for _, l := range libraries {
		list = append(list, libraryComponent(l))
	}
	models, err := modelComponents(o.root)
	if err != nil {
		return nil, err
	}
	list = append(list, models...)
	bill["components"] = list
	bill["dependencies"] = withParts(bill["dependencies"], main["bom-ref"], list[len(list)-len(libraries)-len(models):])
	delete(bill, "serialNumber")
	return sealed(bill)
}

// toolVersion is that of cyclonedx-gomod.
func toolVersion(metadata object) string {
	if tools, ok := metadata["tools"].([]any); ok && len(tools) > 0 {
		if tool, ok := tools[0].(object); ok {
			if v, ok := tool["version"].(string); ok {
				return v
			}
		}
	}
	return ""
}

// licenseModules states the modules' licences. Both lists are read from the program,
// by two tools: each must have what the other has.
func licenseModules(list []any, modules []part) error {
	by := map[string]part{}
	for _, m := range modules {
		by[m.name] = m
	}
	for _, c := range list {
		c := c.(object)
		name, _ := c["name"].(string)
		m, ok := by[name]
		if version, _ := c["version"].(string); !ok || strings.TrimPrefix(version, "go") != strings.TrimPrefix(m.version, "go") {
			return fmt.Errorf("the bill of materials has %s %v, the program has it not", name, c["version"])
		}
		c["licenses"] = licensed(m.licence)
		delete(by, name)
	}
	if len(by) > 0 {
		return fmt.Errorf("the bill of materials lacks %d modules of the program", len(by))
	}
	return nil
}

// licensed is a licence by its SPDX identifier or expression.
func licensed(id string) []any {
	if strings.Contains(id, " ") {
		return []any{object{"expression": id}}
	}
	return []any{object{"license": object{"id": id}}}
}

func libraryComponent(p part) object {
	linked := "dynamic"
	if p.static {
		linked = "static"
	}
	c := object{
		"type": "library", "bom-ref": p.purl, "name": p.name, "version": p.version, "purl": p.purl,
		"licenses": licensed(p.licence), "description": p.source,
		"properties": []any{object{"name": "lightbox:linked", "value": linked}},
	}
	if len(p.hashes) > 0 {
		c["hashes"] = sums(p.hashes...)
		c["description"] = p.source + "; the hashes are those of its source files"
	}
	return c
}

func sums(all ...string) []any {
	var out []any
	for _, h := range all {
		out = append(out, object{"alg": "SHA-256", "content": h})
	}
	return out
}

// modelComponents are the networks, with the sums of their files.
func modelComponents(root string) ([]any, error) {
	files, err := filepath.Glob(filepath.Join(root, "assets", "models", "*.safetensors"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []any
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".safetensors")
		meta, err := metadataOf(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		sum := sha256.Sum256(data)
		out = append(out, object{
			"type": "machine-learning-model", "bom-ref": "model:" + name, "name": name, "version": meta["version"],
			"description": meta["finding"] + "; its model card is models/" + name + ".md",
			"hashes":      sums(hex.EncodeToString(sum[:])),
			"licenses":    []any{object{"license": object{"name": "as the data it learned from: section 3 of NOTICE"}}},
			"modelCard":   object{"bom-ref": "card:" + name, "modelParameters": object{"task": "image classification", "architectureFamily": meta["architecture"]}},
		})
	}
	return out, nil
}

// metadataOf reads the texts in the head of a safetensors file: 8 bytes with the
// length of the head, little endian, and the head as JSON.
func metadataOf(data []byte) (map[string]string, error) {
	if len(data) < 8 || binary.LittleEndian.Uint64(data) > uint64(len(data)-8) {
		return nil, fmt.Errorf("no safetensors file")
	}
	var head struct {
		Metadata map[string]string `json:"__metadata__"`
	}
	if err := json.Unmarshal(data[8:8+binary.LittleEndian.Uint64(data)], &head); err != nil {
		return nil, err
	}
	if head.Metadata["version"] == "" {
		return nil, fmt.Errorf("the model has no version")
	}
	return head.Metadata, nil
}

// withParts adds to the program's dependencies what is not a Go module.
func withParts(dependencies, main any, parts []any) []any {
	list, _ := dependencies.([]any)
	var refs []any
	for _, p := range parts {
		refs = append(refs, p.(object)["bom-ref"])
	}
	for _, d := range list {
		if d := d.(object); d["ref"] == main {
			on, _ := d["dependsOn"].([]any)
			d["dependsOn"] = append(on, refs...)
		}
	}
	for _, r := range refs {
		list = append(list, object{"ref": r})
	}
	return list
}

// sealed writes the bill with a serial number that follows from its contents: a UUID
// of version 8 (RFC 9562), whose bits are those of a SHA-256.
func sealed(bill object) ([]byte, error) {
	text, err := json.Marshal(bill)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(text)
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	bill["serialNumber"] = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err = e.Encode(bill)
	return b.Bytes(), err
}
