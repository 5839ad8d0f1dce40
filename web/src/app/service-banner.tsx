import type { LiveState } from '../api/live.ts';
import type { ServiceStatus } from '../api/types.ts';
import { Text } from '../ui/text.tsx';
import { clock, percent, whole, zoneName } from './format.ts';

/** A line under the top bar for what an analyst must know before trusting what is shown. */
export function ServiceBanner(props: { readonly live: LiveState; readonly status: ServiceStatus | undefined }) {
  const { live, status } = props;
  if (!live.connected && live.since !== null) {
    return (
      <div className="banner banner-bad" role="status">
        <strong>Disconnected.</strong> What you see is of {clock(live.since)} ({zoneName()}). Reconnecting by itself.
      </div>
    );
  }
  if (status?.phase === 'failed') {
    return (
      <div className="banner banner-bad" role="status">
        <strong>The service has stopped.</strong> <Text>{status.error ?? 'It did not say why.'}</Text>
      </div>
    );
  }
  if (status?.phase === 'stopped') {
    return (
      <div className="banner" role="status">
        <strong>The service is stopping.</strong> It takes no more lines in.
      </div>
    );
  }
  if (status?.phase === 'learning') {
    const { learning } = status;
    return (
      <div className="banner" role="status">
        <strong>Learning what is normal.</strong>{' '}
        {learning === null
          ? 'Alerts come once it knows.'
          : learning.training === null
            ? `${whole(learning.lines)} of ${whole(learning.linesNeeded)} lines. Alerts come once it knows.`
            : `Training: ${percent(learning.training, 0)}. Alerts come once it knows.`}
      </div>
    );
  }
  return null;
}
