// SPDX-License-Identifier: MIT
//
// tap.mjs - tests that print TAP, and what they assert with
//
// A test that fails tells why in a comment.

let count = 0;
export const must = (fact, text) => {
    if (!fact)
        throw new Error(text);
};
export const same = (got, want, text) =>
    must(JSON.stringify(got) === JSON.stringify(want), `${text}: ` +
        `${JSON.stringify(got)} and not ${JSON.stringify(want)}`);
export const test = async (name, action) => {
    count++;
    try {
        await action();
        console.log(`ok ${count} - ${name}`);
    } catch (error) {
        console.log(`not ok ${count} - ${name}`);
        console.log("# " + String(error.message).replace(/\n/g, "\n# "));
    }
};
export const skip = (name, why) =>
    console.log(`ok ${++count} - ${name} # SKIP ${why}`);
export const plan = () => console.log("1.." + count);
