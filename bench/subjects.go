package main

// subjects are measured in this order.
var subjects = []subject{}
