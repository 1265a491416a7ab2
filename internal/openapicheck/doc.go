// Package openapicheck holds requests against an OpenAPI description: what a
// program sends to an API must be what the API says it takes. It is for tests.
//
// A [Checker] is made of a description (version 3.1, whose schemas are JSON
// Schema 2020-12). For every request it finds the operation by method and path,
// and checks the ids in the path, the names and values of the query, and the body:
// JSON as it is, of a multipart body the part payload_json.
//
// Published schemas are open: a misspelt key passes as one that is not known yet.
// The Checker closes them. Every object whose properties are listed takes no
// others, so that a typo fails like a wrong value does.
//
// Where a description is known to be wrong, or silent, an [Exemption] says so by
// name; there is no other way around it. Checks are counted by operation, so that
// a run that checked nothing cannot pass for one that did.
package openapicheck
