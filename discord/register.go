package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// Memo remembers small texts over restarts.
type Memo interface {
	// Get returns what was set, "" if nothing was.
	Get(ctx context.Context, key string) (string, error)
	Set(ctx context.Context, key, value string) error
}

// Register tells Discord of the commands, if they are not those it was told last:
// it allows 200 new commands a day. It reports whether it did. What is not among
// defs goes away.
func (r *REST) Register(ctx context.Context, memo Memo, application uint64, defs []Definition) (bool, error) {
	body, err := json.Marshal(defs)
	if err != nil {
		return false, fmt.Errorf("encode the commands: %w", err)
	}
	sum := sha256.Sum256(body)
	key, hash := "commands:"+id(application), hex.EncodeToString(sum[:])
	last, err := memo.Get(ctx, key)
	if err != nil {
		return false, fmt.Errorf("recall the commands' hash: %w", err)
	}
	if last == hash {
		return false, nil
	}
	url := discordgo.EndpointApplicationGlobalCommands(id(application))
	if err := r.ask(ctx, "register the commands", http.MethodPut, url, asBot, json.RawMessage(body), nil); err != nil {
		return false, err
	}
	if err := memo.Set(ctx, key, hash); err != nil {
		return true, fmt.Errorf("remember the commands' hash: %w", err)
	}
	return true, nil
}
