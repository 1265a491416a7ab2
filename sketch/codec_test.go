package sketch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"runtime"
	"slices"
	"testing"

	"guildpulse/sketch"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The bytes of every version ever written stay readable and stay what we write.
func TestGoldenBytes(t *testing.T) {
	for _, kind := range kinds() {
		t.Run(kind.name, func(t *testing.T) {
			file := "testdata/" + kind.name + ".golden"
			data := marshal(t, kind.filled(testKey(1)))
			if *update {
				if err := os.WriteFile(file, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			golden, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, golden) {
				t.Errorf("the stored form changed: %d bytes, golden %d; a new form needs a new version", len(data), len(golden))
			}
			loaded := kind.empty(testKey(1))
			if err := loaded.UnmarshalBinary(golden); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(marshal(t, loaded), golden) {
				t.Error("the golden bytes load as something else")
			}
		})
	}
}

// Version 1 of the HyperLogLog had plain registers of six bits.
func TestHyperLogLogReadsVersion1(t *testing.T) {
	golden, err := os.ReadFile("testdata/hyperloglog_v1.golden")
	if err != nil {
		t.Fatal(err)
	}
	s, want := sketch.NewHyperLogLog(5, testKey(1)), filledHyperLogLog(testKey(1))
	if err := s.UnmarshalBinary(golden); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(marshal(t, s), marshal(t, want)) {
		t.Error("the golden bytes of version 1 load as another sketch")
	}
	for n := range golden {
		assertRefused(t, s, golden[:n], sketch.ErrFormat)
	}
	for _, at := range []int{16, len(golden) - 1} { // a register above 65-p
		changed := slices.Clone(golden)
		changed[at] = 0xff
		assertRefused(t, s, changed, sketch.ErrFormat)
	}
}

func TestAppendBinaryAppends(t *testing.T) {
	for _, kind := range kinds() {
		s := kind.filled(testKey(1))
		got, err := s.AppendBinary([]byte("before"))
		if want := append([]byte("before"), marshal(t, s)...); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: AppendBinary is not the prefix and MarshalBinary: %v", kind.name, err)
		}
	}
}

// A stored sketch never holds its key.
func TestStoredFormHidesTheKey(t *testing.T) {
	key := sketch.Key([]byte("canary-secret-16"))
	for _, kind := range kinds() {
		data := marshal(t, kind.filled(key))
		for i := range len(key) - 3 {
			if bytes.Contains(data, key[i:i+4]) {
				t.Errorf("%s: the stored form holds %q of the key", kind.name, key[i:i+4])
			}
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	const lastCell = 40 + 60 + 56 // the count of the second bucket's last cell: 45
	put := func(at int, value ...byte) func([]byte) []byte {
		return func(data []byte) []byte { copy(data[at:], value); return data }
	}
	type test struct {
		name   string
		change func([]byte) []byte
		want   error
	}
	header := []test{
		{"nothing", func([]byte) []byte { return nil }, sketch.ErrFormat},
		{"magic alone", func(data []byte) []byte { return data[:4] }, sketch.ErrFormat},
		{"header alone", func(data []byte) []byte { return data[:16] }, sketch.ErrFormat},
		{"another magic", put(0, 'X'), sketch.ErrFormat},
		{"version 0", put(4, 0), sketch.ErrFormat},
		{"a version above", put(4, 3), sketch.ErrVersion},
		{"a version above, of another shape", put(4, 3, 255, 1), sketch.ErrVersion},
		{"shape 0", put(5, 0), sketch.ErrFormat},
		{"shape 255", put(5, 255), sketch.ErrFormat},
		{"first reserved byte", put(6, 1), sketch.ErrFormat},
		{"second reserved byte", put(7, 1), sketch.ErrFormat},
		{"another key", put(8, 1, 2, 3, 4, 5, 6, 7, 8), sketch.ErrKey},
		{"a byte too many", func(data []byte) []byte { return append(data, 0) }, sketch.ErrFormat},
	}
	distinct := []test{
		{"precision below", put(5, sketch.MinPrecision-1), sketch.ErrFormat},
		{"precision above", put(5, sketch.MaxPrecision+1), sketch.ErrFormat},
		{"fields alone", func(data []byte) []byte { return data[:24] }, sketch.ErrFormat},
	}
	own := map[string][]test{
		"hyperloglog_v2": append(slices.Clone(distinct),
			test{"precision of other bytes", put(5, 12), sketch.ErrFormat},
			test{"no such form", put(16, 3), sketch.ErrFormat},
			test{"another size", put(17, 1), sketch.ErrFormat},
			test{"tokens among registers", put(20, 1), sketch.ErrFormat},
			test{"plain registers where coded are shorter", plainRegisters(1), sketch.ErrFormat},
			test{"register above q+1", plainRegisters(60), sketch.ErrFormat},
		),
		"ultraloglog_v1": append(slices.Clone(distinct),
			test{"precision of other bytes", put(5, 12), sketch.ErrFormat},
			test{"no such form", put(16, 3), sketch.ErrFormat},
			test{"another size", put(17, 1), sketch.ErrFormat},
			test{"tokens among registers", put(20, 1), sketch.ErrFormat},
			test{"register of no rank", plainRegisters(60 << 2), sketch.ErrFormat},
			test{"flag of rank 0", plainRegisters(1<<2 | 2), sketch.ErrFormat},
			test{"flag of rank 0 below rank 2", plainRegisters(2<<2 | 1), sketch.ErrFormat},
			test{"registers without items", plainRegisters(0), sketch.ErrFormat},
		),
		"tokens_v1": append(slices.Clone(distinct),
			test{"no tokens and bytes of them", put(20, 0), sketch.ErrFormat},
			test{"another number of tokens", put(20, 29), sketch.ErrFormat},
			test{"more tokens than bytes", put(20, 255), sketch.ErrFormat},
			test{"tokens beyond all bounds", put(20, 255, 255, 255, 255), sketch.ErrFormat},
			test{"first bits beyond 26", put(24, 255, 255, 255, 255), sketch.ErrFormat},
			test{"a zero byte at the end", func(data []byte) []byte { data[17]++; return append(data, 0) }, sketch.ErrFormat},
		),
		"martingale_v1": {
			{"no sum", func(data []byte) []byte { return data[:20] }, sketch.ErrFormat},
			{"a sum below 1", put(16, 0, 0, 0, 0, 0, 0, 0, 0), sketch.ErrFormat},
			{"no number", put(16, 255, 255, 255, 255, 255, 255, 255, 127), sketch.ErrFormat},
			{"no such form", put(24, 3), sketch.ErrFormat},
		},
		"countmin_v1": {
			{"width 0", put(16, 0, 0, 0, 0), sketch.ErrFormat},
			{"width beyond the bytes", put(16, 8), sketch.ErrFormat},
			{"width beyond all bounds", put(16, 255, 255, 255, 255), sketch.ErrFormat},
			{"reserved field", put(20, 1), sketch.ErrFormat},
			{"total below a row", put(24, 1, 0, 0, 0, 0, 0, 0, 0), sketch.ErrFormat},
			{"total of nothing", func(data []byte) []byte { clear(data[32:]); return data }, sketch.ErrFormat},
		},
		"topk_v1": {
			{"no buckets", put(16, 0, 0, 0, 0), sketch.ErrFormat},
			{"buckets beyond the bytes", put(16, 4), sketch.ErrFormat},
			{"buckets beyond all bounds", put(16, 255, 255, 255, 255), sketch.ErrFormat},
			{"reserved field", put(20, 1), sketch.ErrFormat},
			{"total below the counts", put(32, 1, 0, 0, 0, 0, 0, 0, 0), sketch.ErrFormat},
			{"item from elsewhere", misplaceItem, sketch.ErrFormat},
			{"item twice in a bucket", repeatItem, sketch.ErrFormat},
			{"item in both its buckets", doubleItem, sketch.ErrFormat},
			{"item without a count", put(lastCell, 0, 0, 0, 0), sketch.ErrFormat},
			{"counts out of order", put(lastCell, 60), sketch.ErrFormat},
		},
	}
	for _, kind := range kinds() {
		for _, test := range slices.Concat(header, own[kind.name]) {
			t.Run(kind.name+"/"+test.name, func(t *testing.T) {
				data := test.change(marshal(t, kind.filled(testKey(1))))
				assertRefused(t, kind.filled(testKey(1)), data, test.want)
				assertRefused(t, kind.empty(testKey(1)), data, test.want)
			})
		}
	}
}

// plainRegisters puts registers that all hold r in place of coded ones.
func plainRegisters(r byte) func([]byte) []byte {
	return func(data []byte) []byte {
		data = append(data[:16], 2, 64, 0, 0, 0, 0, 0, 0)
		return append(data, bytes.Repeat([]byte{r}, 64)...)
	}
}

// misplaceItem puts the first item's cell where the item never goes.
func misplaceItem(data []byte) []byte {
	for item := uint64(1000); ; item++ {
		if first, second := topKBuckets(testKey(1), item, 3); first != 0 && second != 0 {
			binary.LittleEndian.PutUint64(data[40:], item)
			return data
		}
	}
}

// repeatItem gives the first bucket's second cell the item of its first.
func repeatItem(data []byte) []byte {
	copy(data[48:56], data[40:48])
	return data
}

// doubleItem gives an item's other bucket a cell of it too, its last one.
func doubleItem(data []byte) []byte {
	for bucket := range uint64(3) {
		item := binary.LittleEndian.Uint64(data[40+60*bucket:])
		first, second := topKBuckets(testKey(1), item, 3)
		if first != second {
			other := first + second - bucket
			binary.LittleEndian.PutUint64(data[40+60*other+32:], item)
			return data
		}
	}
	panic("no first cell has an item of two buckets")
}

// Cut anywhere, the bytes are refused.
func TestUnmarshalRefusesEveryPrefix(t *testing.T) {
	for _, kind := range kinds() {
		data := marshal(t, kind.filled(testKey(1)))
		for n := range data {
			assertRefused(t, kind.empty(testKey(1)), data[:n], sketch.ErrFormat)
		}
	}
}

// With any bit flipped, the bytes are refused or mean what they say: no sketch
// loads that would be stored differently.
func TestUnmarshalOfEveryFlippedBit(t *testing.T) {
	for _, kind := range kinds() {
		data := marshal(t, kind.filled(testKey(1)))
		for bit := range 8 * len(data) {
			flipped := slices.Clone(data)
			flipped[bit/8] ^= 1 << (bit % 8)
			checkDecode(t, kind, flipped)
		}
	}
}

// A header that promises the largest sketch, without its bytes, must not get
// memory for it.
func TestUnmarshalBoundsAllocation(t *testing.T) {
	claims := map[string]struct {
		shape byte
		size  uint32 // of width, or buckets
		body  int
	}{
		"hyperloglog_v2": {shape: sketch.MaxPrecision, size: 1, body: 8},
		"ultraloglog_v1": {shape: sketch.MaxPrecision, size: 1, body: 8},
		"tokens_v1":      {shape: sketch.MaxPrecision, size: 0, body: 200},
		"martingale_v1":  {shape: sketch.MaxPrecision, size: 1, body: 16},
		"countmin_v1":    {shape: 1, size: sketch.MaxCounters, body: 16},
		"topk_v1":        {shape: 5, size: sketch.MaxTopKBytes / 64, body: 24},
	}
	for _, kind := range kinds() {
		s, claim := kind.empty(testKey(1)), claims[kind.name]
		data := append(marshal(t, s)[:16], make([]byte, claim.body)...)
		data[5] = claim.shape
		binary.LittleEndian.PutUint32(data[16:], claim.size)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := s.UnmarshalBinary(data)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, sketch.ErrFormat) {
			t.Errorf("%s: %v, want %v", kind.name, err, sketch.ErrFormat)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<10 {
			t.Errorf("%s: %d bytes allocated for %d", kind.name, n, len(data))
		}
	}
}

// A receiver of another shape takes on the stored one, and both go on alike.
func TestUnmarshalTakesTheStoredShape(t *testing.T) {
	for _, kind := range kinds() {
		original, loaded := kind.filled(testKey(1)), kind.empty(testKey(1))
		for range 2 { // the second time into a receiver of the same shape
			if err := loaded.UnmarshalBinary(marshal(t, original)); err != nil {
				t.Fatal(err)
			}
			goOn(original)
			goOn(loaded)
			if !bytes.Equal(marshal(t, loaded), marshal(t, original)) {
				t.Errorf("%s: the loaded sketch goes on differently", kind.name)
			}
		}
	}
}

// goOn uses a sketch in every way that there is.
func goOn(s stored) {
	for item := range uint64(300) {
		switch s := s.(type) {
		case counter:
			s.Add(item)
			s.Estimate()
		case *sketch.CountMin:
			s.Add(item, item)
			s.Estimate(item)
		case *sketch.TopK:
			s.Add(item%70, item)
			s.Count(item)
		}
	}
}

func FuzzHyperLogLogUnmarshal(f *testing.F) {
	golden, err := os.ReadFile("testdata/hyperloglog_v1.golden")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	fuzzUnmarshal(f, kinds()[0])
}

func FuzzUltraLogLogUnmarshal(f *testing.F) { fuzzUnmarshal(f, kinds()[1]) }
func FuzzTokensUnmarshal(f *testing.F)      { fuzzUnmarshal(f, kinds()[2]) }
func FuzzMartingaleUnmarshal(f *testing.F)  { fuzzUnmarshal(f, kinds()[3]) }
func FuzzCountMinUnmarshal(f *testing.F)    { fuzzUnmarshal(f, kinds()[4]) }
func FuzzTopKUnmarshal(f *testing.F)        { fuzzUnmarshal(f, kinds()[5]) }

func fuzzUnmarshal(f *testing.F, kind kind) {
	f.Add([]byte{})
	f.Add(marshal(f, kind.empty(testKey(1))))
	f.Add(marshal(f, kind.filled(testKey(1))))
	f.Add(marshal(f, kind.filled(testKey(2))))
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, kind, data) })
}

// checkDecode is what must hold of any bytes at all: they are refused with one
// of our errors and the receiver stays as it was, or they load as a sketch that
// is stored as the same bytes, if not in a newer version, and can be used.
func checkDecode(t *testing.T, kind kind, data []byte) {
	t.Helper()
	s := kind.empty(testKey(1))
	before := marshal(t, s)
	err := s.UnmarshalBinary(data)
	after := marshal(t, s)
	if err == nil && data[4] < after[4] {
		data = after
		if err := s.UnmarshalBinary(data); err != nil {
			t.Fatalf("%s: what was read of an older version is not read again: %v", kind.name, err)
		}
		after = marshal(t, s)
	}
	switch {
	case err == nil && !bytes.Equal(after, data):
		t.Fatalf("%s: %d bytes load as other bytes", kind.name, len(data))
	case err == nil:
		goOn(s)
	case !errors.Is(err, sketch.ErrFormat) && !errors.Is(err, sketch.ErrVersion) && !errors.Is(err, sketch.ErrKey):
		t.Fatalf("%s: %v is none of our errors", kind.name, err)
	case !bytes.Equal(after, before):
		t.Fatalf("%s: refused (%v) and yet changed", kind.name, err)
	}
}

func assertRefused(t *testing.T, s stored, data []byte, want error) {
	t.Helper()
	before := marshal(t, s)
	if err := s.UnmarshalBinary(data); !errors.Is(err, want) {
		t.Errorf("UnmarshalBinary() = %v, want %v", err, want)
	}
	if !bytes.Equal(marshal(t, s), before) {
		t.Error("the receiver changed")
	}
}
