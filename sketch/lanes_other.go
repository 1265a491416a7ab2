//go:build !amd64

package sketch

var hasLanes = false // there are none here

func (k keys) hashLanes(_, _ []uint64) int { return 0 }

func uniteLanes(_, _ []uint8) int { return 0 }
