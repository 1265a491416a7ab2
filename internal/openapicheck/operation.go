package openapicheck

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// operation is a method on a path of the description.
type operation struct {
	method   string
	path     string // "/guilds/{guild_id}"
	segments []string
	params   map[string]string // pointers to schemas, by "path guild_id" and "query limit"
	body     string            // pointer to the schema of a JSON body; "" for none
	required bool
}

// name is what the operation is counted by.
func (o *operation) name() string { return o.method + " " + o.path }

// operationsOf lists what a description offers.
func operationsOf(root map[string]any) []*operation {
	var all []*operation
	paths, _ := root["paths"].(map[string]any)
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			def, ok := methods[method].(map[string]any)
			if !ok {
				continue
			}
			o := &operation{
				method: strings.ToUpper(method), path: path, segments: strings.Split(path, "/"), params: make(map[string]string),
			}
			o.addParams(methods["parameters"], "paths", path, "parameters")
			o.addParams(def["parameters"], "paths", path, method, "parameters")
			o.addBody(def["requestBody"], "paths", path, method, "requestBody")
			all = append(all, o)
		}
	}
	return all
}

func (o *operation) addParams(list any, at ...string) {
	items, _ := list.([]any)
	for i, item := range items {
		p, _ := item.(map[string]any)
		in, _ := p["in"].(string)
		name, _ := p["name"].(string)
		o.params[in+" "+name] = pointer(append(slices.Clone(at), strconv.Itoa(i), "schema")...)
	}
}

func (o *operation) addBody(def any, at ...string) {
	body, _ := def.(map[string]any)
	content, _ := body["content"].(map[string]any)
	if _, ok := content["application/json"]; ok {
		o.body = pointer(append(slices.Clone(at), "content", "application/json", "schema")...)
	}
	o.required, _ = body["required"].(bool)
}

// find returns the operation that serves a request: of several the one with the
// fewest parameters.
func (c *Checker) find(method, path string) (best *operation) {
	segments := strings.Split(path, "/")
	fewest := len(segments) + 1
	for _, o := range c.operations {
		if o.method != method || len(o.segments) != len(segments) {
			continue
		}
		if n, ok := o.matches(segments); ok && n < fewest {
			best, fewest = o, n
		}
	}
	return best
}

// matches reports whether a path is the operation's, and how many parameters it
// fills.
func (o *operation) matches(segments []string) (params int, ok bool) {
	for i, s := range o.segments {
		switch {
		case isParam(s) && segments[i] != "":
			params++
		case s != segments[i]:
			return 0, false
		}
	}
	return params, true
}

func isParam(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

// checkPath checks the values of the path's parameters.
func (c *Checker) checkPath(o *operation, path string) error {
	for i, value := range strings.Split(path, "/") {
		if !isParam(o.segments[i]) {
			continue
		}
		name := strings.Trim(o.segments[i], "{}")
		schema, ok := o.params["path "+name]
		if !ok {
			continue
		}
		if err := c.validate(schema, value); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrPath, name, err)
		}
	}
	return nil
}

// checkQuery checks the names and values of a query.
func (c *Checker) checkQuery(o *operation, query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrQuery, err)
	}
	for name, list := range values {
		schema, ok := o.params["query "+name]
		if !ok {
			return fmt.Errorf("%w: %s takes no %q", ErrQuery, o.name(), name)
		}
		for _, text := range list {
			if c.validate(schema, text) == nil {
				continue
			}
			// Numbers and booleans travel as text too.
			var value any
			if json.Unmarshal([]byte(text), &value) != nil {
				value = text
			}
			if err := c.validate(schema, value); err != nil {
				return fmt.Errorf("%w: %s: %w", ErrQuery, name, err)
			}
		}
	}
	return nil
}
