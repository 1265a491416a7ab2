package fakediscord

import (
	"encoding/json"
	"strconv"
	"unicode/utf16"
)

// Discord's limits of messages. Lengths count UTF-16 units.
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedTotal  = 6000
	maxFields      = 25
	maxComponents  = 40
	maxDisplayText = 4000
	maxCustomID    = 100
)

// length returns a text's length as Discord counts it.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// between reports a text whose length is out of bounds.
func between(field, s string, low, high int) error {
	switch n := length(s); {
	case n < low && n == 0:
		return formError(field, "BASE_TYPE_REQUIRED", "This field is required")
	case n < low || n > high:
		return formError(field, "BASE_TYPE_BAD_LENGTH", "Must be between "+strconv.Itoa(low)+" and "+strconv.Itoa(high)+" in length.")
	}
	return nil
}

// check returns what Discord would find wrong with a message.
func (b *messageBody) check() error {
	if err := between("content", b.text(), 0, maxContent); err != nil {
		return err
	}
	if len(b.embeds) > maxEmbeds {
		return formError("embeds", "BASE_TYPE_BAD_LENGTH", "Must be 10 or fewer in length.")
	}
	total := 0
	for i, e := range b.embeds {
		n, err := e.check("embeds." + strconv.Itoa(i))
		if err != nil {
			return err
		}
		total += n
	}
	if total > maxEmbedTotal {
		return formError("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
	if b.flags()&FlagComponentsV2 != 0 {
		return b.checkV2()
	}
	if err := checkRows(b.components); err != nil {
		return err
	}
	return b.checkEmpty()
}

// checkEmpty refuses a message of nothing. An edit only does so when it takes
// away the last of what there was.
func (b *messageBody) checkEmpty() error {
	d := b.detail(b.before, 0)
	if d.content == "" && emptyList(d.embeds) && emptyList(d.components) && len(d.attachments) == 0 &&
		!present(b.Poll) && !present(b.StickerIDs) {
		return &apiError{status: 400, code: 50006, message: "Cannot send an empty message"}
	}
	return nil
}

// emptyList reports whether a raw array is missing, null or empty.
func emptyList(raw json.RawMessage) bool {
	var list []json.RawMessage
	return len(raw) == 0 || json.Unmarshal(raw, &list) == nil && len(list) == 0
}

// check returns an embed's share of the total, or what is wrong with it.
func (e *Embed) check(at string) (int, error) {
	for _, f := range []struct {
		name, text string
		high       int
	}{
		{"title", e.Title, 256}, {"description", e.Description, 4096},
		{"footer.text", e.Footer.Text, 2048}, {"author.name", e.Author.Name, 256},
	} {
		if err := between(at+"."+f.name, f.text, 0, f.high); err != nil {
			return 0, err
		}
	}
	if len(e.Fields) > maxFields {
		return 0, formError(at+".fields", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
	}
	if e.Color < 0 || e.Color > 0xffffff {
		return 0, formError(at+".color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
	}
	n := length(e.Title) + length(e.Description) + length(e.Footer.Text) + length(e.Author.Name)
	for i, f := range e.Fields {
		field := at + ".fields." + strconv.Itoa(i)
		if err := between(field+".name", f.Name, 1, 256); err != nil {
			return 0, err
		}
		if err := between(field+".value", f.Value, 1, 1024); err != nil {
			return 0, err
		}
		n += length(f.Name) + length(f.Value)
	}
	return n, nil
}
