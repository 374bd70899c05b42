// The counter in a server that is not ours: somebody else's libwebsockets.
import { programs, run, shows, test, visit } from './support.mjs';

test('a page below a path of another site counts, and comes back after a reload', async () => {
    const server = run('embed_lws', [], {}, programs);
    const [, url] = await server.says(/listening on (http:\/\/\S+)/);
    const { page, leave } = await visit(url);
    await page.getByRole('link', { name: 'The shop' }).click();
    const add = page.getByRole('button', { name: 'Add one' });
    await add.click();
    await shows(page, 'count', '1');
    await add.evaluate((button) => {
        for (let i = 0; i < 50; i++) button.click();
    });
    await shows(page, 'count', '51');
    await page.reload();
    await shows(page, 'count', '51');
    await leave();
    await server.kill('SIGTERM');
});
