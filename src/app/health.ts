import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { Route } from '#src/platform/http/route.ts'

const answerMs = 2_000
/** However often one asks, something is put on disk no more often than this. */
const probeEveryMs = 10_000

/**
 * GET /health: 200 while the store can be read and written, 503 with a sentence while it cannot or the service is
 * stopping. Every request reads; whether it can be written is tried at most every ten seconds.
 */
export function healthRoute(
  store: Pick<Store, 'organizations' | 'probe'>,
  isStopping: () => boolean,
  now: () => number = () => performance.now(),
): Route {
  let probed: { at: number; trouble: Promise<string | undefined> } | undefined
  const writes = () => {
    if (probed === undefined || now() - probed.at >= probeEveryMs)
      probed = { at: now(), trouble: troubleOf(store.probe(), 'the store cannot be written') }
    return probed.trouble
  }
  const reads = () => troubleOf(store.organizations.list(null, 1), 'the store cannot be read')
  return {
    accepts: ({ method, target }) =>
      (method === 'GET' || method === 'HEAD') && target.split('?')[0] === '/health',
    async answer() {
      if (isStopping()) return status(503, 'stopping')
      const late = new Promise<string>((resolve) =>
        setTimeout(resolve, answerMs, 'the store does not answer').unref(),
      )
      const both = Promise.all([reads(), writes()]).then(([read, written]) => read ?? written)
      const trouble = await Promise.race([both, late])
      return trouble === undefined ? status(200, 'ok') : status(503, trouble)
    },
  }
}

/** Sentences for the administrator are told; what else there is to know stays in the log. */
const troubleOf = (work: Promise<unknown>, otherwise: string): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error) => (error instanceof Refusal ? error.message : otherwise),
  )

const status = (code: number, text: string) => ({
  status: code,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify({ status: text })}\n`,
})
