package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/oauth2"
)

// redact keeps of a refusal what it is, not what was sent or received.
func redact(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return fmt.Errorf("status %d, %q", refused.Response.StatusCode, refused.ErrorCode)
	}
	return err
}

// ask calls REST with a person's token.
func (s *Server) ask(ctx context.Context, token *oauth2.Token, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.cfg.OAuth.BaseURL+path, http.NoBody)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOAuth, err)
	}
	token.SetAuthHeader(req)
	res, err := s.cfg.OAuth.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOAuth, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: GET %s: status %d", ErrOAuth, path, res.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(into); err != nil {
		return fmt.Errorf("%w: GET %s: %w", ErrOAuth, path, err)
	}
	return nil
}

// revoke gives a person's tokens back: revoking one ends the other too.
func (s *Server) revoke(ctx context.Context, token *oauth2.Token) {
	ctx, cancel := context.WithTimeout(ctx, oauthWithin)
	defer cancel()
	form := url.Values{
		"token": {token.AccessToken}, "token_type_hint": {"access_token"},
		"client_id": {s.cfg.OAuth.ClientID}, "client_secret": {s.cfg.OAuth.ClientSecret},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.OAuth.BaseURL+"/oauth2/token/revoke",
		strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := s.cfg.OAuth.HTTP.Do(req)
	if err == nil {
		err = res.Body.Close()
	}
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "token of a sign-in not revoked; it ends by itself", "error", err)
	}
}

// snowflake is an id, which Discord writes as a string.
type snowflake uint64

// UnmarshalText reads the id.
func (s *snowflake) UnmarshalText(b []byte) error {
	id, err := strconv.ParseUint(string(b), 10, 64)
	*s = snowflake(id)
	return err
}
