package fakediscord

import (
	"encoding/json"
	"strconv"
)

// Types of components.
const (
	componentRow       = 1
	componentButton    = 2
	componentSelect    = 3
	componentTextInput = 4
	componentChannel   = 8 // the last of the selects
	componentSection   = 9
	componentText      = 10
	componentThumbnail = 11
	componentGallery   = 12
	componentFile      = 13
	componentSeparator = 14
	componentContainer = 17
	componentLabel     = 18
)

// component is any component, with the fields that have rules.
type component struct {
	Type        int             `json:"type"`
	CustomID    string          `json:"custom_id"`
	Label       string          `json:"label"`
	Style       int             `json:"style"`
	URL         string          `json:"url"`
	Emoji       json.RawMessage `json:"emoji"`
	Placeholder string          `json:"placeholder"`
	Content     string          `json:"content"`
	Options     []struct {
		Label       string `json:"label"`
		Value       string `json:"value"`
		Description string `json:"description"`
	} `json:"options"`
	MinValues  *int        `json:"min_values"`
	MaxValues  *int        `json:"max_values"`
	Components []component `json:"components"`
	Component  *component  `json:"component"` // of a label in a modal
	Accessory  *component  `json:"accessory"`
}

// isSelect reports whether c is one of the select menus.
func (c *component) isSelect() bool {
	return c.Type == componentSelect || c.Type > componentTextInput && c.Type <= componentChannel
}

// walk visits c and all in it, with its path, until visit fails.
func (c *component) walk(at string, visit func(at string, c *component) error) error {
	if err := visit(at, c); err != nil {
		return err
	}
	for i := range c.Components {
		if err := c.Components[i].walk(at+".components."+strconv.Itoa(i), visit); err != nil {
			return err
		}
	}
	for name, inner := range map[string]*component{"accessory": c.Accessory, "component": c.Component} {
		if inner != nil {
			if err := inner.walk(at+"."+name, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

// walkAll visits a list of components and all in them.
func walkAll(list []component, visit func(at string, c *component) error) error {
	for i := range list {
		if err := list[i].walk("components."+strconv.Itoa(i), visit); err != nil {
			return err
		}
	}
	return nil
}

// checkRows checks the first kind of components: up to five rows of up to five
// buttons or one select.
func checkRows(rows []component) error {
	if len(rows) > 5 {
		return formError("components", "BASE_TYPE_BAD_LENGTH", "Must be 5 or fewer in length.")
	}
	for i := range rows {
		at := "components." + strconv.Itoa(i)
		if rows[i].Type != componentRow {
			return formError(at+".type", "BASE_TYPE_CHOICES", "Value must be one of {1}.")
		}
	}
	return checkInteractive(rows)
}

// checkInteractive checks rows, buttons and selects wherever they stand.
func checkInteractive(list []component) error {
	seen := make(map[string]bool)
	return walkAll(list, func(at string, c *component) error {
		if c.Type == componentRow {
			return c.checkRow(at)
		}
		if c.CustomID != "" && seen[c.CustomID] {
			return formError(at+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
		}
		seen[c.CustomID] = true
		switch {
		case c.Type == componentButton:
			return c.checkButton(at)
		case c.isSelect():
			return c.checkSelect(at)
		}
		return nil
	})
}

// checkRow checks how many things stand in a row.
func (c *component) checkRow(at string) error {
	selects := 0
	for i := range c.Components {
		if c.Components[i].isSelect() {
			selects++
		}
	}
	if n := len(c.Components); n == 0 || n > 5 || selects > 0 && n > 1 {
		return formError(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	return nil
}

// checkButton checks a button: a link has a URL, any other an id.
func (c *component) checkButton(at string) error {
	if err := between(at+".label", c.Label, 0, 80); err != nil {
		return err
	}
	switch {
	case c.Style < 1 || c.Style > 6:
		return formError(at+".style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
	case c.Style == 5 && (c.URL == "" || c.CustomID != ""):
		return formError(at, "BUTTON_COMPONENT_INVALID", "A link button has a url and no custom id")
	case c.Style == 5:
		return nil
	case c.Label == "" && !present(c.Emoji):
		return formError(at, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji")
	}
	return between(at+".custom_id", c.CustomID, 1, maxCustomID)
}

// checkSelect checks a select menu.
func (c *component) checkSelect(at string) error {
	if err := between(at+".custom_id", c.CustomID, 1, maxCustomID); err != nil {
		return err
	}
	if err := between(at+".placeholder", c.Placeholder, 0, 150); err != nil {
		return err
	}
	if c.Type == componentSelect && (len(c.Options) == 0 || len(c.Options) > 25) {
		return formError(at+".options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
	}
	for i, o := range c.Options {
		option := at + ".options." + strconv.Itoa(i)
		if err := between(option+".label", o.Label, 1, 100); err != nil {
			return err
		}
		if err := between(option+".value", o.Value, 1, 100); err != nil {
			return err
		}
		if err := between(option+".description", o.Description, 0, 100); err != nil {
			return err
		}
	}
	return nil
}
