// A PostgreSQL server of the benchmark's own: in a temporary folder, on a unix socket only, as the user
// postgres when the benchmark is root.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Debian keeps the server's programs in a folder of each version.
function programFolder() {
    const all = "/usr/lib/postgresql";
    const versions = existsSync(all) ? readdirSync(all).sort() : [];
    return versions.length === 0 ? null : join(all, versions.at(-1), "bin");
}

export class Postgres {
    // NULL where it is not installed.
    static start(cpu) {
        const programs = programFolder();
        return programs === null ? null : new Postgres(programs, cpu);
    }

    constructor(programs, cpu) {
        this.programs = programs;
        this.pinned = cpu === null ? [] : ["taskset", "-c", String(cpu)];
        this.folder = mkdtempSync(join(tmpdir(), "troupe-bench-pg-"));
        chmodSync(this.folder, 0o777);
        this.#run("initdb", "-U", "owner", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8");
        const settings = `-c listen_addresses= -c unix_socket_directories=${this.folder}`;
        this.#run("pg_ctl", "-w", "-t", "60", "-l", `${this.folder}/log`, "-o", settings, "start");
        this.isRunning = true;
    }

    #run(program, ...rest) {
        const user = process.geteuid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
        const [first, ...others] = [...user, ...this.pinned, join(this.programs, program), "-D", `${this.folder}/data`, ...rest];
        execFileSync(first, others, { cwd: "/", stdio: "ignore" });
    }

    get url() {
        return `postgres://owner@/postgres?host=${this.folder}`;
    }

    // Of a table, with its indexes.
    bytesOf(name) {
        const question = `select pg_total_relation_size('${name}')`;
        return Number(execFileSync(join(this.programs, "psql"),
            ["-U", "owner", "-h", this.folder, "-d", "postgres", "-Atc", question], { encoding: "utf8" }));
    }

    stop() {
        if (!this.isRunning) return;
        this.isRunning = false;
        this.#run("pg_ctl", "-w", "-t", "60", "-m", "immediate", "stop");
        rmSync(this.folder, { recursive: true, force: true });
    }
}
