import { keepsItsWordWhenKilled } from './killed.case.ts';

keepsItsWordWhenKilled(50, 25_000);
