package rle

// unpack decodes PackBits (PS3.5 G.3.2) into every stride-th byte of dst, up to
// count bytes, and gives the number written: less than count where src ends
// too early. What follows in src is padding. Runs may cross rows: the standard
// forbids it, encoders do it.
func unpack(dst []byte, stride, count int, src []byte) int {
	if stride == 1 {
		return unpackDense(dst[:count], src)
	}
	done, at := 0, 0
	for done < count && len(src) > 0 {
		code := int(src[0])
		src = src[1:]
		switch {
		case code < 128:
			n := min(code+1, len(src), count-done)
			for _, v := range src[:n] {
				dst[at] = v
				at += stride
			}
			src = src[n:]
			done += n
		case code > 128 && len(src) > 0:
			n, v := min(257-code, count-done), src[0]
			for range n {
				dst[at] = v
				at += stride
			}
			src = src[1:]
			done += n
		}
	}
	return done
}

func unpackDense(dst, src []byte) int {
	count := len(dst)
	for len(dst) > 0 && len(src) > 0 {
		code := int(src[0])
		src = src[1:]
		switch {
		case code < 128:
			n := copy(dst[:min(code+1, len(dst))], src)
			dst, src = dst[n:], src[n:]
		case code > 128 && len(src) > 0:
			run, v := dst[:min(257-code, len(dst))], src[0]
			for i := range run {
				run[i] = v
			}
			dst, src = dst[len(run):], src[1:]
		}
	}
	return count - len(dst)
}
