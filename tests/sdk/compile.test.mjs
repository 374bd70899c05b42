// Mistakes in programs: each file in compile/ must not compile, and the compiler has to say why in
// words that its author understands. A file's first line is a pattern for the message. It is an error
// whatever the options: each is compiled with many warnings, without any, and with what its second line says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('compile/', import.meta.url));
const include = fileURLToPath(new URL('../../include', import.meta.url));

const MANY = ['-Wall', '-Wextra'];

function compile(compiler, args, input, standard = 'c17', warnings = MANY) {
    return spawnSync(compiler, [`-std=${standard}`, ...warnings, `-I${include}`, '-fsyntax-only', ...args], {
        encoding: 'utf8',
        input,
        env: { ...process.env, LC_ALL: 'C' },
    });
}

for (const compiler of ['gcc', 'clang']) {
    const isThere = spawnSync(compiler, ['--version']).status === 0;
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.c')))
        test(`${compiler} explains ${name}`, { skip: !isThere && `${compiler} is not installed` }, () => {
            const source = readFileSync(folder + name, 'utf8');
            const only = /^\/\/ compilers: (.*)\n/m.exec(source)?.[1];
            if (only && only !== compiler) return;
            const wanted = /^\/\/ says: (.*)\n/.exec(source)[1];
            const own = /^\/\/ flags: (.*)\n/m.exec(source)?.[1].split(' ') ?? [];
            for (const warnings of [MANY, [], own]) {
                const { status, stderr } = compile(compiler, [folder + name], undefined, 'c17', warnings);
                assert.notEqual(status, 0, `it compiles with ${warnings.join(' ')}`);
                const errors = stderr.split('\n').filter((line) => / error: /.test(line));
                assert.match(errors[0], new RegExp(wanted));
                // Also where a macro's own line is named first.
                assert.match(stderr, new RegExp(`${name}:\\d+:\\d+:`));
            }
        });
    // The headers make some warnings errors in their own calls alone.
    test(`${compiler} leaves the author's own lines alone`, {
        skip: !isThere && `${compiler} is not installed`,
    }, () => {
        const { status, stderr } = compile(
            compiler,
            // gcc 14 and clang 16 make errors of these by themselves.
            ['-Wno-error', '-Wno-error=int-conversion', '-Wno-error=incompatible-pointer-types', '-x', 'c', '-'],
            `
#include <stdio.h>
#include <troupe/troupe.h>
enum one { ONE };
enum two { TWO };
TR_ASYNC(clicked)
{
    int number = ev; // an int from a pointer
    const char *text = &number;
    enum one one = TWO;
    printf(text);
    printf("%d", "text");
    ui_add(ev, ui_text("Hi", .size = number + (int)one));
}
`,
            'c17',
            ['-Wall', '-Wextra', '-Wno-error'],
        );
        assert.equal(status, 0, stderr);
        assert.match(stderr, /warning: .*(int-conversion|makes integer from pointer)/);
        assert.match(stderr, /warning: .*incompatible/i);
    });
    test(`${compiler} has nothing to say about a right program`, {
        skip: !isThere && `${compiler} is not installed`,
    }, () => {
        const { status, stderr } = compile(
            compiler,
            ['-Wpedantic', '-Werror', '-x', 'c', '-'],
            `
#include <troupe/troupe.h>
#include <troupe/packages/video.h>
enum { STEPS = 3 };
TR_ASYNC(clicked)
{
    const char *text;
    const tr_ev_tap *tap = TR_EVENT(ev, tap);
    if (tap != NULL && ui_clipboard_get(ev, &text, .timeout_ms = 500) == 0)
        ui_scroll_to(ev, "list", .offset = -1, .curve = UI_ANIMATION_CURVE_EASE);
    ui_video_seek(ev, "film", 1500);
    ui_wakelock_enable(ev);
    const unsigned *id = TR_PAYLOAD(ev, unsigned);
    if (id != NULL)
        ui_set_number(ev, "bar", "value", *id);
    ui_set_text(ev, "plain", text);
    ui_set_textf(ev, "bar", id == NULL ? "%d" : "%d bars", 3);
    tr_snack(ev, "%s", ui_format("%d", 3));
    tr_fail(ev, "no reason");
    ui_set(ev, "bar", ui_container_props(.width = UI_DEFAULT, .padding = UI_NONE, .bgcolor = "red", .content = UI_NONE,
                                         .on_click = UI_NONE, .expand = UI_DEFAULT, .blend_mode = UI_DEFAULT));
    ui_set(ev, NULL, ui_page_props(.title = "Title", .theme = ui_theme(.color_scheme_seed = "teal")));
}
ui_control *build(void);
ui_control *build(void)
{
    return ui_column(.spacing = 12, UI(
        ui_text("Hi", .color = "red", .text_align = UI_TEXT_ALIGN_CENTER),
        ui_progress_bar(.value = 1.5 / STEPS),
        ui_container(ui_icon("add"), .padding = ui_padding(8), .on_tap_down = clicked,
            .on_click = UI_CALL(clicked, &(unsigned){7}), .on_long_press = UI_CALL(clicked, "text")),
        ui_video(.key = "film", .autoplay = true)));
}
`,
        );
        assert.equal(stderr, '');
        assert.equal(status, 0);
    });
    // Without -std compilers have more names: `linux` and `unix` are macros there, unless a header sees to it.
    for (const standard of ['gnu17', 'gnu11'])
        test(`${compiler} takes every header as ${standard}`, {
            skip: !isThere && `${compiler} is not installed`,
        }, () => {
            const headers = readdirSync(`${include}/troupe`, { recursive: true }).filter(
                (name) => name.endsWith('.h') && name !== 'test.h',
            );
            const { status, stderr } = compile(
                compiler,
                ['-Werror', '-x', 'c', '-'],
                headers.map((name) => `#include <troupe/${name}>\n`).join('') +
                    'const void *theme(void);\nconst void *theme(void)\n{\n' +
                    '    static struct ui_page_transitions_theme_value all;\n    all.linux = UI_PAGE_TRANSITION_THEME_ZOOM;\n    return &all;\n}\n',
                standard,
            );
            assert.equal(stderr, '');
            assert.equal(status, 0);
        });
}
