package sketch

// SipHash is SipHash-c-d of any message, for the published vectors.
func SipHash(c, d int, key Key, message []byte) uint64 { return key.words().bytes(c, d, message) }

// WearDown is one contest of n occurrences with a count.
func WearDown(count, n uint32, seed uint64) (left, stay uint32) {
	draws := splitMix(seed)
	return wearDown(count, n, &draws)
}

// HistogramIsTrue says whether the histogram of s is that of its registers.
func HistogramIsTrue(s *HyperLogLog) bool { return histogramOf(s.registers) == s.histogram }
