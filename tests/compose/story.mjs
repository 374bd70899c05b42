// The cluster of docker-compose.yml from up to down, as people at browsers and its operator see it.
// run.sh found an engine and built the images. Prints one line a test, and `N passed, N failed` last.

import { Tab, eventually } from './browser.mjs';
import { compose, connectionsOf, containers, docker } from './cluster.mjs';

const HEALTH_DEADLINE_MS = 240_000;
const PATIENCE_MS = 120_000; // for what goes through steps of its own
let port;
let passed = 0;
let failed = 0;
const tabs = [];

async function test(name, body) {
    const start = performance.now();
    try {
        await body();
        passed++;
        console.log(`ok ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
        failed++;
        console.log(`FAIL ${name}: ${error.message}`);
    }
}

function must(condition, what) {
    if (!condition) throw new Error(what);
}

async function open(count) {
    const opened = Array.from({ length: count }, () => new Tab(port));
    tabs.push(...opened);
    return Promise.all(opened.map((tab) => tab.ready()));
}

function closeAll() {
    for (const tab of tabs.splice(0)) tab.close();
}

async function up(gateways, workers) {
    await compose(
        'up',
        '-d',
        '--no-build',
        '--no-recreate',
        '--scale',
        `gateway=${gateways}`,
        '--scale',
        `worker=${workers}`,
    );
    const expected = gateways + workers + 4; // a broker, a balancer, a store, a handlers process
    await eventually(
        `${expected} healthy containers`,
        async () => {
            const all = await containers();
            return all.length === expected && all.every(({ health }) => health === 'healthy');
        },
        HEALTH_DEADLINE_MS,
    );
    port = Number((await compose('port', 'balancer', '8000')).split(':').pop());
}

function finish() {
    closeAll();
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed === 0 ? 0 : 1);
}

// Gateways that browsers are on, by asking each.
async function busyGateways() {
    const gateways = await containers('gateway');
    const connections = await Promise.all(gateways.map(connectionsOf));
    return gateways.filter((_, i) => connections[i] > 0).map(({ id }) => id);
}

// The balancer notices new gateways within a second or two: tabs come and go until all are in use.
async function allGatewaysAreUsed() {
    const gateways = await containers('gateway');
    await eventually(
        'browsers on every gateway',
        async () => {
            await open(gateways.length);
            return (await busyGateways()).length === gateways.length;
        },
        PATIENCE_MS,
    );
}

await test('two gateways and three workers become healthy', () => up(2, 3));
if (failed > 0) finish(); // nothing below can be judged

await test('the page and its files come through the balancer', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const text = await answer.text();
    must(answer.status === 200 && /^text\/html/.test(answer.headers.get('content-type')), `status ${answer.status}`);
    const [, script] = /<script[^>]*src="([^"]+)"/.exec(text) ?? [];
    must(script, 'the page names no script');
    const address = new URL(script, `http://127.0.0.1:${port}/`);
    const file = await fetch(address);
    const code = await file.text();
    must(file.status === 200, `${script}: ${file.status}`);
    // The script itself only starts what it imports.
    const [, chunk] = /from"(\.\/[^"]+)"/.exec(code) ?? [];
    must(chunk, `${script} imports nothing`);
    const imported = await fetch(new URL(chunk, address));
    must(imported.status === 200 && (await imported.text()).length > 10_000, `${chunk}: ${imported.status}`);
});

await test('a page of another origin is refused', async () => {
    const stranger = new Tab(port, 'http://stranger.example');
    tabs.push(stranger);
    await eventually('a refusal', () => stranger.refused);
    must(stranger.refused === 4403, `refused with ${stranger.refused}`);
    must(!stranger.isReady, 'it got a page');
    closeAll();
});

await test('the bus is encrypted, and who has not the key is not answered', async () => {
    const [worker] = await containers('worker');
    const check = (...environment) =>
        docker('exec', ...environment, worker.id, 'counter', '--check', '--role', 'worker');
    const alive = await check();
    must(alive.startsWith('check: alive'), alive);
    const plain = ['--env', 'TROUPE_BUS_KEY=', '--env', 'TROUPE_INSECURE_BUS=true'];
    const refused = await check(...plain).catch(({ stdout }) => stdout);
    must(refused.includes('no broker answers'), refused);
});

await test('browsers are spread over both gateways', allGatewaysAreUsed);

await test('clicks of many pages at once count exactly', async () => {
    closeAll();
    const pages = await open(20);
    for (const page of pages) for (let i = 0; i < 25; i++) page.click();
    await eventually('25 on every page', () => pages.every(({ count }) => count === 25));
    await Promise.all(pages.map((page) => page.add()));
    must(
        pages.every(({ count }) => count === 26),
        pages.map(({ count }) => count).join(),
    );
});

await test('a reload keeps the session, through either gateway', async () => {
    closeAll();
    const [page] = await open(1);
    const id = page.sessionId;
    const seen = new Set();
    for (let reload = 1; reload <= 40 && (reload <= 6 || seen.size < 2); reload++) {
        await page.add();
        for (const gateway of await busyGateways()) seen.add(gateway);
        await page.reload();
        must(page.sessionId === id, 'another session');
        must(page.count === reload, `count ${page.count} after ${reload} clicks`);
    }
    must(seen.size === 2, 'all reloads went through one gateway');
});

await test('a killed gateway costs its pages only a reconnect', async () => {
    closeAll();
    const pages = await open(12);
    await Promise.all(pages.map((page) => page.add()));
    const [gateway] = await containers('gateway');
    must((await connectionsOf(gateway)) > 0, 'nobody was on it');
    await docker('kill', gateway.id);
    const reconnects = () => pages.filter(({ registrations }) => registrations > 1).length;
    await eventually('reconnects', () => pages.every(({ isReady }) => isReady) && reconnects() > 0);
    must(reconnects() < pages.length, 'all came again, also those of the other gateway');
    must(
        pages.every(({ count }) => count === 1),
        `counts ${pages.map(({ count }) => count)}`,
    );
    await Promise.all(pages.map((page) => page.add()));
    await open(4);
});

const shows = (pages, count) =>
    eventually(`${count} on every page`, () => pages.every((page) => page.count === count), PATIENCE_MS);

await test('a killed worker costs no page and no click', async () => {
    closeAll();
    const pages = await open(24);
    await Promise.all(pages.map((page) => page.add()));
    const [worker] = await containers('worker');
    await docker('kill', worker.id);
    for (const page of pages) page.click();
    await shows(pages, 2);
    const kept = pages.filter(({ registrations }) => registrations === 1).length;
    must(kept > 0 && kept < pages.length, `${kept} of ${pages.length} pages had another worker`);
    must(
        pages.every(({ sessions }) => sessions === 1),
        'a page began anew',
    );
});

await test('what is clicked while the store is killed counts when it is back', async () => {
    closeAll();
    const pages = await open(6);
    await Promise.all(pages.map((page) => page.add()));
    const [store] = await containers('store');
    await docker('kill', store.id);
    for (const page of pages) page.click();
    await docker('start', store.id);
    await shows(pages, 2);
});

await test('what lies in the store is encrypted, and behind a password', async () => {
    const [store] = await containers('store');
    const ask = (query, ...how) => docker('exec', store.id, 'psql', '-d', 'postgres', '-Atc', query, ...how);
    const pages = 'select count(*) from troupe_sessions';
    must(Number(await ask(pages, '-h', '/tmp')) >= 6, 'no pages are there');
    const plain = await ask(`${pages} where position('Add one'::bytea in body) > 0`, '-h', '/tmp');
    must(plain === '0', `${plain} pages are plain`);
    const refused = await ask(pages, '-h', 'store', '-U', 'troupe', '-w').catch(({ stderr }) => stderr);
    must(/no password supplied/.test(refused), refused);
});

await test('gateways and workers added while running are used', async () => {
    closeAll();
    const old = (await containers('worker', { all: true })).map(({ id }) => id);
    await up(3, 4);
    await allGatewaysAreUsed();
    closeAll();
    const added = (await containers('worker')).filter(({ id }) => !old.includes(id));
    must(added.length === 1, `${added.length} workers were added`);
    const others = (await containers('worker')).filter(({ id }) => id !== added[0].id);
    await Promise.all(others.map(({ id }) => docker('kill', id)));
    const pages = await open(6);
    await Promise.all(pages.map((page) => page.add()));
});

await test('without a broker running pages go on', async () => {
    const [broker] = await containers('broker');
    const pages = tabs.slice();
    await docker('kill', broker.id);
    await Promise.all(pages.map((page) => page.add()));
    await pages[0].reload();
    must(pages[0].count === 2, `count ${pages[0].count} after a reload`);
    await docker('start', broker.id);
    await up(3, 4);
});

await test('all stop by themselves, exit code 0, within the grace period', async () => {
    closeAll();
    await Promise.all((await open(6)).map((page) => page.add()));
    const running = await containers();
    await compose('stop');
    const stopped = (await containers(null, { all: true })).filter(({ id }) => running.some((one) => one.id === id));
    must(stopped.length === running.length, 'containers are gone');
    // One that takes longer than that is killed, which is another exit code.
    const bad = stopped.filter(({ exitCode }) => exitCode !== 0);
    must(bad.length === 0, bad.map(({ service, exitCode }) => `${service}: exit code ${exitCode}`).join(', '));
});

await test('a cluster that is started again has the pages of before', async () => {
    const pages = tabs.slice();
    await up(1, 2);
    await Promise.all(pages.map((page) => page.goTo(port)));
    await Promise.all(pages.map((page) => page.add()));
    await shows(pages, 2);
});

finish();
