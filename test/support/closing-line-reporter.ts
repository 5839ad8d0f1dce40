import { DefaultReporter, type TestModule } from 'vitest/node';

/** The usual report, then why tests were skipped, then `N passed, N failed, N skipped` as the very last line. */
export default class ClosingLineReporter extends DefaultReporter {
  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: Parameters<DefaultReporter['onTestRunEnd']>[1],
    reason: Parameters<DefaultReporter['onTestRunEnd']>[2],
  ): void {
    super.onTestRunEnd(modules, errors, reason);
    const count = { passed: 0, failed: 0, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') count.passed++;
        else if (result.state === 'failed') count.failed++;
        else {
          count.skipped++;
          const why = (result.state === 'skipped' && result.note) || 'no reason given';
          reasons.set(why, (reasons.get(why) ?? 0) + 1);
        }
      }
    }
    count.failed += errors.length;
    for (const [why, times] of reasons) console.log(`skipped ${times}: ${why}`);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
