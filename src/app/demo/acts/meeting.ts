import { DemoFault, until } from '../demo-fault.ts'
import { MailProgram } from '../mail-program.ts'
import { addressOf, cast, type Scene } from '../scene.ts'

const SUBJECT = 'Budget 2027 – 予算'
const ROOM = 'room-1'
/** Who asks when people are free waits for no late system, and a busy machine makes one late. */
const TRIES = 4

/** Somebody here looks when somebody there is free, invites her and a room there, and both answer. */
export async function meeting({ stage, signal, exchange, landbridge, password }: Scene): Promise<void> {
  await stage.act(
    'A meeting across the two systems',
    'Who is free is asked in both directions; the invitation, the answers and the calendar entries go through mail.',
    async () => {
      const anna = addressOf(cast.head)
      const nora = addressOf(cast.settled)
      const day = nextTuesday()
      const query = (asked: readonly string[]) => [
        ...['availability', 'query', ...asked, '--from', day.toISOString().slice(0, 10)],
        ...['--zone', 'Europe/Berlin'],
      ]
      await stage.command(landbridge, query([anna, addressOf(ROOM)]), { lines: 14, tries: TRIES })
      await stage.command(exchange, query([nora]), { lines: 8, tries: TRIES })
      const hers = new MailProgram(exchange, anna, password)
      const mine = new MailProgram(landbridge, nora, password)
      try {
        await mine.invite({
          subject: SUBJECT,
          start: day,
          minutes: 60,
          people: [anna],
          rooms: [addressOf(ROOM)],
        })
        stage.say(`${nora} invited ${anna} and ${addressOf(ROOM)} to "${SUBJECT}".`)
        const invitation = await until(
          'That the invitation arrived',
          async () => (await hers.find('inbox', SUBJECT)).find(({ kind }) => kind === 'MeetingRequest'),
          { signal },
        )
        await hers.accept(invitation)
        const answers = await until(
          'That both answers came back',
          async () => {
            const all = await mine.answers(SUBJECT)
            return [...all.values()].every((answer) => answer === 'Accept' || answer === 'Decline') &&
              all.size === 2
              ? all
              : undefined
          },
          { signal },
        )
        for (const [who, answer] of answers) stage.say(`${who}: ${answer}`)
        if (answers.get(anna) !== 'Accept')
          throw new DemoFault(`${anna} accepted, and ${nora} reads otherwise.`)
      } finally {
        hers.close()
        mine.close()
      }
    },
  )
}

/** 14:00 in Berlin, in winter. */
function nextTuesday(): Date {
  const day = new Date()
  day.setUTCHours(13, 0, 0, 0)
  day.setUTCDate(day.getUTCDate() + ((9 - day.getUTCDay()) % 7 || 7))
  return day
}
