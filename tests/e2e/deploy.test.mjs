// What operators install: Kubernetes' manifests against its schemas, the compose file, the dashboard against
// the metrics there are, man pages, the unit, and the Debian package in a root of its own.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { rowsOf } from '../../tools/def_rows.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(join(top, path), 'utf8');
const settings = rowsOf(read('host/options.def'), 'OPTION').map(([, , , variable]) => `TROUPE_${variable}`);

// -- Kubernetes --

const manifests = readdirSync(join(top, 'deploy/kubernetes'))
    .filter((file) => file !== 'kustomization.yaml')
    .flatMap((file) => parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((document) => document.toJS()));

test('every manifest is what Kubernetes takes', async () => {
    assert.deepEqual(
        parse(read('deploy/kubernetes/kustomization.yaml')).resources.sort(),
        readdirSync(join(top, 'deploy/kubernetes'))
            .filter((file) => file !== 'kustomization.yaml')
            .sort(),
    );
    for (const manifest of manifests) {
        const models = await import(`kubernetes-models/${manifest.apiVersion}`).catch(() => null);
        assert.ok(models?.[manifest.kind], `${manifest.apiVersion} ${manifest.kind}`);
        new models[manifest.kind](manifest).validate();
    }
});

test('a wrong manifest is found out', async () => {
    const { Deployment } = await import('kubernetes-models/apps/v1');
    const worker = structuredClone(manifests.find((m) => m.kind === 'Deployment'));
    worker.spec.template.spec.containers[0].ports[0].containerPort = 'bus';
    assert.throws(() => new Deployment(worker).validate(), /containerPort/);
});

const deployments = manifests.filter((manifest) => manifest.kind === 'Deployment');

test('every role has its probes, a time to drain, and settings that there are', () => {
    assert.deepEqual(
        deployments.map((d) => d.metadata.name).sort(),
        ['broker', 'gateway', 'handlers', 'worker'].map((role) => `troupe-${role}`),
    );
    for (const { metadata, spec } of deployments) {
        const pod = spec.template.spec;
        const [container] = pod.containers;
        assert.equal(container.livenessProbe.httpGet.path, '/healthz');
        assert.equal(container.readinessProbe.httpGet.path, '/readyz');
        assert.ok(container.ports.some((port) => port.name === container.readinessProbe.httpGet.port));
        assert.ok(pod.terminationGracePeriodSeconds >= 20, metadata.name);
        assert.deepEqual(container.securityContext.capabilities.drop, ['ALL']);
        for (const { name } of container.env) assert.ok(settings.includes(name), name);
        assert.deepEqual(spec.selector.matchLabels, spec.template.metadata.labels);
    }
    const gateway = deployments.find((d) => d.metadata.name === 'troupe-gateway');
    assert.ok(gateway.spec.template.spec.containers[0].lifecycle.preStop.exec, 'the drain hook');
});

test('workers are scaled by their sessions', () => {
    const scaler = manifests.find((manifest) => manifest.kind === 'HorizontalPodAutoscaler');
    assert.equal(scaler.spec.scaleTargetRef.name, 'troupe-worker');
    const [pods] = scaler.spec.metrics.filter((metric) => metric.type === 'Pods');
    assert.ok(families.has(pods.pods.metric.name));
});

// -- metrics --

const families = new Map(rowsOf(read('metrics/metrics.def'), 'FAMILY').map(([, kind, , name]) => [name, kind]));

test('the dashboard and the compose file ask for metrics and settings that there are', () => {
    const dashboard = JSON.parse(read('deploy/grafana.json'));
    const expressions = dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr));
    assert.ok(expressions.length > 15);
    for (const expression of expressions)
        for (const [, name] of expression.matchAll(/\b((?:troupe|process)_\w+?)(?:_bucket)?(?=[{)\s[])/g))
            assert.ok(families.has(name), `${name} in ${expression}`);
    const { services } = parse(read('docker-compose.yml'), { merge: true });
    for (const [name, service] of Object.entries(services))
        for (const variable of Object.keys(service.environment ?? {}))
            assert.ok(
                !variable.startsWith('TROUPE_') || settings.includes(variable.replace(/_FILE$/, '')),
                `${name}: ${variable}`,
            );
    for (const role of ['broker', 'worker', 'handlers', 'gateway'])
        assert.equal(services[role].environment.TROUPE_ADMIN, '0.0.0.0:9100', role);
    assert.deepEqual(services.prometheus.profiles, ['metrics']);
    const scrape = parse(read('deploy/prometheus.yml')).scrape_configs[0];
    assert.deepEqual(scrape.static_configs[0].targets, ['broker:9100']);
});

// -- packages --

let root;
before(() => {
    root = mkdtempSync(join(tmpdir(), 'troupe-deploy-'));
});
after(() => rmSync(root, { recursive: true, force: true }));

const run = (program, ...args) => execFileSync(program, args, { cwd: top, encoding: 'utf8', stdio: 'pipe' });

test('man pages have every setting and command, each of those its own, and roff has nothing to say', () => {
    run('make', '-s', 'SKIP_INSTALL=1', 'man');
    const words = {
        troupe: ['ps', 'top', 'drain NODE', '--bus ENDPOINT', 'troupe-record(1)'],
        'troupe-new': ['--example EXAMPLE', 'wizard'],
        'troupe-dev': ['--port N', '--release', '// Needs: NAME', 'TROUPE_SERVER_PORT'],
        'troupe-record': ['RECORDING.rec', 'troupe dev'],
        'troupe-test': ['--write', 'test_*.c'],
        'troupe-app': settings.filter((name) => name !== 'TROUPE_'),
    };
    for (const page of Object.keys(words)) {
        const checked = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou', join(top, `build/man/${page}.1`)], {
            encoding: 'utf8',
        });
        assert.equal(checked.stderr, '');
        const text = checked.stdout.replaceAll(/\s+/g, ' ');
        for (const word of words[page]) assert.ok(text.includes(word), word);
    }
    assert.equal(read('build/man/troupe-drain.1'), '.so man1/troupe.1\n');
});

test('an example of an env file has settings that there are, and names no file that root alone reads', () => {
    const lines = [...read('deploy/example.env').matchAll(/^#?(TROUPE_\w+)=(.*)$/gm)];
    assert.ok(lines.length > 4);
    for (const [line, name, value] of lines) {
        assert.ok(settings.includes(name.replace(/_FILE$/, '')), line);
        // The unit's user is made at its start: it cannot read there.
        assert.ok(!value.startsWith('/etc/'), line);
    }
});

test('the units are some', { skip: spawnSync('systemd-analyze', ['--version']).error && 'no systemd' }, () => {
    // The program of the instance is not installed here.
    const units = ['service', 'socket'].map((kind) => join(top, `deploy/troupe@.${kind}`));
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });
    const complaints = stderr
        .split('\n')
        .filter((line) => line.includes('troupe@') && !line.includes('is not executable'));
    assert.deepEqual(complaints, []);
});

test('the Debian packages install into a root of their own, and what they bring runs', async () => {
    run('make', '-s', 'SKIP_INSTALL=1', 'DEB_COMPRESSION=none', 'deb');
    const folder = join(top, 'build/deb');
    const files = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    assert.deepEqual(files.map((name) => name.split('_')[0]).sort(), ['libtroupe-dev', 'libtroupe0', 'troupe']);
    const fieldOf = (name, field) =>
        run(
            'dpkg',
            '-f',
            join(
                folder,
                files.find((file) => file.startsWith(`${name}_`)),
            ),
            field,
        );
    run('mkdir', '-p', join(root, 'var/lib/dpkg/info'), join(root, 'var/lib/dpkg/updates'));
    run('touch', join(root, 'var/lib/dpkg/status'));
    // The root has no libraries: those of this machine are used, so dependencies are not asked for.
    run(
        'dpkg',
        `--root=${root}`,
        '--force-not-root',
        '--force-depends',
        '--force-script-chrootless',
        '-i',
        ...files.map((file) => join(folder, file)),
    );
    assert.match(run('dpkg', `--root=${root}`, '-s', 'troupe'), /Status: install ok installed/);
    for (const name of ['troupe', 'libtroupe0'])
        assert.match(fieldOf(name, 'Depends'), /libzmq5.*libwebsockets-evlib-ev/);
    assert.match(fieldOf('libtroupe-dev', 'Depends'), /^libtroupe0 \(= .*libzmq3-dev/);
    assert.match(fieldOf('libtroupe-dev', 'Recommends'), /gcc.*libsqlite3-dev/);
    assert.match(fieldOf('troupe', 'Recommends'), /^libtroupe-dev \(= /);
    assert.match(run(join(root, 'usr/bin/troupe'), '--help'), /drain NODE/);
    const libraries = `/usr/lib/${run('dpkg-architecture', '-qDEB_HOST_MULTIARCH').trim()}`;
    for (const [name, paths] of Object.entries({
        troupe: [
            '/usr/share/man/man1/troupe.1.gz',
            '/lib/systemd/system/troupe@.service',
            '/lib/systemd/system/troupe@.socket',
        ],
        libtroupe0: [`${libraries}/libtroupe.so.0`, `${libraries}/libtroupe-actors.so.0`],
        'libtroupe-dev': [
            '/usr/include/troupe/troupe.h',
            `${libraries}/libtroupe.so`,
            `${libraries}/libtroupe.a`,
            `${libraries}/pkgconfig/troupe-actors.pc`,
            `${libraries}/cmake/Troupe/TroupeConfig.cmake`,
        ],
    })) {
        const installed = run('dpkg', `--root=${root}`, '-L', name).split('\n');
        for (const path of paths) assert.ok(installed.includes(path), path);
    }
    const child = spawn(join(root, 'usr/lib/troupe/counter'), ['--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const [, url] = line.match(/listening on (\S+)/);
    assert.equal((await fetch(`${url}/health`)).status, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    run('dpkg', `--root=${root}`, '--force-not-root', '--force-script-chrootless', '-r', 'troupe');
    assert.ok(!existsSync(join(root, 'usr/bin/troupe')));
});
