package fakediscord

import (
	"encoding/json"
	"slices"
)

// Flags of messages.
const (
	FlagSuppressEmbeds = 1 << 2
	FlagEphemeral      = 1 << 6
	FlagLoading        = 1 << 7 // "is thinking…"
	FlagSilent         = 1 << 12
	FlagComponentsV2   = 1 << 15
)

// Embed is an embed as a bot sends it.
type Embed struct {
	Title       string       `json:"title"`
	Description string       `json:"description"`
	URL         string       `json:"url"`
	Color       int          `json:"color"`
	Fields      []EmbedField `json:"fields"`
	Footer      EmbedText    `json:"footer"`
	Author      EmbedText    `json:"author"`
	Image       EmbedImage   `json:"image"`
	Thumbnail   EmbedImage   `json:"thumbnail"`
}

// EmbedField is a field of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// EmbedText is an embed's footer or author.
type EmbedText struct {
	Text string `json:"text"`
	Name string `json:"name"`
}

// EmbedImage is an embed's image.
type EmbedImage struct {
	URL string `json:"url"`
}

// messageBody is a message as a bot sends it. Fields that are absent are nil,
// those that are null hold the four letters.
type messageBody struct {
	Content         *string         `json:"content"`
	Embeds          json.RawMessage `json:"embeds"`
	Components      json.RawMessage `json:"components"`
	AllowedMentions json.RawMessage `json:"allowed_mentions"`
	Poll            json.RawMessage `json:"poll"`
	StickerIDs      json.RawMessage `json:"sticker_ids"`
	Nonce           json.RawMessage `json:"nonce"`
	Flags           *int            `json:"flags"`
	Reference       *struct {
		MessageID string `json:"message_id"`
	} `json:"message_reference"`

	files      []File
	embeds     []Embed
	mentions   *AllowedMentions
	components []component
	before     *detail // what is edited; nil for a new message
}

// message reads and checks a message in the request's body; before is the
// message it edits.
func (c *call) message(before *detail) (*messageBody, error) {
	return parseMessage(c.body, c.files, before)
}

// parseMessage reads and checks a message.
func parseMessage(data []byte, files []File, before *detail) (*messageBody, error) {
	b := &messageBody{files: files, before: before}
	if len(data) == 0 {
		data = []byte("{}")
	}
	if err := (&call{body: data}).decode(b); err != nil {
		return nil, err
	}
	if present(b.Embeds) && json.Unmarshal(b.Embeds, &b.embeds) != nil {
		return nil, formError("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	}
	if present(b.Components) && json.Unmarshal(b.Components, &b.components) != nil {
		return nil, formError("components", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	}
	if present(b.AllowedMentions) && json.Unmarshal(b.AllowedMentions, &b.mentions) != nil {
		return nil, formError("allowed_mentions", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
	}
	return b, b.check()
}

// present reports whether a raw field is there and not null.
func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// text returns the content, empty when there is none.
func (b *messageBody) text() string {
	if b.Content == nil {
		return ""
	}
	return *b.Content
}

// flags returns the flags the message will have.
func (b *messageBody) flags() int {
	f := 0
	if b.before != nil {
		f = b.before.flags &^ FlagLoading
	}
	if b.Flags != nil {
		f = f&(FlagEphemeral|FlagComponentsV2) | *b.Flags
	}
	return f
}

// detail returns the message as it will be stored: what the body says over what
// was there before.
func (b *messageBody) detail(before *detail, id uint64) *detail {
	d := new(detail)
	if before != nil {
		*d = *before
	}
	d.flags = b.flags()
	if b.Content != nil {
		d.content = *b.Content
	}
	if b.Embeds != nil {
		d.embeds = b.Embeds
	}
	if b.Components != nil {
		d.components = b.Components
	}
	if present(b.Nonce) {
		d.nonce = b.Nonce
	}
	for i, f := range b.files {
		d.attachments = append(slices.Clip(d.attachments), Attachment{
			Name: f.Name, ContentType: f.ContentType, Size: len(f.Data), id: id + uint64(i) + 1,
		})
	}
	if b.Reference != nil {
		d.replyTo, _ = parseID(b.Reference.MessageID)
	}
	return d
}
