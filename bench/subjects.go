package main

import (
	"guildpulse/bench/logs"
	"guildpulse/bench/rings"
	"guildpulse/bench/sketches"
	"guildpulse/bench/whole"
)

// subjects are measured in this order.
var subjects = []subject{
	{"rings", rings.Run},
	{"sketches", sketches.Run},
	{"logs", logs.Run},
	{"whole", whole.Run},
}
