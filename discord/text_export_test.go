package discord

// What tests of texts and replies reach for.
var (
	SafeName     = safeName
	Amount       = amount
	Change       = change
	Days         = days
	UTF16Len     = utf16Len
	ParsePage    = parseCustomID
	ErrStalePage = errStale
)

// PageID writes what a parsed custom_id says again.
func PageID(p pageState, which string) string { return p.customID(which) }

// FitReply puts texts in Discord's form and returns the longest of each kind, and
// the total.
func FitReply(title, text, footer string, fields int, name, value string) *outgoing {
	r := &reply{title: title, text: text, footer: footer}
	for range fields {
		r.fields = append(r.fields, field{name: name, text: value})
	}
	return r.outgoing()
}

// FitWord does so with a sentence.
func FitWord(s string) string { return word(s).outgoing().Content }

// ParseInteraction reports whether a payload was read with all its ids.
func ParseInteraction(raw []byte) (named bool, err error) {
	i, err := parseInteraction(raw)
	return err == nil && i.ID != 0 && i.Application != 0 && i.User != 0 && i.Token != "", err
}
