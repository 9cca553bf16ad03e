// SPDX-License-Identifier: MIT
//
// hostile.mjs - a server on stdin and stdout that talks to whoever reads the
// report about it: markup, entities, escape sequences, marks that turn text
// around, NULs, a line of a mebibyte

const lines = {
    greeting: "220 mx.example <script>window.pwned=1</script>" +
        "<img src=x onerror=window.pwned=2>",
    EHLO: "250-mx.example </code></ol></details><script>window.pwned=3" +
        "</script>\r\n250-X-\"onmouseover=\"window.pwned=4\r\n" +
        "250-X-'><svg/onload=window.pwned=5>\r\n" +
        "250 SIZE &#60;script&#62;&lt;/script&gt;",
    NOOP: "250 \x1b[2J\x1b]0;owned\x07 \u202eretaw\u2066 " +
        "<style>*{display:none}</style>\x00\u2028<base href=//evil.example/>",
    VRFY: "250 " + "<".repeat(1 << 20),
    HELP: "214 </style></script><script>window.pwned=6</script>" +
        "<meta http-equiv=refresh content=0;url=//evil.example/>",
    RSET: "250 </title></textarea><iframe srcdoc='<script>top.pwned=7" +
        "</script>'>",
    QUIT: "221 <a href=javascript:window.pwned=8>bye</a>",
};

const say = (text) => process.stdout.write(text + "\r\n");

let left = "";
say(lines.greeting);
process.stdin.setEncoding("latin1");
process.stdin.on("data", (text) => {
    const commands = (left + text).split("\n");
    left = commands.pop();
    for (const command of commands) {
        const verb = command.slice(0, 4).toUpperCase();
        say(lines[verb] ||
            "500 <b onclick=window.pwned=9>" + command.trim() + "</b>");
        if (verb === "QUIT")
            process.exit();
    }
});
process.stdin.on("end", () => process.exit());
