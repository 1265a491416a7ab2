package discord

import (
	"net/url"
	"strconv"
	"strings"
)

// A session belongs to a shard of a number of shards. When that number changes
// from one start to the next, servers move between shards, and resuming the old
// sessions beside new ones would hear some servers twice. So the number is noted
// in the fragment of the resume address, which is never sent:
//
//	wss://gateway-us-east1-b.discord.gg#shards=4
//
// One shard is not noted.
const shardsNote = "shards="

func noteShards(resumeURL string, shards int) string {
	if shards <= 1 {
		return resumeURL
	}
	return resumeURL + "#" + shardsNote + strconv.Itoa(shards)
}

// shardsNoted returns the number that is noted, 0 if it cannot be read.
func shardsNoted(resumeURL string) int {
	u, err := url.Parse(resumeURL)
	if err != nil || u.Fragment == "" {
		return 1
	}
	n, err := strconv.Atoi(strings.TrimPrefix(u.Fragment, shardsNote))
	if err != nil {
		return 0
	}
	return n
}
