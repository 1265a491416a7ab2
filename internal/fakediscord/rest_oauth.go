package fakediscord

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// oauthError is an answer in OAuth2's form of errors.
func oauthError(w http.ResponseWriter, status int, code, description string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(encode(object{"error": code, "error_description": description}))
}

// mayRedirect reports whether a redirect address is registered; where none is,
// any on loopback is good.
func (s *Server) mayRedirect(address string) bool {
	if len(s.cfg.RedirectURIs) > 0 {
		return slices.Contains(s.cfg.RedirectURIs, address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// client checks a client's id and secret, from the form or from basic
// authentication.
func (c *call) client(form url.Values) bool {
	id, secret, ok := c.r.BasicAuth()
	if !ok {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	return id == strconv.FormatUint(c.srv.cfg.Application, 10) &&
		subtle.ConstantTimeCompare([]byte(secret), []byte(c.srv.cfg.ClientSecret)) == 1
}

// tokenError is an error of the token endpoint, which has a form of its own.
type tokenError struct {
	status            int
	code, description string
}

// Error tells the description.
func (e *tokenError) Error() string { return e.description }

// form reads the urlencoded body and checks who sends it.
func (c *call) form() (url.Values, error) {
	kind, _, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";")
	form, err := url.ParseQuery(string(c.body))
	switch {
	case err != nil || strings.TrimSpace(kind) != "application/x-www-form-urlencoded":
		return nil, &tokenError{http.StatusBadRequest, "invalid_request", "The request is not a form."}
	case !c.client(form):
		return nil, &tokenError{http.StatusUnauthorized, "invalid_client", "Invalid client."}
	}
	return form, nil
}

// postToken answers POST /oauth2/token.
func postToken(c *call) (any, error) {
	form, err := c.form()
	if err != nil {
		return nil, err
	}
	var g *grant
	switch form.Get("grant_type") {
	case "authorization_code":
		g = c.srv.oauth.redeem(form.Get("code"), form.Get("redirect_uri"), form.Get("code_verifier"))
	case "refresh_token":
		g = c.srv.oauth.refreshed(form.Get("refresh_token"))
	default:
		return nil, &tokenError{http.StatusBadRequest, "unsupported_grant_type", "The grant type is not supported."}
	}
	if g == nil {
		return nil, &tokenError{http.StatusBadRequest, "invalid_grant", `Invalid "code" in request.`}
	}
	return object{
		"token_type": "Bearer", "scope": strings.Join(g.scopes, " "), "refresh_token": g.refresh,
		"expires_in": int(tokenLife.Seconds()), "access_token": g.access,
	}, nil
}

// postRevoke answers POST /oauth2/token/revoke.
func postRevoke(c *call) (any, error) {
	form, err := c.form()
	if err != nil {
		return nil, err
	}
	c.srv.oauth.revoke(form.Get("token"))
	return object{}, nil
}
