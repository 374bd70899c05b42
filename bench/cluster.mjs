// What a cluster of processes on this machine does: make bench-cluster. How its rate of clicks changes with 1, 2, 4
// and 8 processes of each role, what a page costs in memory and in the store, and how long it takes two workers to have what a third one
// had that was killed.
//
// usage: node bench/cluster.mjs [build/bin] [--out FILE]
// environment: QUICK=1 short runs; ONLY=take-over nothing else; SESSIONS=N sleeping pages whose worker is killed (20000),
// KNOWN=N of them whose browsers come back at once (1000), STORES=lmdb,postgres of which kinds

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";

import { Child, residentBytes } from "./click_servers.mjs";
import { inTurn, openPageInTime } from "./cluster_browser.mjs";
import { freePort } from "./free_port.mjs";
import { median, round, summary } from "./numbers.mjs";
import { Postgres } from "./postgres.mjs";
import { printRows } from "./print_rows.mjs";

const isQuick = process.env.QUICK === "1";
const plan = isQuick
    ? { counts: [1, 2], seconds: 0.4, warmup: 0.2, connections: 16, pages: 200, known: 50, sessions: 400 }
    : { counts: [1, 2, 4, 8], seconds: 1.5, warmup: 0.5, connections: 96, pages: 4000, known: 1000, sessions: 20000 };
plan.sessions = Number(process.env.SESSIONS ?? plan.sessions);
plan.known = Number(process.env.KNOWN ?? plan.known);
const isTakeOverAlone = process.env.ONLY === "take-over";
const kinds = (process.env.STORES ?? "lmdb,postgres").split(",");

const START_MS = 60000;
const noLimits = ["--address-connections", 0, "--address-sessions", 0];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const say = (text) => process.stderr.write(`cluster: ${text}\n`);

// Processes on loopback, a core thread each. The load client and they share all processors.
class Cluster {
    children = [];

    constructor(bin, options = []) {
        this.bin = bin;
        this.options = options;
    }

    async start(counts) {
        this.brokers = [];
        for (let i = 0; i < counts.broker; i++) this.brokers.push(`tcp://127.0.0.1:${await freePort()}`);
        this.brokers.forEach((where) => this.#role("broker", ["--broker", where]));
        this.workers = Array.from({ length: counts.worker }, () => this.addWorker());
        for (let i = 0; i < (counts.handlers ?? 0); i++) this.#role("handlers", this.#all());
        this.gateways = Array.from({ length: counts.gateway }, () => this.#role("gateway",
            [...this.#all(), "--host", "127.0.0.1", "--port", 0, "--threads", 1, ...noLimits]));
        this.ports = [];
        for (const gateway of this.gateways)
            this.ports.push((await gateway.seen(/^listening on http:\/\/\S+:(\d+)/m, START_MS))[1]);
        await this.settled(this.workers.length);
    }

    #all() {
        return ["--broker", this.brokers.join(",")];
    }

    addWorker() {
        return this.#role("worker", [...this.#all(), "--threads", 1, ...noLimits, ...this.options]);
    }

    #role(name, rest) {
        const child = new Child(`counter ${name}`, [join(this.bin, "counter"), "--role", name, ...rest],
            { env: { TROUPE_SECRET_KEY: "a secret of the benchmark" } });
        this.children.push(child);
        return child;
    }

    #troupe(command) {
        return JSON.parse(execFileSync(join(this.bin, "troupe"), [command, "--bus", this.brokers[0], "--json"],
            { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    }

    // Has each part of the sessions an owner, and so many workers a part?
    isSettled(workers) {
        try {
            const seen = this.#troupe("shards");
            const owning = seen.cores.filter((core) => core.shards.length > 0);
            return owning.length === workers && seen.without_owner.length === 0 && seen.with_several_owners.length === 0;
        } catch {
            return false;
        }
    }

    async settled(workers) {
        const began = performance.now();
        while (!this.isSettled(workers)) {
            if (performance.now() - began > START_MS) throw new Error("the shards find no owners");
            await pause(20);
        }
        return performance.now() - began;
    }

    // One client for each gateway, all at once; what they say, added up.
    async load(options, perGateway) {
        const runs = this.ports.map((port) => new Child("load client", [join(this.bin, "load"), "--port", port,
            ...options, ...perGateway(this.ports.length), "--json"]));
        const results = [];
        for (const run of runs) {
            const end = await run.ended;
            if (end.code !== 0) throw new Error(run.describeEnd(end));
            results.push(JSON.parse(run.output));
        }
        return { rate: results.reduce((sum, one) => sum + one.rate, 0),
            p99_ms: Math.max(...results.map((one) => one.p99_us)) / 1000 };
    }

    // At once: a drain would move pages that nobody asks for any more.
    async stop() {
        for (const child of this.children) child.process.kill("SIGKILL");
        await Promise.all(this.children.map((child) => child.ended));
    }
}

async function withCluster(bin, counts, options, use) {
    const cluster = new Cluster(bin, options);
    try {
        await cluster.start(counts);
        return await use(cluster);
    } finally {
        await cluster.stop();
    }
}

const rows = [];
function add(name, unit, ...values) {
    rows.push({ name, unit, value: round(median(values)), range: summary(values).range, rounds: values.length,
        load: round(loadavg()[0]) });
}

const clicks = ["--mode", "counter", "--in-flight", 1, "--warmup", plan.warmup, "--seconds", plan.seconds];

async function measureCounts(bin) {
    let calm = 0; // a rate that all of them bear: half of what one of each does
    for (const role of ["worker", "gateway", "broker", "handlers", "each"]) {
        for (const count of plan.counts) {
            if (role !== "worker" && count === 1) continue; // one of each was measured
            const counts = { broker: 1, worker: 1, gateway: 1 };
            if (role === "each") Object.assign(counts, { broker: Math.min(count, 2), worker: count, gateway: count });
            else counts[role] = count;
            say(`clicks with ${count === 1 ? "one of each" : `${count} of ${role}`}`);
            await withCluster(bin, counts, [], async (cluster) => {
                const each = (gateways) => ["--connections", plan.connections / gateways];
                const full = await cluster.load(clicks, each);
                calm ||= full.rate / 2;
                const half = await cluster.load(clicks, (gateways) => [...each(gateways), "--rate", Math.round(calm / gateways)]);
                const name = count === 1 ? "one-of-each" : `${role}/${count}`;
                add(`cluster/clicks/${name}`, "events/s", full.rate);
                add(`cluster/p99/${name}`, "ms", half.p99_ms);
            });
        }
    }
}

// A page whose browser is there, of a worker and of its gateway.
async function measureSizes(bin, folder) {
    say(`bytes of ${plan.pages} pages`);
    const store = ["--store", `lmdb:${join(folder, "connected")}`];
    await withCluster(bin, { broker: 1, worker: 1, gateway: 1 }, store, async (cluster) => {
        const [worker] = cluster.workers;
        const [gateway] = cluster.gateways;
        const resident = () => [residentBytes(worker.pid), residentBytes(gateway.pid)];
        const before = resident();
        const idle = new Child("load client", [join(bin, "load"), "--port", cluster.ports[0], "--mode", "idle",
            "--connections", plan.pages], { stdin: "pipe" });
        await idle.seen(/^ready$/m, 90000);
        await pause(1000);
        const after = resident();
        add("cluster/bytes/connected/worker", "bytes", (after[0] - before[0]) / plan.pages);
        add("cluster/bytes/connected/gateway", "bytes", (after[1] - before[1]) / plan.pages);
        idle.process.stdin.end();
        await idle.ended;
    });
}

function usedBytes(file) {
    return statSync(file).blocks * 512;
}

const residents = (workers) => workers.reduce((sum, worker) => sum + residentBytes(worker.pid), 0);

async function metricsOf(worker) {
    const [, port] = await worker.seen(/^admin at http:\/\/\S+:(\d+)/m, START_MS);
    const body = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const sum = (prefix) => body.split("\n").filter((line) => line.startsWith(prefix))
        .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
    const operations = (which) => sum(`troupe_store_operation_seconds_count{operation="${which}"}`);
    return { take: operations("take"), load: operations("load"), save: operations("save"), other: operations("other"),
        sessions: sum("troupe_sessions{"), waits: sum("troupe_store_pending_operations") + sum("troupe_store_unsaved_seconds") };
}

// Pages are written behind; what is not written yet would be lost with reason.
async function allWritten(worker) {
    for (let quiet = 0; quiet < 3; await pause(300)) {
        const { waits } = await metricsOf(worker);
        quiet = waits === 0 ? quiet + 1 : 0;
    }
}

async function sumOf(workers) {
    const all = await Promise.all(workers.map(metricsOf));
    return Object.fromEntries(Object.keys(all[0]).map((key) => [key, all.reduce((sum, one) => sum + one[key], 0)]));
}

function percentile(values, part) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

// A worker that has them all is killed; two others, which have none, are there.
async function measureTakeOver(bin, store, kind, bytesInStore) {
    say(`${plan.sessions} sleeping pages in ${kind}, whose worker is killed`);
    const options = ["--store", store, "--admin", "127.0.0.1:0", "--session-timeout", 3600, "--unused-session-timeout", 3600];
    await withCluster(bin, { broker: 1, worker: 1, gateway: 1 }, options, async (cluster) => {
        const [first] = cluster.workers;
        const [port] = cluster.ports;
        const empty = residentBytes(first.pid);
        const opened = await inTurn(Array(plan.sessions).fill(null), 64, (id) => openPageInTime(port, id, 30000));
        if (opened.some((one) => one.id === null)) throw new Error("a page did not open");
        await allWritten(first);
        add(`cluster/bytes/disconnected/${kind}`, "bytes", (residentBytes(first.pid) - empty) / plan.sessions);
        add(`cluster/bytes/store/${kind}`, "bytes", bytesInStore() / plan.sessions);
        // Two workers that begin in the moment of the kill have nothing of it yet.
        first.process.kill("SIGSTOP");
        const others = [cluster.addWorker(), cluster.addWorker()];
        await Promise.all(others.map((one) => one.seen(/^admin at/m, START_MS)));
        const before = await sumOf(others);
        const small = residents(others);
        const began = performance.now();
        first.process.kill("SIGKILL");
        await cluster.settled(2);
        add(`cluster/take-over/${kind}/owned`, "ms", performance.now() - began);
        add(`cluster/bytes/asleep/${kind}`, "bytes", (residents(others) - small) / plan.sessions);
        const known = opened.slice(0, plan.known);
        const back = await inTurn(known, 64, (one) => openPageInTime(port, one.id, 30000));
        const lost = back.filter((one, i) => one.id !== known[i].id).length;
        if (lost !== 0) throw new Error(`${lost} of ${known.length} pages were lost`);
        const after = await sumOf(others);
        add(`cluster/take-over/${kind}/back-p50`, "ms", percentile(back.map((one) => one.ms), 0.5));
        add(`cluster/take-over/${kind}/back-p99`, "ms", percentile(back.map((one) => one.ms), 0.99));
        add(`cluster/take-over/${kind}/all-known-back`, "ms", performance.now() - began);
        for (const what of ["take", "load", "save", "other"])
            add(`cluster/take-over/${kind}/store-${what}`, "operations", after[what] - before[what]);
        add(`cluster/take-over/${kind}/in-memory`, "sessions", after.sessions);
    });
}

function parse(argv) {
    let bin = process.env.BUILD_BIN ?? "build/bin";
    let out = null;
    for (let i = 0; i < argv.length; i++) {
        if (argv[i] === "--out") out = argv[++i];
        else if (argv[i].startsWith("-")) throw new Error(`unknown option ${argv[i]}`);
        else bin = argv[i];
    }
    return { bin: resolve(bin), out: resolve(out ?? join(bin, "..", "bench", "cluster.json")) };
}

async function main() {
    const { bin, out } = parse(process.argv.slice(2));
    const folder = mkdtempSync(join(tmpdir(), "troupe-bench-cluster-"));
    let postgres = null;
    try {
        if (!isTakeOverAlone) {
            await measureCounts(bin);
            await measureSizes(bin, folder);
        }
        const file = join(folder, "sleeping");
        if (kinds.includes("lmdb")) await measureTakeOver(bin, `lmdb:${file}`, "lmdb", () => usedBytes(file));
        if (kinds.includes("postgres")) postgres = Postgres.start(null);
        if (postgres === null) say("PostgreSQL is not installed, or not asked for: no rows of it");
        else await measureTakeOver(bin, postgres.url, "postgres", () => postgres.bytesOf("troupe_sessions"));
    } finally {
        postgres?.stop();
        rmSync(folder, { recursive: true, force: true });
    }
    printRows(rows);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, JSON.stringify(rows, null, 2) + "\n");
    say(`written to ${out}`);
}

main().catch((error) => {
    say(error.message);
    process.exitCode = 1;
});
