package persist

import "strings"

// CleanText returns a name as stores keep it. Names are other people's: PostgreSQL
// refuses a text with a NUL or with what is not UTF-8. NUL bytes go, and each run of
// invalid bytes becomes one U+FFFD.
func CleanText(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}
