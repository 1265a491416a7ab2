package web

import (
	"net/http"
	"strings"
)

// policy is what a page may do: show what this origin serves, and send forms to
// it. No string becomes markup or code (Trusted Types), no site frames it.
func (s *Server) policy() string {
	forms := "'self'"
	if s.cfg.OAuth.enabled() {
		forms += " " + s.cfg.OAuth.origin() // where the sign-in form is sent on to
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		"connect-src 'self'",
		"form-action " + forms,
		"base-uri 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// referrer returns the policy of referrers. It would be no-referrer always, but
// under it a browser says "Origin: null" with a form, and on a plain address in a
// network that is all by which a foreign site's form can be told from ours.
func (s *Server) referrer() string {
	if s.secure {
		return "no-referrer"
	}
	return "same-origin"
}

// headers sets what goes with every answer.
func (s *Server) headers(next http.Handler) http.Handler {
	fixed := map[string]string{
		"Content-Security-Policy":      s.policy(),
		"Referrer-Policy":              s.referrer(),
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"X-Robots-Tag":                 "noindex, nofollow",
		"Cache-Control":                "no-store",
	}
	if strings.HasPrefix(s.cfg.PublicURL, "https://") {
		fixed["Strict-Transport-Security"] = "max-age=31536000"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for key, value := range fixed {
			w.Header().Set(key, value)
		}
		next.ServeHTTP(w, r)
	})
}
