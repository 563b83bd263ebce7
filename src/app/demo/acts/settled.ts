import { join } from 'node:path'
import { DemoFault, until } from '../demo-fault.ts'
import { MailProgram } from '../mail-program.ts'
import { sendFromOutside } from '../outside.ts'
import { addressOf, cast, type Scene } from '../scene.ts'
import { edgeOf } from './mail.ts'
import { mailboxesOf, PROJECT } from './moved.ts'

export const reportFile = (folder: string): string => join(folder, 'migration.html')

/** Who moved works on as before, the delegate too; what came over is counted; the report is written. */
export async function settled(scene: Scene): Promise<void> {
  const { stage, signal, landbridge, exchange, directory, password, folder } = scene
  await stage.act(
    'Everybody works on',
    'The head of a department and her assistant sign in here; her delegation works; mail finds her from both sides; the report is written.',
    async () => {
      // An LDIF file has no passwords.
      if (!directory.keepsPasswords)
        scene.tokens = {
          [cast.head]: await tokenOf(scene, cast.head),
          [cast.assistant]: await tokenOf(scene, cast.assistant),
        }
      const program = (alias: string) =>
        new MailProgram(landbridge, addressOf(alias), scene.tokens[alias] ?? password)
      const [anna, assistant] = [program(cast.head), program(cast.assistant)]
      const nora = new MailProgram(landbridge, addressOf(cast.settled), password)
      try {
        const [meeting] = await assistant.find('calendar', 'Budget 2027', anna.address)
        if (meeting === undefined) throw new DemoFault('The assistant does not see the meeting of the head.')
        if (directory.keepsPasswords)
          stage.say('Both sign in with the password that they have in the directory.')
        stage.say(
          `${assistant.address} opens the calendar of ${anna.address}: "${meeting.subject}" is there.`,
        )
        await nora.send([anna.address], 'Angekommen?', 'Hallo Anna!')
        await sendFromOutside(edgeOf(scene), [anna.address], 'Order 4711', signal)
        for (const subject of ['Angekommen?', 'Order 4711'])
          await until(
            `That "${subject}" arrived here`,
            async () => ((await anna.find('inbox', subject)).length === 1 ? true : undefined),
            { signal },
          )
        stage.say(
          `Mail to ${anna.address} arrives here now, from colleagues and, by way of the other side, from outside; nothing waits in a queue there.`,
        )
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
