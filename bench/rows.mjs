// From runs to the rows of build/bench/*.json. Pure.

import { median, pairwise, round, summary } from "./numbers.mjs";

const rates = new Set(["messages/s", "MB/s"]); // more is better

// Programs say nanoseconds (or bytes) for one; rates are people's way of looking at a stream.
function inUnit(unit, value) {
    return unit === "messages/s" ? 1e9 / value : value;
}

// How many times as good ours is, whatever the unit: 2 is twice as fast, or half the memory.
function timesAsGood(unit, ours, theirs) {
    return rates.has(unit) ? pairwise(ours, theirs) : pairwise(theirs, ours);
}

// A program that does the same as ours is compared in every case: ours is to be at least as good.
const rivals = new Set(["caf", "erlang", "flet"]);

function target(it, against) {
    const texts = [];
    const isMain = against === Object.keys(it.against)[0];
    if (isMain && it.max !== undefined) texts.push(`<= ${it.max} ${it.unit}`);
    const minRatio = isMain ? it.minRatio : rivals.has(against) ? 1 : undefined;
    if (minRatio !== undefined) texts.push(`ratio >= ${minRatio}`);
    return { minRatio, max: isMain ? it.max : undefined, text: texts.join(", ") };
}

function judge(row, wanted) {
    if (wanted.text === "") return;
    row.target = wanted.text;
    row.is_met =
        (wanted.max === undefined || row.value <= wanted.max) &&
        (wanted.minRatio === undefined || row.ratio >= wanted.minRatio);
}

// Nobody is there to compare with.
export function aloneRow(it, ours) {
    const values = ours.map((run) => inUnit(it.unit, run.value));
    const row = { name: it.name, unit: it.unit, value: round(median(values)), against: null, ratio: null,
        range: summary(values).range, rounds: values.length };
    judge(row, it.max === undefined ? { text: "" } : { max: it.max, text: `<= ${it.max} ${it.unit}` });
    return row;
}

// `ours` and `theirs` are the {value, perBatch} of all rounds, as the programs said them.
export function rowOf(it, against, isFirst, ours, theirs) {
    const values = ours.map((run) => inUnit(it.unit, run.value));
    const others = theirs.map((run) => inUnit(it.unit, run.value));
    const ratios = timesAsGood(it.unit, values, others);
    const row = {
        name: isFirst ? it.name : `${it.name}/${against}`,
        unit: it.unit,
        value: round(median(values)),
        against,
        ratio: round(median(ratios)),
        against_value: round(median(others)),
        range: summary(values).range,
        against_range: summary(others).range,
        ratio_range: summary(ratios).range,
        rounds: values.length,
    };
    if (ours[0].perBatch > 0) row.messages_per_batch = round(median(ours.map((run) => run.perBatch)));
    if (theirs[0].perBatch > 0)
        row.against_messages_per_batch = round(median(theirs.map((run) => run.perBatch)));
    judge(row, target(it, against));
    return row;
}
