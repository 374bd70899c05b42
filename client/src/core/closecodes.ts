// The meaning of a WebSocket's close code for a client. The codes are the server's, wire/close_codes.def; the README
// has this table for people.

export type Verdict =
    | 'taken' // another window has the session
    | 'final' // a refusal will be repeated
    | 'slowly' // something is wrong with what was sent; tried again, seldom
    | 'busy' // there is no room now
    | 'again';

export const CLOSE_TAKEN = 4001;
// Said by the client: what came makes no sense.
export const CLOSE_BAD_DATA = 4002;
const TRY_LATER = 1013;
const SLOWLY = new Set([1002, 1003, 1007, 1008, 1009]);
// Policy and size are for good only where the reason says so.
const MAY_BE_FINAL = new Set([1008, 1009]);

export function verdictOf(code: number, reason: string): Verdict {
    if (code === CLOSE_TAKEN) return 'taken';
    if (code >= 4400 && code <= 4499) return 'final';
    if (MAY_BE_FINAL.has(code) && /\bpermanent(ly)?\b/i.test(reason)) return 'final';
    if (SLOWLY.has(code)) return 'slowly';
    return code === TRY_LATER ? 'busy' : 'again';
}
