// The stories that every browser has, in WebKit, the nearest to Safari that runs here.

import { everyStory } from './stories/all.mjs';
import { tell } from './stories/tell.mjs';

tell('webkit', everyStory);
