package sketch

import (
	"encoding/binary"
	"fmt"
	"log/slog"
)

// Key is the secret under which a sketch hashes its items.
//
// Who knows the hash can choose items that share one register or one cell, and
// so hide a crowd or invent one; the key takes that knowledge away. Fill it
// from crypto/rand once, keep it beside the data it was used for, and use the
// same one for every sketch that is ever to be merged. The zero key is valid
// and secret from nobody: it is for tests.
//
// A Key never shows itself when it is formatted or logged, only its
// [Key.Fingerprint].
type Key [16]byte

// Hash returns SipHash-1-3 of the eight little-endian bytes of item: the same
// number on every machine, and one that tells nothing about item to those
// without the key.
func (k Key) Hash(item uint64) uint64 { return k.words().item(item) }

// Fingerprint names the key without telling it: SipHash-2-4, under the key, of
// a constant. Stored sketches carry it, so that one made under another key is
// refused.
func (k Key) Fingerprint() uint64 { return k.words().fingerprint() }

// Format writes the fingerprint in place of the key, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "sketch.Key(%016x)", k.Fingerprint()) }

// LogValue gives slog the fingerprint in place of the key.
func (k Key) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(k)) }

func (k Key) words() keys {
	return keys{binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint64(k[8:])}
}

func (k keys) fingerprint() uint64 {
	return k.bytes(2, 4, []byte("guildpulse sketch key"))
}
