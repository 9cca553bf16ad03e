// SPDX-License-Identifier: MIT
//
// webdriver.mjs - a headless Chromium, driven by chromedriver (W3C WebDriver)
//
// Needs nothing but node 18: the protocol is JSON over HTTP to 127.0.0.1. One
// Browser is one chromedriver with one session; close() ends both.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const element_key = "element-6066-11e4-a52e-4f735466cecf";

export class Browser {
    // `flags` are further ones of Chromium, as "--disable-javascript".
    static async open({ flags = [], width = 1280, height = 900 } = {}) {
        const browser = new Browser();
        browser.driver = spawn("chromedriver", ["--port=0"], {
            stdio: ["ignore", "pipe", "ignore"] });
        browser.failed = once(browser.driver, "error").then(([e]) => {
            throw e;
        });
        browser.failed.catch(() => {});
        browser.port = await Promise.race([browser.#started(),
            browser.failed]);
        const session = await browser.#ask("POST", "/session", {
            capabilities: { alwaysMatch: {
                "goog:chromeOptions": { args: ["--headless=new",
                    "--no-sandbox", "--hide-scrollbars",
                    "--disable-dev-shm-usage", "--disable-gpu",
                    `--window-size=${width},${height}`, ...flags] },
                "goog:loggingPrefs": { browser: "ALL" },
                timeouts: { script: 60000, pageLoad: 60000 } } } });
        browser.session = "/session/" + session.sessionId;
        return browser;
    }

    async #started() {
        const lines = createInterface(this.driver.stdout);
        for await (const line of lines) {
            const found = /started successfully on port (\d+)/.exec(line);
            if (found)
                return Number(found[1]);
        }
        throw new Error("chromedriver ended before it listened");
    }

    async #ask(method, path, body) {
        const reply = await fetch(`http://127.0.0.1:${this.port}${path}`, {
            method, body: body && JSON.stringify(body),
            headers: { "content-type": "application/json" } });
        const { value } = await reply.json();
        if (!reply.ok)
            throw new Error(`${path}: ${value.error}: ${value.message}`);
        return value;
    }

    #do(method, path, body) {
        return this.#ask(method, this.session + path, body);
    }

    go(url) { return this.#do("POST", "/url", { url }); }

    // The function's source is run in the page; what it returns comes back.
    run(script, ...args) {
        return this.#do("POST", "/execute/sync", {
            script: `return (${script}).apply(null, arguments)`, args });
    }

    // The same for a function whose last argument is a callback.
    run_later(script, ...args) {
        return this.#do("POST", "/execute/async", {
            script: `(${script}).apply(null, arguments)`, args });
    }

    async find(css) {
        const found = await this.#do("POST", "/element", {
            using: "css selector", value: css });
        return found[element_key];
    }

    async click(css) {
        return this.#do("POST", `/element/${await this.find(css)}/click`, {});
    }

    async type(css, text) {
        return this.#do("POST", `/element/${await this.find(css)}/value`, {
            text });
    }

    // Keys to whatever has the focus; "\uE007" is Enter, as in WebDriver.
    keys(text) {
        const actions = [...text].flatMap((value) => [
            { type: "keyDown", value }, { type: "keyUp", value }]);
        return this.#do("POST", "/actions", {
            actions: [{ type: "key", id: "keys", actions }] });
    }

    // A command of the DevTools protocol.
    cdp(cmd, params = {}) {
        return this.#do("POST", "/goog/cdp/execute", { cmd, params });
    }

    media(features, media = "") {
        return this.cdp("Emulation.setEmulatedMedia", { media,
            features: Object.entries(features).map(([name, value]) =>
                ({ name, value })) });
    }

    size(width, height) {
        return this.cdp("Emulation.setDeviceMetricsOverride", { width, height,
            deviceScaleFactor: 1, mobile: false });
    }

    // What the page wrote to the console, violations of its policy included.
    log() { return this.#do("POST", "/se/log", { type: "browser" }); }

    // Base64: a picture of what is to be seen, and the page on paper.
    screenshot() { return this.#do("GET", "/screenshot"); }
    print() { return this.#do("POST", "/print", { background: true }); }

    async close() {
        try {
            await this.#do("DELETE", "");
        } finally {
            this.driver.kill();
        }
    }
}
