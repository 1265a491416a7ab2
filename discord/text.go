package discord

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxName is the longest name shown, in UTF-16 units, as Discord counts.
const maxName = 32

// maxMarks is how many combining marks may stand on one letter. No script needs
// more; names that climb out of their line have dozens.
const maxMarks = 3

// safeName returns a name that somebody chose as it can stand in a message:
// one line of visible text in the order in which it is written, at most 32 UTF-16
// units before escaping, that Discord shows as it is and that is no Markdown, no
// mention and no link. Of a name without anything to see the fallback is left.
// O(len(s)).
func safeName(s, fallback string) string {
	if plain := visible(s, maxName); plain != "" {
		return escape(plain)
	}
	return fallback
}

// visible strips what is not seen or disturbs what stands beside it: control and
// format characters (bidirectional overrides, zero-width ones, tags), blank
// letters, towers of marks. It makes all white space single, and cuts.
func visible(s string, limit int) string {
	var b strings.Builder
	length, kept, marks, gap := 0, 0, 0, false
	for _, r := range s {
		switch {
		case blank(r):
			gap = b.Len() > 0
			continue
		case unseen(r):
			continue
		case !unicode.In(r, unicode.Mn, unicode.Me):
			marks = 0
		default:
			if marks++; marks > maxMarks || b.Len() == 0 || gap {
				continue
			}
		}
		if gap {
			b.WriteByte(' ')
			length, gap = length+1, false
		}
		b.WriteRune(r)
		if length += utf16.RuneLen(r); length > limit {
			return b.String()[:kept] + "…"
		}
		if length < limit {
			kept = b.Len()
		}
	}
	return b.String()
}

// blank reports white space, and letters that look like it.
func blank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u17b4', '\u17b5':
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp)
}

// unseen reports runes that are no text: controls, formats, halves, and what is
// not assigned or private and shows as a box at best.
func unseen(r rune) bool {
	if r == unicode.ReplacementChar || r == '\u034f' || r >= '\u180b' && r <= '\u180f' {
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point)
}

// escape makes Discord show every character as it is. A backslash before any
// punctuation of ASCII shows that punctuation: it is put before all that begins
// Markdown, mentions, emoji, times and links.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\*_~`|[]()<>#@:/", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// utf16Len is a text's length as Discord counts it.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cut returns a text of at most limit UTF-16 units, with an ellipsis where
// something is missing. It cuts before the last line that does not fit, if
// anything is left then, so that nothing is torn that was escaped.
func cut(s string, limit int) string {
	if utf16Len(s) <= limit {
		return s
	}
	n, line := 0, 0
	for at, r := range s {
		size := utf16.RuneLen(r)
		if n+size > limit-2 {
			if line > 0 {
				return s[:line] + "\n…"
			}
			return strings.TrimRight(s[:at], "\\") + "…"
		}
		if n += size; r == '\n' {
			line = at
		}
	}
	return s
}
