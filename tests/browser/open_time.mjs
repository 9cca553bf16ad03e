// SPDX-License-Identifier: MIT
//
// open_time.mjs MS FILE... - how long Chromium takes to open pages
//
// Each is opened some times; the best counts, for the rest is the machine's
// other work, and where that is much more tries are made. Exit status 1 where
// the first takes MS or more.

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./webdriver.mjs";

const times = 7, most = 25;
const [limit, ...files] = process.argv.slice(2);

// All that a reader waits for: the end of the load event.
const times_of = () => {
    const [page] = performance.getEntriesByType("navigation");
    const [first] = performance.getEntriesByName("first-contentful-paint");
    return { open: page.loadEventEnd, first: first ? first.startTime : 0,
        elements: document.getElementsByTagName("*").length,
        cases: document.querySelectorAll("[data-f][id]").length };
};

const best_of = async (browser, url) => {
    let best;
    for (let i = 0; i < times || (i < most && best.open >= limit); i++) {
        await browser.go(url);
        const now = await browser.run(times_of);
        if (!best || now.open < best.open)
            best = now;
    }
    return best;
};

const browser = await Browser.open();
let slow = false;
try {
    for (const file of files) {
        const best = await best_of(browser, pathToFileURL(resolve(file)));
        const mebibytes = statSync(file).size / 1024 / 1024;
        console.log(`${file}: ${best.cases} cases, ` +
            `${mebibytes.toFixed(1)} MiB, ${best.elements} elements; ` +
            `something to see after ${best.first.toFixed(0)} ms, ` +
            `open after ${best.open.toFixed(0)} ms`);
        slow = slow || (file === files[0] && best.open >= Number(limit));
    }
} finally {
    await browser.close();
}
if (slow)
    console.log(`${files[0]}: takes ${limit} ms or more`);
process.exit(slow ? 1 : 0);
