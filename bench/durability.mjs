// Clicks that a store keeps, as rows of the click benchmark: written behind (async) beside clicks that
// nobody keeps; shown no sooner than they are kept (sync) beside what the bare library of that store writes in
// batches of the same size and number, to as many keys; and beside what the CPU that they all run on would do
// of clicks that nobody keeps with a bare write behind each. And how many bytes one click writes.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { median } from "./numbers.mjs";
import { Postgres } from "./postgres.mjs";

const CONNECTIONS = 100;
const SECRET = "a secret of the benchmark";

export const durabilityTargets = {
    "click/durable-async/1": { min: 0.9 },
    "click/durable-sync-lmdb/1": { min: 0.5 },
    "click/durable-sync-postgres/1": { min: 0.5 },
    "snapshot-bytes/counter": { maxValue: 256 },
    "snapshot-bytes/todo-100": { maxValue: 2048 },
};

async function metrics(servers) {
    const [, port] = await servers.servers[0].seen(/^admin at http:\/\/\S+:(\d+)/m, 5000);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const value = (name) => Number(text.split("\n").find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
    return {
        saves: value('troupe_store_operation_seconds_count{operation="save"}'),
        bytes: value("troupe_store_saved_bytes_total"),
    };
}

class Stores {
    constructor(cpu) {
        this.folder = mkdtempSync(join(tmpdir(), "troupe-bench-store-"));
        this.postgres = Postgres.start(cpu);
        this.files = 0;
    }

    // A file of its own for each run: none is slower for what was left in it.
    place(kind) {
        return kind === "postgres" ? this.postgres.url : join(this.folder, String(++this.files));
    }

    stop() {
        this.postgres?.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

async function clicks(machine, plan, how, place) {
    const variant = { name: `counter, ${how.name}`, isCounter: true, options: [] };
    if (how.store !== undefined) {
        const url = how.store === "lmdb" ? `lmdb:${place}` : place;
        variant.options = ["--store", url, "--durability", how.durability, "--admin", 0];
        if (how.isEncrypted) variant.options.push("--encrypt-store", "require");
    }
    variant.env = { TROUPE_SECRET_KEY: SECRET };
    return machine.withServers(variant, async (servers) => {
        const result = await machine.load(servers, ["--mode", "counter", "--connections", CONNECTIONS,
            "--in-flight", 1, "--warmup", plan.warmup, "--seconds", plan.seconds]);
        return { ...result, store: how.store === undefined ? null : await metrics(servers) };
    });
}

function writer(machine, ...rest) {
    return Number(machine.runOnServerCpu([join(machine.bin, "bench_store_writer"), ...rest]));
}

const nothing = { name: "nothing kept" };
const behind = { name: "async, lmdb", store: "lmdb", durability: "async" };
const sealed = { ...behind, name: "async, lmdb, encrypted", isEncrypted: true };

async function measureBehind(machine, report, plan, stores) {
    const runs = new Map([nothing, behind, sealed].map((how) => [how, []]));
    for (let i = 0; i < plan.rounds; i++)
        for (const [how, all] of runs) all.push(await clicks(machine, plan, how, stores.place("lmdb")));
    const rates = (how) => runs.get(how).map((run) => run.rate);
    const costs = (how) => runs.get(how).map((run) => run.server_cpu_us_per_event);
    report.add("click/durable-none/1", "events/s", rates(nothing));
    report.add("click/durable-async/1", "events/s", rates(behind), rates(nothing), "click/durable-none/1");
    report.add("click/durable-async-encrypted/1", "events/s", rates(sealed), rates(behind), "click/durable-async/1");
    report.add("cpu-per-event/durable-none/1", "us", costs(nothing));
    report.add("cpu-per-event/durable-async/1", "us", costs(behind), costs(nothing), "cpu-per-event/durable-none/1");
    report.add("cpu-per-event/durable-async-encrypted/1", "us", costs(sealed), costs(behind), "cpu-per-event/durable-async/1");
}

// Resolves with the bytes of a snapshot in each round.
async function measureSync(machine, report, plan, stores, kind, say) {
    const how = { name: `sync, ${kind}`, store: kind, durability: "sync" };
    const ours = [];
    const bare = [];
    const both = [];
    const sizes = [];
    for (let i = 0; i < plan.rounds; i++) {
        const place = stores.place(kind);
        const before = kind === "lmdb" ? 0 : writer(machine, "count", kind, place);
        const run = await clicks(machine, plan, how, place);
        const transactions = writer(machine, "count", kind, place) - before;
        const rows = Math.max(1, Math.round(run.store.saves / transactions));
        const bytes = Math.round(run.store.bytes / run.store.saves);
        ours.push(run.rate);
        sizes.push(bytes);
        bare.push(writer(machine, kind, stores.place(kind), CONNECTIONS, Math.min(rows, CONNECTIONS), bytes, plan.seconds));
        both.push(1 / (1 / (await clicks(machine, plan, nothing)).rate + 1 / bare.at(-1)));
        say(`${kind}: ${rows} snapshots of ${bytes} bytes in a transaction`);
    }
    report.add(`store-writes/${kind}`, "rows/s", bare);
    report.add(`click/durable-sync-${kind}/1`, "events/s", ours, bare, `store-writes/${kind}`);
    report.add(`click-then-write/${kind}`, "events/s", both);
    report.add(`click/durable-sync-${kind}/1/of-both`, "events/s", ours, both, `click-then-write/${kind}`);
    return sizes;
}

export async function measureDurability(machine, report, plan, say) {
    const stores = new Stores(machine.loadCpu === null ? null : machine.serverCpu);
    process.on("exit", () => stores.stop());
    try {
        say("clicks that a store keeps");
        await measureBehind(machine, report, plan, stores);
        const sizes = await measureSync(machine, report, plan, stores, "lmdb", say);
        if (stores.postgres === null) say("PostgreSQL is not installed: no rows of it");
        else await measureSync(machine, report, plan, stores, "postgres", say);
        report.add("snapshot-bytes/counter", "bytes", [median(sizes)]);
        const todo = execFileSync(join(machine.bin, "bench_snapshot"), ["100"], { encoding: "utf8" });
        const [click, page] = todo.trim().split(" ").map(Number);
        report.add("snapshot-bytes/todo-100", "bytes", [click]);
        report.add("snapshot-bytes/todo-100-whole", "bytes", [page]);
    } finally {
        stores.stop();
    }
}
