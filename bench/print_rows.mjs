// The rows of build/bench/*.json as a table for people.

import { table } from "./table.mjs";

export function printRows(rows) {
    const columns = [["name", false], ["value", true], ["unit", false], ["range", true],
        ["against", false], ["theirs", true], ["ratio", true], ["target", false]];
    const cells = rows.map((row) => [
        row.name,
        String(row.value),
        row.unit,
        `${row.range[0]} - ${row.range[1]}`,
        row.against ?? "",
        String(row.against_value ?? ""),
        row.ratio?.toFixed(2) ?? "",
        row.is_met === undefined ? "" : `${row.is_met ? "met" : "MISSED"}: ${row.target}`,
    ]);
    console.log(table(columns, cells));
}
