import type { z } from '@hono/zod-openapi';
import { type Settings, settingsSchema } from '../../config/index.ts';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { tagOf } from '../mount.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { masked, unmasked } from '../secrets.ts';

const settings: z.ZodType<Settings> = settingsSchema.meta({ id: 'Settings' });
const change = settingsSchema.partial().meta({ id: 'SettingsChange' });

/** What people set while the service runs. */
export function settingsRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Settings';
  const path = '/api/v1/settings';
  return [
    route({
      ...{ method: 'get', path, access: 'viewer', tag },
      summary: 'The settings; secrets are masked',
      returns: settings,
      etag: true,
      handle: async () => masked(await service.settings()),
    }),
    route({
      ...{ method: 'patch', path, access: 'admin', tag },
      summary: 'Change settings, at once',
      description:
        'A masked secret that is sent back stays what it was. With `If-Match` the change is refused (412) where ' +
        'somebody else changed them since.',
      body: change,
      returns: settings,
      async handle({ body, actor, context }) {
        const known = await service.settings();
        const wanted = context.req.header('if-match');
        if (wanted !== undefined && wanted !== tagOf(JSON.stringify(masked(known)))) {
          throw new Problem(412, 'Somebody changed the settings since you read them. Read them again.');
        }
        const { notify, ...rest } = body;
        const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
        const next = notify === undefined ? given : { ...given, notify: unmasked(notify, known.notify) };
        const changed = masked(await service.changeSettings(next));
        const detail = JSON.parse(JSON.stringify({ ...given, ...(notify && { notify: changed.notify }) }));
        await store.audit.append(auditEntry(actor, 'settings.change', 'settings', detail));
        return changed;
      },
    }),
  ];
}
