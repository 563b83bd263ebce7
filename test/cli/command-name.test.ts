import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commandName } from '#src/cli/command-name.ts'

const program = fileURLToPath(new URL('../../bin/landbridge', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'command-name-'))
after(() => rmSync(scratch, { recursive: true }))

test('the command is named as it works in the shell of whoever reads it', () => {
  const root = dirname(dirname(program))
  assert.equal(commandName('/usr/bin', root), join('bin', 'landbridge'))
  assert.equal(commandName('/usr/bin', scratch), program)
  symlinkSync(program, join(scratch, 'landbridge'))
  assert.equal(commandName(['/usr/bin', scratch].join(delimiter), root), 'landbridge')
  const ofNpm = join(scratch, 'node_modules', '.bin')
  mkdirSync(ofNpm, { recursive: true })
  symlinkSync(program, join(ofNpm, 'landbridge'))
  assert.equal(commandName(ofNpm, root), join('bin', 'landbridge'))
})
