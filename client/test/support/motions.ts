// A square that goes from the left to the right in a second.

const fixed = (k: unknown) => ({ a: 0, k });
const moves = {
    a: 1,
    k: [
        { t: 0, s: [20, 50, 0], o: { x: 0, y: 0 }, i: { x: 1, y: 1 } },
        { t: 30, s: [80, 50, 0] },
    ],
};
const shape = [
    { ty: 'rc', p: fixed([0, 0]), s: fixed([20, 20]), r: fixed(0) },
    { ty: 'fl', c: fixed([1, 0, 0, 1]), o: fixed(100) },
    { ty: 'tr', p: fixed([0, 0]), a: fixed([0, 0]), s: fixed([100, 100]), r: fixed(0), o: fixed(100) },
];
const layer = {
    ty: 4,
    ind: 1,
    ip: 0,
    op: 30,
    st: 0,
    ks: { p: moves, a: fixed([0, 0, 0]), s: fixed([100, 100, 100]), r: fixed(0), o: fixed(100) },
    shapes: [{ ty: 'gr', it: shape }],
};

export const MOTION = JSON.stringify({
    v: '5.7.0',
    fr: 30,
    ip: 0,
    op: 30,
    w: 100,
    h: 100,
    layers: [layer],
    assets: [],
});
