# SPDX-License-Identifier: MIT
#
# picture.awk - turn what dot -Tplain says into the C file that
# src/report/picture_layout.h declares
#
# Places are in inches from the lower left there, in hundredths from the upper
# left here.

function x(inches) { return sprintf("%.0f", 100 * inches) }
function y(inches) { return sprintf("%.0f", 100 * (height - inches)) }

BEGIN {
    print "#include \"report/picture_layout.h\""
}
$1 == "graph" {
    height = $4
    size = "const short smtpspec_picture_width = " x($3) \
        ", smtpspec_picture_height = " x($4) ";"
}
$1 == "node" {
    boxes = boxes sprintf("    { \"%s\", %s, %s, %s, %s },\n", $2, x($3), \
        y($4), x($5), x($6))
    box_count++
}
$1 == "edge" {
    points = ""
    for (i = 0; i < $4; i++)
        points = points sprintf("{ %s, %s }, ", x($(5 + 2 * i)), \
            y($(6 + 2 * i)))
    # Behind the label, which has blanks of its own, style and colour.
    curves = curves sprintf("    { \"%s\", \"%s\", %d,\n      { %s},\n" \
        "      { %s, %s } },\n", $2, $3, $4, points, x($(NF - 3)), y($(NF - 2)))
    curve_count++
}
END {
    print size
    print "const struct smtpspec_picture_box smtpspec_picture_boxes[] = {"
    printf "%s};\n", boxes
    print "const unsigned smtpspec_picture_box_count = " box_count ";"
    print "const struct smtpspec_picture_curve smtpspec_picture_curves[] = {"
    printf "%s};\n", curves
    print "const unsigned smtpspec_picture_curve_count = " curve_count ";"
}
