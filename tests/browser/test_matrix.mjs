// SPDX-License-Identifier: MIT
//
// test_matrix.mjs PAGE - servers side by side, and the picture of the state
// machine, in a real browser
//
// PAGE is of three servers, which ci/check-matrix.sh makes: an honest one,
// "noop", which answers NOOP by 200, and "rcpt", which takes RCPT before MAIL.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { must, plan, same, test } from "./tap.mjs";
import { Browser } from "./webdriver.mjs";

const url = pathToFileURL(resolve(process.argv[2])).href;
const browser = await Browser.open();
const settle = (ms = 250) => new Promise((done) => setTimeout(done, ms));
const open = async () => {
    await browser.go("about:blank");
    await browser.go(url);
};
// Where the browser is, and whether that can be seen.
const place = async () => {
    await settle();
    return browser.run(() => {
        const id = location.hash.slice(1);
        const element = document.getElementById(id);
        return [id, Boolean(element) && element.checkVisibility()];
    });
};
const rows = () => browser.run(() =>
    [...document.querySelectorAll(".matrix table")].map((table) =>
        [...table.tBodies[0].rows].filter((row) => row.checkVisibility())
            .map((row) => row.querySelector("code").textContent)));

await test("only what differs is open, a row for each cause", async () => {
    await open();
    const [differ, ...folded] = await rows();
    must(differ.length > 1 && differ.length < 15, differ.length + " rows");
    must(folded.every((list) => list.length === 0), "folds are open");
});

await test("what is alike comes and goes by its button", async () => {
    await open();
    const before = (await rows())[0].length;
    const more = await browser.run(() => {
        const b = document.querySelector(".matrix th button");
        b.click();
        return [b.textContent, b.getAttribute("aria-expanded")];
    });
    const after = (await rows())[0].length;
    same(more, [`+${after - before} alike`, "true"], "button");
    await browser.click(".matrix th button");
    same((await rows())[0].length, before, "rows");
});

await test("a cell leads to the dialogue of its server", async () => {
    await open();
    await browser.click("td.f a[href='#t2-rcpt.before-mail'], td.f a");
    const [id, seen] = await place();
    must(/^t[12]-/.test(id) && seen, id + (seen ? "" : " is not seen"));
});

await test("so does one in which all is well, without a link", async () => {
    await open();
    const wanted = await browser.run(() => {
        const fold = [...document.querySelectorAll(".mxf")].find((f) =>
            /all that were asked pass/.test(f.textContent));
        fold.open = true;
        const cell = fold.querySelector("tbody td:nth-child(3)");
        cell.click();
        return "t1-" + cell.parentElement.querySelector("code").textContent;
    });
    same(await place(), [wanted, true], "place");
});

await test("the search leaves rows that have the words", async () => {
    await open();
    await browser.type(".tools input[type=search]", "noop");
    await settle(600);
    const left = await browser.run(() =>
        [...document.querySelector(".matrix table").tBodies[0].rows]
            .filter((row) => row.checkVisibility())
            .map((row) => row.cells[0].textContent));
    must(left.length > 10 && left.every((text) => /noop/i.test(text)),
        left.join());
    await browser.click(".tools [type=reset]");
    await settle(600);
    must((await rows())[0].length < 15, "the search is still on");
});

// --- The state machine ----------------------------------------------------

const colours = (target) => browser.run((t) => {
    const section = document.querySelectorAll(".machine")[t];
    const of = (selector) => {
        const element = section.querySelector(selector);
        return element && getComputedStyle(element).stroke;
    };
    return [of(".e.p path"), of(".e.f path"), of(".e.stray path")];
}, target);

await test("only the server that strayed has an arrow for it", async () => {
    await open();
    same((await colours(0)).slice(1), [null, null], "honest");
    const [pass, fail, stray] = await colours(2);
    must(stray && stray === fail && fail !== pass, "colours");
});

await test("an arrow leads to the case that shows it", async () => {
    await open();
    await browser.run(() => {
        document.querySelectorAll("details.all").forEach((d) => {
            d.open = true;
        });
        document.getElementById("t2-e-READY-RCPT-success")
            .dispatchEvent(new MouseEvent("click", { bubbles: true,
                cancelable: true }));
    });
    const [id, seen] = await place();
    must(/^t2-rcpt\./.test(id) && seen, id);
});

await test("a word on an arrow does not cover a state", async () => {
    await open();
    const over = await browser.run(() => {
        document.querySelectorAll("details.all").forEach((d) => {
            d.open = true;
        });
        const svg = document.querySelector(".machine svg");
        const boxes = [...svg.querySelectorAll(".st > rect")].map((r) =>
            r.getBoundingClientRect());
        return [...svg.querySelectorAll(".e > text")].filter((text) => {
            const t = text.getBoundingClientRect();
            return boxes.some((b) => t.left < b.right - 1 &&
                t.right > b.left + 1 && t.top < b.bottom - 3 &&
                t.bottom > b.top + 3);
        }).map((text) => text.textContent);
    });
    same(over, [], "words over states");
});

await test("the table beside it has what came, and leads on", async () => {
    await open();
    const [caption, wrong] = await browser.run(() => {
        document.querySelectorAll("details.all, details.places").forEach(
            (d) => { d.open = true; });
        const table = document.querySelectorAll(".places table")[2];
        const links = [...table.querySelectorAll("a.f")];
        links[0].click();
        return [table.caption.textContent, links.map((a) => a.textContent)];
    });
    same(caption, "Replies by state and command", "caption");
    same(wrong, ["\u27172yz"], "what fails");
    const [id, seen] = await place();
    must(/^t2-rcpt\./.test(id) && seen, id);
});

plan();
await browser.close();
