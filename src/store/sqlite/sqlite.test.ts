import { describe } from 'vitest';
import { workspace } from '../../../test/support/workspace.ts';
import { storeCases } from '../store.case.ts';

const { path } = workspace();
let files = 0;

describe('SQLite', () => storeCases(async () => path(`store-${++files}.db`)));
