#ifndef LIGHTBOX_SHIM_H
#define LIGHTBOX_SHIM_H

#include <stddef.h>
#include <stdint.h>

enum { LIGHTBOX_COMPONENTS = 4, LIGHTBOX_MESSAGE = 160 };

// What the codestream's own header, read in Go, makes us expect.
typedef struct {
	uint32_t columns, rows, components;
	uint32_t width;                       // bytes of a sample in the output
	uint32_t w[LIGHTBOX_COMPONENTS];      // columns of a component
	uint32_t h[LIGHTBOX_COMPONENTS];      // rows of a component
	uint32_t dx[LIGHTBOX_COMPONENTS];     // picture columns a sample of it covers
	uint32_t dy[LIGHTBOX_COMPONENTS];     // picture rows a sample of it covers
	uint32_t bits[LIGHTBOX_COMPONENTS];
	int is_signed;
	int strict, threads;
} lightbox_job;

// What OpenJPEG had to say.
typedef struct {
	int errors;                           // messages of class error
	int memory;                           // one of them was about memory
	int unlike;                           // the image is not what was expected
	char first[LIGHTBOX_MESSAGE];         // the first error, on one line
} lightbox_report;

// lightbox_openjpeg decodes a codestream into out, by pixel, little endian:
// columns * rows * components * width bytes. 1 if OpenJPEG was content.
int lightbox_openjpeg(const uint8_t *data, size_t size, const lightbox_job *job, uint8_t *out, lightbox_report *report);

#endif
