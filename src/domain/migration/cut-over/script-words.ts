import { quoted } from './powershell.ts'

export type ScriptPlace = {
  project: string
  batch: number
  routingDomain: string
}

/** What every script begins with: a step that fails is told, and the others go on. */
export const commonWords: readonly string[] = [
  "$ErrorActionPreference = 'Stop'",
  '$failed = @()',
  'function Step([string]$Name, [scriptblock]$Work) {',
  '  try { & $Work; Write-Host "$Name is done." }',
  '  catch { $script:failed += $Name; Write-Warning "$($Name): $_" }',
  '}',
]

/** Where a script writes down what it is about to change: a file of each, whatever no file name can hold. */
export const keptFile = (identity: string, suffix = ''): string =>
  `(Join-Path $Kept ${quoted(`${identity.replace(/[^A-Za-z0-9@._-]/gu, numberOf)}.xml${suffix}`)})`

const numberOf = (character: string): string => `_${character.codePointAt(0)!.toString(16)}_`
