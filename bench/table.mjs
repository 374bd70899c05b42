// A table for people: columns as wide as they need, numbers to the right.

// `columns` are [title, isNumber] pairs, `rows` arrays of texts. Pure.
export function table(columns, rows) {
    const widths = columns.map(([title], i) =>
        Math.max(title.length, ...rows.map((row) => row[i].length)),
    );
    const line = (row) =>
        row
            .map((cell, i) => (columns[i][1] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
            .join("  ")
            .trimEnd();
    return [columns.map(([title]) => title), ...rows].map(line).join("\n");
}
