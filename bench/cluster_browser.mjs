// A browser as small as can be: it opens a page of a counter over a raw WebSocket, or comes back to one by
// its session id, and tells that id. For thousands of them in one process.

import { randomBytes } from "node:crypto";
import { connect } from "node:net";

function text(value) {
    const bytes = Buffer.from(value);
    const head = bytes.length < 32 ? Buffer.from([0xa0 | bytes.length]) : Buffer.from([0xd9, bytes.length]);
    return Buffer.concat([head, bytes]);
}

// MessagePack of what a registration has: texts, small numbers, booleans, null, maps.
function pack(value) {
    if (value === null) return Buffer.from([0xc0]);
    if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
    if (typeof value === "number")
        return value < 128 ? Buffer.from([value]) : Buffer.from([0xcd, value >> 8, value & 255]);
    if (typeof value === "string") return text(value);
    const entries = Object.entries(value);
    return Buffer.concat([Buffer.from([0x80 | entries.length]),
        ...entries.flatMap(([key, one]) => [text(key), pack(one)])]);
}

const sides = { left: 0, top: 0, right: 0, bottom: 0 };
const page = {
    route: "/", pwa: false, web: true, debug: false, wasm: false, test: false, multi_view: false, pyodide: false,
    platform_brightness: "light", width: 1280, height: 720, platform: "linux", window: {},
    media: { padding: sides, view_padding: sides, view_insets: sides, device_pixel_ratio: 1,
        orientation: "landscape", always_use_24_hour_format: false },
};

const FLET_PACKET = 0;
const REGISTER = 1;

function registration(id) {
    return Buffer.concat([Buffer.from([FLET_PACKET, 0x92, REGISTER]),
        pack({ session_id: id, page_name: "", page })]);
}

// Masked with nothing: what is said here is no secret to a proxy.
function frame(payload) {
    const length = payload.length < 126
        ? Buffer.from([0x80 | payload.length])
        : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
    return Buffer.concat([Buffer.from([0x82]), length, Buffer.alloc(4), payload]);
}

function handshake(port) {
    return `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`;
}

const answered = /session_id\xbc([a-z2-7]{28})/;

// One try. Resolves with the id of the page that the browser got; null when it is told to come again.
export function openPage(port, id = null) {
    return new Promise((resolve) => {
        const socket = connect(port, "127.0.0.1");
        let seen = "";
        let isUp = false;
        const end = (value) => {
            resolve(value);
            socket.destroy();
        };
        socket.on("connect", () => socket.write(handshake(port)));
        socket.on("data", (data) => {
            seen = (seen + data.toString("latin1")).slice(-65536);
            if (!isUp && seen.includes("\r\n\r\n")) {
                isUp = true;
                socket.write(frame(registration(id)));
            }
            const found = answered.exec(seen);
            if (found !== null) end(found[1]);
        });
        socket.on("error", () => end(null));
        socket.on("close", () => end(null));
    });
}

// As a browser's client does: again, after a while.
export async function openPageInTime(port, id, timeoutMs) {
    const began = performance.now();
    while (performance.now() - began < timeoutMs) {
        const got = await openPage(port, id);
        if (got !== null) return { id: got, ms: performance.now() - began };
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { id: null, ms: timeoutMs };
}

// `work` for each of them, so many at a time.
export async function inTurn(all, atOnce, work) {
    const results = new Array(all.length);
    let next = 0;
    const one = async () => {
        while (next < all.length) {
            const i = next++;
            results[i] = await work(all[i]);
        }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    return results;
}
