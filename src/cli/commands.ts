import type { CommandDef } from 'citty';

/** One verb: loaded only when it is called, so that `--help` and small verbs stay fast. */
interface Entry {
  readonly description: string;
  // biome-ignore lint/suspicious/noExplicitAny: citty's own type for a command with whatever flags it has
  load(): Promise<CommandDef<any>>;
}

/** Every verb of the command line, in the order of the help. */
export const commands: Readonly<Record<string, Entry>> = {
  scan: {
    description: 'the whole job: learn what is normal in logs, print ranked windows and alerts',
    load: async () => (await import('./commands/scan.ts')).scan,
  },
  demo: {
    description: "simulate a small company's logs with an intrusion and scan them",
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  simulate: {
    description: 'write such logs with their ground truth',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand,
  },
  parse: {
    description: 'logs to structured.csv and templates.csv',
    load: async () => (await import('./commands/parse.ts')).parse,
  },
  train: {
    description: 'learn a model directory from normal logs or sequences',
    load: async () => (await import('./commands/train.ts')).train,
  },
  detect: {
    description: 'judge logs or sequences with a model directory',
    load: async () => (await import('./commands/detect.ts')).detect,
  },
  hunt: {
    description: "the windows worth an analyst's hours, in logs or alerts of other sensors, and what each choice costs",
    load: async () => (await import('./commands/hunt.ts')).huntCommand,
  },
  workflow: {
    description: 'the workflow that a model has learned, to read or to draw',
    load: async () => (await import('./commands/workflow.ts')).workflowCommand,
  },
  evaluate: {
    description: 'metrics of a model on labelled sequences, beside the floors',
    load: async () => (await import('./commands/evaluate.ts')).evaluateCommand,
  },
  compare: {
    description: 'detectors side by side on labelled sequences: table, curves, who says the same',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  feedback: {
    description: 'verdicts: teach a model its false positives, or judge the alerts of a live store',
    load: async () => (await import('./commands/feedback.ts')).feedback,
  },
  models: {
    description: 'a store of models: list, show, promote, rollback, export, verify',
    load: async () => (await import('./commands/models.ts')).models,
  },
  serve: {
    description: 'the live service: takes logs in, learns, alerts; API and dashboard',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  doctor: {
    description: 'what is understood of a log, and what to change',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
};
