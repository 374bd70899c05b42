import { lookAtAll } from './all.mjs';

lookAtAll(800);
