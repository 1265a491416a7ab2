package openapicheck_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guildpulse/internal/openapicheck"
)

// pets is a small description with all that matters in it.
const pets = `{
  "openapi": "3.1.0",
  "paths": {
    "/pets/{pet_id}": {
      "parameters": [{"name": "pet_id", "in": "path", "schema": {"$ref": "#/components/schemas/ID"}}],
      "get": {"parameters": [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}},
        {"name": "sort", "in": "query", "schema": {"type": "string"}}]},
      "put": {"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
    },
    "/pets/@mine": {"get": {}}
  },
  "components": {"schemas": {
    "ID": {"type": "string", "pattern": "^[0-9]+$"},
    "Pet": {"type": "object", "required": ["name"], "properties": {
      "name": {"type": "string", "maxLength": 5},
      "kind": {"type": "integer", "enum": [1], "allOf": [{"type": "integer"}]},
      "toys": {"type": ["array", "null"], "items": {"oneOf": [{"$ref": "#/components/schemas/Ball"}, {"$ref": "#/components/schemas/Bone"}]}},
      "tags": {"type": "object", "additionalProperties": {"type": "string"}}}},
    "Ball": {"type": ["object", "null"], "properties": {"colour": {"type": "string"}}, "required": ["colour"]},
    "Bone": {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}
  }}
}`

func TestCheck(t *testing.T) {
	multipart := "--xyz\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a\"\r\n\r\n?\r\n" +
		"--xyz\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n%s\r\n--xyz--\r\n"
	for _, tt := range []struct {
		name    string
		request openapicheck.Request
		want    error
	}{
		{"fine", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{"name":"Rex","kind":1,"toys":[{"size":1},{"colour":"red"}],"tags":{"any":"thing"}}`)}, nil},
		{"misspelt key", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{"name":"Rex","knid":1}`)}, openapicheck.ErrBody},
		{"misspelt key within", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{"name":"Rex","toys":[{"size":1,"szie":2}]}`)}, openapicheck.ErrBody},
		{"missing key", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{}`)}, openapicheck.ErrBody},
		{"too long", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{"name":"Rexxxx"}`)}, openapicheck.ErrBody},
		{"wrong value", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{"name":"Rex","kind":2}`)}, openapicheck.ErrBody},
		{"no JSON", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte(`{`)}, openapicheck.ErrBody},
		{"no body", openapicheck.Request{Method: "PUT", Path: "/pets/1"}, openapicheck.ErrBody},
		{"a body too many", openapicheck.Request{Method: "GET", Path: "/pets/1", Body: []byte(`{}`)}, openapicheck.ErrBody},
		{"multipart", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: fmt.Appendf(nil, multipart, `{"name":"Rex"}`)}, nil},
		{"multipart by its type", openapicheck.Request{Method: "PUT", Path: "/pets/1", ContentType: "multipart/form-data; boundary=xyz", Body: fmt.Appendf(nil, multipart, `{"name":"Rex"}`)}, nil},
		{"misspelt in multipart", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: fmt.Appendf(nil, multipart, `{"neme":"Rex"}`)}, openapicheck.ErrBody},
		{"multipart without JSON", openapicheck.Request{Method: "PUT", Path: "/pets/1", Body: []byte("--xyz\r\n\r\n--xyz--\r\n")}, openapicheck.ErrBody},
		{"wrong id", openapicheck.Request{Method: "GET", Path: "/pets/rex"}, openapicheck.ErrPath},
		{"a literal before a parameter", openapicheck.Request{Method: "GET", Path: "/pets/@mine"}, nil},
		{"query", openapicheck.Request{Method: "GET", Path: "/pets/1", Query: "limit=5&sort=7"}, nil},
		{"misspelt query", openapicheck.Request{Method: "GET", Path: "/pets/1", Query: "limti=5"}, openapicheck.ErrQuery},
		{"query out of bounds", openapicheck.Request{Method: "GET", Path: "/pets/1", Query: "limit=11"}, openapicheck.ErrQuery},
		{"unknown path", openapicheck.Request{Method: "GET", Path: "/pets"}, openapicheck.ErrOperation},
		{"unknown method", openapicheck.Request{Method: "DELETE", Path: "/pets/1"}, openapicheck.ErrOperation},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := openapicheck.New([]byte(pets))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Check(tt.request); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

func TestExemptionsAreNamedAndCounted(t *testing.T) {
	c, err := openapicheck.New([]byte(pets),
		openapicheck.Exemption{Name: "not described", Method: "POST", Path: "/vets", Skip: true},
		openapicheck.Exemption{Name: "kinds are text", Method: "PUT", Path: "/pets/{pet_id}", Rewrite: func(body any) any {
			body.(map[string]any)["kind"] = 1
			return body
		}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []openapicheck.Request{
		{Method: "POST", Path: "/vets", Body: []byte("anything")},
		{Method: "PUT", Path: "/pets/1", Body: []byte(`{"name":"Rex","kind":"dog"}`)},
	} {
		if err := c.Check(r); err != nil {
			t.Error(err)
		}
	}
	if got := c.Report(); !strings.Contains(got, "1  POST /vets (exempt: not described)") || !strings.Contains(got, "1  PUT /pets/{pet_id}") {
		t.Errorf("report:\n%s", got)
	}
}

func TestWhatIsNoDescription(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", `{"paths":{"/a":5}}`} {
		if _, err := openapicheck.New([]byte(text)); !errors.Is(err, openapicheck.ErrDescription) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := openapicheck.Load("testdata/none.json"); err == nil {
		t.Error("a file that is not there was loaded")
	}
}

func ExampleChecker() {
	c, err := openapicheck.New([]byte(pets))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Check(openapicheck.Request{Method: "GET", Path: "/pets/7", Query: "limit=3"}))
	fmt.Println(c.Check(openapicheck.Request{Method: "GET", Path: "/pets/7", Query: "limti=3"}))
	fmt.Print(c.Report())
	// Output:
	// <nil>
	// GET /pets/{pet_id}: wrong query: GET /pets/{pet_id} takes no "limti"
	//      2  GET /pets/{pet_id}
}
