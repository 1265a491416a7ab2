// Package whole measures the way of an event through the product's own parts, and what
// questions cost at the end of it:
//
//	durable    ring, ingest, journal, boards
//	replay     the start with a long journal
//	latency    from the gateway's socket to the ranking, durability included
//	stored     from the gateway's socket into PostgreSQL: processor by stage, garbage
//	members    what an event costs as a server grows
//	servers    what an event costs as servers become more
//	questions  rankings of periods
//
// These are the names by which -run asks for a part: -run '^whole/latency$'.
package whole
