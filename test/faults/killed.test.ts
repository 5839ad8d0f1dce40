import { keepsItsWordWhenKilled } from './killed.case.ts';

keepsItsWordWhenKilled(5, 1200);
