package main

import (
	"guildpulse/bench/rings"
	"guildpulse/bench/sketches"
)

// subjects are measured in this order.
var subjects = []subject{
	{"rings", rings.Run},
	{"sketches", sketches.Run},
}
