// A file of Rive, written by hand: a red square on an artboard of 100 by 100. `slide` moves it from the left to the right
// in a second, there and back; the machine `touch` shows it on the left, and on the right once it was pressed.

const TYPES = {
    backboard: 23,
    artboard: 1,
    shape: 3,
    rectangle: 7,
    fill: 20,
    solidColor: 18,
    animation: 31,
    keyedObject: 25,
    keyedProperty: 26,
    keyFrame: 30,
    machine: 53,
    flag: 59,
    layer: 57,
    anyState: 62,
    entryState: 63,
    exitState: 64,
    animationState: 61,
    transition: 65,
    isFlag: 71,
    listener: 114,
    setFlag: 117,
};
const KEYS = {
    name: 4,
    parentId: 5,
    artboardWidth: 7,
    artboardHeight: 8,
    x: 13,
    y: 14,
    width: 20,
    height: 21,
    colorValue: 37,
    objectId: 51,
    propertyKey: 53,
    animationName: 55,
    fps: 56,
    duration: 57,
    loop: 59,
    frame: 67,
    interpolation: 68,
    value: 70,
    machineName: 138,
    animationId: 149,
    stateToId: 151,
    inputId: 155,
    targetId: 224,
    listenerType: 225,
    setInputId: 227,
    setValue: 228,
};
const FLOATS = new Set(['artboardWidth', 'artboardHeight', 'x', 'y', 'width', 'height', 'value']);

type Props = { [Name in keyof typeof KEYS]?: number | string };

const varuint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varuint(value >>> 7)]);
const bytesOf = (view: ArrayBufferView): number[] => [...new Uint8Array(view.buffer)];

function thing(type: keyof typeof TYPES, props: Props = {}): number[] {
    const all = Object.entries(props).flatMap(([name, value]) => [
        ...varuint(KEYS[name as keyof typeof KEYS]),
        ...written(name, value),
    ]);
    return [...varuint(TYPES[type]), ...all, 0];
}

function written(name: string, value: number | string): number[] {
    if (typeof value === 'string') {
        const text = [...new TextEncoder().encode(value)];
        return [...varuint(text.length), ...text];
    }
    if (FLOATS.has(name)) return bytesOf(new Float32Array([value]));
    return name === 'colorValue' ? bytesOf(new Uint32Array([value])) : varuint(value);
}

// The shape's x at frames.
const moves = (animationName: string, frames: [number, number][], duration: number, loop: number): number[][] => [
    thing('animation', { animationName, fps: 60, duration, loop }),
    thing('keyedObject', { objectId: 1 }),
    thing('keyedProperty', { propertyKey: KEYS.x }),
    ...frames.map(([frame, value]) => thing('keyFrame', { frame, interpolation: 1, value })),
];

export const SQUARE = Uint8Array.from([
    ...[...'RIVE'].map((letter) => letter.charCodeAt(0)),
    // Version 7.0, a file's number, no properties that a player might not know.
    ...[7, 0, 1, 0],
    ...[
        thing('backboard'),
        thing('artboard', { name: 'square', artboardWidth: 100, artboardHeight: 100 }),
        thing('shape', { parentId: 0, x: 20, y: 50 }),
        thing('rectangle', { parentId: 1, width: 20, height: 20 }),
        thing('fill', { parentId: 1 }),
        thing('solidColor', { parentId: 3, colorValue: 0xffff0000 }),
        ...moves(
            'slide',
            [
                [0, 20],
                [60, 80],
            ],
            60,
            2,
        ),
        ...moves('left', [[0, 20]], 1, 0),
        ...moves('right', [[0, 80]], 1, 0),
        thing('machine', { animationName: 'touch' }),
        thing('flag', { machineName: 'pressed' }),
        thing('layer'),
        thing('anyState'),
        thing('entryState'),
        thing('transition', { stateToId: 3 }),
        thing('exitState'),
        thing('animationState', { animationId: 1 }),
        thing('transition', { stateToId: 4 }),
        thing('isFlag', { inputId: 0 }),
        thing('animationState', { animationId: 2 }),
        thing('listener', { targetId: 1, listenerType: 2 }),
        thing('setFlag', { setInputId: 0, setValue: 1 }),
    ].flat(),
]);
