import { CaracalError } from '../errors.ts';
import { judge } from '../pipeline/index.ts';
import { sequencesOf } from '../sequence/index.ts';
import type { LiveModel } from './live-model.ts';
import { messagesOf } from './messages.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import type { Inference, InferRequest } from './service.ts';

/** Events of a request at most. */
const MOST = 10_000;

/**
 * Judges lines or keys that are no part of the logs; nothing is learned or stored.
 *
 * @throws CaracalError `E_LEARNING`, `E_USAGE`
 */
export async function infer(
  pipeline: OnlinePipeline,
  { lines, keys, closed = false, topK = 5 }: InferRequest,
): Promise<Inference> {
  const live = pipeline.model;
  if (!live) {
    throw new CaracalError(
      'E_LEARNING',
      'There is no model yet: the service is still learning what is normal. Ask again when it is live.',
    );
  }
  const count = lines?.length ?? keys?.length ?? 0;
  if ((lines === undefined) === (keys === undefined) || count === 0 || count > MOST) {
    throw new CaracalError('E_USAGE', `Give either lines or keys, 1 to ${MOST} of them.`);
  }
  const given = lines ? messagesOf(lines) : [];
  const names = keys ?? given.map((message) => keyOfMessage(pipeline, live, message));
  const set = sequencesOf([names], { closed });
  const judged = await judge(live.model, set, {
    ...{ threshold: live.judgement.threshold, eventThreshold: live.judgement.eventThreshold },
    ...{ calibration: live.judgement.calibration, vocabulary: [...live.known], expected: topK, all: true },
  });
  const textOf = (id: string): string =>
    id === '$' ? 'the end of the session' : (pipeline.parser.resolve(id)?.text ?? id);
  return {
    model: live.hash,
    anomalous: judged.flagged[0] === 1 || judged.events.some(({ flags }) => flags.length > 0),
    score: judged.sequence[0] ?? 0,
    threshold: live.judgement.eventThreshold,
    events: judged.events.map(({ position, template, nll, rank, severity, flags, expected }) => ({
      line: lines?.[position] ?? null,
      ...{ template, templateText: template === UNKNOWN ? 'a line like no other' : textOf(template) },
      ...{ nll, rank, severity, flags },
      expected: expected.map(({ template: id, p }) => ({ template: id, p, text: textOf(id) })),
      parameters: given[position] === undefined ? [] : pipeline.parser.parameters(given[position] ?? ''),
    })),
  };
}

// --- internal ---

/** Key of a line that no template matches. */
const UNKNOWN = 'unknown';

function keyOfMessage({ parser }: OnlinePipeline, live: LiveModel, message: string): string {
  const internal = parser.match(message);
  if (internal < 0) return UNKNOWN;
  const { id } = parser.templateOf(internal);
  if (live.known.has(id)) return id;
  return [...live.known].find((name) => parser.resolve(name)?.id === id) ?? id;
}
