package fakediscord

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Types of commands and of their options.
const (
	commandChat    = 1
	commandUser    = 2
	commandMessage = 3

	optionSubCommand = 1
	optionSubGroup   = 2
	optionString     = 3
	optionInteger    = 4
	optionBoolean    = 5
	optionUser       = 6
	optionChannel    = 7
	optionRole       = 8
	optionMention    = 9
	optionNumber     = 10
	optionFile       = 11
)

// commandDef is a command's definition, as far as it has rules.
type commandDef struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Names       map[string]string `json:"name_localizations"`
	Description string            `json:"description"`
	Texts       map[string]string `json:"description_localizations"`
	Type        *int              `json:"type"`
	Options     []optionDef       `json:"options"`
	Permissions *string           `json:"default_member_permissions"`
}

// optionDef is an option's definition.
type optionDef struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations"`
	Description  string            `json:"description"`
	Texts        map[string]string `json:"description_localizations"`
	Required     bool              `json:"required"`
	Autocomplete bool              `json:"autocomplete"`
	Options      []optionDef       `json:"options"`
	Choices      []choiceDef       `json:"choices"`
}

// choiceDef is one choice of an option.
type choiceDef struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations"`
	Value json.RawMessage   `json:"value"`
}

// command is a registered command.
type command struct {
	id      uint64
	version uint64
	def     commandDef
	raw     map[string]json.RawMessage // as the bot defined it
}

// kind returns the command's type.
func (c *command) kind() int { return c.def.kind() }

func (d *commandDef) kind() int {
	if d.Type == nil {
		return commandChat
	}
	return *d.Type
}

// commandStore holds the commands by scope: a guild's id, 0 for global ones.
type commandStore struct {
	mu      sync.Mutex
	scopes  map[uint64][]*command
	creates map[uint64]int
}

// Commands returns the definitions of a guild's commands, or with guild 0 of the
// global ones, as Discord lists them.
func (s *Server) Commands(guild uint64) []json.RawMessage {
	s.commands.mu.Lock()
	defer s.commands.mu.Unlock()
	out := []json.RawMessage{}
	for _, c := range s.commands.scopes[guild] {
		out = append(out, encode(s.commandObject(guild, c)))
	}
	return out
}

// CommandCreates returns how many commands were made new in a scope: two hundred
// a day is Discord's limit.
func (s *Server) CommandCreates(guild uint64) int {
	s.commands.mu.Lock()
	defer s.commands.mu.Unlock()
	return s.commands.creates[guild]
}

// drop empties a scope; the caller has the lock.
func (st *commandStore) drop(scope uint64) {
	if st.scopes == nil {
		st.scopes, st.creates = make(map[uint64][]*command), make(map[uint64]int)
	}
	st.scopes[scope] = nil
}

// put adds a command. One of the same name and type keeps its id, and its
// version when nothing changed. The caller has the lock.
func (st *commandStore) put(s *Server, scope uint64, cmd *command, before []*command) {
	cmd.id, cmd.version = s.mint.next(), s.mint.next()
	known := slices.IndexFunc(before, func(o *command) bool { return o.def.Name == cmd.def.Name && o.kind() == cmd.kind() })
	if known < 0 {
		st.creates[scope]++
	} else {
		cmd.id = before[known].id
		if maps.EqualFunc(before[known].raw, cmd.raw, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
			cmd.version = before[known].version
		}
	}
	st.scopes[scope] = append(st.scopes[scope], cmd)
}

// parseCommand reads and checks one definition, at a place in the body.
func parseCommand(raw json.RawMessage, at string) (*command, error) {
	cmd := new(command)
	if json.Unmarshal(raw, &cmd.def) != nil || json.Unmarshal(raw, &cmd.raw) != nil {
		return nil, formError(strings.TrimPrefix(at+".name", "."), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
	}
	if at != "" {
		at += "."
	}
	return cmd, cmd.def.check(at)
}

// commandName reports whether a name may be a command's or an option's:
// letters, numbers, - and _, no capitals.
func commandName(s string) bool {
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.N, unicode.Devanagari, unicode.Thai) && !strings.ContainsRune("-_'", r) || unicode.ToLower(r) != r {
			return false
		}
	}
	return length(s) >= 1 && length(s) <= 32
}
