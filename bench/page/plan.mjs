// The cases of `make bench` for the page alone, without a browser or a bus: against which program, how many operations
// a run takes, and the ratio that is asked for. The same cases for Flet: flet_page.py.

export const programs = {
    troupe: { file: "bin/bench_page" },
    flet: {
        file: "bench/flet/bin/python",
        needs: "the Python package flet",
        command: (path) => [path, "bench/page/flet_page.py"],
    },
};

// As in bench/actors/plan.mjs.
export const cases = [
    { name: "build-and-encode-1000", unit: "us", count: 500, against: { flet: ["flet", 10] } },
    { name: "change-in-1000", unit: "ns", count: 1000000, against: { flet: ["flet", 100] } },
    // Must not grow with the page: the yardstick is the same change in the small page.
    {
        name: "change-in-100000", unit: "ns", count: 1000000, minRatio: 0.8,
        against: { "1000 controls": ["troupe", 1000000, "change-in-1000"] },
    },
    { name: "reconcile-1000", unit: "us", count: 500, against: { flet: ["flet", 5] } },
    { name: "reconcile-1000-moved", unit: "us", count: 500, against: { flet: ["flet", 5] } },
    {
        name: "text-bytes", unit: "bytes", count: 50000, max: 96, isFixed: true,
        against: { flet: ["flet", 20000] },
    },
    { name: "long-text-bytes", unit: "bytes", count: 50000, isFixed: true, against: { flet: ["flet", 20000] } },
];
