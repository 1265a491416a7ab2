package main

import (
	"guildpulse/bench/boards"
	"guildpulse/bench/gateway"
	"guildpulse/bench/logs"
	"guildpulse/bench/rings"
	"guildpulse/bench/sketches"
	"guildpulse/bench/stores"
	"guildpulse/bench/whole"
)

// subjects are measured in this order.
var subjects = []subject{
	{"rings", rings.Run},
	{"boards", boards.Run},
	{"sketches", sketches.Run},
	{"logs", logs.Run},
	{"gateway", gateway.Run},
	{"stores", stores.Run},
	{"whole", whole.Run},
}
