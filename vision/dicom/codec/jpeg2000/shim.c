#include "shim.h"

#include <openjpeg.h>
#include <string.h>

// The codestream, and behind it an EOC.
typedef struct {
	const uint8_t *data;
	size_t size, total, at;
} source;

static const uint8_t eoc[2] = {0xFF, 0xD9};

static OPJ_SIZE_T read_source(void *into, OPJ_SIZE_T n, void *user) {
	source *s = user;
	if (s->at >= s->total)
		return (OPJ_SIZE_T)-1;
	int behind = s->at >= s->size;
	size_t left = (behind ? s->total : s->size) - s->at;
	if (n > left)
		n = left;
	memcpy(into, behind ? eoc + (s->at - s->size) : s->data + s->at, n);
	s->at += n;
	return n;
}

static OPJ_OFF_T skip_source(OPJ_OFF_T n, void *user) {
	source *s = user;
	size_t left = s->total - s->at;
	if (n < 0 || left == 0)
		return -1;
	if ((uint64_t)n > left)
		n = (OPJ_OFF_T)left;
	s->at += (size_t)n;
	return n;
}

static OPJ_BOOL seek_source(OPJ_OFF_T to, void *user) {
	source *s = user;
	if (to < 0 || (uint64_t)to > s->total)
		return OPJ_FALSE;
	s->at = (size_t)to;
	return OPJ_TRUE;
}

static void on_error(const char *message, void *user) {
	lightbox_report *r = user;
	if (r->errors++ == 0) {
		size_t n = 0;
		for (; message[n] && n < LIGHTBOX_MESSAGE - 1; n++)
			r->first[n] = message[n] >= ' ' && message[n] <= '~' ? message[n] : ' ';
		while (n > 0 && r->first[n - 1] == ' ')
			n--;
		r->first[n] = 0;
	}
	if (strstr(message, "ot enough memory") || strstr(message, "ut of memory") || strstr(message, "allocate memory"))
		r->memory = 1;
}

static void on_other(const char *message, void *user) {
	(void)message;
	(void)user;
}

static int as_expected(const opj_image_t *image, const lightbox_job *job) {
	if (image->numcomps != job->components)
		return 0;
	for (uint32_t c = 0; c < job->components; c++) {
		const opj_image_comp_t *p = &image->comps[c];
		if (!p->data || p->w != job->w[c] || p->h != job->h[c] || p->prec != job->bits[c] || (p->sgnd != 0) != job->is_signed)
			return 0;
	}
	return 1;
}

// One component into its place in each pixel. Components with a sample at each
// pixel, which nearly all have, go without the divisions.
#define PLACE(type)                                                                     \
	do {                                                                                \
		type *to = (type *)out + c;                                                     \
		if (dx == 1 && dy == 1 && step == 1) {                                          \
			for (size_t i = 0; i < (size_t)w * job->rows; i++)                          \
				to[i] = (type)from[i];                                                  \
		} else if (dx == 1 && dy == 1) {                                                \
			for (size_t i = 0; i < (size_t)w * job->rows; i++, to += step)              \
				*to = (type)from[i];                                                    \
		} else {                                                                        \
			for (uint32_t y = 0; y < job->rows; y++)                                    \
				for (uint32_t x = 0; x < job->columns; x++, to += step)                 \
					*to = (type)from[(size_t)(y / dy) * w + x / dx];                    \
		}                                                                               \
	} while (0)

static void place(const opj_image_t *image, const lightbox_job *job, uint8_t *out) {
	const size_t step = job->components;
	for (uint32_t c = 0; c < job->components; c++) {
		const OPJ_INT32 *from = image->comps[c].data;
		const uint32_t w = job->w[c], dx = job->dx[c], dy = job->dy[c];
		switch (job->width) {
		case 1:
			PLACE(uint8_t);
			break;
		case 2:
			PLACE(uint16_t);
			break;
		default:
			PLACE(uint32_t);
		}
	}
}

int lightbox_openjpeg(const uint8_t *data, size_t size, const lightbox_job *job, uint8_t *out, lightbox_report *report) {
	source src = {data, size, size + sizeof eoc, 0};
	opj_dparameters_t parameters;
	opj_image_t *image = NULL;
	opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
	opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
	int ok = codec && stream;
	if (!ok)
		report->memory = 1;
	if (ok) {
		opj_set_error_handler(codec, on_error, report);
		opj_set_warning_handler(codec, on_other, NULL);
		opj_set_info_handler(codec, on_other, NULL);
		opj_stream_set_read_function(stream, read_source);
		opj_stream_set_skip_function(stream, skip_source);
		opj_stream_set_seek_function(stream, seek_source);
		opj_stream_set_user_data(stream, &src, NULL);
		opj_stream_set_user_data_length(stream, src.total);
		opj_set_default_decoder_parameters(&parameters);
		ok = opj_setup_decoder(codec, &parameters) && opj_decoder_set_strict_mode(codec, job->strict);
	}
	if (ok && job->threads > 1)
		opj_codec_set_threads(codec, job->threads); // if it cannot, it decodes with one
	ok = ok && opj_read_header(stream, codec, &image) && opj_decode(codec, stream, image);
	if (ok && !as_expected(image, job)) {
		report->unlike = 1;
		ok = 0;
	}
	if (ok)
		place(image, job, out);
	if (image)
		opj_image_destroy(image);
	if (stream)
		opj_stream_destroy(stream);
	if (codec)
		opj_destroy_codec(codec);
	return ok;
}
