// SPDX-License-Identifier: MIT
//
// test_page.mjs DIR [AXE] - the HTML report in a real browser
//
// DIR holds the pages named below, which ci/check-page.sh makes; AXE is
// axe.min.js. Prints TAP. A test that fails tells why in a comment.

import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { must, plan, same, skip, test } from "./tap.mjs";
import { Browser } from "./webdriver.mjs";

const [dir, axe_path] = process.argv.slice(2);
const url = (page) => pathToFileURL(resolve(dir, page + ".html")).href;
const drawn = ["learnt", "counted", "named"];
const pages = ["bad", "many", "hostile", "several", ...drawn];
const enter = "\uE007", tab = "\uE004", escape = "\uE00C";

const browser = await Browser.open();
const settle = (ms = 250) => new Promise((done) => setTimeout(done, ms));
// A page afresh: without the hash of the one before it nothing is loaded.
const open = async (page, hash = "") => {
    await browser.go("about:blank");
    await browser.go(url(page) + hash);
};
// What the filters left of the cases: their data-f, split.
const shown = () => browser.run(() =>
    [...document.querySelectorAll("[data-f][id]:not(.off)")]
        .map((c) => c.dataset.f.split(",")));
const count_text = () => browser.run(() =>
    document.querySelector(".tools output").textContent);
const choose = (name, value) => browser.run((n, v) => {
    const select = document.querySelector(".tools").elements[n];
    select.value = v;
    select.dispatchEvent(new Event("change", { bubbles: true }));
}, name, value);
const is_seen = (css) => browser.run((c) => {
    const element = document.querySelector(c);
    const box = element && element.getBoundingClientRect();
    return Boolean(element) && element.checkVisibility() && box.bottom > 0 &&
        box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}, css);
const unfold = () => browser.run(() =>
    document.querySelectorAll("details").forEach((d) => { d.open = true; }));

// --- What is fetched, and what runs --------------------------------------

for (const page of pages) {
    await test(`${page}: nothing is fetched, its policy holds`, async () => {
        await open(page);
        same(await browser.run(() =>
            performance.getEntriesByType("resource").map((r) => r.name)), [],
        "fetched");
        same((await browser.log()).map((l) => l.message), [], "console");
        same(await browser.run(() => document.scripts.length), 1, "scripts");
    });
}

await test("the policy stops a script, a handler and a style", async () => {
    await open("bad");
    await browser.run(() => {
        const tries = [() => {
            const script = document.createElement("script");
            script.append("window.pwned = 1");
            document.body.append(script);
        }, () => {
            document.body.setAttribute("onclick", "window.pwned = 2");
            document.body.click();
        }, () => {
            document.body.insertAdjacentHTML("beforeend",
                "<img src=x onerror='window.pwned = 3'>");
        }, () => {
            document.body.setAttribute("style", "border-top: 77px solid");
        }];
        for (const attempt of tries)
            try {
                attempt();
            } catch (error) {
                // So much the better.
            }
    });
    same(await browser.run(() => window.pwned || 0), 0, "ran");
    same(await browser.run(() =>
        getComputedStyle(document.body).borderTopWidth), "0px", "border");
    must((await browser.log()).length > 0, "no violation is told");
});

await test("hostile text is shown as text, and does nothing", async () => {
    await open("hostile");
    await unfold();
    await settle();
    same(await browser.run(() => window.pwned || 0), 0, "ran");
    same(await browser.run(() => [...document.querySelectorAll("main *")]
        .map((e) => e.localName).filter((n) => ["script", "img", "iframe",
            "style", "base", "meta", "object", "embed", "link"].includes(n))),
    [], "elements");
    same(await browser.run(() => [...document.querySelectorAll("main *")]
        .flatMap((e) => [...e.attributes]).map((a) => a.name)
        .filter((n) => n.startsWith("on") || n === "style")), [], "attributes");
    const text = await browser.run(() => document.body.innerText);
    for (const part of ["<script>window.pwned=3</script>", "</code></ol>",
        "&#60;script&#62;&lt;/script&gt;", "X-\"onmouseover=\"window.pwned=4",
        "\\xe2\\x80\\xae"])
        must(text.includes(part), "not to be seen: " + part);
    must(!/[\0-\x08\x0b-\x1f\x7f\u200e-\u202f\u2066-\u2069]/.test(text),
        "a raw octet is on the page");
    same(await browser.run(() => [...document.querySelectorAll(".log b")]
        .some((b) => b.textContent === "ESC")), true, "ESC by name");
});

await test("a line of a mebibyte is cut, and the page stays small", async () => {
    await open("hostile");
    await unfold();
    const text = await browser.run(() => document.body.innerText);
    must(/1,?04\d,?\d\d\d octets left out here/.test(text) ||
        /\d{4,} octets left out here/.test(text), "no gap is told");
    must(statSync(resolve(dir, "hostile.html")).size < 2 * 1024 * 1024,
        "it is too large");
});

// --- Filters --------------------------------------------------------------

await test("an outcome is chosen by its button, and by another", async () => {
    await open("many");
    await browser.click(".tools button[data-o=fail]");
    let left = await shown();
    must(left.length > 0 && left.every((f) => f[0] === "fail"), "not only fail");
    must((await count_text()).startsWith(left.length + " of "), "the count");
    same(await browser.run(() => document.querySelector(".tools [data-o=fail]")
        .getAttribute("aria-pressed")), "true", "pressed");
    await browser.click(".tools button[data-o=warn]");
    left = await shown();
    must(left.some((f) => f[0] === "warn") && left.some((f) => f[0] === "fail"),
        "not both");
    await browser.click(".tools button[type=reset]");
    must((await shown()).length > left.length, "nothing came back");
    same(await count_text(), "", "the count afterwards");
});

for (const [name, place] of [["level", 1], ["command", 2], ["layer", 3],
    ["security", 4]])
    await test(`the filter by ${name} leaves what it names`, async () => {
        await open("many");
        const all = (await shown()).length;
        const values = await browser.run((n) =>
            [...document.querySelector(".tools").elements[n].options]
                .map((o) => o.value).filter(Boolean), name);
        must(values.length > 1, "no choice");
        for (const value of values) {
            await choose(name, value);
            const left = await shown();
            must(left.length > 0 && left.length < all, value + " leaves " +
                left.length);
            must(left.every((f) => f[place] === value), "not only " + value);
        }
    });

await test("filters are joined, and boxes without a case vanish", async () => {
    await open("many");
    await browser.click(".tools button[data-o=fail]");
    await choose("command", "RCPT");
    must((await shown()).every((f) => f[0] === "fail" && f[2] === "RCPT"),
        "not both hold");
    same(await browser.run(() => [...document.querySelectorAll(
        ".rule, .sec, .sub, .part")].filter((b) => b.checkVisibility() &&
            b.querySelector("[data-f]") &&
            !b.querySelector("[data-f]:not(.off)")).length), 0, "empty boxes");
});

await test("the search finds by words, whatever their order", async () => {
    await open("bad");
    await browser.type(".tools input", "rset 250 RCPT");
    await settle(400);
    const texts = await browser.run(() =>
        [...document.querySelectorAll("[data-f][id]:not(.off)")]
            .map((c) => c.textContent.toLowerCase()));
    must(texts.length > 0, "nothing is found");
    must(texts.every((t) => t.includes("rset") && t.includes("250") &&
        t.includes("rcpt")), "something else is found");
    await browser.keys(escape);
    must((await shown()).length > texts.length, "Escape does not clear");
});

await test("what little a filter leaves is opened", async () => {
    await open("bad");
    await browser.type(".tools input", "noop.quoted-string");
    await settle(400);
    same(await browser.run(() => [...document.querySelectorAll(
        "[data-f][id]:not(.off)")].map((c) => c.checkVisibility())), [true],
    "to be seen");
});

// --- Links ----------------------------------------------------------------

for (const page of pages)
    await test(`${page}: every link into the page leads somewhere`, async () => {
        await open(page);
        const lost = await browser.run(() =>
            [...document.querySelectorAll("a[href^='#']")]
                .map((a) => decodeURIComponent(
                    a.getAttribute("href").slice(1)))
                .filter((id) => !document.getElementById(id)));
        same(lost, [], "lost");
        const ids = await browser.run(() =>
            [...document.querySelectorAll("[id]")].map((e) => e.id));
        same(ids.length, new Set(ids).size, "ids");
    });

await test("a cause leads to its finding", async () => {
    await open("bad");
    await browser.click(".causes a");
    await settle();
    same(await is_seen("#t0-r0"), true, "to be seen");
});

await test("a link to a case opens all that it is folded into", async () => {
    await open("bad", "#t0-noop.quoted-string");
    await settle();
    same(await is_seen("#t0-noop\\.quoted-string .log"), true, "to be seen");
    same(await browser.run(() =>
        document.activeElement.closest("[data-f]").id),
    "t0-noop.quoted-string", "the focus");
});

await test("a link to what a filter hides takes the filter away", async () => {
    await open("bad");
    await browser.click(".tools button[data-o=fail]");
    await browser.run(() => { location.hash = "#t0-noop.quoted-string"; });
    await settle();
    same(await is_seen("#t0-noop\\.quoted-string"), true, "to be seen");
});

await test("a link can be a filter", async () => {
    await open("many", "#?outcome=fail&command=QUIT&q=quit");
    await settle();
    const left = await shown();
    must(left.length > 0 && left.every((f) => f[0] === "fail" &&
        f[2] === "QUIT"), "not what was asked for");
});

await test("a number of the summary filters by what it counts", async () => {
    await open("many");
    await browser.click(".tiles .warn a");
    await settle();
    must((await shown()).every((f) => f[0] === "warn"), "not only warn");
});

// --- Cases ----------------------------------------------------------------

await test("the command line is copied", async () => {
    await open("bad");
    await browser.cdp("Browser.grantPermissions", {
        permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    await browser.click(".rule .k .again button");
    await settle();
    same(await browser.run(() =>
        document.querySelector(".rule .k .again button").textContent),
    "copied", "the button");
    same(await browser.run_later((done) =>
        navigator.clipboard.readText().then(done, (e) => done(String(e)))),
    await browser.run(() =>
        document.querySelector(".rule .k .again code").textContent), "text");
});

await test("a dialogue is shown in hexadecimal, octet by octet", async () => {
    await open("many", "#t0-reply.plain");
    await settle();
    await browser.click("#t0-reply\\.plain .strip button");
    const rows = await browser.run(() =>
        [...document.querySelectorAll("#t0-reply\\.plain .log li.x > pre")]
            .map((p) => p.textContent));
    must(rows.length === 1 && rows[0].startsWith(
        "0000  32 35 30 20 32 2e 30 2e 30 20 4f 4b 00 72 65 61") &&
        rows[0].includes("\n0010  6c 6c 79 0a"), rows[0]);
    await browser.click("#t0-reply\\.plain .strip button");
    same(await browser.run(() =>
        document.querySelectorAll("#t0-reply\\.plain pre").length), 0, "left");
});

// --- Keys -----------------------------------------------------------------

await test("j and k go from finding to finding, / to the search", async () => {
    await open("bad");
    const here = () => browser.run(() => {
        const k = document.activeElement.closest(".rule .k");
        return k && k.id;
    });
    await browser.keys("j");
    const first = await here();
    await browser.keys("j");
    const second = await here();
    must(first && second && first !== second, `${first}, ${second}`);
    await browser.keys("k");
    same(await here(), first, "back");
    await browser.keys("/");
    same(await browser.run(() => document.activeElement.name), "q", "search");
    await browser.keys("t");
    same(await browser.run(() => document.activeElement.value), "t",
        "a letter that is typed");
});

await test("t turns the light off and on, ? tells the keys", async () => {
    await open("bad");
    const dark = () => browser.run(() =>
        getComputedStyle(document.documentElement).colorScheme);
    await browser.keys("t");
    const one = await dark();
    await browser.keys("t");
    must(one !== await dark() && ["dark", "light"].includes(one), one);
    await browser.keys("?");
    same(await browser.run(() => document.querySelector("dialog").open), true,
        "open");
    await browser.click("dialog input");
    await browser.keys(escape);
    same(await browser.run(() => document.querySelector("dialog").open), false,
        "closed");
    await browser.keys("/");
    same(await browser.run(() => document.activeElement.name || ""), "",
        "keys that are switched off");
    await browser.run(() => localStorage.clear());
});

await test("Tab begins with the way past all that is not the report", async () => {
    await open("bad");
    await browser.keys(tab);
    same(await is_seen(".jump:focus"), true, "to be seen");
    await browser.keys(enter);
    await browser.keys(tab);
    same(await browser.run(() =>
        Boolean(document.activeElement.closest("main"))), true, "in the report");
});

// --- Paper, narrow pages, no script ---------------------------------------

for (const page of pages)
    await test(`${page}: nothing sticks out at 360 points`, async () => {
        await browser.size(360, 740);
        await open(page);
        await unfold();
        await settle();
        const [wide, room, out] = await browser.run(() => {
            const scrolls = (e) => e && (["auto", "scroll"].includes(
                getComputedStyle(e).overflowX) || scrolls(e.parentElement));
            return [document.scrollingElement.scrollWidth, innerWidth,
                [...document.querySelectorAll(".verdict *, .tiles *, " +
                    ".facts *, .rule *, .sec > summary *")]
                    .filter((e) => e.getBoundingClientRect().right >
                        innerWidth && e.checkVisibility() && !scrolls(e))
                    .slice(0, 3).map((e) => e.outerHTML.slice(0, 80))];
        });
        await browser.cdp("Emulation.clearDeviceMetricsOverride");
        must(wide <= room, `${wide} of ${room}`);
        same(out, [], "what is cut off");
    });

await test("on paper findings are open and tools are gone", async () => {
    await open("bad");
    await browser.media({}, "print");
    const [logs, tools] = await browser.run(() => [
        [...document.querySelectorAll("#t0-findings .k > .log")]
            .every((l) => l.checkVisibility({ contentVisibilityAuto: true })),
        document.querySelector(".tools").checkVisibility()]);
    await browser.media({});
    same([logs, tools], [true, false], "logs, tools");
    must(Buffer.from(await browser.print(), "base64").length > 20000, "empty");
});

await test("without the script all can be read, and no tool is shown", async () => {
    const scripts = (on) => browser.cdp("Emulation.setScriptExecutionDisabled",
        { value: !on });
    await scripts(false);
    try {
        await open("bad");
        await browser.click(".rule .k:nth-of-type(2) > summary");
        const [tools, log, cases] = await browser.run(() => [
            document.querySelector(".tools").checkVisibility(),
            document.querySelector(".rule .k:nth-of-type(2) > .log")
                .checkVisibility(),
            document.querySelectorAll("[data-f][id]").length]);
        same([tools, log], [false, true], "tools, dialogue");
        must(cases > 1500, cases + " cases");
    } finally {
        await scripts(true);
    }
});

// --- Readers of screens ---------------------------------------------------

await test("a reader of screens finds the parts by their roles", async () => {
    await open("bad");
    await browser.cdp("Accessibility.enable");
    const { nodes } = await browser.cdp("Accessibility.getFullAXTree");
    const roles = new Set(nodes.filter((n) => !n.ignored)
        .map((n) => n.role && n.role.value));
    for (const role of ["banner", "main", "search", "contentinfo", "status"])
        must(roles.has(role), "no " + role);
    const name_of = (n) => n.name && n.name.value;
    const buttons = nodes.filter((n) => n.role && !n.ignored &&
        ["button", "combobox", "searchbox"].includes(n.role.value));
    must(buttons.length > 8 && buttons.every(name_of), "one without a name");
    must(nodes.some((n) => n.role && n.role.value === "heading" &&
        name_of(n) === "18 findings, one cause"), "no verdict");
});

// --- Machines that were learnt ---------------------------------------------

for (const page of drawn)
    await test(`${page}: text of the picture is within its box`, async () => {
        await open(page);
        same(await browser.run(() => {
            const inside = (a, b) => a.left >= b.left - 1 &&
                a.right <= b.right + 1 && a.top >= b.top - 1 &&
                a.bottom <= b.bottom + 1;
            const box = (element) => element.getBoundingClientRect();
            return [...document.querySelectorAll(".learnt text")]
                .filter((t) => !inside(box(t),
                    box(t.parentNode.querySelector("rect"))))
                .map((t) => t.textContent);
        }), [], "outside");
    });

await test("a machine is read on a narrow page without being shrunk",
    async () => {
        await browser.size(400, 900);
        await open("learnt");
        const [width, own, page] = await browser.run(() => {
            const svg = document.querySelector(".learnt svg");
            return [svg.getBoundingClientRect().width,
                svg.viewBox.baseVal.width, document.body.scrollWidth];
        });
        await browser.cdp("Emulation.clearDeviceMetricsOverride");
        same(Math.round(width), own, "width");
        must(page <= 400, "the page is as wide as the picture");
    });

await test("a picture has the names that the user gave", async () => {
    await open("named");
    same(await browser.run(() => [...document.querySelectorAll(
        ".learnt .l text")].map((t) => t.textContent).sort()),
    ["Q / 421", "ehlo-of-15-long / 250"], "labels");
});

const axe = axe_path && readFileSync(axe_path, "utf8");

// A page as readers with this theme and width have it, after `change`.
const accessible = (name, page, [theme, width], change) => {
    if (!axe)
        return skip(name, "no axe-core");
    return test(name, async () => {
        await browser.size(width, 900);
        await browser.media({ "prefers-color-scheme": theme });
        await open(page);
        await browser.run(change);
        await browser.run("() => {" + axe + "; window.axe = axe; }");
        const found = await browser.run_later((done) => axe.run(document, {
            resultTypes: ["violations"] }).then((result) =>
            done(result.violations.map((v) => v.id + ": " + v.help + ": " +
                v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) +
                " " + n.any.map((a) => a.message).join()).join(" | "))),
        (error) => done([String(error)])));
        await browser.cdp("Emulation.clearDeviceMetricsOverride");
        await browser.media({});
        same(found, [], "violations");
    });
};

for (const page of pages)
    for (const look of [["light", 1280], ["dark", 1280], ["light", 400]])
        await accessible(`axe-core: ${page}, ${look.join(", ")} points`, page,
            look, () => {
                // Of the cases that passed some are looked at for all.
                document.querySelectorAll(".sec").forEach((sec, i) =>
                    i % 8 ? sec.remove() : sec.open = true);
                document.querySelectorAll(".sec .k:nth-child(n + 6), " +
                    ".rule .k:nth-child(n + 6)").forEach((k) => k.remove());
                document.querySelectorAll("details").forEach((d) => {
                    d.open = true;
                });
            });
await accessible("axe-core: a dialogue in hexadecimal", "bad", ["dark", 400],
    () => {
        document.querySelectorAll(".sec, .machine").forEach((s) => s.remove());
        document.querySelector(".strip button").click();
    });
await accessible("axe-core: the list of keys", "bad", ["light", 1280], () => {
    document.querySelectorAll(".sec, .machine").forEach((s) => s.remove());
    [...document.querySelectorAll(".buttons button")].pop().click();
});

// --- Size and time --------------------------------------------------------

await test("12 servers of 300 cases open within a second", async () => {
    must(statSync(resolve(dir, "several.html")).size < 5 * 1024 * 1024, "size");
    let best = Infinity;
    for (let i = 0; i < 3; i++) {
        await open("several");
        best = Math.min(best, await browser.run(() =>
            performance.getEntriesByType("navigation")[0].loadEventEnd));
    }
    console.log("# " + Math.round(best) + " ms");
    must(best < 1000, best + " ms");
});

plan();
await browser.close();
