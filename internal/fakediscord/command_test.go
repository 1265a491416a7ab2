package fakediscord_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

func TestCommands(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	s := library(t, srv)
	app := text(srv.Application())
	put := func(guild string, list []*discordgo.ApplicationCommand) []*discordgo.ApplicationCommand {
		return must[[]*discordgo.ApplicationCommand](t)(s.ApplicationCommandBulkOverwrite(app, guild, list))
	}
	first := put("", definitions)
	if len(first) != len(definitions) || first[0].ID == "" || first[0].ApplicationID != app || first[4].Type != discordgo.UserApplicationCommand {
		t.Errorf("commands %+v", first)
	}
	again := put("", definitions[:2])
	if again[0].ID != first[0].ID || again[0].Version != first[0].Version || len(srv.Commands(0)) != 2 {
		t.Errorf("overwritten %+v", again[0])
	}
	changed := *definitions[0]
	changed.Description = "Another"
	if now := put("", []*discordgo.ApplicationCommand{&changed}); now[0].ID != first[0].ID || now[0].Version == first[0].Version {
		t.Errorf("changed %+v", now[0])
	}
	if n := srv.CommandCreates(0); n != len(definitions) {
		t.Errorf("%d creates", n)
	}

	guild := text(harbour)
	put(guild, definitions[:1])
	if got := must[[]*discordgo.ApplicationCommand](t)(s.ApplicationCommands(app, guild)); len(got) != 1 || got[0].GuildID != guild {
		t.Errorf("guild commands %+v", got)
	}
	made := must[*discordgo.ApplicationCommand](t)(s.ApplicationCommandCreate(app, guild, definitions[3]))
	must[*discordgo.ApplicationCommand](t)(s.ApplicationCommandCreate(app, guild, definitions[3]))
	if got := must[*discordgo.ApplicationCommand](t)(s.ApplicationCommand(app, guild, made.ID)); got.Name != "config" || *got.DefaultMemberPermissions != int64(fakediscord.PermManageGuild) {
		t.Errorf("read back %+v", got)
	}
	no(t, s.ApplicationCommandDelete(app, guild, made.ID))
	if err := s.ApplicationCommandDelete(app, guild, made.ID); code(err) != 10063 {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := s.ApplicationCommand(app, guild, "1"); code(err) != 10063 {
		t.Errorf("unknown command: %v", err)
	}
	if _, err := s.ApplicationCommandBulkOverwrite(app, "1", nil); code(err) != 50001 {
		t.Errorf("another guild: %v", err)
	}
	if _, err := s.ApplicationCommands("1", ""); code(err) != 20012 {
		t.Errorf("another application: %v", err)
	}
	if !slices.ContainsFunc(srv.Commands(harbour), func(raw json.RawMessage) bool { return strings.Contains(string(raw), `"name":"rank"`) }) {
		t.Errorf("%s", srv.Commands(harbour))
	}
}

// Definitions that Discord refuses, and the field it names.
func TestCommandsRefused(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	path := "/applications/" + text(srv.Application()) + "/commands"
	option := func(list ...string) string {
		return `[{"name":"a","description":"b","options":[` + strings.Join(list, ",") + `]}]`
	}
	const plain = `{"type":3,"name":"x","description":"y"}`
	many := func(n int, one string) string {
		out := make([]string, n)
		for i := range out {
			out[i] = strings.ReplaceAll(one, "%", fmt.Sprint("n", i))
		}
		return strings.Join(out, ",")
	}
	for name, tt := range map[string]struct{ body, field string }{
		"no list":          {`{}`, ""},
		"no object":        {`[1]`, "0"},
		"capital":          {`[{"name":"Rank","description":"x"}]`, "name"},
		"space":            {`[{"name":"a b","description":"x"}]`, "name"},
		"long name":        {`[{"name":"` + strings.Repeat("a", 33) + `","description":"x"}]`, "name"},
		"no description":   {`[{"name":"a"}]`, "description"},
		"long description": {`[{"name":"a","description":"` + strings.Repeat("x", 101) + `"}]`, "description"},
		"localised name":   {`[{"name":"a","description":"x","name_localizations":{"de":"Ü b"}}]`, "de"},
		"twice":            {`[{"name":"a","description":"x"},{"name":"a","description":"y"}]`, "name"},
		"menu described":   {`[{"name":"A b","type":2,"description":"x"}]`, "description"},
		"menu options":     {`[{"name":"A b","type":3,"options":[` + plain + `]}]`, "options"},
		"unknown type":     {`[{"name":"a","type":9,"description":"x"}]`, "type"},
		"101 commands":     {`[` + many(101, `{"name":"%","description":"x"}`) + `]`, ""},
		"16 menus":         {`[` + many(16, `{"name":"%","type":2}`) + `]`, ""},
		"26 options":       {option(many(26, `{"type":3,"name":"%","description":"x"}`)), "options"},
		"26 choices":       {option(`{"type":3,"name":"x","description":"y","choices":[` + many(26, `{"name":"%","value":"v"}`) + `]}`), "choices"},
		"wrong choice":     {option(`{"type":4,"name":"x","description":"y","choices":[{"name":"a","value":"text"}]}`), "value"},
		"long choice":      {option(`{"type":3,"name":"x","description":"y","choices":[{"name":"a","value":"` + strings.Repeat("v", 101) + `"}]}`), "value"},
		"unnamed choice":   {option(`{"type":3,"name":"x","description":"y","choices":[{"name":"","value":"v"}]}`), "name"},
		"choices and more": {option(`{"type":3,"name":"x","description":"y","autocomplete":true,"choices":[{"name":"a","value":"v"}]}`), "choices"},
		"boolean choices":  {option(`{"type":5,"name":"x","description":"y","autocomplete":true}`), "choices"},
		"option name":      {option(`{"type":3,"name":"X","description":"y"}`), "name"},
		"option type":      {option(`{"type":12,"name":"x","description":"y"}`), "type"},
		"option text":      {option(`{"type":3,"name":"x"}`), "description"},
		"option twice":     {option(plain, plain), "name"},
		"required last":    {option(plain, `{"type":3,"name":"z","description":"y","required":true}`), "1"},
		"mixed":            {option(plain, `{"type":1,"name":"z","description":"y"}`), "type"},
		"too deep":         {option(`{"type":2,"name":"x","description":"y","options":[{"type":1,"name":"x","description":"y","options":[{"type":1,"name":"x","description":"y"}]}]}`), "type"},
		"too large": {`[{"name":"a","description":"b","options":[` + many(25, `{"type":3,"name":"%","description":"`+strings.Repeat("d", 100)+`","choices":[`+
			strings.ReplaceAll(many(3, `{"name":"`+strings.Repeat("c", 90)+`","value":"v"}`), "%", "")+`]}`) + `]}]`, "name"},
	} {
		status, body := call(t, srv, "PUT", path, []byte(tt.body))
		if status != 400 || !strings.Contains(string(body), `"`+tt.field) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if n := len(srv.Commands(0)); n != 0 {
		t.Errorf("%d commands were stored", n)
	}
	status, body := call(t, srv, "POST", path, []byte(`{"name":"A","description":"x"}`))
	if status != 400 || !strings.Contains(string(body), "APPLICATION_COMMAND_INVALID_NAME") {
		t.Errorf("%d %s", status, body)
	}
}

// Messages that Discord refuses.
func TestMessagesRefused(t *testing.T) {
	srv := start(t, fakediscord.Config{RouteLimit: 1000})
	path := "/channels/" + text(general) + "/messages"
	x := func(n int) string { return strings.Repeat("x", n) }
	row := func(inner string) string {
		return `{"components":[{"type":1,"components":[` + inner + `]}],"content":"c"}`
	}
	button := func(id string) string { return `{"type":2,"style":1,"label":"l","custom_id":"` + id + `"}` }
	texts := func(n int, s string) string {
		return `{"flags":32768,"components":[` + strings.TrimSuffix(strings.Repeat(`{"type":10,"content":"`+s+`"},`, n), ",") + `]}`
	}
	for name, tt := range map[string]struct {
		body string
		code int
	}{
		"not JSON":           {`{`, 50109},
		"empty":              {`{}`, 50006},
		"empty lists":        {`{"content":"","embeds":[],"components":[]}`, 50006},
		"long":               {`{"content":"` + x(2001) + `"}`, 50035},
		"long in UTF-16":     {`{"content":"` + strings.Repeat("😀", 1001) + `"}`, 50035},
		"11 embeds":          {`{"embeds":[` + strings.Repeat(`{"title":"t"},`, 10) + `{"title":"t"}]}`, 50035},
		"long title":         {`{"embeds":[{"title":"` + x(257) + `"}]}`, 50035},
		"long description":   {`{"embeds":[{"description":"` + x(4097) + `"}]}`, 50035},
		"6,001 in all":       {`{"embeds":[{"description":"` + x(4000) + `"},{"description":"` + x(2001) + `"}]}`, 50035},
		"26 fields":          {`{"embeds":[{"fields":[` + strings.Repeat(`{"name":"n","value":"v"},`, 25) + `{"name":"n","value":"v"}]}]}`, 50035},
		"field without name": {`{"embeds":[{"fields":[{"name":"","value":"v"}]}]}`, 50035},
		"long field":         {`{"embeds":[{"fields":[{"name":"n","value":"` + x(1025) + `"}]}]}`, 50035},
		"colour":             {`{"embeds":[{"color":16777216,"title":"t"}]}`, 50035},
		"embeds no list":     {`{"embeds":{}}`, 50035},
		"components no list": {`{"components":{}}`, 50035},
		"no row":             {`{"content":"c","components":[` + button("a") + `]}`, 50035},
		"6 rows":             {`{"content":"c","components":[` + strings.TrimSuffix(strings.Repeat(`{"type":1,"components":[]},`, 6), ",") + `]}`, 50035},
		"empty row":          {row(""), 50035},
		"6 buttons":          {row(button("a") + "," + button("b") + "," + button("c") + "," + button("d") + "," + button("e") + "," + button("f")), 50035},
		"id twice":           {row(button("a") + "," + button("a")), 50035},
		"long id":            {row(button(x(101))), 50035},
		"button without id":  {row(`{"type":2,"style":1,"label":"l"}`), 50035},
		"button of nothing":  {row(`{"type":2,"style":1,"custom_id":"a"}`), 50035},
		"long label":         {row(`{"type":2,"style":1,"custom_id":"a","label":"` + x(81) + `"}`), 50035},
		"link without URL":   {row(`{"type":2,"style":5,"label":"l"}`), 50035},
		"style":              {row(`{"type":2,"style":9,"label":"l","custom_id":"a"}`), 50035},
		"select of nothing":  {row(`{"type":3,"custom_id":"a","options":[]}`), 50035},
		"select and button":  {row(`{"type":5,"custom_id":"s"},` + button("a")), 50035},
		"option label":       {row(`{"type":3,"custom_id":"a","options":[{"label":"","value":"v"}]}`), 50035},
		"placeholder":        {row(`{"type":5,"custom_id":"a","placeholder":"` + x(151) + `"}`), 50035},
		"V2 with content":    {`{"flags":32768,"content":"c","components":[{"type":10,"content":"t"}]}`, 50035},
		"V2 of nothing":      {`{"flags":32768}`, 50006},
		"V2 41 components":   {texts(41, "t"), 50035},
		"V2 4,001 of text":   {texts(1, x(4001)), 50035},
		"V2 no text":         {texts(1, ""), 50035},
		"V2 section":         {`{"flags":32768,"components":[{"type":9,"components":[{"type":10,"content":"t"}]}]}`, 50035},
		"V2 unknown":         {`{"flags":32768,"components":[{"type":99}]}`, 50035},
	} {
		status, body := call(t, srv, "POST", path, []byte(tt.body))
		var e struct{ Code int }
		no(t, json.Unmarshal(body, &e))
		if status != 400 || e.Code != tt.code {
			t.Errorf("%s: %d %s, want %d", name, status, body, tt.code)
		}
	}
	for name, body := range map[string]string{
		"2,000":     `{"content":"` + x(2000) + `"}`,
		"nulls":     `{"content":"c","embeds":null,"components":null}`,
		"links":     row(`{"type":2,"style":5,"label":"l","url":"https://x"},{"type":2,"style":5,"label":"l","url":"https://x"}`),
		"select":    row(`{"type":3,"custom_id":"a","options":[{"label":"l","value":"v"}]}`),
		"40 of V2":  texts(40, "t"),
		"V2 nested": `{"flags":32768,"content":"","components":[{"type":17,"components":[{"type":9,"components":[{"type":10,"content":"t"}],"accessory":` + button("z") + `},{"type":1,"components":[` + button("a") + `]}]}]}`,
	} {
		if status, out := call(t, srv, "POST", path, []byte(body)); status != 200 {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
}
