/* SPDX-License-Identifier: MIT */
/*
 * page_machine.js - on a narrow page the picture of the state machine shows
 * its middle first, where the way of a message is
 */
"use strict";
(() => {
    const centre = (from) => {
        for (const picture of from.querySelectorAll(".picture"))
            picture.scrollLeft =
                (picture.scrollWidth - picture.clientWidth) * 0.6;
    };
    centre(document);
    addEventListener("toggle", (event) => {
        if (event.target.open && event.target.matches(".all"))
            centre(event.target);
    }, true);
})();
