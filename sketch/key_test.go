package sketch_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// The published vectors hash the messages "", 00, 00 01, … under the key
// 00 01 … 0f: SipHash-2-4's stand in the reference implementation, SipHash-1-3's
// in the tests of Rust's library.
func TestSipHashPublishedVectors(t *testing.T) {
	tables := []struct {
		file string
		c, d int
	}{
		{"testdata/siphash13.hex", 1, 3},
		{"testdata/siphash24.hex", 2, 4},
	}
	for _, table := range tables {
		text, err := os.ReadFile(table.file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Fields(string(text))
		if len(lines) != 64 {
			t.Fatalf("%s has %d vectors, want 64", table.file, len(lines))
		}
		var message []byte
		for i, line := range lines {
			want, err := hex.DecodeString(line)
			if err != nil {
				t.Fatal(err)
			}
			got := binary.LittleEndian.AppendUint64(nil, sketch.SipHash(table.c, table.d, countingKey(), message))
			if !bytes.Equal(got, want) {
				t.Errorf("SipHash-%d-%d of %d bytes = %x, want %x", table.c, table.d, i, got, want)
			}
			message = append(message, byte(i))
		}
	}
}

// The vector of eight bytes is one that the specialised form can be asked for.
func TestHashPublishedVector(t *testing.T) {
	const item, want = 0x0706050403020100, 0x369095118d299a8e
	if got := countingKey().Hash(item); got != want {
		t.Errorf("Hash(%#x) = %#x, want %#x", uint64(item), got, uint64(want))
	}
}

func TestHashIsSipHash13OfEightBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		item := rapid.Uint64().Draw(t, "item")
		want := sketch.SipHash(1, 3, key, binary.LittleEndian.AppendUint64(nil, item))
		if got := key.Hash(item); got != want {
			t.Fatalf("Hash(%#x) = %#x, want %#x", item, got, want)
		}
	})
}

// Every bit of the key must matter, to the hash and to the fingerprint.
func TestEveryBitOfTheKeyMatters(t *testing.T) {
	base := testKey(1)
	for bit := range 128 {
		other := base
		other[bit/8] ^= 1 << (bit % 8)
		if base.Hash(42) == other.Hash(42) {
			t.Errorf("hash does not depend on bit %d", bit)
		}
		if base.Fingerprint() == other.Fingerprint() {
			t.Errorf("fingerprint does not depend on bit %d", bit)
		}
	}
}

// A canary in the key must not come out by any way of printing or logging it.
func TestKeyIsNeverShown(t *testing.T) {
	key := sketch.Key([]byte("canary-secret-16"))
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o"} {
		fmt.Fprintf(&out, verb+"\n", key)
		fmt.Fprintf(&out, verb+"\n", &key)
		fmt.Fprintf(&out, verb+"\n", struct{ Key sketch.Key }{key})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("start", "key", key)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "key", key)
	shown := strings.ToLower(out.String())
	for _, secret := range []string{"canary", hex.EncodeToString(key[:4]), "99 97 110 97", "99,97,110,97", "143 141"} {
		if strings.Contains(shown, secret) {
			t.Errorf("the key shows as %q in\n%s", secret, shown)
		}
	}
	if fingerprint := fmt.Sprintf("%016x", key.Fingerprint()); !strings.Contains(shown, fingerprint) {
		t.Errorf("the fingerprint %s is not shown in\n%s", fingerprint, shown)
	}
}

// countingKey is 00 01 … 0f.
func countingKey() (key sketch.Key) {
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

func drawKey(t *rapid.T) sketch.Key {
	return sketch.Key(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key"))
}
