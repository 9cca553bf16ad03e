/* SPDX-License-Identifier: MIT */
/*
 * page_matrix.js - what the matrix of servers can do with a script
 *
 * Cases that the same servers fail by the same rule are folded up behind the
 * first of them; a cell of a case in which all is well is a link, too; the
 * search leaves only the rows that have the words.
 */
"use strict";
(() => {
    const matrix = document.querySelector(".matrix");
    if (!matrix || matrix.querySelector(".list"))
        return;
    const anchor = (cell) => {
        const id = cell.parentElement.querySelector("code").textContent;
        return "t" + (cell.cellIndex - 1) + "-" +
            id.replace(/[^A-Za-z0-9._-]/g, "_");
    };
    matrix.addEventListener("click", (event) => {
        const cell = event.target.closest("tbody td");
        if (!cell || event.target.closest("a") || !cell.textContent)
            return;
        if (document.getElementById(anchor(cell)))
            location.hash = anchor(cell);
    });
    matrix.addEventListener("pointerover", (event) => {
        const cell = event.target.closest("tbody td");
        if (cell && cell.textContent)
            cell.classList.add("go");
    });

    const followers = (row) => {
        const list = [];
        for (let at = row.nextElementSibling;
            at && at.classList.contains("alike"); at = at.nextElementSibling)
            list.push(at);
        return list;
    };
    const buttons = [];
    for (const row of matrix.querySelectorAll("tr:not(.alike) + .alike")) {
        const first = row.previousElementSibling;
        const rows = followers(first);
        const b = document.createElement("button");
        b.type = "button";
        b.append("+" + rows.length + " alike");
        const set = (open) => {
            b.setAttribute("aria-expanded", String(open));
            rows.forEach((each) => { each.hidden = !open; });
        };
        b.addEventListener("click", () =>
            set(b.getAttribute("aria-expanded") !== "true"));
        first.cells[0].prepend(b);
        buttons.push(set);
        set(false);
    }

    const search = document.querySelector(".tools input[type=search]");
    const rows = [...matrix.querySelectorAll("tbody tr")];
    const narrow = () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        if (!words.length)
            buttons.forEach((set) => set(false));
        for (const row of words.length ? rows :
            matrix.querySelectorAll("tbody tr:not(.alike)"))
            row.hidden = !words.every((word) =>
                row.cells[0].textContent.toLowerCase().includes(word));
    };
    let timer;
    search.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(narrow, 120);
    });
    search.form.addEventListener("reset", () => setTimeout(narrow));
})();
