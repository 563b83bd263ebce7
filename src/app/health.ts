import type { Store } from '#src/domain/store.ts'
import type { Route } from '#src/platform/http/route.ts'

const answerMs = 2_000

/** GET /health: 200 while the store answers, 503 while it does not or the service is stopping. */
export function healthRoute(store: Store, isStopping: () => boolean): Route {
  return {
    accepts: ({ method, target }) =>
      (method === 'GET' || method === 'HEAD') && target.split('?')[0] === '/health',
    async answer() {
      if (isStopping()) return status(503, 'stopping')
      const late = new Promise<'late'>((resolve) => setTimeout(resolve, answerMs, 'late').unref())
      const read = store.organizations.list(null, 1).then(
        () => 'ok' as const,
        () => 'unreadable' as const,
      )
      const outcome = await Promise.race([read, late])
      return outcome === 'ok' ? status(200, 'ok') : status(503, 'the store does not answer')
    },
  }
}

const status = (code: number, text: string) => ({
  status: code,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify({ status: text })}\n`,
})
