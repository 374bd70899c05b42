// Code that is fetched when it is needed.

const TRIES = 6;
const FIRST_WAIT_MS = 500;

// Shared: what the console was told, which is the document's.
const told = new Set<string>();

// What does not come because the network is away for a moment is asked for again; the last failure is the answer.
export async function fetchCode<T>(fetch: () => Promise<T>): Promise<T> {
    for (let at = 1; ; at++)
        try {
            return await fetch();
        } catch (error) {
            if (at === TRIES) throw error;
            await new Promise((done) => setTimeout(done, FIRST_WAIT_MS * 2 ** (at - 1)));
        }
}

// For what is there without that code, only plainer: so it stays when the code does not come, and the console has a line.
export async function withCode<T>(fetch: () => Promise<T>, use: (code: T) => void): Promise<void> {
    const code = await fetchCode(fetch).catch((error: unknown) => tell(`troupe: ${String(error)}`));
    if (code) use(code);
}

function tell(line: string): void {
    if (!told.has(line)) console.error(line);
    told.add(line);
}
