// Uploads and downloads in MB/s, beside nginx's on the same machine: the same file, the same client, one
// server after the other in every round. Run by `make bench`; bench/README.md says what the numbers mean.
//
// usage: node bench/files.mjs [build] [--out FILE]
// environment: QUICK=1 small files and few rounds

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";

import { freePort } from "./free_port.mjs";
import { aloneRow, rowOf } from "./rows.mjs";
import { printRows } from "./print_rows.mjs";

const isQuick = process.env.QUICK === "1";
const ROUNDS = isQuick ? 2 : 7;
const SIZE = (isQuick ? 16 : 256) << 20;
const PIECE = 1 << 20;
const DEADLINE_MS = 60_000;

function parseArguments(argv) {
    let build = "build";
    let out = null;
    for (let i = 0; i < argv.length; i++) {
        if (argv[i] === "--out") out = argv[++i];
        else if (argv[i].startsWith("-")) throw new Error(`unknown option ${argv[i]}`);
        else build = argv[i];
    }
    return { build: resolve(build), out: resolve(out ?? join(build, "bench", "files.json")) };
}

const children = new Set();

const say = (text) => process.stderr.write(`bench: ${text}\n`);

// In memory where that can be: the disk is nobody's merit.
function makeFolder() {
    try {
        accessSync("/dev/shm", constants.W_OK);
        return mkdtempSync("/dev/shm/troupe-files-");
    } catch {
        return mkdtempSync(join(tmpdir(), "troupe-files-"));
    }
}

// -- the client: raw, for a library would be the slowest part --

function statusOf(head) {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
}

// Resolves with seconds once the answer is whole. `send` writes the request's body.
function exchange(port, head, send) {
    return new Promise((done, fail) => {
        const begin = process.hrtime.bigint();
        let text = "";
        let left = null; // bytes of the answer's body; null: its head still comes
        const end = (error) => {
            clearTimeout(timer);
            socket.destroy();
            if (error) fail(error);
            else done(Number(process.hrtime.bigint() - begin) / 1e9);
        };
        const timer = setTimeout(() => end(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
        const onHead = (bytes) => {
            text += bytes.toString("latin1");
            const at = text.indexOf("\r\n\r\n");
            if (at < 0) return;
            const status = statusOf(text);
            if (status < 200 || status > 204) end(new Error(`${head.split("\r\n")[0]}: ${status}`));
            const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, at))?.[1] ?? 0);
            left = length - (text.length - at - 4);
        };
        const socket = connect({
            port,
            host: "127.0.0.1",
            onread: {
                buffer: Buffer.alloc(PIECE),
                callback: (size, buffer) => {
                    if (left === null) onHead(buffer.subarray(0, size));
                    else left -= size;
                    if (left !== null && left <= 0) end(left < 0 ? new Error("more than was said") : null);
                    return true;
                },
            },
        });
        socket.on("error", end);
        socket.on("end", () => end(new Error("the connection ended")));
        socket.on("connect", () => {
            socket.write(head);
            send?.(socket);
        });
    });
}

function sendBody(socket) {
    const piece = Buffer.alloc(PIECE, "x");
    let left = SIZE;
    const go = () => {
        while (left > 0) {
            left -= PIECE;
            if (!socket.write(piece)) {
                socket.once("drain", go);
                return;
            }
        }
    };
    go();
}

const get = (port, path) => exchange(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
const put = (port, path) =>
    exchange(port, `PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${SIZE}\r\n\r\n`, sendBody);

// -- the servers --

function start(command, args, options = {}) {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    children.add(child);
    child.once("exit", () => children.delete(child));
    child.text = "";
    child.stdout.on("data", (data) => {
        child.text += data;
        child.emit("said");
    });
    child.stderr.on("data", (data) => process.stderr.write(data));
    return child;
}

async function says(child, pattern) {
    const end = AbortSignal.timeout(DEADLINE_MS);
    while (!pattern.test(child.text)) {
        if (!children.has(child)) throw new Error(`${child.spawnfile} ended: ${child.exitCode ?? child.signalCode}`);
        await once(child, "said", { signal: end });
    }
    return pattern.exec(child.text);
}

async function stop(child) {
    if (!child || !children.has(child)) return;
    child.kill("SIGTERM");
    await once(child, "exit");
}

// The addresses come from a page, which the load client opens.
async function startOurs(build, folder) {
    const child = start(join(build, "bin/bench_files"), ["--port", "0", "--threads", "1"], {
        env: {
            ...process.env,
            TROUPE_LOG: "error",
            TROUPE_UPLOAD_DIR: join(folder, "ours"),
            FILES_FILE: join(folder, "file"),
            FILES_ROUNDS: String(ROUNDS),
        },
    });
    const port = Number((await says(child, /:(\d+)\s*\n/))[1]);
    const page = start(join(build, "bin/load"), ["--port", port, "--connections", "1", "--seconds", "0.1"]);
    await says(child, /^END$/m);
    await once(page, "exit");
    const urls = (method) => [...child.text.matchAll(new RegExp(`^${method} (.*)$`, "gm"))].map((match) => match[1]);
    return { child, port, puts: urls("PUT"), gets: urls("GET") };
}

const config = (folder, port) => `
daemon off;
${process.getuid() === 0 ? "user root;" : ""}
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events {}
http {
    access_log off;
    sendfile on;
    client_body_temp_path ${folder}/nginx-body;
    proxy_temp_path ${folder}/nginx-proxy;
    fastcgi_temp_path ${folder}/nginx-fastcgi;
    uwsgi_temp_path ${folder}/nginx-uwsgi;
    scgi_temp_path ${folder}/nginx-scgi;
    client_max_body_size 0;
    server {
        listen 127.0.0.1:${port};
        root ${folder};
        location /theirs/ {
            dav_methods PUT;
        }
    }
}
`;

async function startNginx(folder) {
    if (spawnSync("nginx", ["-v"]).error) {
        console.log("skipped: nginx is not measured: it is not installed");
        return null;
    }
    const port = await freePort();
    writeFileSync(join(folder, "nginx.conf"), config(folder, port));
    const child = start("nginx", ["-e", "stderr", "-c", join(folder, "nginx.conf")]);
    for (let i = 0; ; i++) {
        try {
            await get(port, "/empty");
            break;
        } catch (error) {
            if (!children.has(child) || i === 200) throw error;
            await new Promise((later) => setTimeout(later, 25));
        }
    }
    return { child, port };
}

// -- the rounds --

async function measure(ours, nginx, folder) {
    const runs = { ours: { download: [], upload: [] }, nginx: { download: [], upload: [] } };
    const note = (list, seconds) => list.push({ value: SIZE / 1e6 / seconds });
    for (let round = 0; round < ROUNDS; round++) {
        note(runs.ours.download, await get(ours.port, ours.gets[round]));
        if (nginx) note(runs.nginx.download, await get(nginx.port, "/file"));
        note(runs.ours.upload, await put(ours.port, ours.puts[round]));
        if (statSync(join(folder, "ours", `file${round}`)).size !== SIZE) throw new Error("not all was stored");
        rmSync(join(folder, "ours", `file${round}`));
        if (!nginx) continue;
        note(runs.nginx.upload, await put(nginx.port, "/theirs/file"));
        rmSync(join(folder, "theirs/file"));
    }
    return runs;
}

function rowsOf({ ours, nginx }) {
    return ["download", "upload"].map((name) => {
        const it = { name: `files/${name}`, unit: "MB/s", against: { nginx: [] } };
        return nginx[name].length === 0 ? aloneRow(it, ours[name]) : rowOf(it, "nginx", true, ours[name], nginx[name]);
    });
}

async function main() {
    const { build, out } = parseArguments(process.argv.slice(2));
    const folder = makeFolder();
    process.once("SIGTERM", () => {
        for (const child of children) child.kill("SIGTERM");
        rmSync(folder, { recursive: true, force: true });
        process.exit(1);
    });
    let ours;
    let nginx;
    try {
        writeFileSync(join(folder, "file"), Buffer.alloc(SIZE, "x"));
        writeFileSync(join(folder, "empty"), "");
        for (const name of ["ours", "theirs"]) mkdirSync(join(folder, name));
        nginx = await startNginx(folder);
        ours = await startOurs(build, folder);
        say(`files: ${SIZE >> 20} MiB, ${ROUNDS} rounds`);
        const rows = rowsOf(await measure(ours, nginx, folder));
        printRows(rows);
        mkdirSync(dirname(out), { recursive: true });
        writeFileSync(out, `${JSON.stringify(rows, null, 2)}\n`);
        say(`written to ${out}`);
    } finally {
        await Promise.all([stop(ours?.child), stop(nginx?.child)]);
        rmSync(folder, { recursive: true });
    }
}

main().catch((error) => {
    say(error.message);
    process.exitCode = 1;
});
