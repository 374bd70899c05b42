import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { environment, realProvider, sign, signingKey, toldProvider } from './providers.mjs';
import { freePort, hostOf, isAccessible, run, serve, test, visit } from './support.mjs';

const SECRET = { TROUPE_SECRET_KEY: 'a secret of sixteen bytes or more' };
const opened = [];
after(() => Promise.all(opened.map((one) => one.close())));

const button = (page, name) => page.getByRole('button', { name, exact: true });
const isNobody = (page) => page.getByText('Nobody is signed in').waitFor();
const isAda = (page) => page.getByText('Signed in as Ada').waitFor();

async function told(options = {}) {
    const provider = await toldProvider();
    opened.push(provider);
    const env = { ...environment(provider.issuer), ...SECRET, ...options.env };
    return { provider, server: options.isAlone ? await serve('signin', { env }) : null, env };
}

async function throughWindow(page) {
    const popup = page.waitForEvent('popup');
    await button(page, 'Sign in').click();
    const window = await popup;
    if (!window.isClosed()) await window.waitForEvent('close');
}

async function fillIn(page, name) {
    await page.locator('input[name=login]').fill(name);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click(); // signs in
    await page.locator('button[type=submit]').click(); // consents
}

async function withRealProvider() {
    // The provider has to know the address before the server has it.
    const port = await freePort();
    // Tokens that expire so soon are renewed each time they are wanted.
    const provider = await realProvider({
        callbacks: [`http://127.0.0.1:${port}/oauth_callback`],
        leavings: [`http://127.0.0.1:${port}/`],
        tokenSeconds: 20,
    });
    opened.push(provider);
    const server = await serve('signin', { port, env: { ...environment(provider.issuer), ...SECRET } });
    const browser = await visit(server.url, { isHarmless: [/404/] });
    // Its pages want a font from elsewhere.
    await browser.context.route('https://fonts.googleapis.com/**', (route) => route.fulfill({ body: '' }));
    return { ...browser, server };
}

test('a real provider, in a window of its own', async () => {
    const { page, context, server, leave } = await withRealProvider();
    await isAccessible(page);
    const popup = page.waitForEvent('popup');
    await button(page, 'Sign in').click();
    await fillIn(await popup, 'ada');
    await page.getByText('Signed in as Dr. ada').waitFor();
    await page.getByText('ada at oidc, ada@example.org').waitFor();
    const cookie = (await context.cookies(server.url)).find(({ name }) => name === 'troupe_browser');
    assert.ok(cookie.httpOnly);
    assert.equal(cookie.sameSite, 'Lax');
    await button(page, "Show the token's size").click();
    await page.getByText('The access token has 43 characters.').waitFor();
    await page.reload();
    await page.getByText('Signed in as Dr. ada').waitFor();
    await isAccessible(page);
    await button(page, 'Sign out').click();
    await isNobody(page);
    await server.says(/event=signed_in/);
    await server.says(/event=signed_out/);
    await leave();
    await server.kill();
});

test('a real provider, in this window', async () => {
    const { page, server, leave } = await withRealProvider();
    await button(page, 'Sign in in this window').click();
    await fillIn(page, 'grace');
    await page.getByText('Signed in as Dr. grace').waitFor();
    assert.equal(page.url(), `${server.url}/`);
    await leave();
    await server.kill();
});

test('signing out at the provider, and back', async () => {
    const { page, server, leave } = await withRealProvider();
    await button(page, 'Sign in in this window').click();
    await fillIn(page, 'ada');
    await page.getByText('Signed in as Dr. ada').waitFor();
    await button(page, 'Sign out at the provider, too').click();
    // It asks, for anybody could send a browser there; here nobody is signed in by then.
    await server.says(/event=signed_out/);
    await page.waitForURL(/session\/end/);
    const asked = new URL(page.url()).searchParams;
    assert.match(asked.get('id_token_hint'), /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(asked.get('client_id'), 'troupe');
    assert.equal(asked.get('post_logout_redirect_uri'), `${server.url}/`);
    await page.locator('button[value=yes]').click();
    await isNobody(page);
    assert.equal(page.url(), `${server.url}/`);
    // The provider wants to know anew who it is.
    await button(page, 'Sign in in this window').click();
    await page.locator('input[name=login]').waitFor();
    await leave();
    await server.kill();
});

test('who signs out is signed out here, though the provider has no address for that', async () => {
    const { provider, server } = await told({ isAlone: true });
    const { page, leave } = await visit(server.url, { isHarmless: [/ERR_ABORTED/] });
    provider.document = { end_session_endpoint: undefined };
    await throughWindow(page);
    await isAda(page);
    await button(page, 'Sign out at the provider, too').click();
    await isNobody(page);
    await page.getByText('This did not work').waitFor();
    await server.says(/event=signed_out/);
    await leave();
    await server.kill();
});

test('who signs out is signed out here, though the provider is gone', async () => {
    const { provider, server } = await told({ isAlone: true });
    const { page, leave } = await visit(server.url, { isHarmless: [/ERR_ABORTED|ERR_CONNECTION/] });
    await throughWindow(page);
    await isAda(page);
    provider.close();
    const gone = page.waitForEvent('requestfailed', (request) => request.url().startsWith(`${provider.issuer}/leave`));
    await button(page, 'Sign out at the provider, too').click();
    await gone;
    await page.waitForURL('chrome-error://**'); // the browser's own page about that
    await page.goto(server.url);
    await isNobody(page);
    await server.says(/event=signed_out/);
    await leave();
    await server.kill();
});

test('tokens stay on the server, and a later visit of the same browser goes on', async () => {
    const { provider, server } = await told({ isAlone: true });
    // What a page that is loaded anew had not read yet.
    const { page, context, leave } = await visit(server.url, { isHarmless: [/ERR_ABORTED/] });
    const frames = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
    await page.reload();
    await throughWindow(page);
    await isAda(page);
    const tokens = /access-\d|refresh-\d|eyJ/;
    assert.ok(frames.length > 0);
    assert.ok(!frames.some((frame) => tokens.test(frame)));
    assert.ok(!tokens.test(server.log));
    // Another tab has a session of its own, and the same cookie and storage.
    const later = await context.newPage();
    await later.goto(server.url);
    await isAda(later);
    assert.equal(provider.refreshes, 1);
    // Without the cookie what was saved is worth nothing.
    await context.clearCookies();
    const stranger = await context.newPage();
    await stranger.goto(server.url);
    await isNobody(stranger);
    await stranger.waitForFunction(() => localStorage.length > 0);
    await button(stranger, 'Sign in').waitFor();
    assert.equal(provider.refreshes, 1);
    await leave();
    await server.kill();
});

test('a session id alone is worth nothing', async () => {
    const { server } = await told({ isAlone: true });
    const owner = await visit(server.url);
    await throughWindow(owner.page);
    await isAda(owner.page);
    const stored = await owner.page.evaluate(() => ({ ...sessionStorage }));
    const thief = await visit('about:blank');
    await thief.page.addInitScript((values) => {
        for (const [name, value] of Object.entries(values)) sessionStorage.setItem(name, value);
    }, stored);
    await thief.page.goto(server.url);
    await isNobody(thief.page);
    await server.says(/event=session_refused reason=cookie/);
    await button(owner.page, "Show the token's size").click();
    await owner.page.getByText('The access token has 8 characters.').waitFor();
    await thief.leave();
    await owner.leave();
    await server.kill();
});

test('who lures another one through the provider gains nothing', async () => {
    const { provider, server } = await told({ isAlone: true });
    const thief = await visit(server.url);
    const popup = thief.page.waitForEvent('popup');
    await thief.context.route(`${provider.issuer}/**`, (route) => route.fulfill({ body: 'not today' }));
    await button(thief.page, 'Sign in').click();
    const window = await popup;
    await window.waitForURL(/authorize/);
    const victim = await visit(window.url());
    await victim.page.getByText('You are back.').waitFor();
    await server.says(/event=session_refused reason=cookie/);
    await isNobody(thief.page);
    await victim.page.goto(server.url);
    await isNobody(victim.page);
    await thief.leave();
    await victim.leave();
    await server.kill();
});

const unsigned = (claims) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part(claims)}.`;
};

// Signed with the public key as if it were a shared secret.
const confused = (provider) => (claims) => {
    const text = sign(provider.key, claims, { alg: 'HS256' }).split('.').slice(0, 2).join('.');
    const pem = JSON.stringify(provider.key.jwk);
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
};

const changed = (provider) => (claims) => {
    const [head, , signature] = sign(provider.key, claims).split('.');
    return `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')}.${signature}`;
};

const now = () => Math.floor(Date.now() / 1000);
const bad = [
    ['no algorithm', () => ({ token: unsigned }), 'signed in a way that is not taken here'],
    ['a shared secret', (provider) => ({ token: confused(provider) }), 'signed in a way that is not taken here'],
    ['a changed claim', (provider) => ({ token: changed(provider) }), 'the signature of the ID token is wrong'],
    ['another key', () => ({ token: (claims) => sign(signingKey(), claims) }), "key is none of the provider's"],
    ['no token', () => ({ token: () => '' }), 'the provider gave no ID token'],
    ['rubbish', () => ({ token: () => 'a.b.c' }), 'the ID token cannot be read'],
    ['another issuer', () => ({ claims: { iss: 'https://evil.example' } }), 'is of another issuer'],
    ['another client', () => ({ claims: { aud: 'somebody' } }), 'is for another client'],
    ['another party', () => ({ claims: { aud: ['troupe', 'b'], azp: 'b' } }), 'is for another client'],
    ['another sign-in', () => ({ claims: { nonce: 'another' } }), 'belongs to another sign-in'],
    ['too late', () => ({ claims: { exp: now() - 120 } }), 'the ID token has expired'],
    ['too early', () => ({ claims: { nbf: now() + 600 } }), 'is not valid yet'],
    ['the future', () => ({ claims: { iat: now() + 600 } }), 'is of the future'],
    ['somebody else', () => ({ user: { sub: 'eve' } }), 'tells of somebody else'],
    ['a foreign answer', () => ({ back: { iss: 'https://evil.example' } }), 'from another provider than was asked'],
    ['a code that is none', () => ({ back: { code: 'guessed' } }), 'the provider gave no token'],
    [
        'a refusal',
        () => ({ back: { code: null, error: 'access_denied', error_description: 'Ada said <no>' } }),
        'Ada said <no>',
    ],
];

test('what a provider says is not believed unless all of it fits', async (all) => {
    const { provider, server } = await told({ isAlone: true });
    const { page, leave } = await visit(server.url);
    for (const [name, told_, reason] of bad)
        await all.test(name, async () => {
            Object.assign(provider, told_(provider));
            // The page before may say the same.
            await page.evaluate(() => (document.documentElement.dataset.before = ''));
            await button(page, 'Sign in in this window').click();
            await page.locator('html:not([data-before])').getByText(reason).waitFor();
            await isNobody(page);
            for (const field of ['token', 'claims', 'user', 'back']) provider[field] = undefined;
        });
    await all.test('a new key, of another kind', async () => {
        provider.key = signingKey('ES256');
        provider.keys = [provider.key.jwk];
        await page.getByRole('button', { name: 'Sign in in this window' }).click();
        await isAda(page);
        const fetches = provider.requests.filter(({ path }) => path === '/keys').length;
        // The first time, and anew for what no key fits: not without bound.
        assert.ok(fetches >= 2 && fetches <= 6, `${fetches} fetches of the keys`);
    });
    await leave();
    await server.kill();
});

async function isAnswered(server, query, status, text, path = '/oauth_callback') {
    const answer = await fetch(`${server.url}${path}?${query}`, { redirect: 'manual' });
    assert.equal(answer.status, status);
    assert.match(await answer.text(), text);
    assert.equal(answer.headers.get('set-cookie'), null);
}

// Begins a sign-in that its provider keeps waiting.
async function slowState(page, provider) {
    await page.context().route(`${provider.issuer}/**`, (route) => route.fulfill({ body: 'later' }));
    const popup = page.waitForEvent('popup');
    await button(page, 'Sign in').click();
    const window = await popup;
    await window.waitForURL(/authorize/);
    return new URL(window.url()).searchParams.get('state');
}

test('a state is good once, and here', async () => {
    const { provider, server } = await told({ isAlone: true });
    const { page, leave } = await visit(server.url);
    const says = (...expected) => isAnswered(server, ...expected);
    await says('', 400, /no sign-in of this server/);
    await says('state=x&code=y', 400, /no sign-in of this server/);
    await throughWindow(page);
    await isAda(page);
    const { state } = provider.asked;
    await says(`state=${state}&code=again`, 410, /used already/);
    // The last letter of a signature holds bits that are not read.
    const signature = state.lastIndexOf('.') + 1;
    const other = state[signature] === 'A' ? 'B' : 'A';
    const changed = `${state.slice(0, signature)}${other}${state.slice(signature + 1)}`;
    await says(`state=${changed}&code=y`, 403, /no sign-in of this server/);
    await says(`state=${state}`, 400, /no sign-in of this server/);
    await button(page, 'Sign out').click();
    await isNobody(page);
    // From another browser than began it.
    const slow = await slowState(page, provider);
    await says(`state=${slow}&code=y`, 403, /begun in another browser/);
    // At the address of another provider.
    await says(`state=${slow}&code=y`, 403, /of another provider/, '/oauth_callback/other');
    await leave();
    await server.kill();
});

test('OAUTH_STATE_TIMEOUT: a state is good in time', async () => {
    const { provider, server } = await told({ isAlone: true, env: { TROUPE_OAUTH_STATE_TIMEOUT: '1' } });
    const { page, leave } = await visit(server.url);
    const slow = await slowState(page, provider);
    // The browser's clock may be some milliseconds ahead of the server's.
    await page.waitForFunction((until) => Date.now() / 1000 >= until + 0.5, Number(slow.split('.')[1]));
    await isAnswered(server, `state=${slow}&code=y`, 410, /took too long/);
    await leave();
    await server.kill();
});

test('the callback reaches another gateway, and the sign-in survives its worker', async () => {
    const { provider, env } = await told();
    const folder = await mkdtemp(join(tmpdir(), 'troupe-e2e-signin-'));
    const bus = ['--threads', '1', '--broker', `ipc://${folder}/broker`];
    const start = (role, ...more) => run('signin', ['--role', role, ...bus, ...more], env);
    const gateway = () => serve('signin', { args: ['--role', 'gateway', ...bus], env });
    const broker = start('broker');
    const workers = [start('worker', '--admin', '0')];
    const [one, two] = await Promise.all([gateway(), gateway()]);
    const { page, leave } = await visit(one.url);
    await button(page, 'Sign in').waitFor();
    // As behind a balancer that has no stickiness: the way back leads to the other one.
    provider.callback = `${two.url}/oauth_callback`;
    await throughWindow(page);
    await isAda(page);
    workers.push(start('worker', '--admin', '0'));
    await workers[1].says(/worker at/);
    await (await hostOf(...workers)).kill('SIGTERM');
    await button(page, "Show the token's size").click();
    await page.getByText('The access token has 8 characters.').waitFor();
    await page.reload();
    await isAda(page);
    await leave();
    await Promise.all([broker, ...workers, one, two].map((program) => program.kill()));
    await rm(folder, { recursive: true });
});

test('in this window, too, a sign-in survives a killed process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-e2e-signin-'));
    const { provider, env } = await told();
    // Nothing that a person sees is ahead of the store: the browser leaves once the sign-in is in it.
    const options = { args: ['--store', `lmdb:${folder}/sessions`, '--durability', 'sync'], env };
    let server = await serve('signin', options);
    const { page, context, leave } = await visit(server.url, { isServerLost: true, isHarmless: [/ERR_ABORTED/] });
    await context.route(`${provider.issuer}/**`, (route) => route.fulfill({ body: 'later' }));
    await button(page, 'Sign in in this window').click();
    await page.waitForURL(/authorize/);
    await server.kill();
    server = await serve('signin', { ...options, port: server.port });
    await context.unroute(`${provider.issuer}/**`);
    await page.reload(); // now the provider sends it back
    await isAda(page);
    await server.says(/event=session_restored/);
    await isAnswered(server, `state=${provider.asked.state}&code=again`, 410, /used already/);
    await leave();
    await server.kill();
    await rm(folder, { recursive: true });
});

test('without a store a sign-in ends with its process, and its page says so, with a way on', async () => {
    const { provider, env } = await told();
    let server = await serve('signin', { env });
    const { page, context, leave } = await visit(server.url, { isServerLost: true, isHarmless: [/ERR_ABORTED|410/] });
    await context.route(`${provider.issuer}/**`, (route) => route.fulfill({ body: 'later' }));
    await button(page, 'Sign in in this window').click();
    await page.waitForURL(/authorize/);
    await server.kill();
    server = await serve('signin', { env, port: server.port });
    await context.unroute(`${provider.issuer}/**`);
    await page.reload();
    await page.getByText('its page is gone').waitFor();
    await isAccessible(page);
    await page.getByRole('link', { name: 'Back to the app' }).click();
    await throughWindow(page);
    await isAda(page);
    await leave();
    await server.kill();
});

for (const [colorScheme, colours] of Object.entries({
    light: ['rgb(248, 249, 255)', 'rgb(25, 28, 32)'],
    dark: ['rgb(17, 20, 24)', 'rgb(225, 226, 232)'],
}))
    test(`the page of a callback follows the browser's theme: ${colorScheme}`, async () => {
        const { server } = await told({ isAlone: true });
        const options = { colorScheme, isHarmless: [/400/] };
        const { page, leave } = await visit(server.url, options);
        // As the app itself does.
        const ofApp = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await page.goto(`${server.url}/oauth_callback?state=x&code=y`);
        await page.getByText('This is no sign-in of this server').waitFor();
        const found = await page.evaluate(() => {
            const style = getComputedStyle(document.documentElement);
            return [style.backgroundColor, style.color];
        });
        assert.deepEqual(found, colours);
        assert.equal(ofApp, colours[0]);
        await isAccessible(page);
        await leave();
    });

// Says in the first request of each connection whom it has signed in: those of a WebSocket have one alone.
async function proxyOf(port, headers) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const proxy = createServer((browser) => {
        const server = connect(port, '127.0.0.1');
        const end = () => {
            browser.destroy();
            server.destroy();
        };
        for (const socket of [browser, server]) socket.on('error', end).on('close', end);
        browser.once('data', (bytes) => {
            const text = bytes.toString('latin1');
            server.write(text.replace('\r\n', `\r\n${lines.join('')}`), 'latin1');
            browser.pipe(server);
        });
        server.pipe(browser);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    opened.push(proxy);
    return `http://127.0.0.1:${proxy.address().port}`;
}

test('a proxy in front says who it is, if it is trusted', async () => {
    const { env } = await told();
    const start = (trusted) =>
        serve('signin', { args: ['--trusted-proxies', trusted, '--proxy-user-header', 'X-Forwarded-User'], env });
    const [server, other] = await Promise.all([start('127.0.0.1'), start('10.0.0.1')]);
    const headers = { 'X-Forwarded-User': 'ada', 'X-Forwarded-Preferred-Username': 'Ada', 'X-Forwarded-Email': 'a@b' };
    const proxy = await proxyOf(server.port, headers);
    const { page, leave } = await visit(proxy);
    await isAda(page);
    await page.getByText('ada at proxy, a@b').waitFor();
    const stored = await page.evaluate(() => ({ ...sessionStorage }));
    const thief = await visit('about:blank');
    await thief.page.addInitScript((values) => {
        for (const [name, value] of Object.entries(values)) sessionStorage.setItem(name, value);
    }, stored);
    // Somebody else of the same proxy, one who comes without it, and a proxy that is not trusted.
    await thief.page.goto(await proxyOf(server.port, { 'X-Forwarded-User': 'eve' }));
    await thief.page.getByText('Signed in as eve').waitFor();
    await thief.page.goto(server.url);
    await isNobody(thief.page);
    await thief.page.goto(await proxyOf(other.port, headers));
    await isNobody(thief.page);
    await server.says(/event=session_refused reason=user/);
    await thief.leave();
    await leave();
    await server.kill();
    await other.kill();
});
