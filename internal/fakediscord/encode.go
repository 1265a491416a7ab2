package fakediscord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// object is a JSON object to be. Discord writes the keys of its objects in
// descending order, with guild_id behind them all in events, and so do we:
// decoders are measured on these frames.
type object map[string]any

// snowflake is an id, which JSON holds as a string.
type snowflake uint64

// maybe is an id that is null where it is zero.
type maybe uint64

// bits is a set of permissions, which JSON holds as a decimal string.
type bits uint64

// stamp is a time in Unix milliseconds; zero is null.
type stamp int64

// text is a string that is null where it is empty.
type text string

const hexDigits = "0123456789abcdef"

// encode returns the JSON of v.
func encode(v any) []byte { return appendJSON(nil, v) }

// appendJSON appends the JSON of v, which is made of the types of this file,
// plain values, and raw JSON.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case string:
		return appendString(b, v)
	case json.RawMessage:
		return append(b, v...)
	case object:
		return appendObject(b, v)
	case []object:
		return appendList(b, v)
	case []any:
		return appendList(b, v)
	case []string:
		return appendList(b, v)
	case []int:
		return appendList(b, v)
	case []snowflake:
		return appendList(b, v)
	}
	return appendScalar(b, v)
}

// appendScalar appends the values that are strings in JSON, or null.
func appendScalar(b []byte, v any) []byte {
	switch v := v.(type) {
	case snowflake:
		return appendID(b, uint64(v))
	case bits:
		return appendID(b, uint64(v))
	case maybe:
		if v == 0 {
			return append(b, "null"...)
		}
		return appendID(b, uint64(v))
	case stamp:
		return appendStamp(b, int64(v))
	case text:
		return appendText(b, string(v))
	}
	panic(fmt.Sprintf("fakediscord: no JSON for a %T", v))
}

// appendObject appends an object, keys in descending order.
func appendObject(b []byte, o object) []byte {
	keys := make([]string, 0, len(o))
	for k := range o {
		if k != "guild_id" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	slices.Reverse(keys)
	if _, ok := o["guild_id"]; ok {
		keys = append(keys, "guild_id")
	}
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		b = appendJSON(b, o[k])
	}
	return append(b, '}')
}

// appendList appends an array.
func appendList[T any](b []byte, list []T) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v)
	}
	return append(b, ']')
}

// appendID appends a number in quotes.
func appendID(b []byte, id uint64) []byte {
	b = append(b, '"')
	b = strconv.AppendUint(b, id, 10)
	return append(b, '"')
}

// appendStamp appends a time, or null for zero.
func appendStamp(b []byte, ms int64) []byte {
	if ms == 0 {
		return append(b, "null"...)
	}
	return appendTime(b, ms)
}

// appendText appends a string, or null for an empty one.
func appendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

// when returns a time in Unix milliseconds, 0 for the zero time.
func when(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// appendString appends a quoted string. Unlike encoding/json it leaves < > and &
// as they are, as Discord does: names arrive in their raw, hostile form.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r < 0x20:
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r) // broken bytes come out as U+FFFD
		}
	}
	return append(b, '"')
}

// ids turns ids into their JSON form.
func ids(list []uint64) []snowflake {
	out := make([]snowflake, len(list))
	for i, id := range list {
		out[i] = snowflake(id)
	}
	return out
}
