import { readFileSync } from 'node:fs'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import type { Operation, Request, Response } from '#src/wire/ews/message.ts'
import { version } from '../version.ts'
import { DemoFault } from './demo-fault.ts'
import type { ServiceProcess } from './service-process.ts'

type FoundItem = { kind: string; id: string; changeKey: string; subject: string; from: string }
type Meeting = {
  subject: string
  start: Date
  minutes: number
  people: readonly string[]
  rooms: readonly string[]
}

/** A machine that does much else keeps a program waiting; people wait that long too. */
const CONNECT_MS = 30_000

type Said = { ResponseClass: string; ResponseCode?: string; MessageText?: string; [member: string]: unknown }

/** Somebody's program, which speaks Exchange Web Services to the side that has the mailbox. */
export class MailProgram {
  readonly address: string
  readonly #ews: EwsClient

  constructor(service: ServiceProcess, address: string, password: string) {
    this.address = address
    const tls = { ca: readFileSync(service.certificateFile, 'utf8') }
    const login = { user: address, password }
    this.#ews = new EwsClient({ url: service.ewsUrl, login, tls, connectMs: CONNECT_MS }, version)
  }

  async send(to: readonly string[], subject: string, text: string): Promise<void> {
    await this.#one('CreateItem', {
      MessageDisposition: 'SendAndSaveCopy',
      Items: [
        {
          Message: {
            Subject: subject,
            Body: { BodyType: 'Text', Value: text },
            ToRecipients: to.map((EmailAddress) => ({ EmailAddress })),
          },
        },
      ],
    } as Request<'CreateItem'>)
  }

  async invite({ subject, start, minutes, people, rooms }: Meeting): Promise<void> {
    const attendees = (addresses: readonly string[]) =>
      addresses.map((EmailAddress) => ({ Mailbox: { EmailAddress } }))
    await this.#one('CreateItem', {
      SendMeetingInvitations: 'SendToAllAndSaveCopy',
      Items: [
        {
          CalendarItem: {
            Subject: subject,
            Start: start.toISOString(),
            End: new Date(start.getTime() + minutes * 60_000).toISOString(),
            RequiredAttendees: attendees(people),
            ...(rooms.length > 0 && { Resources: attendees(rooms) }),
          },
        },
      ],
    } as Request<'CreateItem'>)
  }

  /** Accepts the invitation; the organizer is told. */
  async accept({ id, changeKey }: FoundItem): Promise<void> {
    await this.#one('CreateItem', {
      MessageDisposition: 'SendAndSaveCopy',
      Items: [{ AcceptItem: { ReferenceItemId: { Id: id, ChangeKey: changeKey } } }],
    } as Request<'CreateItem'>)
  }

  /** Items of a folder whose subject has that text in it; `owner` for somebody else's folder. */
  async find(folder: 'inbox' | 'calendar' | 'sentitems', text: string, owner?: string): Promise<FoundItem[]> {
    const said = (await this.#one('FindItem', {
      Traversal: 'Shallow',
      ItemShape: {
        BaseShape: 'Default',
      },
      Restriction: {
        Contains: {
          ContainmentMode: 'Substring',
          ContainmentComparison: 'IgnoreCase',
          FieldURI: { FieldURI: 'item:Subject' },
          Constant: { Value: text },
        },
      },
      ParentFolderIds: [
        {
          DistinguishedFolderId: {
            Id: folder,
            ...(owner !== undefined && { Mailbox: { EmailAddress: owner } }),
          },
        },
      ],
    } as Request<'FindItem'>)) as Said & { RootFolder: { Items: readonly Record<string, ShownItem>[] } }
    return said.RootFolder.Items.map((item) => {
      const [kind, shown] = Object.entries(item)[0]!
      return {
        kind,
        id: shown.ItemId.Id,
        changeKey: shown.ItemId.ChangeKey ?? '',
        subject: shown.Subject ?? '',
        from: shown.From?.Mailbox.EmailAddress ?? '',
      }
    })
  }

  /** How each of the people answered the meeting with that subject in the own calendar. */
  async answers(subject: string): Promise<ReadonlyMap<string, string>> {
    const [meeting] = await this.find('calendar', subject)
    if (meeting === undefined) return new Map()
    const said = (await this.#one('GetItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ItemIds: [{ ItemId: { Id: meeting.id } }],
    } as Request<'GetItem'>)) as Said & { Items: readonly { CalendarItem: Attended }[] }
    const { RequiredAttendees = [], Resources = [] } = said.Items[0]!.CalendarItem
    return new Map(
      [...RequiredAttendees, ...Resources].map(({ Mailbox, ResponseType }) => [
        Mailbox.EmailAddress.toLowerCase(),
        ResponseType ?? 'Unknown',
      ]),
    )
  }

  close(): void {
    this.#ews.close()
  }

  /** The only response message; an error in it is told by its code. */
  async #one<O extends Operation>(operation: O, request: Request<O>): Promise<Said> {
    const { ResponseMessages } = (await this.#ews.call(operation, request)) as Response<O> & {
      ResponseMessages: readonly Record<string, Said>[]
    }
    const [said] = Object.values(ResponseMessages[0] ?? {})
    if (said === undefined || said.ResponseClass === 'Error')
      throw new DemoFault(
        `${operation} of ${this.address} was refused: ${said?.ResponseCode ?? 'no answer'}. ${said?.MessageText ?? ''}`,
      )
    return said
  }
}

type ShownItem = {
  ItemId: { Id: string; ChangeKey?: string }
  Subject?: string
  From?: { Mailbox: { EmailAddress?: string } }
}
type Attended = Record<
  'RequiredAttendees' | 'Resources',
  readonly { Mailbox: { EmailAddress: string }; ResponseType?: string }[] | undefined
>
