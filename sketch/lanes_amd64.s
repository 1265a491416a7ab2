#include "textflag.h"

// Eight SipHash-1-3 of one word each, side by side: v0 to v3 in Z0 to Z3.

#define ROUND \
	VPADDQ Z1, Z0, Z0   \
	VPADDQ Z3, Z2, Z2   \
	VPROLQ $13, Z1, Z1  \
	VPROLQ $16, Z3, Z3  \
	VPXORQ Z0, Z1, Z1   \
	VPXORQ Z2, Z3, Z3   \
	VPROLQ $32, Z0, Z0  \
	VPADDQ Z3, Z0, Z0   \
	VPADDQ Z1, Z2, Z2   \
	VPROLQ $21, Z3, Z3  \
	VPROLQ $17, Z1, Z1  \
	VPXORQ Z0, Z3, Z3   \
	VPXORQ Z2, Z1, Z1   \
	VPROLQ $32, Z2, Z2

// func sipItemsAVX512(hashes, items *uint64, n int, start *[6]uint64)
TEXT ·sipItemsAVX512(SB), NOSPLIT, $0-32
	MOVQ hashes+0(FP), DI
	MOVQ items+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ start+24(FP), AX
	VPBROADCASTQ 0(AX), Z16
	VPBROADCASTQ 8(AX), Z17
	VPBROADCASTQ 16(AX), Z18
	VPBROADCASTQ 24(AX), Z19
	VPBROADCASTQ 32(AX), Z20 // the word of the length
	VPBROADCASTQ 40(AX), Z21 // 0xff

eight:
	VMOVDQU64 (SI), Z4
	VMOVDQA64 Z16, Z0
	VMOVDQA64 Z17, Z1
	VMOVDQA64 Z18, Z2
	VPXORQ Z4, Z19, Z3
	ROUND
	VPXORQ Z4, Z0, Z0
	VPXORQ Z20, Z3, Z3
	ROUND
	VPXORQ Z20, Z0, Z0
	VPXORQ Z21, Z2, Z2
	ROUND
	ROUND
	ROUND
	VPXORQ Z1, Z0, Z0
	VPXORQ Z3, Z2, Z2
	VPXORQ Z2, Z0, Z0
	VMOVDQU64 Z0, (DI)
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ $8, CX
	JNZ eight
	VZEROUPPER
	RET

// func uniteAVX512(registers, others *uint8, n int)
TEXT ·uniteAVX512(SB), NOSPLIT, $0-24
	MOVQ registers+0(FP), DI
	MOVQ others+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL $0x3f3f3f3f, AX
	VPBROADCASTD AX, Z16
	MOVL $0x04040404, AX
	VPBROADCASTD AX, Z17
	MOVL $0x03030303, AX
	VPBROADCASTD AX, Z18
	MOVL $0x02020202, AX
	VPBROADCASTD AX, Z19
	MOVL $0x01010101, AX
	VPBROADCASTD AX, Z20

registers64:
	VMOVDQU64 (DI), Z0
	VMOVDQU64 (SI), Z1
	VPMAXUB Z0, Z1, Z2       // high
	VPMINUB Z0, Z1, Z3       // low
	VPSRLW $2, Z2, Z4
	VPSRLW $2, Z3, Z5
	VPANDQ Z16, Z4, Z4
	VPANDQ Z16, Z5, Z5
	VPSUBB Z5, Z4, Z4        // distance of the highest ranks
	VPANDQ Z18, Z3, Z5       // low's flags,
	VPTESTMB Z3, Z3, K1
	VPADDB Z17, Z5, K1, Z5   // and its highest rank unless it is empty
	VPSRLW $1, Z5, Z6
	VPSRLW $2, Z5, Z7
	VPANDQ Z18, Z5, Z5
	VPANDQ Z18, Z6, Z6
	VPANDQ Z18, Z7, Z7
	VPTESTNMB Z4, Z4, K1     // distance 0
	VPCMPEQB Z20, Z4, K2     // 1
	VPCMPEQB Z19, Z4, K3     // 2
	VMOVDQU8.Z Z5, K1, Z5
	VMOVDQU8.Z Z6, K2, Z6
	VMOVDQU8.Z Z7, K3, Z7
	VPORQ Z5, Z2, Z2
	VPORQ Z6, Z7, Z6
	VPORQ Z6, Z2, Z2
	VMOVDQU64 Z2, (DI)
	ADDQ $64, DI
	ADDQ $64, SI
	SUBQ $64, CX
	JNZ registers64
	VZEROUPPER
	RET

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func xgetbv() (a uint32)
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, a+0(FP)
	RET
