import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, run, shows, test, until, visit } from './support.mjs';

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

static void build(tr_page *page)
{
    const struct basket *basket = tr_state(page);
    ui_add(page, ui_text(GREETING, .key = "greeting"));
    ui_add(page, ui_text(ui_format("%d", basket->count), .key = "count"));
    ui_add(page, ui_text_field(.key = "note", .label = "Note"));
    ui_add(page, ui_filled_button("Add", .on_click = add));
    ui_add(page, ui_filled_button("Crash", .on_click = crash));
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

async function work() {
    const folder = mkdtempSync(join(tmpdir(), 'desk-'));
    const temporary = mkdtempSync(join(tmpdir(), 'desk-tmp-'));
    save(folder, 'words.h', words('Hello', 1));
    save(folder, 'app.c', APP);
    const hold = join(folder, 'hold');
    const desk = run('troupe', ['dev', '--port', '0', join(folder, 'app.c')], { TMPDIR: temporary, HOLD: hold });
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
    save(desk.folder, 'words.h', words('Good morning', 10));
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
