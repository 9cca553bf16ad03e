/* SPDX-License-Identifier: MIT */
/*
 * test_error.c - texts and classes of our own errors
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/error.h>

static void each_row_has_its_text_and_class(void **state)
{
    (void)state;
#define ERROR(class_, name, number, text)                                   \
    assert_string_equal(smtpspec_error_text(SMTPSPEC_ERROR_##name), text);  \
    assert_int_equal(smtpspec_error_class_of(SMTPSPEC_ERROR_##name),        \
                     SMTPSPEC_ERROR_CLASS_##class_);
#include "base/errors.def"
#undef ERROR
}

static void texts_are_one_line_without_a_full_stop(void **state)
{
    (void)state;
#define ERROR(class_, name, number, text)                                   \
    assert_null(strchr(smtpspec_error_text(SMTPSPEC_ERROR_##name), '\n'));  \
    assert_int_not_equal(text[sizeof(text) - 2], '.');
#include "base/errors.def"
#undef ERROR
}

static void success_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(SMTPSPEC_OK, 0);
    assert_string_equal(smtpspec_error_text(SMTPSPEC_OK), "success");
    assert_int_equal(smtpspec_error_class_of(SMTPSPEC_OK), SMTPSPEC_ERROR_CLASS_NONE);
}

static void a_number_without_row_is_internal(void **state)
{
    (void)state;
    assert_string_equal(smtpspec_error_text((enum smtpspec_error)7), "unknown error");
    assert_int_equal(smtpspec_error_class_of((enum smtpspec_error)7),
                     SMTPSPEC_ERROR_CLASS_INTERNAL);
    assert_int_equal(smtpspec_error_class_of((enum smtpspec_error)500),
                     SMTPSPEC_ERROR_CLASS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_has_its_text_and_class),
        cmocka_unit_test(texts_are_one_line_without_a_full_stop),
        cmocka_unit_test(success_is_no_error),
        cmocka_unit_test(a_number_without_row_is_internal),
    };

    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
