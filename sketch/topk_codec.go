package sketch

import (
	"encoding/binary"
	"fmt"
)

const (
	topKMagic   = "GPTK"
	topKVersion = 1
	topKFields  = 24                    // buckets, zero, draws, total
	bucketForm  = bucketCells * (8 + 4) // a bucket's bytes, stored
)

// AppendBinary appends the stored form to b: the header with the cells a bucket
// as its shape, then, numbers little-endian,
//
//	16        20      24              32              40
//	┌─────────┬───────┬───────────────┬───────────────┬─────────┐
//	│ buckets │   0   │     draws     │     total     │ buckets…│
//	└─────────┴───────┴───────────────┴───────────────┴─────────┘
//
// where draws is the state of the random numbers, and a bucket is
//
//	0      8      16     24     32     40    44    48    52    56    60
//	┌──────┬──────┬──────┬──────┬──────┬─────┬─────┬─────┬─────┬─────┐
//	│ item │ item │ item │ item │ item │count│count│count│count│count│
//	└──────┴──────┴──────┴──────┴──────┴─────┴─────┴─────┴─────┴─────┘
//
// 40 + 60·buckets bytes. The items are stored as they are. The error is always
// nil.
func (s *TopK) AppendBinary(b []byte) ([]byte, error) {
	b = appendHeader(b, topKMagic, topKVersion, bucketCells, s.key)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s.buckets)))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.draws))
	b = binary.LittleEndian.AppendUint64(b, s.total)
	for i := range s.buckets {
		b = s.buckets[i].append(b)
	}
	return b, nil
}

// MarshalBinary returns the stored form; see [TopK.AppendBinary].
func (s *TopK) MarshalBinary() ([]byte, error) {
	return s.AppendBinary(make([]byte, 0, headerSize+topKFields+bucketForm*len(s.buckets)))
}

// UnmarshalBinary makes s the sketch that was stored; it goes on exactly as the
// stored one would have. The receiver comes from [NewTopK] and brings the key,
// which is stored nowhere: bytes written under another are refused (ErrKey).
// The size becomes the stored one. After ErrFormat, ErrVersion or ErrKey, s is
// as it was.
func (s *TopK) UnmarshalBinary(data []byte) error {
	cells, body, err := parseHeader(data, topKMagic, topKVersion, s.key)
	if err == nil {
		err = validateTopK(cells, body)
	}
	if err != nil {
		return fmt.Errorf("decode topk: %w", err)
	}
	decoded := TopK{
		key:     s.key,
		draws:   splitMix(binary.LittleEndian.Uint64(body[8:])),
		total:   binary.LittleEndian.Uint64(body[16:]),
		buckets: make([]bucket, binary.LittleEndian.Uint32(body)),
	}
	for i := range decoded.buckets {
		decoded.buckets[i].parse(body[topKFields+bucketForm*i:])
	}
	if err := decoded.validate(); err != nil {
		return fmt.Errorf("decode topk: %w", err)
	}
	*s = decoded
	return nil
}

// validateTopK checks what has to be known before anything is allocated.
func validateTopK(cells byte, body []byte) error {
	if cells != bucketCells {
		return fmt.Errorf("%d cells a bucket, this version has %d: %w", cells, bucketCells, ErrFormat)
	}
	if len(body) < topKFields {
		return fmt.Errorf("%d bytes after the header, at least %d: %w", len(body), topKFields, ErrFormat)
	}
	n := binary.LittleEndian.Uint32(body)
	if n < 1 || n > MaxTopKBytes/bucketBytes {
		return fmt.Errorf("%d buckets: %w", n, ErrFormat)
	}
	if binary.LittleEndian.Uint32(body[4:]) != 0 {
		return fmt.Errorf("reserved bytes are not zero: %w", ErrFormat)
	}
	if want := topKFields + bucketForm*int(n); len(body) != want {
		return fmt.Errorf("%d bytes after the header, %d buckets have %d: %w", len(body), n, want, ErrFormat)
	}
	return nil
}

// validate refuses cells that no items could have left: one in a bucket that
// its item never goes to, a second one of an item, an empty one with an item,
// lower counts before higher ones, and more of them than the total.
func (s *TopK) validate() error {
	var sum uint64
	for i := range s.buckets {
		b := &s.buckets[i]
		for cell, count := range b.counts {
			sum += uint64(count)
			if cell > 0 && count > b.counts[cell-1] || !s.belongs(b, cell) {
				return fmt.Errorf("cell %d of bucket %d holds what it cannot: %w", cell, i, ErrFormat)
			}
		}
	}
	if sum > s.total {
		return fmt.Errorf("counts sum to %d under a total of %d: %w", sum, s.total, ErrFormat)
	}
	return nil
}

// belongs says whether the cell is the one place where its item is found.
func (s *TopK) belongs(b *bucket, cell int) bool {
	item := b.items[cell]
	if b.counts[cell] == 0 {
		return item == 0
	}
	first, second := s.homes(s.key.item(item))
	other := first
	if b == first {
		other = second
	}
	return (b == first || b == second) && b.find(item) == cell &&
		(b == other || other.count(item) == 0)
}

func (b *bucket) append(data []byte) []byte {
	for _, item := range b.items {
		data = binary.LittleEndian.AppendUint64(data, item)
	}
	for _, count := range b.counts {
		data = binary.LittleEndian.AppendUint32(data, count)
	}
	return data
}

func (b *bucket) parse(data []byte) {
	for cell := range b.items {
		b.items[cell] = binary.LittleEndian.Uint64(data[8*cell:])
		b.counts[cell] = binary.LittleEndian.Uint32(data[8*bucketCells+4*cell:])
	}
}
