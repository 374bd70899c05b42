// Measures how much troupe's headers cost a compiler: the same empty program with and without them, in turn, at -O2.
// Prints a table, writes build/bench/compile.json; more than the target is an error with STRICT=1.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { summary } from "./numbers.mjs";
import { table } from "./table.mjs";

const TARGETS_MS = { "troupe/troupe.h": 100, "troupe/packages/map.h": 300 };
const rounds = process.env.QUICK ? 5 : 15;
const folder = mkdtempSync(join(tmpdir(), "troupe-compile-"));
const headers = { troupe: "troupe/troupe.h", map: "troupe/packages/map.h" };

function source(name, header) {
    const path = join(folder, `${name}.c`);
    const include = header ? `#include <${header}>\n` : "";
    writeFileSync(path, `#include <stdio.h>\n${include}int main(void)\n{\n    return puts("x") < 0;\n}\n`);
    return path;
}

function milliseconds(compiler, path) {
    const begin = process.hrtime.bigint();
    const args = ["-std=c17", "-O2", "-g", "-Iinclude", "-c", path, "-o", join(folder, "out.o")];
    const { status, stderr } = spawnSync(compiler, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return Number(process.hrtime.bigint() - begin) / 1e6;
}

function measure(compiler, header) {
    const bare = source("bare", null);
    const full = source("full", header);
    const times = { bare: [], full: [] };
    milliseconds(compiler, full); // the files are in the page cache from here on
    for (let i = 0; i < rounds; i++) {
        times.bare.push(milliseconds(compiler, bare));
        times.full.push(milliseconds(compiler, full));
    }
    const added = times.full.map((time, i) => time - times.bare[i]);
    return { compiler, header, bare: summary(times.bare), full: summary(times.full), added: summary(added) };
}

const compilers = ["gcc", "clang"].filter((name) => spawnSync(name, ["--version"]).status === 0);
const results = compilers.flatMap((compiler) => Object.values(headers).map((header) => measure(compiler, header)));
rmSync(folder, { recursive: true });
console.log(table(
    [["compiler"], ["header"], ["without, ms", true], ["with, ms", true], ["added, ms", true], ["range", true]],
    results.map((row) => [row.compiler, row.header, ...[row.bare, row.full, row.added].map((one) => String(one.median)), row.added.range.join(" - ")]),
));
mkdirSync("build/bench", { recursive: true });
writeFileSync("build/bench/compile.json", JSON.stringify(results, null, 1) + "\n");
const missed = results.filter((row) => row.added.median > TARGETS_MS[row.header]);
for (const row of missed) console.log(`over the target of ${TARGETS_MS[row.header]} ms: ${row.compiler} ${row.header}`);
if (missed.length && process.env.STRICT) process.exitCode = 1;
