// A /proc for the monitor: a machine that does nothing.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function stillMachine() {
    const proc = mkdtempSync(join(tmpdir(), 'pictures-'));
    const file = (name, lines) => writeFileSync(join(proc, name), `${lines.join('\n')}\n`);
    const cores = [0, 1, 2, 3].map((core) => `cpu${core} 25 0 0 75 0 0 0 0 0 0`);
    file('stat', ['cpu  100 0 0 300 0 0 0 0 0 0', ...cores, 'intr 0']);
    file('meminfo', ['MemTotal: 8388608 kB', 'MemFree: 2097152 kB', 'MemAvailable: 4194304 kB', 'Cached: 2097152 kB']);
    file('loadavg', ['0.50 0.25 0.10 1/10 99']);
    file('uptime', ['266400.00 1.00']);
    for (const [pid, name, pages] of [
        [1, 'init', 3000],
        [321, 'database', 90_000],
        [4567, 'a program with a long name', 12_000],
    ])
        process(join(proc, String(pid)), pid, name, pages);
    return proc;
}

// See proc(5).
function process(folder, pid, name, pages) {
    mkdirSync(folder);
    const fields = ['S', 1, 1, 1, 0, -1, 0, 0, 0, 0, 0, 5, 5, 0, 0, 20, 0, 1, 0, 100, 0, pages];
    writeFileSync(join(folder, 'stat'), `${pid} (${name}) ${fields.join(' ')}\n`);
}
