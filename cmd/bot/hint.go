package main

import "fmt"

// hinted is an error that tells the operator what to do.
type hinted struct {
	err    error
	remedy string
}

func hint(err error, remedy string) error {
	if err == nil {
		return nil
	}
	return &hinted{err, remedy}
}

func (h *hinted) Error() string { return fmt.Sprintf("%v; %s", h.err, h.remedy) }

func (h *hinted) Unwrap() error { return h.err }
