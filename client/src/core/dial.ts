// The face of a clock: which number lies where, and which one a pointer means.

export type Mark = { value: number; x: number; y: number; isInner: boolean };

const OUTER = 0.42; // shares of the face's width, from its middle
const INNER = 0.27;

function place(value: number, count: number, reach: number): { x: number; y: number } {
    const angle = (value / count) * 2 * Math.PI;
    return { x: 0.5 + reach * Math.sin(angle), y: 0.5 - reach * Math.cos(angle) };
}

export function hourMarks(isTwelve: boolean): Mark[] {
    const outer = Array.from({ length: 12 }, (_, i) => i + 1).map((hour) => ({
        value: isTwelve ? hour : hour % 12,
        isInner: false,
        ...place(hour, 12, OUTER),
    }));
    if (isTwelve) return outer;
    const inner = Array.from({ length: 12 }, (_, i) => ({ value: i + 12, isInner: true, ...place(i, 12, INNER) }));
    return [...outer, ...inner];
}

export function minuteMarks(): Mark[] {
    return Array.from({ length: 12 }, (_, i) => ({ value: i * 5, isInner: false, ...place(i, 12, OUTER) }));
}

// `x` and `y` are shares of the face's width and height.
export function hourAt(x: number, y: number, isTwelve: boolean): number {
    const turn = turnOf(x, y);
    const step = Math.round(turn * 12) % 12;
    if (isTwelve) return step === 0 ? 12 : step;
    const isInner = Math.hypot(x - 0.5, y - 0.5) < (OUTER + INNER) / 2;
    return isInner ? step + 12 : step;
}

export function minuteAt(x: number, y: number): number {
    return Math.round(turnOf(x, y) * 60) % 60;
}

function turnOf(x: number, y: number): number {
    return (Math.atan2(x - 0.5, 0.5 - y) / (2 * Math.PI) + 1) % 1;
}

// The hand: how far it reaches and where it points, in turns.
export function hand(value: number, isHour: boolean, isTwelve: boolean): { turn: number; reach: number } {
    if (!isHour) return { turn: value / 60, reach: OUTER };
    return { turn: (value % 12) / 12, reach: !isTwelve && value >= 12 ? INNER : OUTER };
}
