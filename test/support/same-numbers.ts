/**
 * Loaded before the tests of `npm run check` and `npm test`: what is drawn at random there is the same each time, so that a run fails for
 * what was changed and not by chance. A test file that is run by itself draws anew; `LANDBRIDGE_SEED` names other numbers.
 */
import { registerHooks } from 'node:module'

process.env.LANDBRIDGE_SEED ??= '1'
const seeded = new URL('./seeded-fast-check.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'fast-check' && context.parentURL !== seeded
      ? { url: seeded, shortCircuit: true }
      : next(specifier, context),
})
