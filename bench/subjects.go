package main

import "guildpulse/bench/rings"

// subjects are measured in this order.
var subjects = []subject{
	{"rings", rings.Run},
}
