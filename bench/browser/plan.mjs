// What is measured in the browser: which page, of whom, what of it, and what is asked for. The pages themselves are in
// pages.c and nicegui_pages.py.

export const WHO = ["troupe", "flet client", "nicegui"];

// `max` is in `unit`.
export const cases = [
    { name: "open-2000-controls", page: "controls", run: "open", figure: "ready", unit: "ms", max: 500 },
    { name: "open-2000-controls/busy", page: "controls", run: "open", figure: "busy", unit: "ms" },
    { name: "open-table-6000x15", page: "table", run: "open", figure: "ready", unit: "ms", max: 500 },
    { name: "open-table-6000x15/busy", page: "table", run: "open", figure: "busy", unit: "ms" },
    { name: "open-list-10000", page: "list", run: "scroll", figure: "ready", unit: "ms" },
    { name: "scroll-list-10000", page: "list", run: "scroll", figure: "frame", unit: "ms/frame", max: 17.5 },
    { name: "scroll-list-10000/longest", page: "list", run: "scroll", figure: "longest", unit: "ms" },
    { name: "change-in-10000", page: "change", run: "change", figure: "busy", unit: "ms", max: 4 },
].map((it) => ({ against: { "flet client": [], nicegui: [] }, ...it }));

// One visit gives all figures of its page.
export const visits = [...new Map(cases.map(({ page, run }) => [page, { page, run }])).values()];

// As in pages.c.
export const CHANGES = 20;
export const EACH_MS = 100;
