# SPDX-License-Identifier: MIT
#
# foreign.mk - the tokenizer as narrower machines and other ones have it
#
# SIMD=no|sse2|sse4|avx2 leaves the forms of the reply tokenizer out that want
# more; EMULATOR is put before each finite proof and each replay of a fuzz
# target, for programs that this machine does not run by itself.

# As enum smtpspec_reply_form counts.
SIMD_no   := 0
SIMD_sse2 := 1
SIMD_sse4 := 2
SIMD_avx2 := 3
FLAGS_SIMD = $(if $(SIMD),-DSMTPSPEC_SIMD=$(or $(SIMD_$(SIMD)),$(error \
    SIMD=$(SIMD): none of no, sse2, sse4, avx2)))

check-simd:          ## builds with SIMD=no and SIMD=sse2, and their tests
	@sh ci/check-simd.sh no sse2

check-foreign:       ## the library under qemu, other byte order among them
	@sh ci/check-foreign.sh aarch64 s390x

.PHONY: check-simd check-foreign
