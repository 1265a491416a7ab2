package fakediscord

import (
	"encoding/json"
	"strconv"
)

// Discord's limits of commands.
const (
	maxChatCommands    = 100
	maxContextCommands = 15
	maxOptions         = 25
	maxChoices         = 25
	maxCommandText     = 8000
)

// checkCommandSet checks what holds for a scope's commands together.
func checkCommandSet(list []*command) error {
	count := make(map[int]int)
	type key struct {
		kind int
		name string
	}
	seen := make(map[key]bool)
	for i, c := range list {
		k := key{c.kind(), c.def.Name}
		if seen[k] {
			return formError(strconv.Itoa(i)+".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[k] = true
		count[k.kind]++
	}
	if count[commandChat] > maxChatCommands || count[commandUser] > maxContextCommands || count[commandMessage] > maxContextCommands {
		return &apiError{status: 400, code: 30032, message: "Maximum number of application commands reached (100)."}
	}
	return nil
}

// check returns what Discord would find wrong with a definition; at is its place,
// with a dot behind it.
func (d *commandDef) check(at string) error {
	if d.kind() != commandChat {
		return d.checkContext(at)
	}
	if !commandName(d.Name) {
		return formError(at+"name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	if err := between(at+"description", d.Description, 1, 100); err != nil {
		return err
	}
	for locale, name := range d.Names {
		if !commandName(name) {
			return formError(at+"name_localizations."+locale, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
		}
	}
	if err := checkOptions(at+"options", d.Options, 0); err != nil {
		return err
	}
	if size(d.Name, d.Names)+size(d.Description, d.Texts)+optionsSize(d.Options) > maxCommandText {
		return formError(at+"name", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
	}
	return nil
}

// checkContext checks a command of the user's or message's menu.
func (d *commandDef) checkContext(at string) error {
	switch {
	case d.kind() != commandUser && d.kind() != commandMessage:
		return formError(at+"type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4}.")
	case d.Description != "":
		return formError(at+"description", "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED", "Context menu commands cannot have description")
	case len(d.Options) > 0:
		return formError(at+"options", "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", "Context menu commands cannot have options")
	}
	return between(at+"name", d.Name, 1, 32)
}

// checkOptions checks the options of a command (depth 0), a group (1) or a
// sub-command (2).
func checkOptions(at string, list []optionDef, depth int) error {
	if len(list) > maxOptions {
		return formError(at, "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
	}
	seen := make(map[string]bool)
	optional, nested := false, false
	for i := range list {
		o := &list[i]
		here := at + "." + strconv.Itoa(i)
		if seen[o.Name] {
			return formError(here+".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		seen[o.Name] = true
		if i > 0 && o.nests() != nested {
			return formError(here+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
		}
		nested = o.nests()
		if o.Required && optional {
			return formError(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !o.Required && !o.nests()
		if err := o.check(here, depth); err != nil {
			return err
		}
	}
	return nil
}

// nests reports whether an option is a sub-command or a group of them.
func (o *optionDef) nests() bool { return o.Type == optionSubCommand || o.Type == optionSubGroup }

// check checks one option.
func (o *optionDef) check(at string, depth int) error {
	switch {
	case !commandName(o.Name):
		return formError(at+".name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	case o.Type < optionSubCommand || o.Type > optionFile,
		o.Type == optionSubGroup && depth > 0, o.Type == optionSubCommand && depth > 1:
		return formError(at+".type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}.")
	case len(o.Choices) > maxChoices:
		return formError(at+".choices", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
	case len(o.Choices) > 0 && o.Autocomplete:
		return formError(at+".choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Autocomplete options cannot have choices")
	case (len(o.Choices) > 0 || o.Autocomplete) && !o.takesChoices():
		return formError(at+".choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_TYPE", "Only string, integer and number options have choices")
	}
	if err := between(at+".description", o.Description, 1, 100); err != nil {
		return err
	}
	for i, c := range o.Choices {
		if err := c.check(at+".choices."+strconv.Itoa(i), o.Type); err != nil {
			return err
		}
	}
	switch o.Type {
	case optionSubCommand:
		return checkOptions(at+".options", o.Options, 2)
	case optionSubGroup:
		return checkOptions(at+".options", o.Options, 1)
	}
	return nil
}

// takesChoices reports whether an option's type can have choices.
func (o *optionDef) takesChoices() bool {
	return o.Type == optionString || o.Type == optionInteger || o.Type == optionNumber
}

// check checks one choice.
func (c *choiceDef) check(at string, kind int) error {
	if err := between(at+".name", c.Name, 1, 100); err != nil {
		return err
	}
	var s string
	isText := json.Unmarshal(c.Value, &s) == nil
	if isText != (kind == optionString) {
		return formError(at+".value", "APPLICATION_COMMAND_OPTIONS_CHOICES_VALUE_TYPE", "Choice value has the wrong type")
	}
	if isText {
		return between(at+".value", s, 1, 100)
	}
	return nil
}

// size returns a text's share of a command's total: its longest localisation.
func size(s string, localised map[string]string) int {
	n := length(s)
	for _, l := range localised {
		n = max(n, length(l))
	}
	return n
}

// optionsSize returns the options' share.
func optionsSize(list []optionDef) int {
	n := 0
	for i := range list {
		o := &list[i]
		n += size(o.Name, o.Names) + size(o.Description, o.Texts) + optionsSize(o.Options)
		for _, c := range o.Choices {
			n += size(c.Name, c.Names)
			var s string
			if json.Unmarshal(c.Value, &s) == nil {
				n += length(s)
			}
		}
	}
	return n
}
