import { environmentName, type SettingName, settingNames, settings } from './settings.ts'

/** The text of `docs/configuration.md`. A test holds the file to it. */
export function formatConfigDocs(): string {
  const sections = Map.groupBy(settingNames, sectionOf)
  const chapters = [...sections].map(([section, names]) => {
    const title = section === '' ? '## General' : `## ${section}`
    return `${title}\n\n${names.map(formatSetting).join('\n')}`
  })
  return `${head}\n${chapters.join('\n')}`
}

/** The same for programs. */
export const configDocs = () =>
  settingNames.map((name) => {
    const { prose, takes, kind, default: value } = settings[name]
    const variable = environmentName(name)
    return {
      Name: name,
      Description: prose,
      Takes: takes,
      Default: value === '' ? null : value,
      Environment: kind === 'secret' ? [variable, `${variable}_FILE`] : [variable],
    }
  })

const sectionOf = (name: SettingName) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : '')

function formatSetting(name: SettingName): string {
  const { prose, takes, kind, default: value } = settings[name]
  const variable = environmentName(name)
  const variables =
    kind === 'secret' ? `\`${variable}\` (the secret itself) or \`${variable}_FILE\`` : `\`${variable}\``
  const preset = value === '' || value === null ? 'empty' : `\`${value}\``
  return `### ${name}\n\n${prose}\n\nTakes: ${takes}. Default: ${preset}. Environment: ${variables}.\n`
}

const head = `# Configuration

This page is made from \`src/config/settings.ts\` by \`landbridge config docs\`; edit it there.

Landbridge needs no configuration to start. What you want otherwise goes into one YAML file, named with
\`--config FILE\` or \`LANDBRIDGE_CONFIG\`; without either, \`landbridge.yaml\` in the data folder is read if there is
one (\`landbridge init\` writes it). For each setting the first of these that says something counts: command-line
option, environment variable, file, default. Relative paths in the file count from the folder of the file.

\`\`\`yaml
admin:
  host: 127.0.0.1
  port: 8443
keys:
  provider: pkcs11
  pkcs11:
    module: /usr/lib/softhsm/libsofthsm2.so
    token: landbridge
    pin:
      file: /etc/landbridge/pin
\`\`\`

Secrets are never written into it: they are given by reference, as \`file: PATH\` or \`variable: NAME\`.
A setting that is not known, or a value that does not fit, stops the start (exit code 78) with the file, the line,
the setting and what to write instead. A LANDBRIDGE_ variable that is no setting is ignored, with a warning.
\`landbridge config check\` tells without starting, and tries what the settings name: certificate files, secrets,
addresses, the token of PKCS#11. Only whether a port is free shows at the start. \`landbridge config show\` prints every
value in force and where it came from.
`
