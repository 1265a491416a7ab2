package openapicheck

import "encoding/json"

// Exemption is a place where the description is known to be wrong or silent.
type Exemption struct {
	Name   string // what is exempt and why, in a few words
	Method string
	Path   string // as the description writes it, or with Skip as it was sent
	// Skip takes the request without any check: the description lacks it.
	Skip bool
	// Rewrite returns a body as the description wants it.
	Rewrite func(body any) any
}

// Discord returns what is known to be wrong with Discord's own description of
// its API.
func Discord() []Exemption {
	list := []Exemption{
		{Name: "OAuth2's own endpoints are not described", Method: "POST", Path: "/oauth2/token", Skip: true},
		{Name: "OAuth2's own endpoints are not described", Method: "POST", Path: "/oauth2/token/revoke", Skip: true},
	}
	for _, at := range []struct{ method, path string }{
		{"PUT", "/applications/{application_id}/commands"},
		{"POST", "/applications/{application_id}/commands"},
		{"PUT", "/applications/{application_id}/guilds/{guild_id}/commands"},
		{"POST", "/applications/{application_id}/guilds/{guild_id}/commands"},
	} {
		list = append(list, Exemption{
			Name:   "default_member_permissions is documented as text, and described as a number",
			Method: at.method, Path: at.path, Rewrite: numericPermissions,
		})
	}
	return list
}

// numericPermissions turns the permissions of commands into numbers.
func numericPermissions(body any) any {
	switch x := body.(type) {
	case []any:
		for _, v := range x {
			numericPermissions(v)
		}
	case map[string]any:
		if text, ok := x["default_member_permissions"].(string); ok {
			x["default_member_permissions"] = json.Number(text)
		}
	}
	return body
}
