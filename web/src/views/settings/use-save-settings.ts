import { useQueryClient } from '@tanstack/react-query';
import { change } from '../../api/client.ts';
import type { Settings } from '../../api/types.ts';
import { toast, toastError } from '../../ui/toasts.tsx';

/** Saves a part of the settings; says so, or why not. */
export function useSaveSettings(): (part: Partial<Settings>) => Promise<boolean> {
  const client = useQueryClient();
  return async (part) => {
    try {
      await change<Settings>('PATCH', '/settings', part);
      await client.invalidateQueries({ queryKey: ['settings'] });
      toast({ text: 'Saved' });
      return true;
    } catch (error) {
      toastError(error);
      return false;
    }
  };
}
