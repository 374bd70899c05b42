// Pictures of controls, as our client draws them, beside what the reference says of each.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { addressOf, between } from './navigation.mjs';

const read = {};

/** What was taken: a control's name in C, and for each of it the width and height. */
function pictures(folder) {
    const list = join(folder, 'pictures.json');
    read[folder] ??= folder && existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : {};
    return read[folder];
}

function figure(name, { width, height }, path) {
    const of = (theme) =>
        `<img class="in-${theme}" src="${between(addressOf(path), `pictures/${name}-${theme}.webp`)}" width="${width}" height="${height}" alt="ui_${name}, drawn by the HTML client" loading="lazy">`;
    return `<div class="picture">${of('light')}${of('dark')}</div>\n`;
}

/** The page with a picture below the heading of each control that has one. */
export function withPictures(html, path, folder) {
    if (!path.startsWith('docs/reference/controls/')) return html;
    const known = pictures(folder);
    return html.replace(/<h2 id="ui_(\w+)">.*<\/h2>\n/g, (heading, name) =>
        known[name] ? heading + figure(name, known[name], path) : heading,
    );
}
