import type { QueryClient } from '@tanstack/react-query';
import { type ComponentType, lazy } from 'react';
import { windowsQuery } from '../api/queries.ts';
import { alertPages, alertQueryOf } from '../views/alerts/alert-filter.ts';
import { rangeFilterOf } from './range.ts';

/** One view of the dashboard. */
export interface View {
  readonly path: string;
  readonly title: string;
  /** Second key after `g`. */
  readonly key: string;
  /** Outline of its icon, 20 x 20. */
  readonly icon: string;
  readonly component: ComponentType;
  /** Begins to load it, and what it shows first of this query. */
  load(client: QueryClient, search: URLSearchParams): void;
}

/** All views, in the order of the navigation. Each is loaded when it is first shown. */
export const VIEWS: readonly View[] = [
  view(
    { path: '/', title: 'Hunt', key: 'h', icon: 'M2 14l4-5 3 3 4-8 5 10M2 17h16' },
    async () => (await import('../views/hunt/hunt-view.tsx')).HuntView,
    (client, search) => client.prefetchInfiniteQuery(windowsQuery(rangeFilterOf(search))),
  ),
  view(
    { path: '/alerts', title: 'Alerts', key: 'a', icon: 'M10 3l8 14H2zM10 8v4M10 14.5v.5' },
    async () => (await import('../views/alerts/alerts-view.tsx')).AlertsView,
    async (client, search) => {
      const { folds, pages } = alertPages(alertQueryOf(search));
      if (!folds) await client.prefetchInfiniteQuery(pages);
    },
  ),
  view(
    { path: '/heatmap', title: 'Heat map', key: 'e', icon: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z' },
    async () => (await import('../views/heatmap/heatmap-view.tsx')).HeatmapView,
  ),
  view(
    { path: '/templates', title: 'Templates', key: 't', icon: 'M3 5h14M3 10h6M12 10h5M3 15h10' },
    async () => (await import('../views/templates/templates-view.tsx')).TemplatesView,
  ),
  view(
    { path: '/workflow', title: 'Workflow', key: 'w', icon: 'M2 10h4M6 7h5v6H6zM11 10h2l2-4h3M13 10l2 4h3' },
    async () => (await import('../views/workflow/workflow-view.tsx')).WorkflowView,
  ),
  view(
    { path: '/models', title: 'Models', key: 'm', icon: 'M10 2l7 4v8l-7 4-7-4V6zM3 6l7 4 7-4M10 10v8' },
    async () => (await import('../views/models/models-view.tsx')).ModelsView,
  ),
  view(
    { path: '/try', title: 'Try it', key: 'i', icon: 'M4 5l5 5-5 5M11 15h6' },
    async () => (await import('../views/try/try-view.tsx')).TryView,
  ),
  view(
    { path: '/sources', title: 'Sources', key: 's', icon: 'M2 10h4l2-6 4 12 2-6h4' },
    async () => (await import('../views/sources/sources-view.tsx')).SourcesView,
  ),
  view(
    { path: '/settings', title: 'Settings', key: 'c', icon: 'M3 6h9M16 6h1M14 4v4M3 14h2M9 14h8M7 12v4' },
    async () => (await import('../views/settings/settings-view.tsx')).SettingsView,
  ),
];

/** The view of a path, `null` for a path that leads nowhere. */
export function viewOf(path: string): View | null {
  return VIEWS.find((view) => view.path === path) ?? null;
}

// --- internal ---

function view(
  what: Omit<View, 'component' | 'load'>,
  load: () => Promise<ComponentType>,
  ask?: (client: QueryClient, search: URLSearchParams) => Promise<void>,
): View {
  let loading: Promise<{ readonly default: ComponentType }> | null = null;
  const once = () => {
    loading ??= load().then((component) => ({ default: component }));
    return loading;
  };
  return {
    ...what,
    component: lazy(once),
    load: (client, search) => {
      void once();
      void ask?.(client, search);
    },
  };
}
