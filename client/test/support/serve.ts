// `npm run mock`: the gallery on a port of its own, for looking at it in a browser.

import { Mock } from './mock.ts';
import { gallery } from './gallery.ts';

const mock = new Mock('../build/client');
gallery(mock);
mock.port = Number(process.env['PORT'] ?? 0);
console.log(await mock.listen());
