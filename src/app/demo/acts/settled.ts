import { join } from 'node:path'
import { MailProgram } from '../mail-program.ts'
import { addressOf, cast, type Scene } from '../scene.ts'
import { DemoFault, until } from '../stage.ts'
import { mailboxesOf, PROJECT } from './moved.ts'

export const reportFile = (folder: string): string => join(folder, 'migration.html')

/** Who moved works on as before, the delegate too; what came over is counted; the report is written. */
export async function settled(scene: Scene): Promise<void> {
  const { stage, signal, landbridge, exchange, password, folder } = scene
  await stage.act(
    'Everybody works on',
    'The head of a department and her assistant sign in here; her delegation works; mail finds her from both sides; the report is written.',
    async () => {
      // With an Active Directory they would sign in with its passwords; an LDIF file has none.
      scene.tokens = {
        [cast.head]: await tokenOf(scene, cast.head),
        [cast.assistant]: await tokenOf(scene, cast.assistant),
      }
      const anna = new MailProgram(landbridge, addressOf(cast.head), scene.tokens[cast.head]!)
      const assistant = new MailProgram(landbridge, addressOf(cast.assistant), scene.tokens[cast.assistant]!)
      const nora = new MailProgram(landbridge, addressOf(cast.settled), password)
      try {
        const [meeting] = await assistant.find('calendar', 'Budget 2027', anna.address)
        if (meeting === undefined) throw new DemoFault('The assistant does not see the meeting of the head.')
        stage.say(
          `${assistant.address} opens the calendar of ${anna.address}: "${meeting.subject}" is there.`,
        )
        await nora.send([anna.address], 'Angekommen?', 'Hallo Anna!')
        await until(
          'That mail to her arrived here',
          async () => ((await anna.find('inbox', 'Angekommen?')).length === 1 ? true : undefined),
          { signal },
        )
        stage.say(`Mail to ${anna.address} arrives here now; nothing waits in a queue on the other side.`)
      } finally {
        for (const program of [anna, assistant, nora]) program.close()
      }
      const mailboxes = (await mailboxesOf({ landbridge })).filter(({ State }) => State === 'verified')
      const items = mailboxes.reduce((sum, { Copied }) => sum + Copied, 0)
      const left = mailboxes.reduce((sum, { Skipped }) => sum + Skipped, 0)
      stage.say(
        `${mailboxes.length} mailboxes with ${items} items were verified; ${left} items were left behind.`,
      )
      await stage.command(exchange, ['queue', 'list'], { lines: 1 })
      await stage.command(landbridge, ['migrate', 'report', PROJECT, '--html', reportFile(folder)], {
        lines: 1,
      })
      await stage.command(landbridge, ['check'], { lines: 1 })
    },
  )
}

/** What somebody of the directory signs in with here. */
async function tokenOf({ landbridge }: Scene, alias: string): Promise<string> {
  const { stdout } = await landbridge.command(['token', 'create', alias, 'demonstration', '--json'])
  return (JSON.parse(stdout) as { PersonalAccessToken: string }).PersonalAccessToken
}
