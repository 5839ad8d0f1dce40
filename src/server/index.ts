/** The live service's HTTP side: REST, live stream, reference page, dashboard. */
export { type App, createApp } from './app.ts';
export { type Client, createClient, type LiveEvent } from './client.ts';
export type { AppDependencies, FailedRequest } from './dependencies.ts';
export { ensureAdmin, newAdmin } from './ensure-admin.ts';
export type { Limits, Rate } from './limits.ts';
export { type Listening, type ListenOptions, listen } from './listen.ts';
export { hostsFor } from './origin.ts';
export { hashPassword } from './password.ts';
export type { FieldError, ProblemBody } from './problem.ts';
export { ApiError, type ClientOptions } from './transport.ts';
