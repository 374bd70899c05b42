// For a walk through the gallery that has another purpose: a picture of each page is looked at on the way.

import { nameOfBrowser } from '../e2e/browsers.mjs';
import { nameOf, VARIANTS } from './places.mjs';
import { check } from './take.mjs';

/** What the window of such a walk must be. */
export const WALKED = VARIANTS.find(({ width, colorScheme }) => width === 1280 && colorScheme === 'light');

/** A line that says what differs, or undefined. */
export async function checkAlong(page, route) {
    return nameOfBrowser() === 'chromium' ? check(page, nameOf(route), WALKED) : undefined;
}
