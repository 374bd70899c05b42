import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, isAccessible, key, run, serve, shows, test, until, visit } from './support.mjs';

const APP = `#include <troupe/troupe.h>
#include <unistd.h>
#include "words.h"

struct basket {
    int count;
};
TR_LAYOUT(struct basket, count);

TR_ASYNC(add)
{
    struct basket *basket = tr_state(ev);
    basket->count += STEP;
    ui_set_textf(ev, "count", "%d", basket->count);
}

TR_ASYNC(crash)
{
    (void)ev;
    abort();
}

TR_ASYNC(lose)
{
    ui_set_text(ev, "nothing", "");
}

TR_ASYNC(ask)
{
    ui_set_text(ev, "greeting", tr_confirm(ev, "Sure?") == 1 ? "Sure" : "Not sure");
}

static void build(tr_page *page)
{
    const struct basket *basket = tr_state(page);
    ui_add(page, ui_text(GREETING, .key = "greeting"));
    ui_add(page, ui_text(ui_format("%d", basket->count), .key = "count"));
    ui_add(page, ui_text_field(.key = "note", .label = "Note"));
    ui_add(page, ui_filled_button("Add", .on_click = add));
    ui_add(page, ui_filled_button("Crash", .on_click = crash));
    ui_add(page, ui_filled_button("Misuse", .on_click = lose));
    ui_add(page, ui_filled_button("Ask", .on_click = ask));
}

int main(int argc, char **argv)
{
    while (access(getenv("HOLD"), F_OK) == 0)
        usleep(10000);
    return tr_run(argc, argv, &(tr_app){.name = "Basket", .build = build, TR_STATE(struct basket)});
}
`;

const words = (greeting, step) => `#include <stdlib.h>\n#define GREETING "${greeting}"\n#define STEP ${step}\n`;

// As editors save: another file takes its place.
function save(folder, name, text) {
    writeFileSync(join(folder, `.${name}.new`), text);
    renameSync(join(folder, `.${name}.new`), join(folder, name));
}

// With handlers that nobody calls.
function longer(app, lines) {
    let more = '';
    for (let i = 0; (app + more).split('\n').length < lines; i++)
        more += `
TR_ASYNC(more_${i})
{
    char text[64];
    (void)ui_get_text(ev, "note", "value", text, sizeof text);
    ui_set_textf(ev, "greeting", "%s %d", text, ${i});
    ui_set_children(ev, "rows", UI_LIST(ui_text("Row", .key = ui_format("row-%d", ${i})), ui_checkbox(.label = "x")));
}
`;
    return app + more;
}

async function work(app = APP) {
    const folder = mkdtempSync(join(tmpdir(), 'desk-'));
    save(folder, 'words.h', words('Hello', 1));
    save(folder, 'app.c', app);
    return workOn(folder, 'app.c');
}

async function workOn(folder, file, options = [], env = {}) {
    const temporary = mkdtempSync(join(tmpdir(), 'desk-tmp-'));
    const hold = join(folder, 'hold');
    const desk = run('troupe', ['dev', '--port', '0', ...options, join(folder, file)], {
        TMPDIR: temporary,
        HOLD: hold,
        ...env,
    });
    desk.folder = folder;
    desk.hold = hold;
    desk.temporary = temporary;
    const [, url] = await desk.says(/listening on (http:\/\/\S+)/, 120_000);
    desk.url = url;
    return desk;
}

async function done(desk) {
    await desk.kill('SIGTERM');
    assert.equal(desk.child.exitCode, 0);
    assert.deepEqual(readdirSync(desk.temporary), [], 'nothing is left behind');
    rmSync(desk.folder, { recursive: true });
    rmSync(desk.temporary, { recursive: true });
}

function read(path) {
    try {
        return readFileSync(path, 'utf8');
    } catch {
        return ''; // that process has ended
    }
}

const workersOf = (desk) =>
    readdirSync('/proc').filter(
        (pid) =>
            /^\d+$/.test(pid) &&
            read(`/proc/${pid}/status`).includes(`PPid:\t${desk.child.pid}\n`) &&
            read(`/proc/${pid}/cmdline`).includes('\0worker\0'),
    );

const joinedOf = (desk) => desk.log.match(/event=member_joined .*roles=2/g)?.length ?? 0;

test('a worker that crashes while the next one comes up leaves one that serves', async () => {
    const desk = await work();
    const { page, leave } = await visit(desk.url);
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1');
    writeFileSync(desk.hold, '');
    save(desk.folder, 'words.h', `${words('Good morning', 10)}#define abort() (void)0\n`);
    const both = await until(
        'the next worker is there',
        () => workersOf(desk),
        (found) => found.length === 2,
    );
    const joined = joinedOf(desk);
    await page.getByRole('button', { name: 'Crash' }).click();
    await desk.says(/the worker ended: SIGABRT/, 120_000);
    await until(
        'one is in its place',
        () => workersOf(desk),
        (found) => found.length === 2 && found.some((pid) => !both.includes(pid)),
    );
    // Both get ready before anybody hears of it.
    process.kill(desk.child.pid, 'SIGSTOP');
    rmSync(desk.hold);
    await until(
        'both are ready',
        () => joinedOf(desk),
        (count) => count >= joined + 2,
    );
    process.kill(desk.child.pid, 'SIGCONT');
    await page.locator(key('greeting'), { hasText: 'Good morning' }).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '11');
    await until(
        'one worker is left',
        () => workersOf(desk),
        (found) => found.length === 1,
    );
    const panel = page.locator('#troupe-desk').getByRole('dialog');
    assert.equal(await panel.isVisible(), false, 'the program that crashed is not the one that serves');
    await leave();
    await done(desk);
});

const MORE = APP.replace('    int count;\n', '    int more;\n    int count;\n').replace(
    'basket, count',
    'basket, more, count',
);

const asked = (page) => page.locator('#troupe-desk').getByRole('dialog', { name: /another layout|migrate did not/ });
const choose = (page, name) => asked(page).getByRole('button', { name, exact: true }).click();

test('what becomes of pages when the state struct has other members is asked, and they go on until then', async () => {
    const desk = await work();
    const { page, leave } = await visit(desk.url, { isHarmless: [/./] });
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1');
    save(desk.folder, 'app.c', MORE);
    await desk.says(/troupe dev: the state struct is another one than open pages have/, 120_000);
    await asked(page).waitFor();
    await isAccessible(page);
    assert.equal(await asked(page).getByRole('button', { name: /Keep/ }).count(), 0, 'without migrate');
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '2');
    const { question } = await (await fetch(`${desk.url}/_desk/status.json`)).json();
    const answer = (text, headers) => fetch(`${desk.url}/_desk/answer/${text}`, { method: 'POST', headers });
    assert.equal((await answer(`${question.token}-anew`, { Origin: 'https://elsewhere.example' })).status, 403);
    assert.equal((await answer('A_B', {})).status, 400);
    assert.equal((await answer('1-0-anew', {})).status, 200, 'heard, and the answer to nothing');
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '3');
    await choose(page, 'Begin anew');
    await desk.says(/swapped in after/, 120_000);
    await page.locator(key('count'), { hasText: '0' }).waitFor({ timeout: 120_000 });
    await asked(page).waitFor({ state: 'hidden' });
    await leave();
    await done(desk);
});

// A migrate that takes no state of version 1, or the count.
const migrating = (takes) =>
    MORE.replace(
        'TR_ASYNC(add)',
        `static int from_before(void *state, uint32_t version, tr_loader *in)
{
    (void)version;
    size_t size;
    const int *count = tr_load_bytes(in, &size);
    ((struct basket *)state)->count = count != NULL ? 10 * *count : 0;
    return ${takes ? 0 : -1};
}

TR_ASYNC(add)`,
    ).replace('TR_STATE(struct basket)', 'TR_STATE(struct basket, .version = 2, .migrate = from_before)');

test('a state is kept by migrate; one that it does not take brings the program before back', async () => {
    const desk = await work();
    const { page, leave } = await visit(desk.url, { isHarmless: [/./] });
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1');
    save(desk.folder, 'app.c', migrating(false));
    await choose(page, 'Keep the state, by migrate');
    await asked(page).filter({ hasText: 'migrate did not take the state of a page' }).waitFor();
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '2');
    save(desk.folder, 'app.c', migrating(true));
    await asked(page).filter({ hasText: 'another layout' }).waitFor();
    await choose(page, 'Keep the state, by migrate');
    await page.locator(key('count'), { hasText: '20' }).waitFor({ timeout: 120_000 });
    await leave();
    await done(desk);
});

test('what is saved is swapped in, and open pages keep what they had', async () => {
    const desk = await work();
    const { page, leave } = await visit(desk.url);
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1');
    await page.getByLabel('Note').fill('milk');
    save(desk.folder, 'words.h', words('Good morning', 10));
    await page.locator(key('greeting'), { hasText: 'Good morning' }).waitFor({ timeout: 120_000 });
    assert.equal(await page.getByLabel('Note').inputValue(), 'milk');
    assert.equal(
        await page.evaluate(() => document.activeElement?.tagName !== 'BODY'),
        true,
        'the field has the focus',
    );
    await shows(page, 'count', '1');
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '11');

    save(desk.folder, 'app.c', APP.replace('basket->count +=', 'basket->cuont +='));
    await desk.says(/cuont[^]*does not compile; the last program that did goes on/, 120_000);
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '21');

    save(desk.folder, 'app.c', APP);
    await page.getByRole('button', { name: 'Crash' }).click();
    await desk.says(/the worker ended: SIGABRT/, 120_000);
    await page.locator(key('count'), { hasText: '21' }).waitFor({ timeout: 120_000 });
    assert.equal(await page.getByLabel('Note').inputValue(), 'milk');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.locator(key('count'), { hasText: '31' }).waitFor({ timeout: 120_000 });
    await leave();
    await done(desk);
});

test('what does not compile and what crashes stands over the page, which goes on', async () => {
    const desk = await work();
    const { page, leave } = await visit(desk.url);
    const panel = page.locator('#troupe-desk').getByRole('dialog');
    const note = page.getByLabel('Note');
    await note.fill('milk');
    // With more to say than there is room for.
    save(desk.folder, 'app.c', APP.replace('basket->count += STEP;', 'basket->cuont += STEP;\n'.repeat(12)));
    await panel.waitFor({ timeout: 120_000 });
    const said = await panel.innerText();
    assert.match(said, /This does not compile/);
    assert.match(said, /app\.c:13/);
    assert.match(said, /has no member named .cuont/);
    const tabs = await page.locator('#troupe-desk').getByRole('tablist').boundingBox();
    assert.ok(tabs.height >= 24, `the tabs are ${tabs.height} px high`);
    // Who types goes on typing, and the page works.
    await page.keyboard.type(' and tea');
    assert.equal(await note.inputValue(), 'milk and tea');
    await isAccessible(page);
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1');

    // The key leads there, and Escape back; what was closed can be opened again until it compiles.
    await note.focus();
    await page.keyboard.press('F8');
    await page.waitForFunction(() => document.activeElement?.id === 'troupe-desk');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.equal(await note.evaluate((field) => field.getRootNode().activeElement === field), true);
    const chip = page.getByRole('button', { name: 'This does not compile' });
    await isAccessible(page);
    await chip.click();
    await panel.waitFor();
    save(desk.folder, 'app.c', APP);
    await panel.waitFor({ state: 'hidden', timeout: 120_000 });
    assert.equal(await chip.isVisible(), false);

    await page.getByRole('button', { name: 'Crash' }).click();
    await panel.getByRole('heading', { name: 'The handler crash crashed' }).waitFor({ timeout: 120_000 });
    const crash = await panel.innerText();
    assert.match(
        await page.locator('#troupe-desk .place').innerText(),
        /app\.c:20$/,
        'where it crashed, not its handler',
    );
    assert.match(crash, /SIGABRT/);
    await desk.says(/the worker ended: SIGABRT \(Aborted\) at \S*app\.c:20/);
    assert.match(crash, / in \S*crash\S* .*app\.c:20/, 'its backtrace');
    await page.locator(key('count'), { hasText: '1' }).waitFor({ timeout: 120_000 });
    await isAccessible(page);
    // It is done again until it is given up: the next program would crash of it, too.
    await page.getByText('What you did could not be done').waitFor({ timeout: 120_000 });
    const tabs2 = page.locator('#troupe-desk');
    await tabs2.getByRole('tab', { name: 'Events' }).click();
    await tabs2.getByText(/FilledButton \d+ click {2}sent 3 times {2}lost: the server failed/).waitFor();
    await tabs2.getByRole('tab', { name: 'Problem' }).click();
    save(desk.folder, 'words.h', words('Good morning', 10));
    await panel.waitFor({ state: 'hidden', timeout: 120_000 });
    await leave();
    await done(desk);
});

test('the page is an instrument: events, handlers, the tree and the log of its session', async () => {
    const desk = await work();
    const { page, leave } = await visit(desk.url);
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1');
    await page.keyboard.press('F8');
    const panel = page.locator('#troupe-desk').getByRole('dialog', { name: 'Instruments' });
    await panel.getByRole('tab', { name: 'Events', selected: true }).waitFor();
    const shown = panel.getByRole('tabpanel');
    const has = (wanted) =>
        until(
            `${wanted}`,
            () => shown.innerText(),
            (text) => wanted.test(text),
        );
    await has(/event +\d+ B {2}FilledButton \d+ click {2}shown after \d/);
    await has(/patch +\d+ B {2}Text "count", 1 change/);
    await isAccessible(page);
    await panel.getByRole('tab', { name: 'Events' }).focus();
    await page.keyboard.press('ArrowRight');
    await panel.getByRole('tab', { name: 'Handlers', selected: true }).waitFor();
    await has(/add +1 × {2}last +[\d.]+ ms {2}slowest +[\d.]+ ms {2}click {2}app\.c:10/);
    await panel.getByRole('tab', { name: 'Tree' }).click();
    await has(/ {4}Text "count" {2}value="1"/);
    await panel.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('button', { name: 'Misuse' }).click();
    await has(/event=page_misuse .*key="nothing"/);
    await isAccessible(page);
    assert.equal(desk.log.includes('handler_took'), false, 'times are for the panel alone');

    // A dialog of the app makes inert what is beside it, but for the panel; and it stays when that is used.
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('Sure?').waitFor();
    await panel.getByRole('tab', { name: 'Handlers' }).click();
    await has(/add +1 ×/);
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'hidden' });
    await page.keyboard.press('F8');
    await panel.getByRole('tab', { name: 'Tree' }).click();
    await has(/AlertDialog/);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'OK' }).click();
    await shows(page, 'greeting', 'Sure');
    await page.keyboard.press('F8');
    await panel.getByRole('tab', { name: 'Log' }).click();

    // What does not compile comes first, and what was looked at is there again.
    save(desk.folder, 'app.c', APP.replace('basket->count +=', 'basket->cuont +='));
    await page
        .locator('#troupe-desk')
        .getByRole('tab', { name: 'Problem', selected: true })
        .waitFor({ timeout: 120_000 });
    await page.keyboard.press('F8');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await leave();
    await done(desk);
});

test('a port comes from a variable, and one that is taken is said before anything is compiled', async () => {
    const desk = await work();
    const { port } = new URL(desk.url);
    const second = run('troupe', ['dev', join(desk.folder, 'app.c')], { TROUPE_SERVER_PORT: port });
    const [, next] = await second.says(
        /port \d+ is in use; take another one: troupe dev --port (\d+), or make dev PORT=/,
    );
    assert.notEqual(next, port);
    await second.ended;
    assert.equal(second.child.exitCode, 1);
    assert.equal(second.log.trim().split('\n').length, 1);
    await done(desk);
});

test('an app in C++ is swapped in, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'desk-'));
    execFileSync(join(bin, 'troupe'), ['new', 'shop', '--cpp'], { cwd: folder });
    const desk = await workOn(folder, 'shop/app.cpp');
    const { page, leave } = await visit(desk.url);
    await page.getByLabel('Something new').fill('Milk');
    await page.getByRole('button', { name: 'Add' }).click();
    await shows(page, 'count', '1 thing');
    const before = readFileSync(join(folder, 'shop/app.cpp'), 'utf8');
    save(join(folder, 'shop'), 'app.cpp', before.replace('.content = "Add"', '.content = "Put"'));
    await page.getByRole('button', { name: 'Put' }).waitFor({ timeout: 120_000 });
    await page.getByText('Milk').waitFor();
    await leave();
    await done(desk);
});

test('a phone finds the address, as text and as a code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'desk-'));
    execFileSync(join(bin, 'troupe'), ['new', 'shop'], { cwd: folder });
    writeFileSync(join(folder, 'qrencode'), '#!/bin/sh\necho "code: $*"\n', { mode: 0o755 });
    const options = ['--phone', '--host', '127.0.0.1'];
    const desk = await workOn(folder, 'shop/app.c', options, { PATH: `${folder}:${process.env.PATH}` });
    const [, url] = await desk.says(/on a phone: (\S+)/, 120_000);
    assert.equal(url, desk.url);
    const [, drawn] = await desk.says(/code: .* (http\S+)/, 120_000);
    assert.equal(drawn, url);
    await done(desk);
});

test('from save to screen, for an app of 600 lines', async (context) => {
    const desk = await work(longer(APP, 600));
    const { page, leave } = await visit(desk.url);
    const times = [];
    for (let i = 0; i < 4; i++) {
        const start = performance.now();
        save(desk.folder, 'words.h', words(`Hello ${i}`, 1));
        await page.locator(key('greeting'), { hasText: `Hello ${i}` }).waitFor({ timeout: 120_000 });
        times.push(Math.round(performance.now() - start));
    }
    context.diagnostic(`ms, sorted: ${times.sort((a, b) => a - b).join(' ')}`);
    await leave();
    await done(desk);
});

test('nothing of it is in production: neither code nor answers', async () => {
    const app = await serve('counter');
    for (const name of ['panel.js', 'status.json', 'log.json', '']) {
        const answer = await fetch(new URL(`_desk/${name}`, app.url));
        if (name) assert.equal(answer.status, 404, name);
        assert.doesNotMatch(await answer.text(), /_desk|troupe-desk/, name);
    }
    assert.doesNotMatch(await (await fetch(app.url)).text(), /_desk/);
    await app.kill('SIGTERM');
    assert.equal(readFileSync(join(bin, 'counter')).includes('troupe-desk'), false);
    assert.equal(readFileSync(join(bin, 'troupe')).includes('troupe-desk'), true);
});
