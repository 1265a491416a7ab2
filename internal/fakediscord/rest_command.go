package fakediscord

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// commandObject returns a command as Discord gives it back.
func (s *Server) commandObject(guild uint64, c *command) object {
	o := object{
		"default_member_permissions": nil, "description": "", "dm_permission": true, "contexts": nil,
		"integration_types": []int{0}, "nsfw": false, "name_localizations": nil, "description_localizations": nil,
	}
	for k, v := range c.raw {
		if present(v) {
			o[k] = withoutNulls(v)
		}
	}
	o["id"], o["application_id"], o["version"] = snowflake(c.id), snowflake(s.cfg.Application), snowflake(c.version)
	o["type"] = c.kind()
	if guild != 0 {
		o["guild_id"] = snowflake(guild)
		delete(o, "dm_permission")
	}
	return o
}

// withoutNulls returns JSON without the fields that are null, which Discord
// takes for missing and does not give back.
func withoutNulls(raw json.RawMessage) json.RawMessage {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return raw
	}
	prune(v)
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}

// prune deletes null fields all the way down.
func prune(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			prune(one)
		}
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, one any) bool { return one == nil })
		for _, one := range v {
			prune(one)
		}
	}
}

// scope checks the path and returns the scope it names.
func (c *call) scope() (uint64, error) {
	if c.id("app") != c.srv.cfg.Application {
		return 0, &apiError{status: http.StatusForbidden, code: 20012, message: "You are not authorized to perform this action on this application"}
	}
	if c.r.PathValue("guild") == "" {
		return 0, nil
	}
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	if _, ok := c.srv.world.guilds[c.id("guild")]; !ok {
		return 0, errMissingAccess
	}
	return c.id("guild"), nil
}

// getCommands answers GET …/commands.
func getCommands(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	return rawList(c.srv.Commands(scope)), nil
}

// rawList turns raw JSON into a list for encode.
func rawList(list []json.RawMessage) []any {
	out := make([]any, len(list))
	for i, raw := range list {
		out[i] = raw
	}
	return out
}

// putCommands answers PUT …/commands: these and no others.
func putCommands(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	var raws []json.RawMessage
	if err := c.decode(&raws); err != nil {
		return nil, err
	}
	list := make([]*command, len(raws))
	for i, raw := range raws {
		if list[i], err = parseCommand(raw, strconv.Itoa(i)); err != nil {
			return nil, err
		}
	}
	if err := checkCommandSet(list); err != nil {
		return nil, err
	}
	st := &c.srv.commands
	st.mu.Lock()
	before := st.scopes[scope]
	st.drop(scope)
	for _, cmd := range list {
		st.put(c.srv, scope, cmd, before)
	}
	st.mu.Unlock()
	return rawList(c.srv.Commands(scope)), nil
}

// postCommand answers POST …/commands: one more, or another of the same name.
func postCommand(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	cmd, err := parseCommand(c.body, "")
	if err != nil {
		return nil, err
	}
	st := &c.srv.commands
	st.mu.Lock()
	defer st.mu.Unlock()
	before := st.scopes[scope]
	st.drop(scope)
	rest := slices.DeleteFunc(slices.Clone(before), func(o *command) bool { return o.def.Name == cmd.def.Name && o.kind() == cmd.kind() })
	st.scopes[scope] = rest
	st.put(c.srv, scope, cmd, before)
	if len(rest) == len(before) {
		return created{c.srv.commandObject(scope, cmd)}, nil
	}
	return c.srv.commandObject(scope, cmd), nil
}

// getCommand answers GET …/commands/{command}.
func getCommand(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	st := &c.srv.commands
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, cmd := range st.scopes[scope] {
		if cmd.id == c.id("command") {
			return c.srv.commandObject(scope, cmd), nil
		}
	}
	return nil, errUnknownCommand
}

// errUnknownCommand says that there is no such command.
var errUnknownCommand = &apiError{status: http.StatusNotFound, code: 10063, message: "Unknown application command"}

// deleteCommand answers DELETE …/commands/{command}.
func deleteCommand(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	st := &c.srv.commands
	st.mu.Lock()
	defer st.mu.Unlock()
	for i, cmd := range st.scopes[scope] {
		if cmd.id == c.id("command") {
			st.scopes[scope] = slices.Delete(st.scopes[scope], i, i+1)
			return nil, nil
		}
	}
	return nil, errUnknownCommand
}
