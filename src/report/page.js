/* SPDX-License-Identifier: MIT */
/*
 * page.js - what the HTML report can do with a script
 *
 * Filters, search, copies of command lines, hexadecimal dialogues, links into
 * what is folded up. Makes elements by the DOM alone, never out of text, for
 * the text of the page is a peer's.
 */
"use strict";
(() => {
    const root = document.documentElement;
    const all = (selector, from = document) =>
        [...from.querySelectorAll(selector)];
    const make = (name, text) => {
        const element = document.createElement(name);
        element.textContent = text || "";
        return element;
    };

    // Open all folds around an element, and go there.
    const reveal = (element) => {
        for (let at = element; at; at = at.parentElement)
            if (at.tagName === "DETAILS")
                at.open = true;
        element.scrollIntoView({ block: "start" });
        (element.querySelector("summary") || element).focus({
            preventScroll: true });
    };
    const follow = () => {
        const id = decodeURIComponent(location.hash.slice(1));
        const element = id && document.getElementById(id);
        if (!element)
            return;
        if (element.closest(".off"))
            clear();
        reveal(element);
    };

    // Filters.
    const form = document.querySelector(".tools");
    const cases = all("[data-f]");
    const facts = cases.map((c) => c.dataset.f.split(","));
    const facets = ["outcome", "level", "command", "layer", "security"];
    const chosen = new Set();
    const texts = [];
    const text = (i) => texts[i] ||
        (texts[i] = cases[i].textContent.toLowerCase());
    const output = form.querySelector("output");

    const count_of = (facet) => {
        const counts = new Map();
        facts.forEach((f, i) => {
            if (f[facet] && cases[i].id)
                counts.set(f[facet], (counts.get(f[facet]) || 0) + 1);
        });
        return counts;
    };
    const matches = (f, i, want, words) =>
        (!chosen.size || chosen.has(f[0])) &&
        want.every((w, k) => !w || f[k + 1] === w) &&
        words.every((word) => text(i).includes(word));

    const apply = () => {
        const want = facets.slice(1).map((name) =>
            form.elements[name] ? form.elements[name].value : "");
        const words = form.elements.q.value.toLowerCase().split(/\s+/)
            .filter(Boolean);
        const on = chosen.size || words.length || want.some(Boolean);
        let shown = 0;
        let whole = 0;
        cases.forEach((c, i) => {
            const fits = matches(facts[i], i, want, words);
            c.classList.toggle("off", !fits);
            whole += c.id !== "";
            shown += fits && c.id !== "";
        });
        all(".sub, .sec, .rule, .part").forEach((box) => {
            const left = box.querySelector("[data-f]:not(.off)");
            const any = box.querySelector("[data-f]");
            box.classList.toggle("off", Boolean(any && !left));
            if (on && left && box.matches(".sec, .part") && shown < 200)
                box.open = true;
        });
        output.textContent = on ? shown + " of " + whole + " cases" : "";
    };
    const clear = () => {
        chosen.clear();
        all("[aria-pressed]", form).forEach((b) =>
            b.setAttribute("aria-pressed", "false"));
        form.reset();
    };
    const toggle = (outcome) => {
        const button = form.querySelector("[data-o=" + outcome + "]");
        const on = !chosen.delete(outcome);
        if (on)
            chosen.add(outcome);
        button.setAttribute("aria-pressed", String(on));
        apply();
    };
    const box = form.querySelector(".outcomes");
    for (const [name, count] of count_of(0)) {
        const button = make("button", name + " " + count);
        button.type = "button";
        button.dataset.o = name;
        button.setAttribute("aria-pressed", "false");
        button.addEventListener("click", () => toggle(name));
        box.append(button);
    }
    facets.slice(1).forEach((name, k) => {
        const select = form.elements[name];
        if (!select)
            return;
        for (const [value, count] of [...count_of(k + 1)].sort()) {
            const option = make("option", value + " (" + count + ")");
            option.value = value;
            select.append(option);
        }
        select.addEventListener("change", apply);
    });
    form.elements.q.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => {
        chosen.clear();
        all("[aria-pressed]", form).forEach((b) =>
            b.setAttribute("aria-pressed", "false"));
        apply();
    }));
    form.hidden = false;

    // Copy a command line.
    const copy = async (code, button) => {
        try {
            await navigator.clipboard.writeText(code.textContent);
        } catch (error) {
            getSelection().selectAllChildren(code);
            document.execCommand("copy");
        }
        button.textContent = "copied";
        setTimeout(() => { button.textContent = "copy"; }, 1500);
    };
    for (const line of all(".again")) {
        const button = make("button", "copy");
        button.type = "button";
        button.addEventListener("click", () =>
            copy(line.querySelector("code"), button));
        line.append(button);
    }

    addEventListener("hashchange", follow);
    follow();
})();
