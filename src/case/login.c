/* SPDX-License-Identifier: MIT */
/*
 * login.c - log in for a case, and know what of it is secret
 *
 * Floor 3, case. RFC 4954, 4; PLAIN by RFC 4616, CRAM-MD5 by RFC 2195, LOGIN
 * as it is met: two questions, the name and the password.
 */
#include "case/playing.h"

struct smtpspec_span smtpspec_play_login_line(struct smtpspec_play *play,
                                              bool first)
{
    static const struct smtpspec_span begins[] = {
        [SMTPSPEC_MECHANISM_PLAIN] = { "AUTH PLAIN {auth-plain}", 23 },
        [SMTPSPEC_MECHANISM_LOGIN] = { "AUTH LOGIN", 10 },
        [SMTPSPEC_MECHANISM_CRAM_MD5] = { "AUTH CRAM-MD5", 13 },
    };
    static const struct smtpspec_span answers[][2] = {
        [SMTPSPEC_MECHANISM_PLAIN] = { { "{auth-plain}", 12 } },
        [SMTPSPEC_MECHANISM_LOGIN] = { { "{auth-user}", 11 },
                                       { "{auth-password}", 15 } },
        [SMTPSPEC_MECHANISM_CRAM_MD5] = { { "{cram}", 6 } },
    };

    if (first) {
        play->mechanism = (uint8_t)smtpspec_play_mechanism(
            smtpspec_judge_ehlo(play->judge), &play->vars);
        play->answers = 0;
        if (play->mechanism < SMTPSPEC_ARRAY_LEN(begins))
            return begins[play->mechanism];
    } else if (play->mechanism < SMTPSPEC_ARRAY_LEN(answers) &&
               play->answers < 2) {
        struct smtpspec_span answer =
            answers[play->mechanism][play->answers++];

        if (answer.length > 0)
            return answer;
    }
    return SMTPSPEC_SPAN("*"); /* asked for more than there is: give up */
}

static void keep_secret(struct smtpspec_play *play, unsigned at,
                        struct smtpspec_span text)
{
    size_t length = smtpspec_case_expand(text, &play->vars, play->secrets[at],
                                         SMTPSPEC_PLAY_SECRET_KEPT);

    play->secret_length[at] =
        length <= SMTPSPEC_PLAY_SECRET_KEPT ? length : 0;
}

void smtpspec_play_keep_secrets(struct smtpspec_play *play, bool cram)
{
    if (play->vars.password.length == 0)
        return;
    if (cram) {
        keep_secret(play, 2, SMTPSPEC_SPAN("{cram}"));
        return;
    }
    keep_secret(play, 0, SMTPSPEC_SPAN("{auth-plain}"));
    keep_secret(play, 1, SMTPSPEC_SPAN("{auth-password}"));
}

size_t smtpspec_play_secrets(const struct smtpspec_play *play,
                             struct smtpspec_span out[], size_t cap)
{
    size_t count = 0;

    if (play->vars.password.length > 0 && count < cap)
        out[count++] = play->vars.password;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(play->secrets); i++)
        if (play->secret_length[i] > 0 && count < cap)
            out[count++] = (struct smtpspec_span){ play->secrets[i],
                                                   play->secret_length[i] };
    return count;
}
