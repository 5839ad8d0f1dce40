import type { Store } from '../store/index.ts';
import { type LiveModel, openLiveModel } from './live-model.ts';
import type { ServiceOptions } from './service-options.ts';

/**
 * The model to begin with: the one that was judging, the one that is given, or none yet.
 *
 * @param judging hash of the one that was judging, where its state goes on
 * @param name of the pipeline, under which models are kept
 * @throws CaracalError as `openLiveModel`
 */
export async function firstModel(
  store: Store,
  { modelDirectory, relearn }: Pick<ServiceOptions, 'modelDirectory' | 'relearn'>,
  judging: string | null,
  name: string,
): Promise<(LiveModel & { readonly parser: Uint8Array | undefined }) | undefined> {
  const known = judging === null ? null : await store.models.get(judging);
  if (known && !relearn) {
    await store.models.promote(known.hash);
    return openLiveModel(known.directory);
  }
  if (modelDirectory === undefined) return undefined;
  const live = await openLiveModel(modelDirectory);
  await store.models.save({ hash: live.hash, name, kind: live.kind, directory: modelDirectory, detail: null });
  await store.models.promote(live.hash);
  return live;
}
