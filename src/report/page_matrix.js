/* SPDX-License-Identifier: MIT */
/*
 * page_matrix.js - what the matrix of servers can do with a script
 *
 * A cell of a case in which all is well is a link, too; the search leaves only
 * the rows that have the words.
 */
"use strict";
(() => {
    const matrix = document.querySelector(".matrix");
    if (!matrix)
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

    const search = document.querySelector(".tools input[type=search]");
    const rows = [...matrix.querySelectorAll("tbody tr")];
    const narrow = () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        for (const row of rows)
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
