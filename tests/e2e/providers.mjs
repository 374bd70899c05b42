// Providers to sign in with, on the loopback: a real one (oidc-provider), and one that says whatever a test
// wants said.

import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

async function listen(server) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${server.address().port}`;
}

export const client = { id: 'troupe', secret: 'a secret of the tests' };
export const environment = (issuer) => ({
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
});

// With its own pages for login and consent. Access tokens live for `tokenSeconds`.
export async function realProvider({ callbacks, leavings = [], tokenSeconds = 3600 }) {
    const server = createServer((request, response) => handler(request, response));
    const issuer = await listen(server);
    const provider = new Provider(issuer, {
        clients: [
            {
                client_id: client.id,
                client_secret: client.secret,
                redirect_uris: callbacks,
                post_logout_redirect_uris: leavings,
                grant_types: ['authorization_code', 'refresh_token'],
            },
        ],
        pkce: { required: () => true },
        ttl: { AccessToken: tokenSeconds },
        claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
        findAccount: (_context, id) => ({
            accountId: id,
            claims: () => ({ sub: id, name: `Dr. ${id}`, email: `${id}@example.org` }),
        }),
        cookies: { keys: ['of the tests'] },
    });
    const handler = provider.callback();
    return { issuer, close: () => server.close() };
}

const base64url = (value) => Buffer.from(value).toString('base64url');

export function signingKey(alg = 'RS256', kid = randomUUID()) {
    const { publicKey, privateKey } =
        alg === 'ES256'
            ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
            : generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { alg, kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

export function sign(key, claims, header = {}) {
    const head = base64url(JSON.stringify({ alg: key.alg, kid: key.kid, ...header }));
    const text = `${head}.${base64url(JSON.stringify(claims))}`;
    const signature = createSign('SHA256').update(text).sign({ key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
}

// It sends the browser straight back. `key`, `keys`, `claims`, `token`, `user`,
// `back` (of the query), `callback`, `document`, `answer` are what a test sets.
export async function toldProvider() {
    const key = signingKey();
    const told = { key, keys: [key.jwk], claims: {}, codes: new Map(), requests: [], refreshes: 0 };
    const server = createServer(async (request, response) => {
        const url = new URL(request.url, told.issuer);
        let body = '';
        for await (const piece of request) body += piece;
        told.requests.push({ path: url.pathname, body, authorization: request.headers.authorization });
        const answer = routes[url.pathname]?.(url, new URLSearchParams(body), request) ?? { status: 404, json: {} };
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
        response.end(answer.json ? JSON.stringify(answer.json) : '');
    });
    told.issuer = await listen(server);
    told.close = () => {
        server.close();
        server.closeAllConnections();
    };
    const tokens = (more) => ({
        access_token: `access-${told.refreshes}`,
        refresh_token: `refresh-${told.refreshes}`,
        token_type: 'Bearer',
        expires_in: 3600,
        ...more,
    });
    const routes = {
        '/.well-known/openid-configuration': () => ({
            json: {
                issuer: told.issuer,
                authorization_endpoint: `${told.issuer}/authorize`,
                token_endpoint: `${told.issuer}/token`,
                userinfo_endpoint: `${told.issuer}/user`,
                end_session_endpoint: `${told.issuer}/leave`,
                jwks_uri: `${told.issuer}/keys`,
                ...told.document,
            },
        }),
        // Browsers ask for it when they like.
        '/favicon.ico': () => ({ status: 204 }),
        '/keys': () => ({ json: { keys: told.keys } }),
        '/user': () => ({ json: { sub: 'ada', name: 'Ada', email: 'ada@example.org', ...told.user } }),
        '/authorize': (url) => {
            const ask = Object.fromEntries(url.searchParams);
            const code = randomUUID();
            told.codes.set(code, ask);
            told.asked = ask;
            const back = new URL(told.callback ?? ask.redirect_uri);
            back.searchParams.set('state', ask.state);
            back.searchParams.set('code', code);
            for (const [name, value] of Object.entries(told.back ?? {}))
                if (value === null) back.searchParams.delete(name);
                else back.searchParams.set(name, value);
            return { status: 302, headers: { location: back.href } };
        },
        '/token': (_url, form) => {
            if (form.get('grant_type') === 'refresh_token') {
                if (form.get('refresh_token') !== `refresh-${told.refreshes}`)
                    return { status: 400, json: { error: 'invalid_grant' } };
                told.refreshes++;
                return { json: tokens(told.answer) };
            }
            const ask = told.codes.get(form.get('code'));
            told.codes.delete(form.get('code'));
            const proof = createHash('sha256')
                .update(form.get('code_verifier') ?? '')
                .digest('base64url');
            if (!ask || proof !== ask.code_challenge) return { status: 400, json: { error: 'invalid_grant' } };
            const now = Math.floor(Date.now() / 1000);
            const claims = {
                iss: told.issuer,
                sub: 'ada',
                aud: client.id,
                iat: now,
                exp: now + 600,
                nonce: ask.nonce,
                ...told.claims,
            };
            const id_token = told.token ? told.token(claims) : sign(told.key, claims);
            return { json: tokens({ id_token, ...told.answer }) };
        },
    };
    return told;
}
