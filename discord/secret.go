package discord

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a Secret would be printed.
const redacted = "[redacted]"

// Secret is a text that must not be seen: printing it with any verb, logging it
// or encoding it gives a placeholder. Whoever needs the text calls Reveal.
type Secret struct{ text string }

// NewSecret wraps a text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text itself.
func (s Secret) Reveal() string { return s.text }

// Empty reports whether there is no text.
func (s Secret) Empty() bool { return s.text == "" }

// String returns a placeholder.
func (s Secret) String() string { return redacted }

// Format prints a placeholder, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs a placeholder.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText encodes a placeholder, in JSON and YAML too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalText takes the text, so that a Secret can be read from configuration.
func (s *Secret) UnmarshalText(b []byte) error {
	s.text = string(b)
	return nil
}
