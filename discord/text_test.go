package discord_test

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"guildpulse/discord"
	"guildpulse/internal/report"
)

func TestSafeName(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "Ana", "Ana"},
		{"mention", "<@123> @everyone <#5> <:x:1>", `\<\@123\> \@everyone \<\#5\> \<\:x\:1\>`},
		{"link", "https://evil.example", `https\:\/\/evil.example`},
		{"masked link", "[click](https://evil)", `\[click\]\(https\:\/\/evil\)`},
		{"Markdown", "**b** _i_ ~~s~~ `c` ||x|| > q", "\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` \\|\\|x\\|\\| \\> q"},
		{"backslash", `a\`, `a\\`},
		{"bidi", "evil\u202egnp.exe\u202c\u2067x\u2069\u200f", "evilgnp.exex"},
		{"zero width", "a\u200b\u200d\ufeffb\u00adc", "abc"},
		{"tags", "a\U000E0041b", "ab"},
		{"lines", "a\r\n# b\u2028c\td", `a \# b c d`},
		{"zalgo", "a" + strings.Repeat("\u0301", 40) + "b", "a\u0301\u0301\u0301b"},
		{"marks alone", "\u0301\u0301", "?"},
		{"blank", "\u3164 \u2800\u115f", "?"},
		{"empty", "", "?"},
		{"four bytes", "𝔸𝔹😀", "𝔸𝔹😀"},
		{"broken", "a\xff\xfeb", "ab"},
		{"fits", strings.Repeat("x", 32), strings.Repeat("x", 32)},
		{"long", strings.Repeat("x", 33), strings.Repeat("x", 31) + "…"},
		{"long in UTF-16", strings.Repeat("😀", 17), strings.Repeat("😀", 15) + "…"},
		{"long and hidden", "ab" + strings.Repeat("\u200b", 500), "ab"},
	} {
		if got := discord.SafeName(tt.in, "?"); got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// FuzzSafeName looks for a name that breaks out of its place.
func FuzzSafeName(f *testing.F) {
	for _, s := range []string{"Ana", "<@1>", "https://x", "a\u202eb", "\\", strings.Repeat("😀", 40), "a\xff", "\u0301x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := discord.SafeName(s, "?")
		if !utf8.ValidString(got) || got == "" {
			t.Fatalf("%q became %q", s, got)
		}
		plain, escaped := 0, false
		for _, r := range got {
			switch {
			case escaped:
				escaped, plain = false, plain+1
			case r == '\\':
				escaped = true
			case strings.ContainsRune("*_~`|[]()<>#@:/\n\r", r):
				t.Fatalf("%q became %q: %q is bare", s, got, r)
			case r != ' ' && (unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)):
				t.Fatalf("%q became %q: it has %U", s, got, r)
			default:
				plain += utf16.RuneLen(r)
			}
		}
		if escaped || plain > 32 {
			t.Fatalf("%q became %q: %d long", s, got, plain)
		}
	})
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{discord.Amount(report.Messages, 0), "0"},
		{discord.Amount(report.Messages, 999), "999"},
		{discord.Amount(report.Messages, 1000), "1,000"},
		{discord.Amount(report.Messages, -1234567), "-1,234,567"},
		{discord.Amount(report.Messages, math.NaN()), "–"},
		{discord.Amount(report.Score, 45.26), "45.3"},
		{discord.Amount(report.Score, 12345.6), "12,346"},
		{discord.Amount(report.Voice, 0), "0 min"},
		{discord.Amount(report.Voice, 59.4), "59 min"},
		{discord.Amount(report.Voice, 59.9), "1 h"},
		{discord.Amount(report.Voice, 200), "3 h 20 min"},
		{discord.Amount(report.Voice, 123456), "2,058 h"},
		{discord.Change(report.Figure{Now: 112, Before: 100}), "+12 %"},
		{discord.Change(report.Figure{Now: 97, Before: 100}), "−3 %"},
		{discord.Change(report.Figure{Now: 100, Before: 100}), "±0 %"},
		{discord.Change(report.Figure{Now: 5}), ""},
		{discord.Days("2026-11-21", "2026-11-21"), "21 Nov 2026"},
		{discord.Days("2026-11-15", "2026-11-21"), "15–21 Nov 2026"},
		{discord.Days("2026-10-23", "2026-11-21"), "23 Oct – 21 Nov 2026"},
		{discord.Days("2025-11-22", "2026-11-21"), "22 Nov 2025 – 21 Nov 2026"},
		{discord.Days("", ""), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
