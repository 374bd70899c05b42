// What opens over the page is gone through with keys and gives the focus back; the other browsers have it among their
// stories.

import { keyboard } from './stories/gallery.mjs';
import { tell } from './stories/tell.mjs';

tell('chromium', keyboard);
