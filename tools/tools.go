//go:build tools

// Package tools pins what builds and checks the project, in a module of its own,
// so that none of it enters the program.
package tools

import _ "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"
