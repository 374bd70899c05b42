// The counter under servers of others (docs/embedding.md) beside our own listener, and Flet's counter under the same
// server. Run by `make bench-servers`; README.md says what each number means.
//
// usage: node bench/servers.mjs [build/bin] [--out FILE]
// environment: QUICK=1 short runs

import { accessSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { Machine } from "./click_servers.mjs";
import { median, pairwise, round, summary } from "./numbers.mjs";
import { table } from "./table.mjs";

const isQuick = process.env.QUICK === "1";
const plan = isQuick ? { rounds: 2, seconds: 1, warmup: 0.5 } : { rounds: 5, seconds: 3, warmup: 1 };
const bin = resolve(process.argv[2] ?? "build/bin");
const out = resolve(bin, "../bench/servers.json");
const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(bin, "..");

// Names that every server takes its settings by: the load client is one address, and the server has one CPU.
const env = {
    TROUPE_THREADS: "1",
    TROUPE_ADDRESS_CONNECTIONS: "0",
    TROUPE_ADDRESS_SESSIONS: "0",
    TROUPE_LOG: "error",
    TROUPE_APP: join(build, "lib/counter.so"),
    PYTHONPATH: here,
};
const ofTroupe = (program) => join(build, "python/venv/bin", program);
const ofFlet = (program) => join(build, "bench/flet-web/bin", program);
const uvicorn = (app) => [app, "--host", "127.0.0.1", "--port", "0", "--no-access-log"];
const listening = /(?:running on http:\/\/|Listening on TCP address )127\.0\.0\.1:(\d+)/i;

const under = (name, command) => ({ name, command, env, listening });
const variants = [
    "all-in-one",
    under("uvicorn", [ofTroupe("uvicorn"), ...uvicorn("servers_app:app")]),
    under("hypercorn", [ofTroupe("hypercorn"), "servers_app:app", "--bind", "127.0.0.1:0", "--workers", "0"]),
    under("daphne", [ofTroupe("daphne"), "--access-log", "/dev/null", "-b", "127.0.0.1", "-p", "0", "servers_app:app"]),
    under("flet on uvicorn", [ofFlet("uvicorn"), ...uvicorn("servers_flet:app")]),
].filter((variant) => {
    try {
        if (variant.command !== undefined) accessSync(variant.command[0]);
        return true;
    } catch {
        process.stderr.write(`servers: skipped: ${variant.name}, which is not installed\n`);
        return false;
    }
});

const nameOf = (variant) => variant.name ?? "our listener";

async function measure(machine, inFlight) {
    const results = new Map(variants.map((variant) => [variant, []]));
    for (let i = 0; i < plan.rounds; i++)
        for (const variant of variants)
            results.get(variant).push(
                await machine.withServers(variant, (servers) =>
                    machine.load(servers, ["--mode", "counter", "--connections", 50, "--in-flight", inFlight,
                        "--warmup", plan.warmup, "--seconds", plan.seconds])),
            );
    return results;
}

function rowsOf(results, inFlight) {
    const flet = [...results].find(([variant]) => nameOf(variant).startsWith("flet"))?.[1].map((run) => run.rate);
    const own = results.get("all-in-one").map((run) => run.rate);
    return [...results].map(([variant, runs]) => {
        const rates = runs.map((run) => run.rate);
        return {
            name: `clicks/${nameOf(variant)}/${inFlight}`,
            unit: "clicks/s",
            value: round(median(rates)),
            range: summary(rates).range,
            of_own_listener: round(median(pairwise(rates, own))),
            times_flet: flet === undefined ? null : round(median(pairwise(rates, flet))),
            p99_us: round(median(runs.map((run) => run.p99_us))),
        };
    });
}

const machine = new Machine(bin);
process.stderr.write(`servers: ${machine.describe()}\n`);
const rows = [];
try {
    for (const inFlight of [1, 8]) rows.push(...rowsOf(await measure(machine, inFlight), inFlight));
} finally {
    await machine.stopAll();
}
const cells = rows.map((row) => [row.name, String(row.value), `${row.range[0]} - ${row.range[1]}`,
    String(row.of_own_listener), String(row.times_flet ?? ""), String(row.p99_us)]);
console.log(table([["name", false], ["clicks/s", true], ["range", true], ["of our listener", true], ["times Flet", true],
    ["p99 us", true]], cells));
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify({ rows }, null, 2)}\n`);
