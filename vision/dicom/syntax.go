package dicom

// Uncompressed transfer syntaxes (PS3.5 section 10 and annex A).
const (
	ImplicitLE = "1.2.840.10008.1.2"
	ExplicitLE = "1.2.840.10008.1.2.1"
	DeflatedLE = "1.2.840.10008.1.2.1.99"
	ExplicitBE = "1.2.840.10008.1.2.2"

	// privateGE is implicit little endian with pixel data in big endian.
	privateGE = "1.2.840.113619.5.2"

	// privatePhilips is explicit little endian of Philips CT. Where the data set
	// is deflated nevertheless it is inflated.
	privatePhilips = "1.3.46.670589.33.1.4.1"

	papyrus = "1.2.840.10008.1.20" // implicit little endian of Papyrus 3
)

// Native reports whether the pixel data of this transfer syntax are stored
// uncompressed.
func (s Syntax) Native() bool {
	switch s.UID {
	case ImplicitLE, ExplicitLE, DeflatedLE, ExplicitBE, privateGE, privatePhilips, papyrus:
		return true
	}
	return false
}

// String gives the name and the UID, as in
// "JPEG Baseline (Process 1), 1.2.840.10008.1.2.4.50".
func (s Syntax) String() string {
	if s.UID == "" {
		return s.Name
	}
	return s.Name + ", " + s.UID
}

// SyntaxOf names a transfer syntax UID (PS3.6 table A-1, and the few private
// ones that are met in practice). An unknown one is named "unknown transfer
// syntax".
func SyntaxOf(uid string) Syntax {
	if name, ok := syntaxNames[uid]; ok {
		return Syntax{UID: uid, Name: name}
	}
	return Syntax{UID: uid, Name: "unknown transfer syntax"}
}

var syntaxNames = map[string]string{
	ImplicitLE:                "Implicit VR Little Endian",
	ExplicitLE:                "Explicit VR Little Endian",
	"1.2.840.10008.1.2.1.98":  "Encapsulated Uncompressed Explicit VR Little Endian",
	DeflatedLE:                "Deflated Explicit VR Little Endian",
	ExplicitBE:                "Explicit VR Big Endian",
	"1.2.840.10008.1.2.4.50":  "JPEG Baseline (Process 1)",
	"1.2.840.10008.1.2.4.51":  "JPEG Extended (Process 2 & 4)",
	"1.2.840.10008.1.2.4.52":  "JPEG Extended (Process 3 & 5)",
	"1.2.840.10008.1.2.4.53":  "JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8)",
	"1.2.840.10008.1.2.4.54":  "JPEG Spectral Selection, Non-Hierarchical (Process 7 & 9)",
	"1.2.840.10008.1.2.4.55":  "JPEG Full Progression, Non-Hierarchical (Process 10 & 12)",
	"1.2.840.10008.1.2.4.56":  "JPEG Full Progression, Non-Hierarchical (Process 11 & 13)",
	"1.2.840.10008.1.2.4.57":  "JPEG Lossless, Non-Hierarchical (Process 14)",
	"1.2.840.10008.1.2.4.58":  "JPEG Lossless, Non-Hierarchical (Process 15)",
	"1.2.840.10008.1.2.4.59":  "JPEG Extended, Hierarchical (Process 16 & 18)",
	"1.2.840.10008.1.2.4.60":  "JPEG Extended, Hierarchical (Process 17 & 19)",
	"1.2.840.10008.1.2.4.61":  "JPEG Spectral Selection, Hierarchical (Process 20 & 22)",
	"1.2.840.10008.1.2.4.62":  "JPEG Spectral Selection, Hierarchical (Process 21 & 23)",
	"1.2.840.10008.1.2.4.63":  "JPEG Full Progression, Hierarchical (Process 24 & 26)",
	"1.2.840.10008.1.2.4.64":  "JPEG Full Progression, Hierarchical (Process 25 & 27)",
	"1.2.840.10008.1.2.4.65":  "JPEG Lossless, Hierarchical (Process 28)",
	"1.2.840.10008.1.2.4.66":  "JPEG Lossless, Hierarchical (Process 29)",
	"1.2.840.10008.1.2.4.70":  "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])",
	"1.2.840.10008.1.2.4.80":  "JPEG-LS Lossless Image Compression",
	"1.2.840.10008.1.2.4.81":  "JPEG-LS Lossy (Near-Lossless) Image Compression",
	"1.2.840.10008.1.2.4.90":  "JPEG 2000 Image Compression (Lossless Only)",
	"1.2.840.10008.1.2.4.91":  "JPEG 2000 Image Compression",
	"1.2.840.10008.1.2.4.92":  "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)",
	"1.2.840.10008.1.2.4.93":  "JPEG 2000 Part 2 Multi-component Image Compression",
	"1.2.840.10008.1.2.4.94":  "JPIP Referenced",
	"1.2.840.10008.1.2.4.95":  "JPIP Referenced Deflate",
	"1.2.840.10008.1.2.4.100": "MPEG2 Main Profile / Main Level",
	"1.2.840.10008.1.2.4.101": "MPEG2 Main Profile / High Level",
	"1.2.840.10008.1.2.4.102": "MPEG-4 AVC/H.264 High Profile / Level 4.1",
	"1.2.840.10008.1.2.4.103": "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
	"1.2.840.10008.1.2.4.104": "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video",
	"1.2.840.10008.1.2.4.105": "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video",
	"1.2.840.10008.1.2.4.106": "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2",
	"1.2.840.10008.1.2.4.107": "HEVC/H.265 Main Profile / Level 5.1",
	"1.2.840.10008.1.2.4.108": "HEVC/H.265 Main 10 Profile / Level 5.1",
	"1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
	"1.2.840.10008.1.2.4.111": "JPEG XL JPEG Recompression",
	"1.2.840.10008.1.2.4.112": "JPEG XL",
	"1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 Image Compression (Lossless Only)",
	"1.2.840.10008.1.2.4.202": "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
	"1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000 Image Compression",
	"1.2.840.10008.1.2.4.204": "JPIP HTJ2K Referenced",
	"1.2.840.10008.1.2.4.205": "JPIP HTJ2K Referenced Deflate",
	"1.2.840.10008.1.2.5":     "RLE Lossless",
	"1.2.840.10008.1.2.6.1":   "RFC 2557 MIME Encapsulation",
	"1.2.840.10008.1.2.6.2":   "XML Encoding",
	"1.2.840.10008.1.2.7.1":   "SMPTE ST 2110-20 Uncompressed Progressive Active Video",
	"1.2.840.10008.1.2.7.2":   "SMPTE ST 2110-20 Uncompressed Interlaced Active Video",
	"1.2.840.10008.1.2.7.3":   "SMPTE ST 2110-30 PCM Digital Audio",
	"1.2.840.10008.1.2.8.1":   "Deflated Image Frame Compression",
	papyrus:                   "Papyrus 3 Implicit VR Little Endian",
	privateGE:                 "GE Private Implicit VR Little Endian with Big Endian Pixel Data",
	privatePhilips:            "Philips CT Private Explicit VR Little Endian",
}

// encoding is how the elements of a data set are written (PS3.5 section 7.1).
type encoding struct {
	explicit, big bool
}

// encodingOf tells how the data set of a transfer syntax is written, and
// whether it is deflated. Every syntax without an encoding of its own,
// encapsulated and unknown ones too, is explicit little endian (PS3.5 A.4).
func encodingOf(uid string) (e encoding, deflated bool) {
	switch uid {
	case ImplicitLE, privateGE, papyrus:
		return encoding{}, false
	case ExplicitBE:
		return encoding{explicit: true, big: true}, false
	case DeflatedLE, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205", privatePhilips:
		return encoding{explicit: true}, true
	}
	return encoding{explicit: true}, false
}
