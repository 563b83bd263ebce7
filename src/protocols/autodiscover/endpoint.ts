import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import type { HttpReply, HttpRequest, Route } from '#src/platform/http/route.ts'
import { formatPoxError } from '#src/wire/autodiscover/pox.ts'
import { askForCredentials, basicSignIn, refuseSignIn } from '../basic-sign-in.ts'
import { answerJson } from './json.ts'
import { answerPox } from './pox.ts'
import type { AutodiscoverServices } from './services.ts'
import { answerSoap } from './soap.ts'

const contentType = 'text/xml; charset=utf-8'
const paths = /^\/autodiscover\/autodiscover\.(xml|svc|json)(?:\/|$)/i

/**
 * How clients and Exchange find this service (AUD-01 to AUD-03): the same answers to plain XML and SOAP, with the same
 * credentials. Nothing but JSON is told to who has not signed in.
 */
export function autodiscoverRoute(services: AutodiscoverServices): Route {
  return {
    accepts: ({ target }) => paths.test(pathOf(target)),
    async answer(request) {
      const kind = paths.exec(pathOf(request.target))![1]!.toLowerCase()
      const { method } = request
      if (kind === 'json')
        return method === 'GET' || method === 'HEAD' ? answerJson(services, request) : notAllowed('GET, HEAD')
      let login: Authenticated | undefined
      try {
        login = await basicSignIn(services, request, { purpose: 'ews', anyHome: true })
      } catch (error) {
        return refuseSignIn(error)
      }
      if (login === undefined) return askForCredentials
      if (method === 'GET' || method === 'HEAD')
        return xml(formatPoxError(600, 'Invalid Request', new Date(services.now())))
      if (method !== 'POST') return notAllowed('POST, GET, HEAD')
      return answerPost(services, request, login, kind)
    },
  }
}

const pathOf = (target: string): string => target.split('?', 1)[0]!

async function answerPost(
  services: AutodiscoverServices,
  request: HttpRequest,
  login: Authenticated,
  kind: string,
): Promise<HttpReply> {
  if (kind === 'xml') return xml(await answerPox(services, request, login))
  const { status, body } = await answerSoap(services, request, login)
  return xml(body, status)
}

const xml = (body: string, status = 200): HttpReply => ({
  status,
  headers: { 'content-type': contentType, 'cache-control': 'private' },
  body,
})

const notAllowed = (allow: string): HttpReply => ({ status: 405, headers: { allow }, body: '' })
