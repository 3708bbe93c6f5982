// Package encode makes JPEG 2000 codestreams for the tests of its parent, with
// OpenJPEG's own encoder.
package encode

/*
#cgo pkg-config: libopenjp2
#include <openjpeg.h>
#include <string.h>

typedef struct {
	OPJ_BYTE *data;
	OPJ_SIZE_T size, at, end;
} sink;

typedef struct {
	int columns, rows, components, bits, sgnd;
	int x0, y0, tile_width, tile_height, lossy, mct, resolutions, layers, jp2, precinct, progression, tile_parts, sub;
} form;

static OPJ_SIZE_T put(void *from, OPJ_SIZE_T n, void *user) {
	sink *s = user;
	if (n > s->size - s->at)
		return (OPJ_SIZE_T)-1;
	memcpy(s->data + s->at, from, n);
	s->at += n;
	if (s->at > s->end)
		s->end = s->at;
	return n;
}

static OPJ_BOOL seek(OPJ_OFF_T to, void *user) {
	sink *s = user;
	if (to < 0 || (OPJ_SIZE_T)to > s->size)
		return OPJ_FALSE;
	s->at = to;
	return OPJ_TRUE;
}

static OPJ_OFF_T skip(OPJ_OFF_T n, void *user) {
	sink *s = user;
	return seek((OPJ_OFF_T)s->at + n, s) ? n : -1;
}

static opj_image_t *picture(const form *f, const int *values) {
	opj_image_cmptparm_t c[4];
	memset(c, 0, sizeof c);
	for (int i = 0; i < f->components; i++) {
		int d = i > 0 ? f->sub : 1;
		c[i].dx = c[i].dy = d;
		c[i].x0 = f->x0;
		c[i].y0 = f->y0;
		c[i].w = (f->columns + d - 1) / d;
		c[i].h = (f->rows + d - 1) / d;
		c[i].prec = f->bits;
		c[i].sgnd = f->sgnd;
	}
	opj_image_t *m = opj_image_create(f->components, c, f->components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
	if (!m)
		return NULL;
	m->x0 = f->x0;
	m->y0 = f->y0;
	m->x1 = f->x0 + f->columns;
	m->y1 = f->y0 + f->rows;
	for (int i = 0; i < f->components; i++)
		for (int n = c[i].w * c[i].h, k = 0; k < n; k++)
			m->comps[i].data[k] = *values++;
	return m;
}

static long lightbox_encode(const form *f, const int *values, OPJ_BYTE *into, OPJ_SIZE_T size) {
	sink s = {into, size, 0, 0};
	opj_cparameters_t p;
	opj_set_default_encoder_parameters(&p);
	p.irreversible = f->lossy;
	p.tcp_mct = f->mct;
	p.numresolution = f->resolutions;
	p.prog_order = f->progression;
	p.tcp_numlayers = f->layers;
	for (int i = 0; i < f->layers; i++)
		p.tcp_rates[i] = f->lossy || i + 1 < f->layers ? 4 << (f->layers - 1 - i) : 0;
	p.cp_disto_alloc = 1;
	if (f->tile_width > 0) {
		p.tile_size_on = OPJ_TRUE;
		p.cp_tdx = f->tile_width;
		p.cp_tdy = f->tile_height;
	}
	if (f->precinct > 0) {
		p.csty |= 1;
		p.res_spec = 1;
		p.prcw_init[0] = p.prch_init[0] = f->precinct;
	}
	if (f->tile_parts) {
		p.tp_on = 1;
		p.tp_flag = 'R';
	}
	opj_image_t *m = picture(f, values);
	opj_codec_t *codec = opj_create_compress(f->jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
	opj_stream_t *out = opj_stream_create(1 << 16, OPJ_FALSE);
	int ok = m && codec && out;
	if (ok) {
		opj_stream_set_write_function(out, put);
		opj_stream_set_seek_function(out, seek);
		opj_stream_set_skip_function(out, skip);
		opj_stream_set_user_data(out, &s, NULL);
		ok = opj_setup_encoder(codec, &p, m) && opj_start_compress(codec, m, out) && opj_encode(codec, out) && opj_end_compress(codec, out);
	}
	if (out)
		opj_stream_destroy(out);
	if (codec)
		opj_destroy_codec(codec);
	if (m)
		opj_image_destroy(m);
	return ok ? (long)s.end : -1;
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

// Form is what to encode and how. Zeros leave it to OpenJPEG.
type Form struct {
	Rows, Columns, Samples, Bits int
	Signed                       bool
	X0, Y0                       int // the image's corner on the grid
	TileWidth, TileHeight        int
	Lossy, Transform, JP2        bool
	Resolutions                  int // 6
	Layers                       int // 1
	Precinct                     int // side, a power of two
	Progression                  int // LRCP, RLCP, RPCL, PCRL, CPRL
	TileParts                    bool
	Subsampled                   int // distance of the samples of all components but the first
}

// Encode compresses values, which come by component.
func Encode(f Form, values []int32) ([]byte, error) {
	flag := func(b bool) C.int {
		if b {
			return 1
		}
		return 0
	}
	c := C.form{columns: C.int(f.Columns), rows: C.int(f.Rows), components: C.int(f.Samples), bits: C.int(f.Bits), sgnd: flag(f.Signed),
		x0: C.int(f.X0), y0: C.int(f.Y0), tile_width: C.int(f.TileWidth), tile_height: C.int(f.TileHeight), lossy: flag(f.Lossy), mct: flag(f.Transform),
		resolutions: C.int(f.Resolutions), layers: C.int(max(f.Layers, 1)), jp2: flag(f.JP2), precinct: C.int(f.Precinct), progression: C.int(f.Progression),
		tile_parts: flag(f.TileParts), sub: C.int(max(f.Subsampled, 1))}
	if c.resolutions == 0 {
		c.resolutions = 6
	}
	into := make([]byte, 8*len(values)+1<<16)
	n := C.lightbox_encode(&c, (*C.int)(unsafe.Pointer(&values[0])), (*C.OPJ_BYTE)(unsafe.Pointer(&into[0])), C.OPJ_SIZE_T(len(into)))
	if n < 0 {
		return nil, errors.New("OpenJPEG cannot encode this")
	}
	return into[:n], nil
}
