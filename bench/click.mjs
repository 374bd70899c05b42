// The click benchmark: how much of a bare WebSocket echo's speed is left when the whole app stack
// answers. Run by `make bench`; README.md says what each number means.
//
// usage: node bench/click.mjs [build/bin] [--out FILE]
// environment: QUICK=1 short runs, STRICT=1 exit 1 when a target is missed, BUILD_BIN=DIR

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";

import { durabilityTargets, measureDurability } from "./durability.mjs";
import { median, pairwise, round, summary } from "./numbers.mjs";
import { Machine } from "./click_servers.mjs";
import { table } from "./table.mjs";

const isQuick = process.env.QUICK === "1";
const isStrict = process.env.STRICT === "1";
const plan = isQuick
    ? { rounds: 2, seconds: 0.6, warmup: 0.2, latencySeconds: 0.8, opens: 1000, idle: [1000, 8000],
        tailRounds: 3, tailSeconds: 0.8 }
    : { rounds: 5, seconds: 3, warmup: 0.7, latencySeconds: 2, opens: 4000, idle: [1000, 8000],
        tailRounds: 9, tailSeconds: 1.5 };

// Of the rate that all-in-one reached with 1 in flight: where 99th percentiles are taken.
const tailLoads = [0.25, 0.5, 0.7];

// design.md section 9. `min` and `max` are about the ratio, `minValue` and `maxValue` absolute.
const targets = {
    "click/all-in-one/1": { min: 0.95 },
    "click/all-in-one/8": { min: 0.85 },
    "click/processes/1": { min: 0.8 },
    "p99-half-load": { max: 1.3 },
    "opens-per-second": { min: 0.7 },
    "bytes-per-idle-session": { maxValue: 4096 },
    ...durabilityTargets,
};

function parseArguments(argv) {
    let bin = process.env.BUILD_BIN ?? "build/bin";
    let out = null;
    for (let i = 0; i < argv.length; i++) {
        if (argv[i] === "--out") out = argv[++i];
        else if (argv[i].startsWith("-")) throw new Error(`unknown option ${argv[i]}`);
        else bin = argv[i];
    }
    return { bin: resolve(bin), out: resolve(out ?? join(bin, "..", "bench", "click.json")) };
}

function isMet(row) {
    const target = targets[row.name];
    if (target === undefined) return null;
    return (
        (target.min === undefined || row.ratio >= target.min) &&
        (target.max === undefined || row.ratio <= target.max) &&
        (target.minValue === undefined || row.value >= target.minValue) &&
        (target.maxValue === undefined || row.value <= target.maxValue)
    );
}

function targetText(name) {
    const target = targets[name];
    if (target === undefined) return "";
    const parts = [];
    if (target.min !== undefined) parts.push(`ratio >= ${target.min}`);
    if (target.max !== undefined) parts.push(`ratio <= ${target.max}`);
    if (target.minValue !== undefined) parts.push(`>= ${target.minValue}`);
    if (target.maxValue !== undefined) parts.push(`<= ${target.maxValue}`);
    return parts.join(", ");
}

class Report {
    rows = [];

    // `runs` are the values of all rounds, `against` those of the yardstick in the same rounds.
    add(name, unit, runs, against = null, againstName = null) {
        const ratios = against === null ? null : pairwise(runs, against);
        const row = {
            name,
            unit,
            value: round(median(runs)),
            against: against === null ? null : round(median(against)),
            ratio: ratios === null ? null : round(median(ratios)),
            range: summary(runs).range,
            ratio_range: ratios === null ? null : summary(ratios).range,
            against_name: againstName,
            runs: runs.map(round),
        };
        const met = isMet(row);
        if (met !== null) Object.assign(row, { target: targetText(name), is_met: met });
        this.rows.push(row);
    }

    print() {
        const cells = this.rows.map((row) => [
            row.name,
            String(row.value),
            row.unit,
            `${row.range[0]} - ${row.range[1]}`,
            row.against === null ? "" : String(row.against),
            row.ratio === null ? "" : row.ratio.toFixed(3),
            row.is_met === undefined ? "" : `${row.is_met ? "met" : "MISSED"}: ${row.target}`,
        ]);
        const columns = [["name", false], ["median", true], ["unit", false], ["range", true],
            ["against", true], ["ratio", true], ["target", false]];
        console.log(table(columns, cells));
    }
}

function say(text) {
    process.stderr.write(`click: ${text}\n`);
}

// One run per variant in each round, in turn, so that slow drifts of the machine hit all alike.
async function alternate(variants, rounds, run) {
    const results = new Map(variants.map((variant) => [variant, []]));
    for (let i = 0; i < rounds; i++) {
        for (const variant of variants) results.get(variant).push(await run(variant));
    }
    return results;
}

async function measureSizes(machine) {
    const result = await machine.withServers("all-in-one", (servers) =>
        machine.load(servers, ["--mode", "counter", "--connections", 20, "--in-flight", 1,
            "--warmup", 0.2, "--seconds", 0.5]),
    );
    return { request: Math.round(result.request_bytes), reply: Math.round(result.reply_bytes) };
}

function eventArguments(variant, sizes) {
    return variant === "echo"
        ? ["--mode", "echo", "--request-bytes", sizes.request, "--reply-bytes", sizes.reply]
        : ["--mode", "counter"];
}

async function measureRates(machine, sizes, report) {
    let reached = 0;
    for (const inFlight of [1, 8]) {
        say(`events per second, ${inFlight} in flight on each of 100 connections`);
        const variants = ["echo", "all-in-one", "processes", "processes-curve", ...(inFlight === 1 ? ["processes-ipc"] : [])];
        const results = await alternate(variants, plan.rounds, (variant) =>
            machine.withServers(variant, (servers) =>
                machine.load(servers, [...eventArguments(variant, sizes), "--connections", 100,
                    "--in-flight", inFlight, "--warmup", plan.warmup, "--seconds", plan.seconds]),
            { replyBytes: sizes.reply }),
        );
        const column = (variant, key) => results.get(variant).map((result) => result[key]);
        for (const variant of variants) {
            const isEcho = variant === "echo";
            report.add(`click/${variant}/${inFlight}`, "events/s", column(variant, "rate"),
                isEcho ? null : column("echo", "rate"), isEcho ? null : `click/echo/${inFlight}`);
        }
        for (const variant of variants) {
            const isEcho = variant === "echo";
            report.add(`cpu-per-event/${variant}/${inFlight}`, "us",
                column(variant, "server_cpu_us_per_event"),
                isEcho ? null : column("echo", "server_cpu_us_per_event"),
                isEcho ? null : `cpu-per-event/echo/${inFlight}`);
        }
        const shares = variants.flatMap((variant) => column(variant, "client_cpu_share"));
        const busiest = Math.round(Math.max(...shares) * 100);
        if (busiest > 97)
            say(`warning: the load client used ${busiest} % of its CPU: it may be the limit`);
        const given = Math.round(median(column("echo", "server_cpu_share")) * 100);
        if (given < 90)
            say(`warning: the echo got ${given} % of its CPU, so the machine is busy or the ` +
                "client is the limit: trust cpu-per-event, not the rates");
        if (inFlight === 1) reached = median(column("all-in-one", "rate"));
    }
    return reached;
}

async function measureLatency(machine, sizes, report, name, key, variants, extra) {
    say(name);
    const results = await alternate(["echo", ...variants], plan.rounds, (variant) =>
        machine.withServers(variant, (servers) =>
            machine.load(servers, [...eventArguments(variant, sizes), ...machine.spinArguments(),
                "--warmup", plan.warmup, "--seconds", plan.latencySeconds, ...extra]),
        { replyBytes: sizes.reply }),
    );
    const column = (variant) => results.get(variant).map((result) => result[key]);
    report.add(`${name}/echo`, "us", column("echo"));
    for (const variant of variants) {
        const rowName = variant === "all-in-one" ? name : `${name}/${variant}`;
        report.add(rowName, "us", column(variant), column("echo"), `${name}/echo`);
    }
}

// One 99th percentile is one hiccup of the machine: what counts is the median of many ratios, each of
// two runs that followed each other at the same rate.
async function measureTail(machine, sizes, report, reached) {
    const variants = ["echo", "all-in-one"];
    const all = new Map(variants.map((variant) => [variant, []]));
    for (const load of tailLoads) {
        const percent = Math.round(load * 100);
        const rate = Math.round(reached * load);
        say(`p99 at ${rate} events/s, ${percent} % of what all-in-one reached`);
        const results = await alternate(variants, plan.tailRounds, (variant) =>
            machine.withServers(variant, (servers) =>
                machine.load(servers, [...eventArguments(variant, sizes), ...machine.spinArguments(),
                    "--connections", 100, "--rate", rate, "--warmup", plan.warmup,
                    "--seconds", plan.tailSeconds]),
            { replyBytes: sizes.reply }),
        );
        const column = (variant) => results.get(variant).map((result) => result.p99_us);
        report.add(`p99/echo/${percent}`, "us", column("echo"));
        report.add(`p99/all-in-one/${percent}`, "us", column("all-in-one"), column("echo"),
            `p99/echo/${percent}`);
        for (const variant of variants) all.get(variant).push(...column(variant));
    }
    report.add("p99-half-load/echo", "us", all.get("echo"));
    report.add("p99-half-load", "us", all.get("all-in-one"), all.get("echo"), "p99-half-load/echo");
}

async function measureOpens(machine, sizes, report) {
    say("sessions opened per second");
    const results = await alternate(["echo", "all-in-one"], plan.rounds, (variant) =>
        machine.withServers(variant, (servers) =>
            machine.load(servers, ["--mode", "open", "--connections", plan.opens,
                "--server", variant === "echo" ? "echo" : "app"]),
        { replyBytes: sizes.reply }),
    );
    const rates = (variant) => results.get(variant).map((result) => result.rate);
    report.add("opens-per-second/echo", "sessions/s", rates("echo"));
    report.add("opens-per-second", "sessions/s", rates("all-in-one"), rates("echo"),
        "opens-per-second/echo");
}

async function measureIdle(machine, sizes, report) {
    const rounds = isQuick ? 1 : 2;
    for (const sessions of plan.idle) {
        say(`resident bytes of ${sessions} idle sessions`);
        const results = await alternate(["echo", "all-in-one"], rounds, (variant) =>
            machine.withServers(variant, (servers) =>
                machine.bytesPerIdleSession(servers, sessions, variant === "echo"),
            { replyBytes: sizes.reply }),
        );
        const suffix = sessions === 8000 ? "" : `/${sessions}`;
        report.add(`bytes-per-idle-session/echo${suffix}`, "bytes", results.get("echo"));
        report.add(`bytes-per-idle-session${suffix}`, "bytes", results.get("all-in-one"),
            results.get("echo"), `bytes-per-idle-session/echo${suffix}`);
    }
}

async function main() {
    const { bin, out } = parseArguments(process.argv.slice(2));
    const machine = new Machine(bin);
    for (const signal of ["SIGINT", "SIGTERM"]) {
        process.once(signal, async () => {
            await machine.stopAll();
            process.exit(130);
        });
    }
    const report = new Report();
    try {
        say(machine.describe());
        const sizes = await measureSizes(machine);
        say(`a click takes ${sizes.request} bytes, its patch ${sizes.reply}; so do the echo's`);
        const reached = await measureRates(machine, sizes, report);
        await measureLatency(machine, sizes, report, "round-trip/idle", "p50_us",
            ["all-in-one", "processes"], ["--connections", 1, "--in-flight", 1]);
        await measureTail(machine, sizes, report, reached);
        await measureOpens(machine, sizes, report);
        await measureIdle(machine, sizes, report);
        await measureDurability(machine, report, plan, say);
    } finally {
        await machine.stopAll();
    }
    report.print();
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, JSON.stringify(report.rows, null, 2) + "\n");
    say(`written to ${out}`);
    const missed = report.rows.filter((row) => row.is_met === false);
    if (isStrict && missed.length > 0) {
        say(`STRICT: missed ${missed.map((row) => row.name).join(", ")}`);
        process.exitCode = 1;
    }
}

main().catch((error) => {
    say(error.message);
    process.exitCode = 1;
});
