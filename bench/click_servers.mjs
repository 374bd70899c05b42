// Starts and stops the processes of the click benchmark: servers on one CPU, the load client on
// another. Every server is started afresh for every run, so that no run inherits the sessions of
// the one before.

import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "./free_port.mjs";

const START_TIMEOUT_MS = 15000;
const STOP_TIMEOUT_MS = 5000;
const LOAD_TIMEOUT_MS = 90000;
const SETTLE_MS = 300;

// "0-1,4" -> [0, 1, 4]
function parseCpuList(text) {
    return text
        .trim()
        .split(",")
        .flatMap((part) => {
            const [first, last = first] = part.split("-").map(Number);
            return Array.from({ length: last - first + 1 }, (_, i) => first + i);
        });
}

function allowedCpus() {
    const line = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"));
    return parseCpuList(line[1]);
}

function withDeadline(promise, timeoutMs, message) {
    let timer;
    const deadline = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(message)), timeoutMs);
    });
    return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

export function residentBytes(pid) {
    try {
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
        return Number(/^Rss:\s+(\d+) kB/m.exec(rollup)[1]) * 1024;
    } catch {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
    }
}

export class Child {
    constructor(name, command, { stdin = "ignore", env = {} } = {}) {
        this.name = name;
        this.output = "";
        this.errors = "";
        this.waiting = [];
        // The shell raises the open file limit and then becomes the program: the pid stays.
        const raise = ["-c", 'ulimit -n "$(ulimit -Hn)"; exec "$@"', "sh"];
        this.process = spawn("sh", [...raise, ...command.map(String)], {
            stdio: [stdin, "pipe", "pipe"],
            env: { ...process.env, ...env },
        });
        this.process.stdout.on("data", (data) => this.#onOutput(data));
        this.process.stderr.on("data", (data) => {
            this.errors = (this.errors + data).slice(-2000);
        });
        this.ended = new Promise((resolve) => {
            this.process.once("error", (error) => resolve({ why: error.message }));
            this.process.once("close", (code, signal) =>
                resolve({ code, why: signal ? `killed by ${signal}` : `exit status ${code}` }));
        });
        this.isRunning = true;
        this.ended.then(() => {
            this.isRunning = false;
        });
    }

    get pid() {
        return this.process.pid;
    }

    #onOutput(data) {
        this.output += data;
        this.waiting = this.waiting.filter(({ pattern, found }) => {
            const match = pattern.exec(this.output);
            if (match !== null) found(match);
            return match === null;
        });
    }

    // Waits until stdout matches; fails if the process ends first.
    seen(pattern, timeoutMs) {
        const match = new Promise((found) => {
            this.waiting.push({ pattern, found });
            this.#onOutput("");
        });
        const failed = this.ended.then((end) => {
            throw new Error(this.describeEnd(end));
        });
        return withDeadline(Promise.race([match, failed]), timeoutMs,
            `${this.name} did not print ${pattern} within ${timeoutMs / 1000} s`);
    }

    describeEnd(end) {
        const lines = this.errors.trim().split("\n").slice(-3).join(" | ");
        return `${this.name} ended: ${end.why}${lines === "" ? "" : `: ${lines}`}`;
    }

    async stop() {
        if (!this.isRunning) return;
        this.process.kill("SIGTERM");
        const timer = setTimeout(() => {
            process.stderr.write(`click: ${this.name} did not end within 5 s of SIGTERM, killed\n`);
            this.process.kill("SIGKILL");
        }, STOP_TIMEOUT_MS);
        await this.ended;
        clearTimeout(timer);
    }
}

export class Machine {
    #children = new Set();
    #brokers = 0;
    #keyFolder = null;

    constructor(bin) {
        this.bin = bin;
        const cpus = allowedCpus();
        this.serverCpu = cpus[0];
        this.loadCpu = cpus[1] ?? null;
        for (const program of ["load", "echo_server", "counter"]) {
            try {
                accessSync(join(bin, program), constants.X_OK);
            } catch {
                throw new Error(`${join(bin, program)} is not there; build it first`);
            }
        }
    }

    describe() {
        return this.loadCpu === null
            ? "one CPU only: servers and load client share it, ratios mean little"
            : `servers on CPU ${this.serverCpu}, load client on CPU ${this.loadCpu}`;
    }

    // Only a client with a CPU of its own may spin; otherwise it would take the server's.
    spinArguments() {
        return this.loadCpu === null ? [] : ["--spin"];
    }

    #pinned(cpu, command) {
        return this.loadCpu === null ? command : ["taskset", "-c", cpu, ...command];
    }

    #start(name, cpu, command, options) {
        const child = new Child(name, this.#pinned(cpu, command), options);
        this.#children.add(child);
        child.ended.then(() => this.#children.delete(child));
        return child;
    }

    // Read by a process at its start.
    #busKey() {
        if (this.#keyFolder === null) {
            this.#keyFolder = mkdtempSync(join(tmpdir(), "troupe-bench-"));
            process.on("exit", () => rmSync(this.#keyFolder, { recursive: true }));
            execFileSync(join(this.bin, "troupe"), ["keygen", join(this.#keyFolder, "bus.key")]);
        }
        return ["--bus-key", join(this.#keyFolder, "bus.key")];
    }

    async #startServers(variant, { replyBytes = 35 } = {}) {
        const start = (name, program, ...rest) =>
            this.#start(name, this.serverCpu, [join(this.bin, program), ...rest]);
        // One of somebody else's, which says on standard error where it listens.
        if (variant.command !== undefined)
            return [this.#start(variant.name, this.serverCpu, ["sh", "-c", 'exec "$@" 2>&1', "sh", ...variant.command], { env: variant.env })];
        const listen = ["--host", "127.0.0.1", "--port", 0];
        const oneThread = ["--threads", 1];
        // The load client is one address.
        const noLimits = ["--address-connections", 0, "--address-sessions", 0];
        if (variant === "echo")
            return [start("echo server", "echo_server", ...listen,
                "--reply-bytes", replyBytes)];
        if (variant.isCounter)
            return [this.#start(variant.name, this.serverCpu, [join(this.bin, "counter"), ...listen, ...oneThread, ...noLimits, ...variant.options], { env: variant.env })];
        if (variant === "all-in-one") return [start("counter", "counter", ...listen, ...oneThread, ...noLimits)];
        const where = variant === "processes-ipc"
            ? `ipc://@troupe-bench-${process.pid}-${++this.#brokers}`
            : `tcp://127.0.0.1:${await freePort()}`;
        const broker = ["--broker", where, ...(variant === "processes-curve" ? this.#busKey() : [])];
        const startRole = (role, ...rest) =>
            start(`counter ${role}`, "counter", "--role", role, ...rest, ...broker);
        return [
            startRole("gateway", ...oneThread, ...listen, ...noLimits),
            startRole("broker"),
            startRole("worker", ...oneThread, ...noLimits),
        ];
    }

    // Runs `use` with fresh servers; the first of them listens for browsers. A server that ends
    // while `use` runs fails the run, with its own last words.
    async withServers(variant, use, options) {
        const servers = await this.#startServers(variant, options);
        try {
            const listening = variant.listening ?? /^listening on http:\/\/\S+:(\d+)/m;
            const [, port] = await servers[0].seen(listening, START_TIMEOUT_MS);
            const died = servers.map((server) =>
                server.ended.then((end) => {
                    throw new Error(`during a run of ${variant.name ?? variant}: ${server.describeEnd(end)}`);
                }));
            const work = use({ port, pids: servers.map((server) => server.pid), servers });
            return await this.#firstCause(work, died);
        } finally {
            await Promise.all(servers.map((server) => server.stop()));
        }
    }

    // When a server dies the load client fails too, usually first; the server's death is the cause.
    async #firstCause(work, died) {
        try {
            return await Promise.race([work, ...died]);
        } catch (error) {
            work.catch(() => {});
            await Promise.race([pause(SETTLE_MS), ...died]);
            throw error;
        }
    }

    #loadCommand(servers, options) {
        return [join(this.bin, "load"), "--port", servers.port, ...options];
    }

    // Runs a program to its end; what it printed.
    runOnServerCpu(command) {
        const [first, ...rest] = this.#pinned(this.serverCpu, command).map(String);
        return execFileSync(first, rest, { encoding: "utf8", timeout: LOAD_TIMEOUT_MS });
    }

    async load(servers, options) {
        const pids = servers.pids.flatMap((pid) => ["--server-pid", pid]);
        const child = this.#start("load client", this.loadCpu,
            this.#loadCommand(servers, [...options, ...pids, "--json"]));
        try {
            const end = await withDeadline(child.ended, LOAD_TIMEOUT_MS, "the load client hangs");
            if (end.code !== 0) throw new Error(child.describeEnd(end));
            return JSON.parse(child.output);
        } finally {
            await child.stop();
        }
    }

    async bytesPerIdleSession(servers, sessions, isEcho) {
        const resident = () => servers.pids.reduce((sum, pid) => sum + residentBytes(pid), 0);
        await pause(SETTLE_MS);
        const before = resident();
        const child = this.#start("load client", this.loadCpu,
            this.#loadCommand(servers, ["--mode", "idle", "--server", isEcho ? "echo" : "app",
                "--connections", sessions]), { stdin: "pipe" });
        try {
            await child.seen(/^ready$/m, LOAD_TIMEOUT_MS);
            await pause(SETTLE_MS);
            const after = resident();
            child.process.stdin.end();
            const end = await withDeadline(child.ended, LOAD_TIMEOUT_MS, "the load client hangs");
            if (end.code !== 0) throw new Error(child.describeEnd(end));
            return (after - before) / sessions;
        } finally {
            await child.stop();
        }
    }

    async stopAll() {
        await Promise.all([...this.#children].map((child) => child.stop()));
    }
}
