/* SPDX-License-Identifier: MIT */
/*
 * page.js - what the HTML report can do with a script
 *
 * Filters, search, copies of command lines, hexadecimal dialogues, links into
 * what is folded up, keys. Makes elements by the DOM alone, never out of text,
 * for the text of the page is a peer's. What a fold holds is furnished when it
 * is opened: there may be thousands.
 */
"use strict";
(() => {
    const root = document.documentElement;
    const all = (selector, from = document) =>
        [...from.querySelectorAll(selector)];
    const make = (name, text, properties) => {
        const element = document.createElement(name);
        element.textContent = text || "";
        return Object.assign(element, properties);
    };
    const button = (text, action) => {
        const element = make("button", text, { type: "button" });
        element.addEventListener("click", () => action(element));
        return element;
    };
    const store = {
        get: (key) => {
            try {
                return localStorage.getItem("smtpspec-" + key);
            } catch (error) {
                return null;
            }
        },
        set: (key, value) => {
            try {
                localStorage.setItem("smtpspec-" + key, value);
            } catch (error) {
                // A page from a file may have no storage.
            }
        },
    };

    // --- Filters ---------------------------------------------------------

    const form = document.querySelector(".tools");
    const output = form.querySelector("output");
    const cases = all("[data-f]");
    const facts = cases.map((c) => c.dataset.f.split(","));
    const facets = ["outcome", "level", "command", "layer", "security"];
    const chosen = new Set();
    const opened = new Set();
    const texts = [];
    const text_of = (i) => texts[i] ||
        (texts[i] = cases[i].textContent.toLowerCase());

    const counts_of = (facet) => {
        const counts = new Map();
        facts.forEach((fact, i) => {
            if (fact[facet] && cases[i].id)
                counts.set(fact[facet], (counts.get(fact[facet]) || 0) + 1);
        });
        return counts;
    };
    const wanted = () => ({
        values: facets.slice(1).map((name) => form.elements[name].value),
        words: form.elements.q.value.toLowerCase().split(/\s+/)
            .filter(Boolean),
    });
    const matches = (i, want) =>
        (!chosen.size || chosen.has(facts[i][0])) &&
        want.values.every((value, k) => !value || facts[i][k + 1] === value) &&
        want.words.every((word) => text_of(i).includes(word));

    // A box is hidden where all of its cases are, and opened where few are
    // left in the whole page.
    const fit_boxes = (open) => {
        for (const box of all(".sub, .sec, .rule, .rest, .part, .all, " +
            ".target section")) {
            const some = box.querySelector("[data-f]");
            const left = some && box.querySelector("[data-f]:not(.off)");
            box.classList.toggle("off", Boolean(some && !left));
            if (box.tagName !== "DETAILS")
                continue;
            if (open && left && !box.open) {
                box.open = true;
                opened.add(box);
            } else if (!open && opened.delete(box)) {
                box.open = false;
            }
        }
        for (const text of all("h4.text")) {
            let at = text.nextElementSibling;
            while (at && at.matches(".sec.off"))
                at = at.nextElementSibling;
            text.classList.toggle("off", !at || !at.matches(".sec"));
        }
    };
    const apply = () => {
        const want = wanted();
        const on = chosen.size > 0 || want.words.length > 0 ||
            want.values.some(Boolean);
        let shown = 0;
        let whole = 0;
        cases.forEach((element, i) => {
            const fits = !on || matches(i, want);
            element.classList.toggle("off", !fits);
            whole += element.id !== "";
            shown += fits && element.id !== "";
        });
        fit_boxes(on && shown < 200);
        root.classList.toggle("filtered", on);
        output.textContent = on ? shown + " of " + whole + " cases" : "";
        for (const b of all("[data-o]", form))
            b.setAttribute("aria-pressed", String(chosen.has(b.dataset.o)));
    };
    const clear = () => {
        chosen.clear();
        form.reset();
        apply();
    };
    const choose = (outcome) => {
        if (!chosen.delete(outcome))
            chosen.add(outcome);
        apply();
    };

    const outcomes = form.querySelector(".outcomes");
    const order = ["fail", "warn", "error", "pass", "blocked", "throttled",
        "skip"];
    const counted = counts_of(0);
    for (const name of order.filter((o) => counted.has(o))) {
        const b = button(name + " " + counted.get(name), () => choose(name));
        b.dataset.o = name;
        b.className = "o " + name;
        b.setAttribute("aria-pressed", "false");
        outcomes.append(b);
    }
    facets.slice(1).forEach((name, k) => {
        const select = form.elements[name];
        const counts = [...counts_of(k + 1)].sort();
        for (const [value, count] of counts)
            select.append(make("option", value + " (" + count + ")",
                { value }));
        select.parentElement.hidden = counts.length < 2;
        select.addEventListener("change", apply);
    });
    let timer;
    form.elements.q.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(apply, 120);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("[type=reset]").addEventListener("click", (event) => {
        event.preventDefault();
        clear();
    });
    form.hidden = cases.length === 0;

    // --- Links -----------------------------------------------------------

    // Open all folds around an element, and go there.
    const reveal = (element) => {
        for (let at = element; at; at = at.parentElement)
            if (at.tagName === "DETAILS")
                at.open = true;
        const mark = element.querySelector("summary, a, h2, h3, h4") ||
            element;
        if (mark.matches("h2, h3, h4") || mark === element)
            mark.tabIndex = -1;
        element.scrollIntoView({ block: "start" });
        mark.focus({ preventScroll: true });
    };
    // "#id", or "#?outcome=fail&level=MUST&q=rcpt" for a filter.
    const follow = () => {
        const hash = location.hash.slice(1);
        if (hash.startsWith("?")) {
            clear();
            for (const [name, value] of new URLSearchParams(hash.slice(1)))
                if (name === "outcome")
                    value.split("+").forEach((o) => chosen.add(o));
                else if (form.elements[name])
                    form.elements[name].value = value;
            apply();
            form.scrollIntoView();
            return;
        }
        const element = hash &&
            document.getElementById(decodeURIComponent(hash));
        if (!element)
            return;
        if (element.closest(".off"))
            clear();
        reveal(element);
    };
    addEventListener("hashchange", follow);
    addEventListener("click", (event) => {
        const link = event.target.closest("a[href^='#']");
        if (!link || event.ctrlKey || event.metaKey)
            return;
        if (link.dataset.o || link.dataset.s) {
            clear();
            if (link.dataset.o)
                choose(link.dataset.o);
            else
                form.elements.security.value = link.dataset.s;
            apply();
        }
        // The same link twice is no change of the hash.
        if (link.getAttribute("href") === location.hash)
            follow();
    });

    // --- What a case can do ----------------------------------------------

    const copy = async (text, b, node) => {
        const before = b.textContent;
        try {
            await navigator.clipboard.writeText(text);
        } catch (error) {
            getSelection().selectAllChildren(node);
            document.execCommand("copy");
        }
        b.textContent = "copied";
        setTimeout(() => { b.textContent = before; }, 1500);
    };

    const names = { NUL: 0, BEL: 7, BS: 8, TAB: 9, LF: 10, CR: 13, ESC: 27,
        DEL: 127 };
    // The octets that a <code> of a dialogue stands for.
    const octets_of = (code) => [...code.childNodes].flatMap((node) => {
        if (node.nodeName === "B")
            return [names[node.textContent]];
        if (node.nodeName === "I")
            return node.textContent.match(/[0-9a-f]{2}/g).map((h) =>
                parseInt(h, 16));
        return [...node.textContent].map((c) => c.charCodeAt(0));
    });
    const hex = (number, digits) => number.toString(16).padStart(digits, "0");
    const dump = (octets) => {
        const rows = [];
        for (let at = 0; at < octets.length; at += 16) {
            const row = octets.slice(at, at + 16);
            rows.push(hex(at, 4) + "  " +
                row.map((o) => hex(o, 2)).join(" ").padEnd(47) + "  " +
                row.map((o) => o >= 32 && o < 127 ?
                    String.fromCharCode(o) : ".").join(""));
        }
        return rows.join("\n");
    };
    const toggle_hex = (b, log) => {
        const on = b.getAttribute("aria-pressed") !== "true";
        b.setAttribute("aria-pressed", String(on));
        for (const code of all("code", log)) {
            const old = code.parentElement.querySelector(":scope > pre");
            if (on && !old && !code.closest(".n")) {
                const pre = make("pre", dump(octets_of(code)));
                code.after(pre);
                // What can be scrolled must be reached by the keyboard.
                if (pre.scrollWidth > pre.clientWidth)
                    pre.tabIndex = 0;
            }
            else if (!on && old)
                old.remove();
        }
    };

    const furnish = (fold) => {
        if (fold.dataset.ready)
            return;
        fold.dataset.ready = "1";
        for (const line of all(":scope > .again, :scope > header > .again",
            fold)) {
            const code = line.querySelector("code");
            line.append(button("copy", (b) =>
                copy(code.textContent, b, code)));
        }
        const log = fold.querySelector(":scope > .log");
        const strip = fold.querySelector(":scope > .strip");
        if (!log || !strip)
            return;
        const b = button("hex", (pressed) => toggle_hex(pressed, log));
        b.setAttribute("aria-pressed", "false");
        b.title = "the octets in hexadecimal";
        strip.append(b);
        const link = button("link", (pressed) =>
            copy(location.href.split("#")[0] + "#" + fold.id, pressed, fold));
        link.title = "copy a link to this case";
        strip.append(link);
    };
    addEventListener("toggle", (event) => {
        if (event.target.matches("details.k") && event.target.open)
            furnish(event.target);
    }, true);
    all("details.k[open], .rule").forEach(furnish);

    // --- Buttons and keys ------------------------------------------------

    const themes = matchMedia("(prefers-color-scheme: dark)");
    const is_dark = () => root.dataset.theme ? root.dataset.theme === "dark" :
        themes.matches;
    const set_theme = (theme) => {
        root.dataset.theme = theme;
        store.set("theme", theme);
    };
    if (store.get("theme"))
        root.dataset.theme = store.get("theme");
    const flip_theme = () => set_theme(is_dark() ? "light" : "dark");

    const findings = () => all(".rule .k:not(.off), .rule p.k:not(.off)")
        .filter((k) => k.checkVisibility());
    const open_all = () => {
        const folds = findings().filter((k) => k.tagName === "DETAILS");
        const open = folds.some((k) => !k.open);
        folds.forEach((k) => { k.open = open; });
    };
    // The next finding, or the one before, from where the focus is.
    const step = (by) => {
        const list = findings();
        const at = list.indexOf(document.activeElement.closest(".rule .k"));
        const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
        if (next) {
            next.open = true;
            reveal(next);
        }
    };
    const keys = {
        "/": ["search", () => form.elements.q.focus()],
        j: ["next finding", () => step(1)],
        k: ["finding before", () => step(-1)],
        e: ["open or close all findings", open_all],
        x: ["clear the filters", clear],
        t: ["dark or light", flip_theme],
        "?": ["these keys", () => help.showModal()],
    };
    const help = make("dialog", "", { className: "keys" });
    help.append(make("h2", "Keys", { id: "keys" }));
    help.setAttribute("aria-labelledby", "keys");
    const list = make("dl");
    for (const [key, [what]] of Object.entries(keys)) {
        const row = make("div");
        const name = make("dt");
        name.append(make("kbd", key));
        row.append(name, make("dd", what));
        list.append(row);
    }
    // Whoever speaks to his computer must be able to switch keys off.
    const label = make("label", "");
    const box = make("input", "", { type: "checkbox",
        checked: store.get("keys") !== "off" });
    box.addEventListener("change", () =>
        store.set("keys", box.checked ? "on" : "off"));
    label.append(box, " keys of one letter");
    help.append(list, label, button("Close", () => help.close()));
    document.body.append(help);
    addEventListener("keydown", (event) => {
        const busy = event.target.closest("input, select, textarea, dialog");
        if (event.key === "Escape" && event.target === form.elements.q)
            clear();
        if (busy || !box.checked || event.ctrlKey || event.metaKey ||
            event.altKey || !keys[event.key])
            return;
        event.preventDefault();
        keys[event.key][1]();
    });

    const buttons = document.querySelector(".buttons");
    if (document.querySelector(".rule"))
        buttons.append(button("Open all findings", open_all));
    buttons.append(button("Dark or light", flip_theme),
        button("Keys", () => help.showModal()));
    buttons.hidden = false;

    // On paper all findings are open.
    let closed = [];
    addEventListener("beforeprint", () => {
        closed = all(".rule details.k:not([open])");
        closed.forEach((k) => { k.open = true; });
    });
    addEventListener("afterprint", () => {
        closed.forEach((k) => { k.open = false; });
    });

    // The browser goes to a #part in its own way first.
    addEventListener("load", () => setTimeout(follow));
})();
