// Our programs and other people's, each case in turn, in one run: the actor runtime
// (bench/actors/plan.mjs) and the page (bench/page/plan.mjs). Run by `make bench-actors` and `make
// bench`; bench/README.md says what each number means.
//
// usage: node bench/side_by_side.mjs actors|page [build] [--out FILE]
// environment: QUICK=1 short runs, STRICT=1 exit 1 when a target is missed

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import { printRows } from "./print_rows.mjs";
import { aloneRow, rowOf } from "./rows.mjs";

const run = promisify(execFile);
const isQuick = process.env.QUICK === "1";
const length = isQuick ? { rounds: 3, scale: 0.2 } : { rounds: 9, scale: 1 };
const RUN_DEADLINE_MS = 60000;
const stopped = new AbortController();
process.once("SIGTERM", () => stopped.abort());

function parseArguments(argv) {
    const [what, ...rest] = argv;
    if (what !== "actors" && what !== "page") throw new Error("what is measured is actors or page");
    let build = "build";
    let out = null;
    for (let i = 0; i < rest.length; i++) {
        if (rest[i] === "--out") out = rest[++i];
        else if (rest[i].startsWith("-")) throw new Error(`unknown option ${rest[i]}`);
        else build = rest[i];
    }
    return { what, build: resolve(build), out: resolve(out ?? join(build, "bench", `${what}.json`)) };
}

function say(text) {
    process.stderr.write(`bench: ${text}\n`);
}

// The programs that are there. Ours always are, or the build has failed.
function present(build, programs) {
    const there = new Set();
    for (const [name, program] of Object.entries(programs)) {
        const path = join(build, program.file);
        if (existsSync(path)) there.add(name);
        else if (program.needs === undefined) throw new Error(`${path} is not built`);
        else
            console.log(
                `skipped: ${name} is not measured: ${program.needs} is not installed, or the ` +
                    "program does not build (build/bench/others.log)",
            );
    }
    return there;
}

async function measure(build, program, name, count) {
    const path = join(build, program.file);
    const args = [name, String(count)];
    const command = program.command ? program.command(path, name).concat(args) : [path, ...args];
    const { stdout } = await run(command[0], command.slice(1), {
        timeout: RUN_DEADLINE_MS,
        signal: stopped.signal,
    });
    const [value, perBatch] = stdout.trim().split(" ").map(Number);
    if (!(value > 0) || !Number.isFinite(value))
        throw new Error(`${command.join(" ")} said ${JSON.stringify(stdout)}`);
    return { value, perBatch };
}

// Ours and everybody else's in turn, so that a slow minute of the machine hits all alike.
async function measureCase(build, it, programs, there) {
    const opponents = Object.entries(it.against).filter(([, [program]]) => there.has(program));
    const scaled = (count) => (it.isFixed ? count : Math.ceil(count * length.scale));
    const ours = [];
    const theirs = opponents.map(() => []);
    for (let round = 0; round < length.rounds; round++) {
        ours.push(await measure(build, programs.troupe, it.name, scaled(it.count)));
        for (const [i, [, [program, count, like]]] of opponents.entries())
            theirs[i].push(await measure(build, programs[program], like ?? it.name, scaled(count)));
    }
    if (opponents.length === 0) return [aloneRow(it, ours)];
    return opponents.map(([against], i) => rowOf(it, against, i === 0, ours, theirs[i]));
}

async function main() {
    const { what, build, out } = parseArguments(process.argv.slice(2));
    const { cases, programs } = await import(`./${what}/plan.mjs`);
    const there = present(build, programs);
    const rows = [];
    for (const it of cases) {
        say(it.name);
        rows.push(...(await measureCase(build, it, programs, there)));
    }
    printRows(rows);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, JSON.stringify(rows, null, 2) + "\n");
    say(`written to ${out}`);
    const missed = rows.filter((row) => row.is_met === false);
    if (process.env.STRICT === "1" && missed.length > 0) {
        say(`STRICT: missed ${missed.map((row) => row.name).join(", ")}`);
        process.exitCode = 1;
    }
}

main().catch((error) => {
    say(error.message);
    process.exitCode = 1;
});
