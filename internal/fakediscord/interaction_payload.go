package fakediscord

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// attachmentLimit is what attachment_size_limit tells.
const attachmentLimit = maxFile

// interactionObject returns an INTERACTION_CREATE without data and message.
func (s *Server) interactionObject(g *guild, c *channel, t *talk, may uint64) object {
	ch := channelObject(c, true)
	delete(ch, "permission_overwrites")
	ch["permissions"] = bits(may)
	locale := or(t.spec.Locale, or(s.world.user(t.spec.User).Locale, "en-US"))
	return object{
		"version": 1, "type": t.spec.kind(), "token": t.token,
		"member": s.world.memberJSON(g, t.spec.User, false, object{"permissions": bits(may), "unusual_dm_activity_until": nil}),
		"locale": locale, "id": snowflake(t.id), "guild_locale": g.Locale,
		"guild":        object{"locale": g.Locale, "id": snowflake(g.ID), "features": append([]string{}, g.Features...)},
		"entitlements": []object{}, "entitlement_sku_ids": []string{}, "context": 0, "channel_id": snowflake(c.ID), "channel": ch,
		"authorizing_integration_owners": object{"0": snowflake(g.ID)}, "attachment_size_limit": attachmentLimit,
		"application_id":  snowflake(s.cfg.Application),
		"app_permissions": bits(g.permissions(s.cfg.Application, c, s.cfg.Now())), "guild_id": snowflake(g.ID),
	}
}

// findCommand returns a command as a guild's members find it: its own first. A
// chat command is named by the first word, one of a menu by the whole name.
func (s *Server) findCommand(guild uint64, i *Interaction) *command {
	s.commands.mu.Lock()
	defer s.commands.mu.Unlock()
	first, _, _ := strings.Cut(i.Command, " ")
	for _, scope := range []uint64{guild, 0} {
		for _, c := range s.commands.scopes[scope] {
			if i.Target == 0 && c.kind() == commandChat && c.def.Name == first ||
				i.Target != 0 && c.kind() != commandChat && c.def.Name == i.Command {
				return c
			}
		}
	}
	return nil
}

// allowed reports whether a member may use a command:
// default_member_permissions, which "0" keeps for administrators.
func (c *command) allowed(g *guild, user, may uint64) bool {
	if c.def.Permissions == nil {
		return true
	}
	need, _ := strconv.ParseUint(*c.def.Permissions, 10, 64)
	if need == 0 {
		return g.base(user) == AllPermissions
	}
	return may&need == need
}

// commandData returns the data of a command interaction: what was typed, in the
// shape of the command's definition.
func (s *Server) commandData(g *guild, c *channel, cmd *command, i *Interaction) (object, error) {
	data := object{"type": cmd.kind(), "name": cmd.def.Name, "id": snowflake(cmd.id)}
	if cmd.kind() != commandChat {
		data["target_id"] = snowflake(i.Target)
		data["resolved"] = s.resolveTarget(g, c, cmd.kind(), i)
		return data, nil
	}
	picked, path, err := cmd.def.pick(strings.Fields(i.Command)[1:])
	if err != nil {
		return nil, err
	}
	options, refs, err := fillOptions(picked, i)
	if err != nil {
		return nil, err
	}
	for _, o := range slices.Backward(path) {
		options = []object{{"type": o.Type, "options": options, "name": o.Name}}
	}
	if len(options) > 0 {
		data["options"] = options
	}
	if len(refs) > 0 {
		data["resolved"] = s.resolve(g, i.User, refs)
	}
	return data, nil
}

// pick walks down a command's sub-commands and returns the options of the last.
func (d *commandDef) pick(words []string) (list []optionDef, path []optionDef, err error) {
	list = d.Options
	for _, w := range words {
		n := slices.IndexFunc(list, func(o optionDef) bool { return o.nests() && o.Name == w })
		if n < 0 {
			return nil, nil, fmt.Errorf("%w: no sub-command %q", ErrUnknownCommand, w)
		}
		path = append(path, list[n])
		list = list[n].Options
	}
	if len(list) > 0 && list[0].nests() {
		return nil, nil, fmt.Errorf("%w: %q wants a sub-command", ErrUnknownCommand, d.Name)
	}
	return list, path, nil
}

// fillOptions puts values to options, as Discord's client would let a member do
// it: known names, all the required ones, listed choices only. It returns the ids
// among them too.
func fillOptions(list []optionDef, i *Interaction) (out []object, refs []string, err error) {
	out = []object{}
	used := 0
	for n := range list {
		o := &list[n]
		v, given := i.Options[o.Name]
		if !given {
			if o.Required && i.Focus == "" {
				return nil, nil, fmt.Errorf("option %q is required", o.Name)
			}
			continue
		}
		used++
		if id, ok := v.(uint64); ok {
			v = strconv.FormatUint(id, 10)
			refs = append(refs, v.(string))
		}
		focused := o.Name == i.Focus
		if !focused && !o.offers(v) {
			return nil, nil, fmt.Errorf("option %q has no choice %v", o.Name, v)
		}
		filled := object{"type": o.Type, "name": o.Name, "value": v}
		if focused {
			filled["focused"] = true
		}
		out = append(out, filled)
	}
	if used != len(i.Options) {
		return nil, nil, fmt.Errorf("the command has not all of the options %v", slices.Sorted(maps.Keys(i.Options)))
	}
	return out, refs, nil
}

// offers reports whether a value is among an option's choices, if it has any.
func (o *optionDef) offers(v any) bool {
	if len(o.Choices) == 0 {
		return true
	}
	want := string(encode(v))
	return slices.ContainsFunc(o.Choices, func(c choiceDef) bool { return string(c.Value) == want })
}

// resolveTarget returns the user or message a context menu was opened on.
func (s *Server) resolveTarget(g *guild, c *channel, kind int, i *Interaction) object {
	target := strconv.FormatUint(i.Target, 10)
	if kind == commandUser {
		return s.resolve(g, i.User, []string{target})
	}
	messages := object{}
	if r, ok := c.log.find(i.Target); ok {
		messages[target] = jsonOf(s.view(c, r))
	}
	return object{"messages": messages}
}

// resolve returns what ids stand for, sorted by what they are; permissions in
// channels are those of the member who acts.
func (s *Server) resolve(g *guild, actor uint64, refs []string) object {
	users, members, channels, roles := object{}, object{}, object{}, object{}
	for _, ref := range refs {
		id, _ := parseID(ref)
		if ch, ok := g.channels[id]; ok {
			channels[ref] = object{
				"type": ch.Type, "permissions": bits(g.permissions(actor, ch, s.cfg.Now())),
				"parent_id": maybe(ch.Parent), "name": ch.Name, "id": snowflake(id), "flags": 0,
			}
			continue
		}
		if r, ok := g.roles[id]; ok {
			roles[ref] = roleObject(r)
			continue
		}
		users[ref] = s.world.userJSON(id, false)
		if m, ok := g.members[id]; ok {
			b := append(appendMemberOpen(nil, g, m), `,"permissions":`...)
			members[ref] = rawOf(append(appendID(b, g.base(id)), '}'))
		}
	}
	out := object{}
	for name, part := range map[string]object{"users": users, "members": members, "channels": channels, "roles": roles} {
		if len(part) > 0 {
			out[name] = part
		}
	}
	return out
}

// sortedKeys returns a map's keys in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
