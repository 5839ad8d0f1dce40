/** The command line in a process of its own, which says how much memory it took (MB). */
import { main } from '../../src/cli/index.ts';

const code = await main(process.argv.slice(2));
process.send?.({ code, peakMegabytes: process.resourceUsage().maxRSS / 1024 });
