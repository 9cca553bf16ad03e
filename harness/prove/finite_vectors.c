/* SPDX-License-Identifier: MIT */
/*
 * finite_vectors.c - the instructions that vectors.h describes do that
 *
 * Every mask, every octet in every lane before several others, and every pair
 * of octets.
 */
#include "finite.h"

#if defined(__SSE2__)

#include "vectors.h"

static void hold(struct finite *finite, const char octets[16])
{
    __m128i all = _mm_loadu_si128((const void *)octets);

    if (_mm_movemask_epi8(all) != movemask_model((__v16qi)all))
        finite_fail(finite, "movemask is another",
                    (struct smtpspec_span){ octets, 16 });
}

static void every_mask(struct finite *finite)
{
    char octets[16];

    for (unsigned mask = 0; mask < 65536; mask++) {
        for (unsigned i = 0; i < 16; i++)
            octets[i] = (char)(mask >> i & 1 ? 0xff : 0);
        hold(finite, octets);
    }
    finite_done(finite, "every mask by movemask", 65536);
}

static void every_octet(struct finite *finite)
{
    static const unsigned char others[] = { 0, 0x7f, 0x80, 0xff };
    char octets[16];
    uint64_t members = 0;

    for (size_t other = 0; other < sizeof(others); other++) {
        memset(octets, others[other], sizeof(octets));
        for (unsigned i = 0; i < 16; i++) {
            for (unsigned octet = 0; octet < 256; octet++, members++) {
                octets[i] = (char)octet;
                hold(finite, octets);
            }
            octets[i] = (char)others[other];
        }
    }
    finite_done(finite, "every octet in every lane by movemask", members);
}

static void every_pair(struct finite *finite)
{
    for (unsigned pair = 0; pair < 65536; pair++) {
        __m128i a = _mm_set1_epi8((char)(pair & 255));
        __m128i b = _mm_set1_epi8((char)(pair >> 8));
        __m128i real = _mm_andnot_si128(a, b);
        __v2di model = andnot_model((__v2di)a, (__v2di)b);
        char octets[2] = { (char)(pair & 255), (char)(pair >> 8) };

        if (memcmp(&real, &model, sizeof(real)) != 0)
            finite_fail(finite, "andnot is another",
                        (struct smtpspec_span){ octets, 2 });
    }
    finite_done(finite, "every pair of octets by andnot", 65536);
}

int main(void)
{
    struct finite finite = { 0 };

    every_mask(&finite);
    every_octet(&finite);
    every_pair(&finite);
    return finite_end(&finite);
}

#else

int main(void)
{
    puts("1..0 # SKIP no SSE2 on this machine");
    return 0;
}

#endif
