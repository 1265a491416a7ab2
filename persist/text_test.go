package persist_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"guildpulse/persist"
)

func FuzzCleanText(f *testing.F) {
	for _, name := range []string{"", "Ada", "a\x00b", "\xff\xfe", "👩🏽‍🚀", "a\xed\xa0\x80b", "\uFFFD"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		clean := persist.CleanText(name)
		if !utf8.ValidString(clean) || strings.Contains(clean, "\x00") {
			t.Errorf("%q becomes %q, which PostgreSQL refuses", name, clean)
		}
		if utf8.ValidString(name) && !strings.Contains(name, "\x00") && clean != name {
			t.Errorf("%q is a name, and becomes %q", name, clean)
		}
		if persist.CleanText(clean) != clean {
			t.Errorf("%q is not clean", clean)
		}
	})
}
