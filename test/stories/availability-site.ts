/** A whole service with calendars in it, one of two that ask each other when people are free. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { type Service, startService } from '#src/app/serve.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { discoverEws } from '#src/clients/autodiscover/discover.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Request, RequestHeaders } from '#src/wire/ews/message.ts'
import { formatRequest } from '#src/wire/ews/request.ts'
import { parseResponse } from '#src/wire/ews/response.ts'
import type { FreeBusyResponseType, FreeBusyViewType } from '#src/wire/ews/schema-types.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'

export const PASSWORD = 'Correct-horse-9'

export type Question = {
  addresses: readonly string[]
  from: string
  to: string
  view?: FreeBusyViewType
  minutes?: number
  timeZone?: Request<'GetUserAvailability'>['TimeZone']
  soap?: RequestHeaders
  http?: Record<string, string>
}

export type Answered = { status: number; text: string; headers: Record<string, unknown> }

export type AvailabilitySite = {
  service: Service
  organization: OrganizationId
  domain: string
  /** `https://localhost:port` */
  base: string
  ca: string
  call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>
  user(name: string): Promise<{ id: EntryId; address: string }>
  event(address: string, event: Partial<CalendarObject>): Promise<void>
  /** GetUserAvailability by somebody's program; each reply is judged by the schema. */
  ask(login: string, question: Question): Promise<readonly FreeBusyResponseType[]>
  /** Any HTTP request with Basic credentials. */
  send(path: string, login: string | null, body?: string, more?: SendOptions): Promise<Answered>
  end(): Promise<void>
}

type SendOptions = { method?: string; headers?: Record<string, string> }

export async function openAvailabilitySite(
  alias: string,
  settings: Partial<Config> = {},
): Promise<AvailabilitySite> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-availability-'))
  const dataFolder = join(folder, 'data')
  const service = await startService(
    loadConfig({
      environment: {},
      options: {
        ...freePorts,
        dataFolder,
        'service.hostname': 'localhost',
        'availability.privateAddresses': 'yes',
        'log.output': 'file',
        ...settings,
      },
    }),
  )
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = await admin.call('CreateOrganization', { Alias: alias })
  const organization = OrganizationId as OrganizationId
  const { store } = service.data
  const web = service.listeners.find(
    ({ name }) => name.includes('for programs') && name.includes('calendars'),
  )!
  const base = `https://localhost:${web.address.split(':').at(-1)}`
  const ca = readFileSync(join(dataFolder, 'tls', 'self-signed.crt'), 'utf8')
  const agent = new Agent({ keepAlive: true, ca })
  const call: AvailabilitySite['call'] = (operation, input) =>
    admin.call(operation, { OrganizationId, ...input } as never) as Promise<Record<string, unknown>>

  const send: AvailabilitySite['send'] = (path, login, body, { method, headers = {} } = {}) => {
    const authorization = login && `Basic ${Buffer.from(`${login}:${PASSWORD}`).toString('base64')}`
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(
        new URL(path, base),
        {
          agent,
          method: method ?? (body === undefined ? 'GET' : 'POST'),
          headers: {
            'content-type': 'text/xml; charset=utf-8',
            ...(authorization && { authorization }),
            ...headers,
          },
        },
        async (response) => {
          const said = await text(response)
          resolve({ status: response.statusCode!, text: said, headers: response.headers })
        },
      )
      sent.once('error', reject)
      sent.end(body)
    })
  }

  return {
    service,
    organization,
    domain: `${alias}.test`,
    base,
    ca,
    call,
    send,
    async user(name) {
      const { UserId } = await call('CreateUser', {
        Name: name,
        DisplayName: `User ${name}`,
        Password: PASSWORD,
      })
      const address = `${name}@${alias}.test`
      await call('RegisterToWorkMail', { EntityId: UserId, Email: address })
      return { id: UserId as EntryId, address }
    },
    async event(address, event) {
      const at = await mailboxAt(store, organization, address)
      const folder = await store.mailboxes.findFolder(at, { distinguished: 'calendar' })
      await addCalendarObject(store, at, folder!.no, { '@type': 'Event', uid: '', ...event })
    },
    async ask(login, question) {
      const { addresses, from, to, view = 'DetailedMerged', minutes = 30, timeZone, soap, http } = question
      const request = formatRequest(
        'GetUserAvailability',
        {
          TimeZone: timeZone,
          MailboxDataArray: addresses.map((Address) => ({
            Email: { Address },
            AttendeeType: 'Required',
            ExcludeConflicts: false,
          })),
          FreeBusyViewOptions: {
            TimeWindow: { StartTime: from, EndTime: to },
            MergedFreeBusyIntervalInMinutes: minutes,
            RequestedView: [view],
          },
        },
        soap,
      ).join('')
      const { status, text: reply } = await send('/EWS/Exchange.asmx', login, request, {
        ...(http && { headers: http }),
      })
      assert.equal(status, 200, reply)
      if (!ewsSchema.skip) assert.deepEqual(validateEws(request, reply), [])
      const { response } = parseResponse('GetUserAvailability', reply, { lenient: false })
      return response!.FreeBusyResponseArray!
    },
    async end() {
      agent.destroy()
      await service.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Makes `asking` ask `asked` about its people: with a service account there, whose EWS Autodiscover names, as it is set up
 * between a Landbridge and an Exchange.
 */
export async function introduce(asking: AvailabilitySite, asked: AvailabilitySite): Promise<string> {
  const account = await asked.user('availability-service')
  await asked.call('PutAvailabilityAccount', { UserId: account.id, Enabled: true })
  const user = `${asked.domain}\\availability-service`
  const { ewsUrl, tried } = await discoverEws(account.address, {
    login: { user, password: PASSWORD },
    version: '1',
    tls: { ca: asked.ca },
    urls: [new URL('/Autodiscover/Autodiscover.svc', asked.base)],
  })
  assert.ok(ewsUrl, JSON.stringify(tried))
  await asking.call('CreateAvailabilityConfiguration', {
    DomainName: asked.domain,
    EwsProvider: { EwsEndpoint: ewsUrl, EwsUsername: user, EwsPassword: PASSWORD, Authorities: asked.ca },
  })
  return user
}

export const codes = (responses: readonly FreeBusyResponseType[]): (string | undefined)[] =>
  responses.map(({ ResponseMessage }) => ResponseMessage?.ResponseCode)
