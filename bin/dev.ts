#!/usr/bin/env tsx
/** The command line from source, without a build: `npx tsx bin/dev.ts scan FILE`. */
import { main } from '../src/cli/index.ts';

process.exitCode = await main(process.argv.slice(2));
