package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// memo remembers small texts in a file of the data folder, such as the hash of the
// commands that Discord knows. Losing it costs a call.
type memo struct {
	name string
	mu   sync.Mutex
}

// Get implements discord.Memo.
func (m *memo) Get(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, err := m.read()
	return all[key], err
}

// Set implements discord.Memo.
func (m *memo) Set(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, err := m.read()
	if err != nil {
		return err
	}
	all[key] = value
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("memo: %w", err)
	}
	if err := os.WriteFile(m.name+".tmp", b, 0o600); err != nil {
		return fmt.Errorf("memo: %w", err)
	}
	return os.Rename(m.name+".tmp", m.name)
}

func (m *memo) read() (map[string]string, error) {
	all := make(map[string]string)
	b, err := os.ReadFile(m.name)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("memo: %w", err)
	}
	if !json.Valid(b) {
		return all, nil // it is only a memo
	}
	return all, json.Unmarshal(b, &all)
}
