// Tells stories in a browser of this machine; in one that is not there they are skipped.

import { lacks } from '../browsers.mjs';
import { test } from '../support.mjs';
import { DriverHangs } from '../webkit/session.mjs';

// Once more where the driver stood still, which the output says.
const told = (story) => (context) =>
    story(context).catch((error) => {
        if (!(error instanceof DriverHangs)) throw error;
        context.diagnostic(error.message);
        return story(context);
    });

export function tell(browser, stories) {
    process.env.BROWSER = browser;
    const skip = lacks(browser);
    for (const [name, story] of Object.entries(stories)) test(`${browser}: ${name}`, { skip }, told(story));
}
