// One visit of a page with Chromium's trace on: it is opened, and scrolled or changed.

import { createRequire } from "node:module";
import { busyWithin, frames, mainThread, markOf, opening } from "./trace.mjs";
import { CHANGES, EACH_MS } from "./plan.mjs";

const require = createRequire(new URL("../../tests/e2e/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const DEADLINE_MS = 120_000;
const CHANGED_MS = 15_000;
const QUIET_MS = 700;
const SCROLL_MS = 3000;
const WHEEL_PX = 240;
const WHEEL_EACH_MS = 16;
const SIZE = { width: 1280, height: 800 };
// Where each page has its button.
const BUTTON = { x: 60, y: 30 };
const CATEGORIES = ["blink.user_timing", "toplevel", "disabled-by-default-devtools.timeline"];

export const launch = () =>
    chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-quic", "--disable-sync"],
    });

const pause = (ms) => new Promise((later) => setTimeout(later, ms));

// Runs in the page: when its last long task ended.
function watchLongTasks() {
    window.lastLong = 0;
    new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) window.lastLong = startTime + duration;
    }).observe({ type: "longtask", buffered: true });
}

// All is drawn: its content has come, and the page has had nothing long to do for a while.
async function quiet(page) {
    for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await pause(100)) {
        const idle = await page.evaluate(() =>
            new Promise((done) => requestIdleCallback(() => done(performance.now() - window.lastLong))));
        if (idle > QUIET_MS) return;
    }
    throw new Error(`not at rest within ${DEADLINE_MS / 1000} s`);
}

// Flet's client draws on a canvas: its content is there when the packet is that has it.
function arrival(page, who) {
    if (who !== "flet client") return page.locator(who === "nicegui" ? ".nicegui-content > *" : "[data-control=View]")
        .first().waitFor({ timeout: DEADLINE_MS });
    return new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error("no page came")), DEADLINE_MS);
        page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => {
            if (payload.length < 50_000) return;
            clearTimeout(timer);
            done();
        }));
    });
}

async function scroll(page) {
    await page.mouse.move(SIZE.width / 4, SIZE.height / 2);
    const drawn = page.evaluate((ms) =>
        new Promise((done) => {
            const times = [];
            const draw = (now) => {
                times.push(now);
                if (now - times[0] < ms) requestAnimationFrame(draw);
                else done(times);
            };
            requestAnimationFrame(draw);
        }), SCROLL_MS);
    let isOver = false;
    drawn.finally(() => { isOver = true; });
    while (!isOver) {
        await page.mouse.wheel(0, WHEEL_PX);
        await pause(WHEEL_EACH_MS);
    }
    return frames(await drawn);
}

// From after the click to after the last change: what the click itself costs is not in it, nor what the opening left to be
// collected, nor that the text is looked for.
async function change(page, who) {
    await page.requestGC();
    await page.mouse.click(BUTTON.x, BUTTON.y);
    await pause(EACH_MS / 2);
    await page.evaluate(() => performance.mark("changes"));
    await pause(CHANGES * EACH_MS);
    await quiet(page);
    await page.evaluate(() => performance.mark("changed"));
    if (who !== "flet client") await page.getByText(`Change ${CHANGES - 1}`).waitFor({ timeout: CHANGED_MS });
}

function changing(events, { start, tasks }) {
    const at = (name) => markOf(events, name).ts - start;
    return { busy: busyWithin(tasks, at("changes"), at("changed")) / (CHANGES - 1) };
}

async function trace(browser, page, work) {
    await browser.startTracing(page, { categories: CATEGORIES });
    // One that fails must not leave the browser tracing: the next could not begin.
    const error = await work().catch((thrown) => thrown);
    const { traceEvents } = JSON.parse(await browser.stopTracing());
    if (error) throw error;
    return traceEvents;
}

async function open(page, who, url) {
    const arrived = arrival(page, who);
    await page.goto(url, { timeout: DEADLINE_MS });
    await arrived;
    await quiet(page);
    await page.evaluate(() => performance.mark("open"));
}

const figures = {
    open: async () => ({}),
    scroll: (browser, page) => scroll(page),
    async change(browser, page, who) {
        const events = await trace(browser, page, () => change(page, who));
        return changing(events, mainThread(events, "changed"));
    },
};

// The figures of one visit, by name.
export async function visit(browser, who, run, url) {
    const context = await browser.newContext({ viewport: SIZE });
    try {
        const page = await context.newPage();
        await page.addInitScript(watchLongTasks);
        const events = await trace(browser, page, () => open(page, who, url));
        const found = { ...opening(mainThread(events, "open")), ...(await figures[run](browser, page, who)) };
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${who} ${run} ${Date.now()}.png` });
        return found;
    } finally {
        await context.close();
    }
}
