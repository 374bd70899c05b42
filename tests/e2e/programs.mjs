// The processes that tests start.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dismiss, heed, PATIENCE_MS, watched, within } from './waits.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const bin = resolve(process.env.TROUPE_BIN ?? join(here, '../../build/bin'));
const LOG_MS = 5000;
const LOG_LENGTH = 3000; // of a log in a failure

// One process of an example. Its ready line is what it prints once it can be used.
export class Program {
    log = '';
    isClosed = false;
    isTold = false; // the failure of a test has its log already
    waiting = 0; // who wants to hear it say something

    constructor(child) {
        this.child = child;
        this.name = [basename(child.spawnfile), ...child.spawnargs.slice(1)].join(' ');
        this.ended = once(child, 'exit');
        // Later than its exit: all that it wrote has been read.
        this.closed = once(child, 'close').then(() => {
            this.isClosed = true;
        });
        heed(this);
        for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (text) => {
                this.log += text;
                child.emit('said');
            });
    }

    says(pattern, patienceMs = PATIENCE_MS) {
        return watched(`${this.name} says ${pattern}`, async () => {
            this.waiting++;
            try {
                return await this.hear(pattern, patienceMs);
            } finally {
                this.waiting--;
            }
        });
    }

    async hear(pattern, patienceMs) {
        const deadline = AbortSignal.timeout(patienceMs);
        for (;;) {
            const match = pattern.exec(this.log);
            if (match) return match;
            if (this.isClosed) this.fail(`instead of saying ${pattern}`);
            await Promise.race([once(this.child, 'said', { signal: deadline }), this.closed]).catch((error) => {
                if (!deadline.aborted) throw error;
                this.fail(`and has not said ${pattern} within ${patienceMs} ms`);
            });
        }
    }

    fail(what) {
        this.isTold = true;
        assert.fail(`${this.name}: ${this.state()} ${what}:\n${this.endOfLog()}`);
    }

    endOfLog() {
        return this.log.length > LOG_LENGTH ? `…${this.log.slice(-LOG_LENGTH)}` : this.log;
    }

    // What it writes may be held open by a process that it started: the end is not always seen at `close`.
    state() {
        const { exitCode, signalCode } = this.child;
        if (exitCode === null && signalCode === null) return 'it runs';
        return `it ended with ${exitCode ?? signalCode}`;
    }

    async kill(signal = 'SIGKILL') {
        dismiss(this);
        if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
        await within(`${this.name} ends by ${signal}`, PATIENCE_MS, this.ended, () => {
            this.child.kill('SIGKILL');
            return this.log;
        });
        // The log is whole, unless a process that it started goes on writing.
        await within('its log ends', LOG_MS, this.closed).catch(() => undefined);
    }

    end() {
        return this.kill();
    }

    async testimony() {
        const line = `--- ${this.name}: ${this.state()}`;
        // What has ended well, and what nobody waits for, has nothing to do with the failure.
        if (this.child.exitCode === 0 && this.waiting === 0) return line;
        return this.isTold ? `${line}, its log stands above` : `${line}\n${this.endOfLog()}`;
    }
}

export function run(example, args = [], env = {}, folder = bin) {
    const child = spawn(join(folder, example), args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
    });
    return new Program(child);
}
