/* SPDX-License-Identifier: MIT */
/*
 * page_machine.js - on a narrow page the picture of the state machine shows
 * its middle first, where the way of a message is
 *
 * Asked of one that is folded up, the browser would lay all of the fold out.
 */
"use strict";
(() => {
    const centre = (from) => {
        for (const picture of from.querySelectorAll(".picture"))
            if (!picture.closest("details:not([open])"))
                picture.scrollLeft =
                    (picture.scrollWidth - picture.clientWidth) * 0.6;
    };
    centre(document);
    addEventListener("toggle", (event) => {
        if (event.target.open && event.target.matches(".all"))
            centre(event.target);
    }, true);
})();
