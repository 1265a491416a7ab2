package openapicheck

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Request is what was sent.
type Request struct {
	Method      string
	Path        string // without the base address, "/guilds/5"
	Query       string // raw
	ContentType string // "" is JSON, or multipart if the body looks so
	Body        []byte
}

// Check reports the first thing that is wrong with a request, and counts it.
// Errors: ErrOperation, ErrPath, ErrQuery, ErrBody.
func (c *Checker) Check(r Request) error {
	for _, e := range c.exemptions {
		if e.Skip && e.Method == r.Method && e.Path == r.Path {
			c.count(r.Method + " " + r.Path + " (exempt: " + e.Name + ")")
			return nil
		}
	}
	o := c.find(r.Method, r.Path)
	if o == nil {
		return fmt.Errorf("%w: %s %s", ErrOperation, r.Method, r.Path)
	}
	c.count(o.name())
	if err := errors.Join(c.checkPath(o, r.Path), c.checkQuery(o, r.Query), c.checkBody(o, r)); err != nil {
		return fmt.Errorf("%s: %w", o.name(), err)
	}
	return nil
}

func (c *Checker) checkBody(o *operation, r Request) error {
	body, err := payload(r)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrBody, err)
	case len(body) == 0 && o.required:
		return fmt.Errorf("%w: there is none", ErrBody)
	case len(body) == 0:
		return nil
	case o.body == "":
		return fmt.Errorf("%w: none is taken", ErrBody)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	for _, e := range c.exemptions {
		if e.Rewrite != nil && e.Method == o.method && e.Path == o.path {
			value = e.Rewrite(value)
		}
	}
	if err := c.validate(o.body, value); err != nil {
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	return nil
}

// payload returns the JSON of a body: of a multipart one the part that holds it.
func payload(r Request) ([]byte, error) {
	boundary := ""
	if kind, params, err := mime.ParseMediaType(r.ContentType); err == nil && strings.HasPrefix(kind, "multipart/") {
		boundary = params["boundary"]
	} else if r.ContentType == "" && bytes.HasPrefix(r.Body, []byte("--")) {
		line, _, _ := bytes.Cut(r.Body, []byte("\r\n"))
		boundary = string(line[2:])
	}
	if boundary == "" {
		return r.Body, nil
	}
	parts := multipart.NewReader(bytes.NewReader(r.Body), boundary)
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, fmt.Errorf("multipart without payload_json: %w", err)
		}
		if part.FormName() == "payload_json" {
			return io.ReadAll(part)
		}
	}
}

func (c *Checker) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[name]++
}

// Counts returns how many requests were checked, by operation.
func (c *Checker) Counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts)
}

// Report lists the counts, a line each.
func (c *Checker) Report() string {
	counts := c.Counts()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%6d  %s\n", counts[name], name)
	}
	return b.String()
}
