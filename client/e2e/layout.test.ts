// Where things lie, measured: each row builds a page of 1000 x 800 px without padding and says where
// the controls with these keys have to be, as [left, top, width, height]; null = not said.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Mock, Node } from '../test/support/mock.ts';
import { by, closeBrowser, isWhole, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

type Rect = (number | null)[];
type Props = { [name: string]: unknown };
type Make = {
    box(key: string, width?: number, height?: number, props?: Props): Node;
    make: Mock['make'];
    row(props: Props, ...controls: Node[]): Node;
    column(props: Props, ...controls: Node[]): Node;
};
type Case = {
    what: string;
    view?: Props;
    page?: Props;
    build(m: Make): Node[];
    want: { [key: string]: Rect };
};

const WIDTH = 1000;
const HEIGHT = 800;
const middle = { x: 0, y: 0 };

function maker(mock: Mock): Make {
    const make = mock.make.bind(mock);
    const sized = (key: string, width?: number, height?: number) => ({
        key,
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
    });
    return {
        make,
        box: (key, width, height, props = {}) =>
            make('Container', { ...sized(key, width, height), bgcolor: 'primarycontainer', ...props }),
        row: (props, ...controls) => make('Row', { ...props, controls }),
        column: (props, ...controls) => make('Column', { ...props, controls }),
    };
}

function open(one: Case): Promise<Stage> {
    return stage(
        (mock) => {
            Object.assign(mock.view, { padding: 0, ...one.view });
            Object.assign(mock.page, one.page);
            mock.controls.push(...one.build(maker(mock)));
        },
        { viewport: { width: WIDTH, height: HEIGHT } },
    );
}

async function check(one: Case, s: Stage): Promise<void> {
    for (const [key, want] of Object.entries(one.want)) {
        const at = async () =>
            s.page.locator(by(key)).evaluate((e) => {
                const { x, y, width, height } = e.getBoundingClientRect();
                return [x, y, width, height];
            });
        const isThere = (place: number[]) =>
            want.every((value, i) => value === null || Math.abs(value - place[i]!) <= 0.6);
        // A style may come a moment behind its control.
        const place = await until(at, isThere);
        assert.ok(isThere(place), `${key} is at ${place.map(Math.round)}, not ${want}`);
    }
    assert.deepEqual(s.errors, []);
}

const along = (alignment: string | undefined, ...lefts: number[]): Case => ({
    what: `a row's alignment ${alignment}`,
    build: ({ box, row }) => [row({ alignment, key: 'row' }, box('a', 100, 40), box('b', 100, 20))],
    want: {
        row: [0, 0, 1000, 40],
        a: [lefts[0]!, 0, 100, 40],
        // Without a vertical alignment what is lower lies in the middle.
        b: [lefts[1]!, 10, 100, 20],
    },
});

const inColumn = (alignment: string, ...tops: number[]): Case => ({
    what: `a column's alignment ${alignment}`,
    build: ({ box, column }) => [column({ alignment, height: 400 }, box('a', 100, 100), box('b', 100, 100))],
    want: { a: [0, tops[0]!, 100, 100], b: [0, tops[1]!, 100, 100] },
});

const CASES: Case[] = [
    along(undefined, 0, 110),
    along('center', 395, 505),
    along('end', 790, 900),
    along('spaceBetween', 0, 900),
    along('spaceAround', 197.5, 702.5),
    along('spaceEvenly', 263.3, 636.7),
    inColumn('start', 0, 110),
    inColumn('center', 95, 205),
    inColumn('end', 190, 300),
    inColumn('spaceBetween', 0, 300),
    inColumn('spaceEvenly', 63.3, 236.7),
    {
        what: "a row's vertical alignment",
        build: ({ box, row }) => [
            row({ vertical_alignment: 'start' }, box('a', 10, 40), box('b', 10, 20)),
            row({ vertical_alignment: 'end' }, box('c', 10, 40), box('d', 10, 20)),
            row({ vertical_alignment: 'stretch' }, box('e', 10, 40), box('f', 10)),
        ],
        want: { b: [20, 0, 10, 20], d: [20, 70, 10, 20], f: [20, 100, 10, 40] },
    },
    {
        what: "a column's horizontal alignment",
        build: ({ box, column }) => [
            column({ horizontal_alignment: 'center', width: 200 }, box('a', 100, 10)),
            column({ horizontal_alignment: 'end', width: 200 }, box('b', 100, 10)),
            column({ horizontal_alignment: 'stretch', width: 200 }, box('c', undefined, 10)),
        ],
        want: { a: [50, 0, 100, 10], b: [100, 20, 100, 10], c: [0, 40, 200, 10] },
    },
    {
        what: 'spacing, and none after the last',
        build: ({ box, row, column }) => [
            row({ spacing: 30 }, box('a', 10, 10), box('b', 10, 10)),
            column({ spacing: 0, key: 'column' }, box('c', 10, 10), box('d', 10, 10)),
        ],
        want: { b: [40, 0, 10, 10], d: [0, 30, 10, 10], column: [0, 20, 10, 20] },
    },
    {
        what: 'what expands shares what is left, by its factors',
        build: ({ box, row }) => [
            row(
                { spacing: 0 },
                box('a', 100, 10),
                box('b', undefined, 10, { expand: true }),
                box('c', undefined, 10, { expand: 2 }),
            ),
        ],
        want: { a: [0, 0, 100, 10], b: [100, 0, 300, 10], c: [400, 0, 600, 10] },
    },
    {
        what: 'what expands has no width of its own',
        build: ({ box, row }) => [row({ spacing: 0 }, box('a', 100, 10), box('b', 50, 10, { expand: true }))],
        want: { b: [100, 0, 900, 10] },
    },
    {
        what: 'what expands loosely takes no more than it needs',
        build: ({ box, row, make }) => [
            row(
                { spacing: 0 },
                make('Container', {
                    key: 'a',
                    expand: true,
                    expand_loose: true,
                    content: box('in', 50, 10),
                }),
                box('b', undefined, 10, { expand: true }),
            ),
        ],
        want: { a: [0, 0, 50, 10] },
    },
    {
        what: 'a page is filled by what expands in it',
        build: ({ box }) => [box('a', 100, 50), box('b', 100, undefined, { expand: true })],
        want: { a: [0, 0, 100, 50], b: [0, 60, 100, 740] },
    },
    {
        what: 'a tight row is as wide as its content, and lies where its column puts it',
        view: { horizontal_alignment: 'center' },
        build: ({ box, row }) => [row({ tight: true, key: 'row' }, box('a', 90, 10))],
        want: { row: [455, 0, 90, 10] },
    },
    {
        what: 'a row in a row takes what it needs',
        build: ({ box, row }) => [row({ alignment: 'center' }, row({ key: 'row' }, box('a', 90, 10)))],
        want: { row: [455, 0, 90, 10] },
    },
    {
        what: 'rows that wrap',
        build: ({ box, row }) => [
            row(
                { wrap: true, alignment: 'end', spacing: 20, run_spacing: 5 },
                box('a', 600, 10),
                box('b', 300, 10),
                box('c', 300, 10),
            ),
        ],
        want: { a: [80, 0, 600, 10], b: [700, 0, 300, 10], c: [700, 15, 300, 10] },
    },
    {
        what: 'columns that wrap',
        build: ({ box, column }) => [
            column({ wrap: true, height: 100, spacing: 10, run_spacing: 7 }, box('a', 50, 60), box('b', 50, 60)),
        ],
        want: { a: [0, 0, 50, 60], b: [57, 0, 50, 60] },
    },
    {
        what: 'columns take the height of what they are in',
        build: ({ box, column, row, make }) => [
            row({ height: 300 }, column({ alignment: 'end' }, box('a', 10, 10))),
            make('Container', { height: 200, content: column({ alignment: 'end' }, box('b', 10, 10)) }),
        ],
        want: { a: [0, 290, 10, 10], b: [0, 500, 10, 10] },
    },
    {
        what: 'a page in the middle of both ways',
        view: { horizontal_alignment: 'center', vertical_alignment: 'center' },
        build: ({ box }) => [box('a', 100, 100)],
        want: { a: [450, 350, 100, 100] },
    },
    {
        what: 'a page at its end',
        view: { horizontal_alignment: 'end', vertical_alignment: 'end' },
        build: ({ box }) => [box('a', 100, 100)],
        want: { a: [900, 700, 100, 100] },
    },
    {
        what: 'a page whose content stretches',
        view: { horizontal_alignment: 'stretch' },
        build: ({ make }) => [make('FilledButton', { content: 'Go', key: 'a' })],
        want: { a: [0, 0, 1000, null] },
    },
    {
        what: "a page's padding and spacing",
        view: { padding: { left: 5, top: 10, right: 15, bottom: 20 }, spacing: 3 },
        build: ({ box, row }) => [box('a', 10, 10), row({ key: 'b' }, box('c', 10, 10))],
        want: { a: [5, 10, 10, 10], b: [5, 23, 980, 10] },
    },
    {
        what: 'right to left',
        page: { rtl: true },
        build: ({ box, row }) => [row({}, box('a', 100, 10), box('b', 50, 10)), box('c', 10, 10)],
        want: { a: [900, 0, 100, 10], b: [840, 0, 50, 10], c: [990, 20, 10, 10] },
    },
    {
        what: 'a container is as large as its content, with its padding and margin',
        build: ({ box, make }) => [
            make('Container', {
                key: 'a',
                padding: 10,
                margin: { left: 7, top: 3, right: 0, bottom: 0 },
                content: box('b', 100, 50),
            }),
        ],
        want: { a: [7, 3, 120, 70], b: [17, 13, 100, 50] },
    },
    {
        what: 'a container with an alignment takes all the width there is',
        build: ({ box, make }) => [
            make('Container', { key: 'a', alignment: middle, content: box('b', 100, 50) }),
            make('Container', {
                key: 'c',
                alignment: { x: 1, y: 1 },
                width: 300,
                height: 200,
                content: box('d', 100, 50),
            }),
            make('Container', {
                alignment: { x: 0.5, y: -0.5 },
                width: 300,
                height: 200,
                content: box('e', 100, 100),
            }),
        ],
        want: {
            a: [0, 0, 1000, 50],
            b: [450, 0, 100, 50],
            c: [0, 60, 300, 200],
            d: [200, 210, 100, 50],
            e: [150, 295, 100, 100],
        },
    },
    {
        what: 'an empty container with only a height is a bar, one in a container fills it',
        build: ({ box, make }) => [
            box('a', undefined, 20),
            make('Container', { width: 300, height: 100, content: box('b') }),
        ],
        want: { a: [0, 0, 1000, 20], b: [0, 30, 300, 100] },
    },
    {
        what: 'a border is around the padding',
        build: ({ box, make }) => {
            const side = { width: 5, color: 'red' };
            const border = { left: side, top: side, right: side, bottom: side };
            return [make('Container', { key: 'a', border, padding: 10, content: box('b', 20, 20) })];
        },
        want: { a: [0, 0, 50, 50], b: [15, 15, 20, 20] },
    },
    {
        what: 'places in a stack',
        build: ({ box, make }) => [
            make('Stack', {
                width: 200,
                height: 100,
                key: 'stack',
                controls: [
                    box('a', 10, 10),
                    box('b', 10, 10, { right: 5, bottom: 5 }),
                    box('c', undefined, undefined, { left: 20, right: 20, top: 30, bottom: 40 }),
                    box('d', 10, 10, { left: 50 }),
                ],
            }),
        ],
        want: {
            stack: [0, 0, 200, 100],
            a: [0, 0, 10, 10],
            b: [185, 85, 10, 10],
            c: [20, 30, 160, 30],
            d: [50, 0, 10, 10],
        },
    },
    {
        what: 'a stack is as large as its largest, and aligns the others in it',
        build: ({ box, make }) => [
            make('Stack', {
                key: 'stack',
                alignment: middle,
                controls: [box('a', 200, 100), box('b', 20, 20), box('c', 10, 10, { bottom: 0 })],
            }),
        ],
        want: { stack: [0, 0, 200, 100], b: [90, 40, 20, 20], c: [95, 90, 10, 10] },
    },
    {
        what: 'a stack that fits its content to itself',
        build: ({ box, make }) => [make('Stack', { width: 200, height: 100, fit: 'expand', controls: [box('a')] })],
        want: { a: [0, 0, 200, 100] },
    },
    {
        what: 'a stack of nothing but places fills what it expands to',
        build: ({ box, make }) => [
            make('Stack', { key: 'stack', expand: true, controls: [box('a', 10, 10, { right: 0, bottom: 0 })] }),
        ],
        want: { stack: [0, 0, 1000, 800], a: [990, 790, 10, 10] },
    },
    {
        what: 'columns of a responsive row',
        build: ({ box, make }) => [
            make('ResponsiveRow', {
                key: 'row',
                spacing: 20,
                controls: [
                    box('a', undefined, 10, { col: { xs: 12, md: 6 } }),
                    box('b', undefined, 10, { col: 3 }),
                    box('c', 70, 10, { col: { sm: 6, md: 4, xl: 1 }, margin: 10 }),
                ],
            }),
        ],
        want: { row: [0, 0, 1000, 50], a: [0, 0, 490, 10], b: [510, 0, 235, 10], c: [10, 30, 300, 10] },
    },
    {
        what: "a responsive row's alignment",
        build: ({ box, make }) => [
            make('ResponsiveRow', {
                alignment: 'center',
                spacing: 0,
                columns: 10,
                controls: [box('a', undefined, 10, { col: 4 })],
            }),
            make('ResponsiveRow', {
                alignment: 'spaceBetween',
                vertical_alignment: 'end',
                controls: [box('b', undefined, 10, { col: 3 }), box('c', undefined, 30, { col: 3 })],
            }),
        ],
        want: { a: [300, 0, 400, 10], b: [0, 40, 242.5, 10], c: [757.5, 20, 242.5, 30] },
    },
    {
        what: "a responsive row with widths of the app's own",
        build: ({ box, make }) => [
            make('ResponsiveRow', {
                spacing: 0,
                breakpoints: { phone: 0, desk: 900, wall: 1100 },
                controls: [box('a', undefined, 10, { col: { phone: 12, desk: 3, wall: 1 } })],
            }),
        ],
        want: { a: [0, 0, 250, 10] },
    },
    {
        what: 'a control that says where it wants to lie',
        build: ({ box, row, make }) => [
            box('a', 100, 10, { align: { x: 1, y: 0 } }),
            row({ height: 100 }, box('b', 10, 10, { align: { x: 0, y: 1 } })),
            make('Stack', { width: 100, height: 100, controls: [box('c', 10, 10, { align: middle })] }),
        ],
        want: { a: [900, 0, 100, 10], b: [0, 110, 10, 10], c: [45, 175, 10, 10] },
    },
];

test("a responsive row follows the window, by the app's own widths too", async () => {
    const s = await open({
        what: '',
        want: {},
        build: ({ box, make }) => [
            make('ResponsiveRow', {
                spacing: 0,
                breakpoints: { phone: 0, desk: 900 },
                controls: [box('a', undefined, 10, { col: { phone: 12, desk: 3 } })],
            }),
            make('ResponsiveRow', { spacing: 0, controls: [box('b', undefined, 10, { col: { xs: 12, md: 6 } })] }),
        ],
    });
    const widths = (a: number, b: number) =>
        s.page.waitForFunction(
            ([a, b]) =>
                ['a', 'b']
                    .map((key) =>
                        Math.round(document.querySelector(`[data-key=${key}]`)!.getBoundingClientRect().width),
                    )
                    .join() === `${a},${b}`,
            [a, b],
        );
    await widths(250, 500);
    await s.page.setViewportSize({ width: 600, height: 500 });
    await widths(600, 600);
    await s.page.setViewportSize({ width: 1000, height: 500 });
    await widths(250, 500);
    await s.done();
});

test('what scrolls and is as large as its content has nothing to scroll to', async () => {
    const kinds: [string, Props][] = [
        ['Button', { content: 'Go' }],
        ['TextButton', { content: 'Go' }],
        ['IconButton', { icon: 0x10001 }],
        ['Checkbox', {}],
        ['Radio', { value: 'a' }],
        ['Switch', {}],
        ['Chip', { label: 'Go' }],
    ];
    const s = await open({
        what: 'small controls, each in a Column, a Row and a list',
        build: ({ make, column, row }) =>
            kinds.map(([type, props]) => {
                const one = () => make(type, props);
                const list = make('ListView', { controls: [one()], width: 300 });
                return row({}, column({ scroll: 'auto' }, one()), row({ scroll: 'auto' }, one()), list);
            }),
        want: {},
    });
    await s.page.locator('[data-control=Chip]').nth(2).waitFor();
    await isWhole(s.page);
    const over = () =>
        s.page.locator('.t-row > :is(.t-col, .t-row)').evaluateAll((all) => [
            all.length,
            ...all.flatMap((it) => {
                const by = [it.scrollWidth - it.clientWidth, it.scrollHeight - it.clientHeight];
                return Math.max(...by) > 0 ? [`${it.querySelector('[data-control]')!.outerHTML} ${by}`] : [];
            }),
        ]);
    assert.deepEqual(await over(), [3 * kinds.length]);
    await s.done();
});

test('what scrolls scrolls, with the bar that was asked for', async () => {
    const tall = { height: 100, key: 'a' };
    const s = await open({
        what: '',
        want: {},
        build: ({ box, column, row }) => [
            column({ ...tall, scroll: 'auto', alignment: 'center' }, box('in', 10, 300)),
            column({ ...tall, key: 'b', scroll: 'hidden' }, box('', 10, 300)),
            column({ ...tall, key: 'c', scroll: { thumb_visibility: true, thickness: 20 } }, box('', 10, 300)),
            row({ key: 'd', scroll: 'always' }, box('', 3000, 10)),
            column({ ...tall, key: 'e' }, box('', 10, 300)),
        ],
    });
    const styleOf = (key: string) =>
        s.page.locator(by(key)).evaluate((e) => {
            const { overflowX, overflowY, scrollbarWidth } = getComputedStyle(e);
            e.scrollTo(0, 1000);
            return [overflowX, overflowY, scrollbarWidth, e.scrollTop].join(' ');
        });
    // Centred content that is too tall keeps its top.
    const top = await s.page.locator(by('in')).evaluate((e) => e.getBoundingClientRect().y);
    assert.equal(top, 0);
    assert.equal(await styleOf('a'), 'auto auto thin 200');
    assert.equal(await styleOf('b'), 'auto auto none 200');
    assert.equal(await styleOf('c'), 'auto scroll auto 200');
    assert.equal(await styleOf('d'), 'scroll auto thin 0');
    assert.equal(await styleOf('e'), 'visible visible auto 0');
    await s.done();
});

for (const one of CASES)
    test(one.what, async () => {
        const s = await open(one);
        await check(one, s);
        await s.done();
    });
