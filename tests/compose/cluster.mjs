// The test's view of Docker: its compose project, seen and changed through the command line.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
// "docker compose" or "docker-compose": run.sh found out which there is.
const [program, ...first] = (process.env.COMPOSE ?? 'docker compose').split(' ');

export async function docker(...args) {
    const { stdout } = await run('docker', args, { timeout: 120_000 });
    return stdout.trim();
}

export async function compose(...args) {
    const { stdout } = await run(program, [...first, ...args], { timeout: 300_000, maxBuffer: 1 << 26 });
    return stdout.trim();
}

// Containers of a service, running or not, oldest first.
export async function containers(service, { all = false } = {}) {
    const ids = await docker(
        'ps',
        '--quiet',
        '--no-trunc',
        ...(all ? ['--all'] : []),
        '--filter',
        `label=com.docker.compose.project=${process.env.COMPOSE_PROJECT_NAME}`,
        ...(service ? ['--filter', `label=com.docker.compose.service=${service}`] : []),
    );
    if (ids === '') return [];
    const found = JSON.parse(await docker('inspect', ...ids.split('\n')));
    return found
        .map(({ Id: id, Created: created, State: state, Config: config }) => ({
            id,
            created,
            service: config.Labels['com.docker.compose.service'],
            isRunning: state.Running,
            health: state.Health?.Status ?? 'none',
            exitCode: state.ExitCode,
        }))
        .sort((a, b) => (a.created < b.created ? -1 : 1));
}

// Connections to a gateway's port that are open, as its kernel has them: /health tells no numbers.
export async function connectionsOf(gateway) {
    const tables = await docker('exec', gateway.id, 'cat', '/proc/net/tcp', '/proc/net/tcp6');
    return tables.split('\n').filter((line) => /^ *\d+: [0-9A-F]+:1F40 [0-9A-F]+:[0-9A-F]{4} 01 /.test(line)).length;
}
