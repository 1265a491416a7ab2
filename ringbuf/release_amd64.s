//go:build !race

#include "textflag.h"

// func storeRelease(turn *atomic.Uint64, to uint64)
TEXT ·storeRelease(SB), NOSPLIT, $0-16
	MOVQ turn+0(FP), AX
	MOVQ to+8(FP), BX
	MOVQ BX, (AX)
	RET
