export { type ComparisonInput, comparisonPage } from './comparison-page.ts';
