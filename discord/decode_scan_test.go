package discord_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"guildpulse/discord"
)

// oracle reads a text as encoding/json does.
func oracle(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

var texts = []string{
	``, ` `, `null`, `true`, `false`, `nul`, `truer`, `0`, `-0`, `01`, `1.`, `.5`, `1e5`, `1E-2`, `1e`, `-`,
	`""`, `"a"`, `"a`, `"\`, `"\u12`, `"\u00e9"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00x"`, `"\ud83d\ud83d\ude00"`,
	`"\ud83dA"`, `"\ud83d\n"`, "\"\xff\xfe\"", "\"é\x80\\n\"", "\"\x01\"", `"\x"`, `"\/\b\f\n\r\t\"\\"`,
	`[]`, `[1]`, `[1,]`, `[,1]`, `[1 2]`, `[[[]]]`, `[`, `]`, `{}`, `{"a":1}`, `{"a":1,}`, `{"a"}`, `{"a":}`,
	`{,}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":{"b":[{}]},"c":null}`, `{"a":1,"a":2}`, `{"\u0061":1}`, "{\"\xff\":1}",
	`{"a":1}x`, ` { "a" : [ 1 , "b" , null , true ] } `, `"\u0000"`, "\x00", "{}\x00", `{"a":1}{"b":2}`,
	strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
	strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
}

func TestScannerReadsAsEncodingJSON(t *testing.T) {
	for _, text := range texts {
		compareScanner(t, []byte(text))
	}
}

// TestScannerReadsEveryByteEverywhere puts each byte, and what looks like a special
// one beside special ones, at each place of the eight that are looked at together.
func TestScannerReadsEveryByteEverywhere(t *testing.T) {
	around := func(at int, special ...byte) {
		for _, tail := range []string{"", "aaa", "é", "aaaaaaaaa"} {
			text := strings.Repeat("a", at) + string(special) + tail
			compareScanner(t, []byte(`"`+text+`"`))
			compareScanner(t, []byte(`{"`+text+`":["`+text+`"]}`))
		}
	}
	for at := range 10 {
		for b := range 256 {
			around(at, byte(b))
		}
	}
	tricky := []byte{0x00, 0x1f, ' ', '!', '"', '#', '[', '\\', ']', 'n', 0x7f, 0x80, 0xff}
	for at := range 9 {
		for _, a := range tricky {
			for _, b := range tricky {
				around(at, a, b)
			}
		}
	}
}

func FuzzScanner(f *testing.F) {
	for _, text := range texts {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	for _, p := range payloads {
		f.Add([]byte(p.data))
	}
	f.Fuzz(compareScanner)
}

func compareScanner(t *testing.T, text []byte) {
	name := text
	if len(name) > 80 {
		name = name[:80]
	}
	want, wantErr := oracle(text)
	got, err := discord.Walk(text)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: read with error %v, encoding/json with %v", name, err, wantErr)
	}
	if err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: read %#v, encoding/json %#v", name, got, want)
	}
	if err != nil && !errors.Is(err, discord.ErrMalformed) {
		t.Fatalf("%q: error %v is no ErrMalformed", name, err)
	}
	if valid := json.Valid(text); (discord.Skip(text) == nil) != valid {
		t.Fatalf("%q: skipped without error %v, encoding/json says valid %v", name, !valid, valid)
	}
}

func TestScannerNumbers(t *testing.T) {
	for _, text := range []string{
		"0", "7", "-7", "9223372036854775807", "9223372036854775808", "-9223372036854775807",
		"18446744073709551615", "18446744073709551616", "1e3", "1.5", "null", `"7"`, `""`, `"-7"`, `"x"`, `" 7"`,
		`"18446744073709551615"`, `"18446744073709551616"`, `"\u0037"`, "true", "[]", "{}", "",
	} {
		t.Run(text, func(t *testing.T) {
			var wantInt int64
			intErr := json.Unmarshal([]byte(text), &wantInt)
			if got, err := discord.Int([]byte(text)); (err == nil) != (intErr == nil) || err == nil && got != wantInt {
				t.Errorf("int: %d, %v; encoding/json %d, %v", got, err, wantInt, intErr)
			}
			wantID, idErr := oracleSnowflake([]byte(text))
			if got, err := discord.Snowflake([]byte(text)); (err == nil) != (idErr == nil) || err == nil && got != wantID {
				t.Errorf("snowflake: %d, %v; want %d, %v", got, err, wantID, idErr)
			}
		})
	}
}

func oracleSnowflake(text []byte) (uint64, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return 0, err
	}
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		return strconv.ParseUint(v, 10, 64)
	case json.Number:
		return strconv.ParseUint(v.String(), 10, 64)
	}
	return 0, errors.New("no snowflake")
}

func TestScannerBitsKeepsTheLowest64(t *testing.T) {
	for text, want := range map[string]uint64{
		`"2248473465835073"`:     2248473465835073,
		`1024`:                   1024,
		`"18446744073709551616"`: 0,    // 2^64
		`"36893488147419104256"`: 1024, // 2^65 + 2^10
		`null`:                   0,
		`"340282366920938463463374607431768211455"`: 1<<64 - 1, // 2^128 - 1
	} {
		if got, err := discord.Bits([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{`""`, `"1x"`, `1.5`, `-1`, `true`} {
		if got, err := discord.Bits([]byte(text)); err == nil {
			t.Errorf("%s: read as %d", text, got)
		}
	}
}

func TestParseFrame(t *testing.T) {
	for text, want := range map[string]discord.Frame{
		`{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"id":"1"}}`: {0, 42, "MESSAGE_CREATE", `{"id":"1"}`},
		`{"op":0,"d":[1, 2],"s":7,"t":"X","extra":{"a":[]}}`:  {0, 7, "X", `[1, 2]`},
		`{"t":null,"s":null,"op":11}`:                         {Op: 11},
		`{"op":7,"d":null}`:                                   {Op: 7, Data: "null"},
	} {
		if got, err := discord.ParseFrame([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "null", "[]", `"x"`, "{", `{"op":"0"}`, `{"op":0}x`, `{"op":0,"d":}`, `{"op":0,"s":-1}`,
		`{"t":"MESSAGE_CREATE","s":0,"op":0,"d":{"id":"12`, `{"op":1.5}`, `{"t":5}`,
	} {
		if got, err := discord.ParseFrame([]byte(text)); !errors.Is(err, discord.ErrMalformed) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}
