import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gestures, type Gesture } from '../../src/core/gesture.ts';
import type { Sample } from '../../src/core/sample.ts';
import { Velocity } from '../../src/core/velocity.ts';
import type { Value, ValueMap } from '../../src/core/tree.ts';

// A finger, and a clock that stands until it is wound on.
class Hand {
    readonly said: [string, Value][] = [];
    private now = 0;
    private timers: { at: number; work: () => void }[] = [];
    readonly gestures: Gestures;
    readonly may: Set<Gesture>;

    constructor(
        handled: string[],
        interval = 0,
        private readonly kind: Sample['kind'] = 'touch',
    ) {
        this.gestures = new Gestures({
            handles: (event) => handled.includes(event),
            emit: (event, data) => handled.includes(event) && this.said.push([event, data]),
            interval: () => interval,
            after: (ms, work) => {
                const timer = { at: this.now + ms, work };
                this.timers.push(timer);
                return () => (this.timers = this.timers.filter((other) => other !== timer));
            },
        });
        this.may = this.gestures.wanted();
    }

    at(x: number, y: number, id = 1, button: Sample['button'] = 'primary'): Sample {
        const global = { x: x + 100, y: y + 50 };
        return { id, kind: this.kind, button, at: this.now, local: { x, y }, global };
    }

    wait(ms: number): this {
        this.now += ms;
        const due = this.timers.filter(({ at }) => at <= this.now);
        this.timers = this.timers.filter((timer) => !due.includes(timer));
        for (const { work } of due) work();
        return this;
    }

    down(x: number, y: number, id = 1, button: Sample['button'] = 'primary'): this {
        this.gestures.down(this.at(x, y, id, button), this.may);
        return this;
    }

    move(x: number, y: number, id = 1): this {
        this.wait(16).gestures.move(this.at(x, y, id));
        return this;
    }

    up(x: number, y: number, id = 1, button: Sample['button'] = 'primary'): this {
        this.gestures.up(this.at(x, y, id, button));
        return this;
    }

    names(): string[] {
        return this.said.map(([event]) => event);
    }

    of(event: string): ValueMap[] {
        return this.said.filter(([name]) => name === event).map(([, data]) => data as ValueMap);
    }
}

const TAPS = ['tap', 'tap_down', 'tap_up', 'tap_cancel'];
const DOUBLE = ['double_tap', 'double_tap_cancel'];
const PANS = ['pan_down', 'pan_start', 'pan_update', 'pan_end', 'pan_cancel'];

test('a tap says where, in the control and in the window', () => {
    const hand = new Hand(TAPS).down(3, 4).up(3, 4);
    assert.deepEqual(hand.names(), ['tap_down', 'tap_up', 'tap']);
    assert.deepEqual(hand.of('tap'), [{ k: 'touch', l: { x: 3, y: 4 }, g: { x: 103, y: 54 } }]);
});

test('a finger that goes away taps nothing', () => {
    assert.deepEqual(new Hand(TAPS).down(0, 0).move(40, 0).up(40, 0).names(), ['tap_down', 'tap_cancel']);
});

test('with a double tap to listen for, a single one waits until no second can come', () => {
    const hand = new Hand([...TAPS, ...DOUBLE]).down(0, 0).up(0, 0);
    assert.deepEqual(hand.names(), ['tap_down', 'tap_up']);
    hand.wait(400);
    assert.deepEqual(hand.names().slice(2), ['double_tap_cancel', 'tap']);
    const quick = new Hand([...TAPS, ...DOUBLE]).down(0, 0).up(0, 0).wait(100).down(5, 5).up(5, 5).wait(400);
    assert.deepEqual(
        quick.names().filter((name) => !/_(down|up)$/.test(name)),
        ['double_tap'],
    );
});

test('a long press is no tap, and is followed as it moves', () => {
    const long = ['long_press', 'long_press_start', 'long_press_move_update', 'long_press_end', 'long_press_cancel'];
    const hand = new Hand([...TAPS, ...long]).down(10, 10).wait(500).move(15, 10).up(15, 10);
    assert.deepEqual(hand.names(), [
        'tap_down',
        'tap_cancel',
        'long_press',
        'long_press_start',
        'long_press_move_update',
        'long_press_end',
    ]);
    assert.deepEqual(hand.of('long_press_move_update')[0]!['of'], { x: 5, y: 0 });
    assert.deepEqual(new Hand(long).down(0, 0).wait(100).up(0, 0).names(), ['long_press_cancel']);
});

test('other buttons have events of their own', () => {
    const names = ['secondary_tap', 'secondary_tap_down', 'tertiary_tap_up', 'tap'];
    assert.deepEqual(new Hand(names).down(0, 0, 1, 'secondary').up(0, 0, 1, 'secondary').names(), [
        'secondary_tap_down',
        'secondary_tap',
    ]);
    assert.deepEqual(new Hand(names).down(0, 0, 1, 'tertiary').up(0, 0, 1, 'tertiary').names(), ['tertiary_tap_up']);
});

test('a drag is reported as often as asked, and all of its way', () => {
    const hand = new Hand(PANS, 40).down(0, 0);
    for (let x = 20; x <= 120; x += 20) hand.move(x, 0);
    hand.up(120, 0);
    assert.deepEqual([...new Set(hand.names())], ['pan_down', 'pan_start', 'pan_update', 'pan_end']);
    const updates = hand.of('pan_update');
    assert.ok(updates.length < 6, `${updates.length} reports of six moves`);
    const way = updates.reduce((sum, { gd }) => sum + Number((gd as ValueMap)['x']), 0);
    assert.equal(way, 120);
    const { x } = hand.of('pan_end')[0]!['v'] as { x: number };
    assert.ok(x > 1000, `${x} px a second`);
});

test('of two axes the one the finger takes has the drag', () => {
    const both = ['horizontal_drag_start', 'horizontal_drag_cancel', 'vertical_drag_start', 'vertical_drag_update'];
    const hand = new Hand(both).down(0, 0).move(2, 30).move(2, 40).up(2, 40);
    assert.deepEqual(
        [...new Set(hand.names())],
        ['horizontal_drag_cancel', 'vertical_drag_start', 'vertical_drag_update'],
    );
    assert.equal(hand.of('vertical_drag_update').at(-1)!['pd'], 10);
});

test('two fingers scale and turn', () => {
    const hand = new Hand(['scale_start', 'scale_update', 'scale_end']).down(0, 0, 1).down(100, 0, 2);
    hand.move(200, 0, 2).move(0, 200, 2).up(0, 200, 2).up(0, 0, 1);
    const last = hand.of('scale_update').at(-1)!;
    assert.equal(last['s'], 2);
    assert.equal(last['pc'], 2);
    assert.ok(Math.abs(Number(last['rot']) - Math.PI / 2) < 1e-9);
    assert.equal(hand.names().at(-1), 'scale_end');
});

test('so many fingers at once are a tap of their own', () => {
    const hand = new Hand(['multi_tap']);
    hand.gestures.wantedTouches = () => 2;
    hand.down(0, 0, 1).down(50, 0, 2).up(50, 0, 2).up(0, 0, 1);
    assert.deepEqual(hand.said, [['multi_tap', { ct: true }]]);
});

test('a pointer that rested before it was lifted has no speed', () => {
    const velocity = new Velocity();
    velocity.add(0, { x: 0, y: 0 });
    velocity.add(50, { x: 100, y: 0 });
    assert.equal(velocity.get(50).x, 2000);
    assert.deepEqual(velocity.get(500), { x: 0, y: 0 });
});
