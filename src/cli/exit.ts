/** Exit codes: what a script may rely on. */
export const EXIT = { done: 0, findings: 1, usage: 2, internal: 3 } as const;
