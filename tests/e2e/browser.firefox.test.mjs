// The stories that every browser has, in Debian's Firefox.

import { everyStory } from './stories/all.mjs';
import { tell } from './stories/tell.mjs';

tell('firefox', everyStory);
