// Package whole measures the way of an event through the product's own parts: ring,
// ingest, journal, boards and sketches, and what questions cost at the end of it. The
// database's share is in package stores, the gateway's in package gateway.
package whole
