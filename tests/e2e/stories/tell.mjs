// Tells stories in a browser of this machine; in one that is not there they are skipped.

import { lacks } from '../browsers.mjs';
import { test } from '../support.mjs';
import { endTheRest } from '../waits.mjs';
import { DriverHangs } from '../webkit/session.mjs';

// Once more where the browser stood still, which the output says, and without the windows and programs of before.
const told = (story) => (context) =>
    story(context).catch(async (error) => {
        if (!(error instanceof DriverHangs)) throw error;
        context.diagnostic(error.message);
        await endTheRest();
        await story(context);
    });

export function tell(browser, stories) {
    process.env.BROWSER = browser;
    const skip = lacks(browser);
    for (const [name, story] of Object.entries(stories)) test(`${browser}: ${name}`, { skip }, told(story));
}
