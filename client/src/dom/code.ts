// Code that is fetched when it is needed. The build makes each import() of the client's sources a call of fetchModule
// (scripts/fetched.mjs).

const TRIES = 6;
const FIRST_WAIT_MS = 500;

// Shared: the files of the build that came, and the addresses of those that each imports; alike for all apps.
const files = new Map<string, Promise<string[]>>();
// Shared: as the files are.
const modules = new Map<string, Promise<unknown>>();
// Shared: what the console was told, which is the document's.
const told = new Set<string>();

// A browser may remember for as long as the document lives that a module could not be fetched, or what it imports. So
// they are fetched as plain files first, as often as it takes, and are a module once all of them are in its cache.
export function fetchModule(name: string): Promise<unknown> {
    return kept(modules, new URL(name, import.meta.url).href, async (url) => {
        await Promise.all((await fetchFile(url)).map(fetchFile));
        return evaluate(url);
    });
}

function fetchFile(url: string): Promise<string[]> {
    return kept(files, url, () =>
        persist(async () => {
            const answer = await fetch(url);
            if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
            // The build writes on a file's first line what it imports. A part of the text keeps all of it, and so does a
            // regular expression that has looked at it.
            const [line = ''] = (await answer.text()).split('\n', 1);
            const parts = line.startsWith('//') ? line.slice(2).split(' ') : [];
            return parts.map((part) => new URL(part, url).href);
        }),
    );
}

// What does not come because the network is away for a moment is asked for again; the last failure is the answer.
export async function persist<T>(ask: () => Promise<T>): Promise<T> {
    for (let at = 1; ; at++)
        try {
            return await ask();
        } catch (error) {
            if (at === TRIES) throw error;
            await new Promise((done) => setTimeout(done, FIRST_WAIT_MS * 2 ** (at - 1)));
        }
}

// A browser without a cache asks for the file once more, in vain maybe. Then only another address is asked for anew. What
// the code itself threw comes again as it was: it has run, and must not run twice.
async function evaluate(url: string): Promise<unknown> {
    let last: unknown;
    for (const address of [url, url, `${url}?again=${Date.now()}`])
        try {
            return await import(address);
        } catch (error) {
            if (error === last) break;
            last = error;
        }
    throw last;
}

// One for all that ask, until it fails.
function kept<T>(all: Map<string, Promise<T>>, key: string, make: (key: string) => Promise<T>): Promise<T> {
    let one = all.get(key);
    if (!one) {
        all.set(key, (one = make(key)));
        one.catch(() => all.delete(key));
    }
    return one;
}

// For what is there without that code, only plainer: so it stays when the code does not come, and the console has a line.
export async function withCode<T>(fetch: () => Promise<T>, use: (code: T) => void): Promise<void> {
    const code = await fetch().catch((error: unknown) => tell(`troupe: ${String(error)}`));
    if (code) use(code);
}

function tell(line: string): void {
    if (!told.has(line)) console.error(line);
    told.add(line);
}
