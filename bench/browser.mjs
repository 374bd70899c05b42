// Large pages in Chromium: our client, Flet's on the same server, NiceGUI with the same page. Run by `make bench` and
// `make bench-browser`; bench/README.md says what the numbers mean.
//
// usage: node bench/browser.mjs [build] [--out FILE]
// environment: QUICK=1 one round, ONLY=word cases of pages whose name has it, WHO=troupe, SHOTS=folder

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";

import { launch, visit } from "./browser/visit.mjs";
import { cases, visits, WHO } from "./browser/plan.mjs";
import { Child } from "./click_servers.mjs";
import { freePort } from "./free_port.mjs";
import { printRows } from "./print_rows.mjs";
import { aloneRow, rowOf } from "./rows.mjs";

const isQuick = process.env.QUICK === "1";
const ROUNDS = Number(process.env.ROUNDS) || (isQuick ? 1 : 5);
const START_MS = 60_000;

const outAt = process.argv.indexOf("--out");
const build = resolve(process.argv[2]?.startsWith("-") === false && outAt !== 2 ? process.argv[2] : "build");
const out = resolve(outAt > 0 ? process.argv[outAt + 1] : join(build, "bench/browser.json"));
const flutter = join(build, "flutter/current");
const python = join(build, "bench/nicegui/bin/python");

const say = (text) => process.stderr.write(`bench: ${text}\n`);

function missing(who) {
    if (who === "flet client" && !existsSync(join(flutter, "index.html"))) return "make flutter-client has not fetched it";
    if (who === "nicegui" && !existsSync(python)) return "it is not installed";
    return null;
}

function isWanted(who) {
    if (process.env.WHO && !process.env.WHO.split(",").includes(who)) return false;
    const why = missing(who);
    if (why) say(`skipped: ${who}: ${why}`);
    return !why;
}

// What serves the page, and where.
async function serve(who, page) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const ours = [join(build, "bin/bench_browser"), "--host", "127.0.0.1", "--port", port, "--threads", 1];
    const theirs = [python, join(import.meta.dirname, "browser/nicegui_pages.py"), page, port];
    const command = who === "nicegui" ? theirs
        : who === "troupe" ? ours : [...ours, "--client", "flutter", "--flutter-path", flutter];
    const child = new Child(`${who} ${page}`, command, { env: { BROWSER_PAGE: page, TROUPE_LOG: "error" } });
    await child.seen(/http:\/\/127\.0\.0\.1:\d+/, START_MS);
    return { child, url };
}

// In turn, so that a slow minute of the machine hits all alike.
async function measure(there, { page, run }) {
    const servers = [];
    const runs = new Map(there.map((who) => [who, []]));
    const browser = await launch();
    try {
        for (const who of there) servers.push({ who, ...(await serve(who, page)) });
        for (let round = 0; round < ROUNDS; round++)
            for (const { who, url } of servers)
                runs.get(who)?.push(await visit(browser, who, run, url).catch((error) => {
                    say(`${who}: ${page}: ${error.message.split("\n")[0]}`);
                    runs.delete(who);
                }));
    } finally {
        await browser.close();
        await Promise.all(servers.map(({ child }) => child.stop()));
    }
    return runs;
}

function rowsOf(it, runs) {
    const of = (who) => runs.get(who).map((run) => ({ value: run[it.figure] }));
    const others = Object.keys(it.against).filter((who) => runs.has(who));
    if (others.length === 0) return [aloneRow(it, of("troupe"))];
    return others.map((who, i) => rowOf(it, who, i === 0, of("troupe"), of(who)));
}

const there = WHO.filter(isWanted);
const rows = [];
for (const one of visits) {
    if (process.env.ONLY && !one.page.includes(process.env.ONLY)) continue;
    say(`${one.page}, ${ROUNDS} rounds`);
    const runs = await measure(there, one);
    if (!runs.has("troupe")) throw new Error(`${one.page} was not measured`);
    for (const it of cases) if (it.page === one.page) rows.push(...rowsOf(it, runs));
}
printRows(rows);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(rows, null, 2)}\n`);
say(`written to ${out}`);
