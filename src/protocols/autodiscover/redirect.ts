import type { HttpReply, Route } from '#src/platform/http/route.ts'

const path = /^\/autodiscover\/autodiscover\.(?:xml|svc|json)(?:\/|\?|$)/i

/**
 * On the port without TLS: where the real one is (AUD-01, phase 3). Programs ask `http://autodiscover.DOMAIN/` without
 * credentials; nothing else is told in clear. `baseUrl`: as the service is reached over HTTPS.
 */
export const autodiscoverRedirect = (baseUrl: () => string): Route => ({
  accepts: ({ target }) => path.test(target),
  async answer(request): Promise<HttpReply> {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return { status: 405, headers: { allow: 'GET, HEAD' }, body: '' }
    return {
      status: 302,
      headers: { location: `${baseUrl()}${request.target.split('?', 1)[0]}` },
      body: '',
    }
  },
})
